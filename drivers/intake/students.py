"""Who wrote which essay: a class list against the files' names, then against the names that stand in the texts.

A match is made where one pupil fits well and no other nearly as well. Anything else is reported as unsure with
its candidates: a grade given to the wrong pupil is worse than a question to the teacher.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Final

from drivers.client.errors import RequestError
from drivers.intake.likeness import FULL, NOISE, likeness, occurrence, words_of
from drivers.intake.model import Intake, Limits, UnreadableError
from drivers.intake.plain import label
from drivers.intake.tables import Row, csv_table, xlsx_tables

_FULL_NAME: Final = ("name", "student", "student_name", "full_name", "pupil", "namn", "elev", "elevens_namn")
_FIRST_NAME: Final = ("first_name", "firstname", "given_name", "förnamn", "tilltalsnamn")
_LAST_NAME: Final = ("last_name", "lastname", "surname", "family_name", "efternamn")
_SURE = 88.0
_MAYBE = 80.0  # worth a question
_MARGIN = 6.0
_HEAD, _TAIL = 300, 200  # where pupils write their names: characters at the start and the end of a text
_MANY = 3  # essays, of whose names it can be said what most of them have
_PREFIX = 3


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
        RequestError: the file cannot be read, or holds no names.
    """
    try:
        data = path.read_bytes()
        is_book = path.suffix.casefold() == ".xlsx"
        tables = xlsx_tables(data, Limits()) if is_book else [csv_table(data, Limits())]
        rows = list(tables[0].rows) if tables else []
    except FileNotFoundError:
        raise RequestError(f"There is no class list {path}: check its name.") from None
    except OSError as error:
        raise RequestError(f"The class list {path} cannot be read: {error.strerror}.") from error
    except UnreadableError as error:
        raise RequestError(f"The class list {path} cannot be read ({error}): save it as CSV.") from error
    names = [name for name in _names(rows, path) if name]
    if not names:
        raise RequestError(f"The class list {path} holds no names: give it a column “name”.")
    return names


def _names(rows: Sequence[Row], path: Path) -> Iterable[str]:
    heading = [title.strip().casefold().replace(" ", "_") for title in rows[0]] if rows else []
    full, first, last = (_column(heading, titles) for titles in (_FULL_NAME, _FIRST_NAME, _LAST_NAME))
    if first is not None and last is not None:
        return (f"{_cell(row, first)} {_cell(row, last)}".strip() for row in rows[1:])
    if full is not None:
        return (_cell(row, full) for row in rows[1:])
    if any(len([cell for cell in row if cell.strip()]) > 1 for row in rows):
        raise RequestError(f"Which column of the class list {path} has the names? Give it the heading “name”.")
    return (_cell(row, 0) for row in rows)  # one column without a heading: the first row is a name as well


def _column(heading: Sequence[str], titles: Sequence[str]) -> int | None:
    return next((column for column, title in enumerate(heading) if title in titles), None)


def _cell(row: Row, column: int) -> str:
    return label(" ".join(row[column].split())) if column < len(row) else ""


def match_students(essays: Iterable[Intake], students: Sequence[str]) -> list[StudentMatch]:
    """Match each essay to a pupil: by a table's column, else the file's name, else a name in the text.

    Where several essays would get the same pupil, or two pupils have the same name, all of them are unsure.
    """
    found = list(essays)
    register = _Register(students, _noise_of(found))
    matches = [register.match(essay) for essay in found]
    times = Counter(match.student for match in matches)
    return [
        replace(match, student=None, candidates=(match.student,))
        if match.student and (times[match.student] > 1 or match.student in register.repeated)
        else match
        for match in matches
    ]


def _noise_of(essays: Sequence[Intake]) -> frozenset[str]:
    """Words that tell no pupil: the usual ones, and those in the names of most files (the subject of the essays)."""
    times = Counter(word for essay in essays for word in set(words_of(_without_ending(essay.file))))
    most = len(essays) / 2
    return NOISE | {word for word, many in times.items() if many > most and len(essays) >= _MANY}


class _Register:
    """The class, so that a pupil is found without looking at all of them: a school may have thirty thousand."""

    def __init__(self, students: Sequence[str], noise: frozenset[str]) -> None:
        self.repeated = {name for name, times in Counter(students).items() if times > 1}
        self._noise = noise
        self._words = {name: words_of(name) for name in students}
        self._same: defaultdict[frozenset[str], list[str]] = defaultdict(list)
        self._by_prefix: defaultdict[str, set[str]] = defaultdict(set)
        for name, words in self._words.items():
            self._same[frozenset(words)].append(name)
            for word in words:
                self._by_prefix[word[:_PREFIX]].add(name)

    def match(self, essay: Intake) -> StudentMatch:
        unsure: StudentMatch | None = None
        for by, words in _evidence(essay):
            match = self._best(essay.essay_id, by, words)
            if match.student:
                return match
            unsure = unsure or (match if match.candidates else None)
        return unsure or StudentMatch(essay.essay_id, None, MatchedBy.NOTHING)

    def _best(self, essay_id: str, by: MatchedBy, words: Sequence[str]) -> StudentMatch:
        same = self._same.get(frozenset(words), ())
        scores = dict.fromkeys(same, FULL) if len(same) == 1 else self._scores(by, words)
        top = max(scores.values(), default=0.0)
        near = sorted((name for name, score in scores.items() if score > top - _MARGIN), key=lambda name: -scores[name])
        if top < _MAYBE:
            return StudentMatch(essay_id, None, MatchedBy.NOTHING)
        whole = [name for name in near if scores[name] >= FULL]
        if longest := self._that_holds_all(whole):
            near = [longest]
        if len(near) == 1 and top >= _SURE:
            return StudentMatch(essay_id, near[0], by, top)
        return StudentMatch(essay_id, None, by, top, tuple(near))

    def _scores(self, by: MatchedBy, words: Sequence[str]) -> dict[str, float]:
        names = {name for word in words for name in self._by_prefix.get(word[:_PREFIX], ())}
        if by is MatchedBy.TEXT:
            return {name: occurrence(words, self._words[name]) for name in sorted(names)}
        return {name: likeness(words, self._words[name], self._noise) for name in sorted(names)}

    def _that_holds_all(self, names: Sequence[str]) -> str | None:
        """Anna Berg Svensson, where Anna Berg would fit as well."""
        longest = max(names, key=lambda name: len(self._words[name]), default=None)
        parts = [set(self._words[name]) for name in names if name != longest]
        return longest if longest and all(each < set(self._words[longest]) for each in parts) else None


def _evidence(essay: Intake) -> Iterable[tuple[MatchedBy, list[str]]]:
    yield MatchedBy.TABLE, words_of(essay.student)
    yield MatchedBy.FILE_NAME, words_of(_without_ending(essay.file))
    text = essay.text or ""
    ends = text if len(text) <= _HEAD + _TAIL else f"{text[:_HEAD]} {text[-_TAIL:]}"
    yield MatchedBy.TEXT, words_of(ends)


def _without_ending(file: str) -> str:
    return re.sub(r"\.\w{1,5}(?=/|$)", " ", file)
