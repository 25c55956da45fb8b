"""Several files of one pupil: a later version of the same work, its parts, or a doubt."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import PurePosixPath
from typing import Final

from drivers.intake.intake_report import LeftOut, Why
from drivers.intake.model import FileReading

_MARK: Final = re.compile(
    r"(?P<base>.*?)(?:[ _-]*\((?P<number>\d{1,2})\)|[ _-]+(?:v|ver|version)[ ._-]?(?P<version>\d{1,2})"
    r"|[ _-]+(?P<word>copy|kopia|kopi|final|slutlig|slutversion|ny|new|fixed|rättad|korrigerad|kopie))",
    re.IGNORECASE,
)
_COPY_WORDS: Final = frozenset({"copy", "kopia", "kopi", "kopie"})
_ALIKE = 0.25  # of the word pairs of the shorter text: two drafts of one work share far more than two pupils do
_MANY_VERSIONS = 5
_SAME_MOMENT = 2.0  # seconds, as exact as archives keep them
_A_REMARK = 40  # words: “See the file that I attached.”


@dataclass(frozen=True, slots=True)
class Marked:
    """A file's name without the mark of its version, and that mark as something that sorts."""

    base: str
    mark: tuple[int, ...]


def marked(file: str) -> Marked:
    """“Anna (1).docx” is a later “Anna.docx”, “Anna v2.odt” as well, and “Anna final.txt” the last."""
    path = PurePosixPath(file)
    stem, marks = path.stem, []
    while (found := _MARK.fullmatch(stem)) and found["base"].strip(" _-"):
        marks.append(_order(found))
        stem = found["base"]
    return Marked(f"{path.parent}/{' '.join(stem.casefold().split())}", tuple(reversed(marks)))


def _order(found: re.Match[str]) -> int:
    if number := found["number"] or found["version"]:
        return int(number)
    return 0 if found["word"].casefold() in _COPY_WORDS else 100


def newest_only(
    readings: Sequence[FileReading], students: Mapping[str, str]
) -> tuple[list[FileReading], list[LeftOut]]:
    """The readings without earlier versions and remarks, which are left out and said.

    ``students`` are names by file, where a class list tells them. Files of one pupil of which it is not plain which is
    the newest all stay.
    """
    left: dict[str, LeftOut] = {}
    for group in _groups(readings, students):
        remaining = [reading for reading in group if reading.file not in left]
        for earlier, later, why in _decided(remaining, students):
            left[earlier.file] = _left_out(earlier, later, why)
    return [reading for reading in readings if reading.file not in left], list(left.values())


def _left_out(earlier: FileReading, later: FileReading, why: Why) -> LeftOut:
    reason = (
        f"an earlier version of {later.file}"
        if why is Why.EARLIER_VERSION
        else f"handed in together with {later.file}, which was taken"
    )
    return LeftOut(earlier.file, why, reason, later.file)


def _groups(readings: Sequence[FileReading], students: Mapping[str, str]) -> Iterator[list[FileReading]]:
    """Files that may be of one pupil: by the platform, by their names, by the class list."""
    for key in (_by_platform, _by_name, lambda reading: students.get(reading.file, "")):
        groups: defaultdict[str, list[FileReading]] = defaultdict(list)
        for reading in readings:
            if found := key(reading):
                groups[found].append(reading)
        yield from (group for group in groups.values() if 1 < len(group) <= _MANY_VERSIONS)


def _by_platform(reading: FileReading) -> str:
    submission = reading.submission
    return f"{submission.platform}/{submission.person}" if submission else ""


def _by_name(reading: FileReading) -> str:
    return "" if reading.is_row or reading.submission else marked(reading.file).base


def _decided(
    group: Sequence[FileReading], students: Mapping[str, str]
) -> Iterator[tuple[FileReading, FileReading, Why]]:
    """Each file that is not needed, with the one that is taken instead."""
    yield from _earlier_attempts(group)
    if len(group) < 2:
        return
    readable = [reading for reading in group if reading.text is not None]
    if _is_one_submission(group):
        yield from _remarks(group, readable)
        return
    order = _order_of(readable)
    same_student = len({students.get(reading.file, reading.file) for reading in group}) == 1
    if order is not None and (_are_drafts(readable) or (same_student and any(map(_has_mark, readable)))):
        yield from ((earlier, order[-1], Why.EARLIER_VERSION) for earlier in order[:-1])


def _has_mark(reading: FileReading) -> bool:
    return bool(marked(reading.file).mark)


def _earlier_attempts(group: Sequence[FileReading]) -> Iterator[tuple[FileReading, FileReading, Why]]:
    attempts = sorted((reading for reading in group if _attempt(reading)), key=_attempt)
    for reading in attempts:
        if _attempt(reading) < _attempt(attempts[-1]):
            yield reading, attempts[-1], Why.EARLIER_VERSION


def _attempt(reading: FileReading) -> str:
    return reading.submission.attempt if reading.submission else ""


def _is_one_submission(group: Sequence[FileReading]) -> bool:
    return all(reading.submission is not None for reading in group)


def _remarks(
    group: Sequence[FileReading], readable: Sequence[FileReading]
) -> Iterator[tuple[FileReading, FileReading, Why]]:
    """Beside an essay: pictures, other files that cannot be read, a line to the teacher, the same text typed twice."""
    main = max(readable, key=lambda reading: len(reading.text or ""), default=None)
    if main is None or _attempt(main) != max(map(_attempt, group)):
        return
    for other in group:
        if other is main or _attempt(other) != _attempt(main):
            continue
        if other.text is None or len(other.text.split()) <= _A_REMARK or _alike(other, main):
            yield other, main, Why.PART_OF_ANOTHER


def _order_of(group: Sequence[FileReading]) -> list[FileReading] | None:
    """From the earliest to the newest: by the marks in the names, else by when the files were changed."""
    marks = [marked(reading.file).mark for reading in group]
    if len(group) > 1 and len(set(marks)) == len(marks):
        return sorted(group, key=lambda reading: marked(reading.file).mark)
    times = sorted(reading.modified for reading in group)
    apart = all(after - before > _SAME_MOMENT for before, after in pairwise(times))
    return sorted(group, key=lambda reading: reading.modified) if len(group) > 1 and apart and times[0] > 0 else None


def _are_drafts(group: Sequence[FileReading]) -> bool:
    return len(group) > 1 and all(_alike(reading, group[0]) for reading in group[1:])


def _alike(one: FileReading, other: FileReading) -> bool:
    pairs, others = _pairs(one.text or ""), _pairs(other.text or "")
    return len(pairs & others) >= _ALIKE * max(min(len(pairs), len(others)), 1)


def _pairs(text: str) -> set[tuple[str, str]]:
    words = re.findall(r"\w+", text.casefold())
    return set(pairwise(words))


def several_of_one(readings: Iterable[FileReading], students: Mapping[str, str]) -> dict[str, list[str]]:
    """The files of each student who still has several."""
    files: defaultdict[str, list[str]] = defaultdict(list)
    for reading in readings:
        if student := students.get(reading.file):
            files[student].append(reading.file)
    return {student: found for student, found in files.items() if len(found) > 1}
