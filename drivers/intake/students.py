"""Who wrote which essay: a class list against the files' names, then against the names that stand in the texts.

A match is made where one pupil fits well and no other nearly as well. Anything else is reported as unsure with
its candidates: a grade given to the wrong pupil is worse than a question to the teacher.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Final

from rapidfuzz import fuzz

from drivers.intake.model import Intake, Limits, UnreadableError
from drivers.intake.plain import label
from drivers.intake.tables import Row, csv_table, xlsx_tables
from drivers.mistakes import UserMistake

_FULL_NAME: Final = ("name", "student", "student_name", "full_name", "pupil", "namn", "elev")
_FIRST_NAME: Final = ("first_name", "firstname", "given_name", "förnamn")
_LAST_NAME: Final = ("last_name", "lastname", "surname", "family_name", "efternamn")
_SURE = 88.0
_MARGIN = 6.0
_FIRST_NAME_ONLY = 90.0  # sure where no other pupil has it, and less than a full name
_HEAD, _TAIL = 300, 200  # where pupils write their names: characters at the start and the end of a text


class MatchedBy(StrEnum):
    """On what a match rests."""

    TABLE = "table"
    FILE_NAME = "file name"
    TEXT = "text"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class StudentMatch:
    """The pupil who wrote an essay, or None and the pupils between whom it is unsure. ``score`` is 0 to 100."""

    essay_id: str
    student: str | None
    by: MatchedBy
    score: float = 0.0
    candidates: tuple[str, ...] = ()


def read_class_list(path: Path) -> list[str]:
    """The pupils' names in a CSV or XLSX file: a column of names, or one of first and one of last names.

    Raises:
        UserMistake: the file cannot be read, or holds no names.
    """
    try:
        data = path.read_bytes()
        is_book = path.suffix.casefold() == ".xlsx"
        tables = xlsx_tables(data, Limits()) if is_book else [csv_table(data, Limits())]
        rows = list(tables[0].rows) if tables else []
    except (OSError, UnreadableError) as error:
        raise UserMistake(f"The class list {path} cannot be read ({error}): save it as CSV.") from error
    names = list(dict.fromkeys(name for name in _names(rows) if name))
    if not names:
        raise UserMistake(f"The class list {path} holds no names: give it a column “name”.")
    return names


def _names(rows: Sequence[Row]) -> Iterable[str]:
    heading = [title.strip().casefold().replace(" ", "_") for title in rows[0]] if rows else []
    full, first, last = (_column(heading, titles) for titles in (_FULL_NAME, _FIRST_NAME, _LAST_NAME))
    if first is not None and last is not None:
        return (f"{_cell(row, first)} {_cell(row, last)}".strip() for row in rows[1:])
    # Without a known heading the first row is a name as well.
    return (_cell(row, full or 0) for row in (rows if full is None else rows[1:]))


def _column(heading: Sequence[str], titles: Sequence[str]) -> int | None:
    return next((column for column, title in enumerate(heading) if title in titles), None)


def _cell(row: Row, column: int) -> str:
    return label(" ".join(row[column].split())) if column < len(row) else ""


def match_students(essays: Iterable[Intake], students: Sequence[str]) -> list[StudentMatch]:
    """Match each essay to a pupil: by a table's column, else the file's name, else a name in the text.

    Where several essays would get the same pupil, all of them are unsure.
    """
    matches = [_match(essay, students) for essay in essays]
    times = Counter(match.student for match in matches)
    return [
        replace(match, student=None, candidates=(match.student,))
        if match.student and times[match.student] > 1
        else match
        for match in matches
    ]


def _match(essay: Intake, students: Sequence[str]) -> StudentMatch:
    attempts = (
        _best(essay, MatchedBy.TABLE, {name: _likeness(essay.student, name) for name in students}),
        _best(essay, MatchedBy.FILE_NAME, {name: _likeness(_without_ending(essay.file), name) for name in students}),
        _best(essay, MatchedBy.TEXT, {name: _occurrence(name, essay.text or "") for name in students}),
    )
    sure = (match for match in attempts if match.student)
    unsure = (match for match in attempts if match.candidates)
    return next(sure, None) or next(unsure, StudentMatch(essay.essay_id, None, MatchedBy.NOTHING))


def _best(essay: Intake, by: MatchedBy, scores: dict[str, float]) -> StudentMatch:
    top = max(scores.values(), default=0.0)
    near = sorted((name for name, score in scores.items() if score > top - _MARGIN), key=lambda name: -scores[name])
    if top < _SURE:
        return StudentMatch(essay.essay_id, None, MatchedBy.NOTHING)
    if len(near) == 1:
        return StudentMatch(essay.essay_id, near[0], by, top)
    return StudentMatch(essay.essay_id, None, by, top, tuple(near))


def _without_ending(file: str) -> str:
    return re.sub(r"\.\w{1,5}(?=/|$)", " ", file)


def _plain(text: str) -> str:
    letters = "".join(
        character
        for character in unicodedata.normalize("NFKD", text.casefold())
        if not unicodedata.combining(character)
    )
    return " ".join(re.findall(r"[^\W\d_]+", letters))


def _likeness(label: str, student: str) -> float:
    """How well a label fits a name, in any order of its parts, with or without spaces between them."""
    one, other = _plain(label), _plain(student)
    if not one or not other:
        return 0.0
    first = other.split()[0]
    by_first_name = _FIRST_NAME_ONLY if len(first) > 2 and first in one.split() else 0.0
    return max(
        fuzz.token_set_ratio(one, other), fuzz.ratio(one.replace(" ", ""), other.replace(" ", "")), by_first_name
    )


def _occurrence(student: str, text: str) -> float:
    """How well the full name stands in the first or last lines; a first name alone may be anybody's."""
    name = _plain(student)
    if " " not in name:
        return 0.0
    ends = _plain(text if len(text) <= _HEAD + _TAIL else f"{text[:_HEAD]} {text[-_TAIL:]}")
    return fuzz.partial_ratio(name, ends) if len(ends) >= len(name) else 0.0
