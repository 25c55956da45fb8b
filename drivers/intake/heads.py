"""Running heads of one page: nothing repeats there, but the class's other files have the same head."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Final

from drivers.intake.likeness import words_of
from drivers.intake.model import FileReading
from drivers.intake.plain import quoted

_MOST_WORDS = 14  # of a head
_FEWEST_SHARED = 3  # words, at its beginning or its end
_ENDS_A_SENTENCE: Final = re.compile(r"[.!?…:;,]\W*$")


def without_shared_heads(readings: Sequence[FileReading]) -> list[FileReading]:
    """Leave out the first line of a single page where it is a head: of other files, or with the pupil's name in it."""
    shared = Counter(part for reading in readings for part in {*_parts_of_heads(reading)})
    return [_without_head(reading) if _is_head(reading, shared) else reading for reading in readings]


def _parts_of_heads(reading: FileReading) -> list[tuple[str, ...]]:
    lines = [*reading.heads, *([reading.top_line] if reading.top_line else [])]
    return [part for line in lines for part in _parts(line)]


def _parts(line: str) -> list[tuple[str, ...]]:
    """How a head begins and ends: the pupil's name between differs from file to file."""
    words = re.findall(r"\w+", line.casefold())
    if not _FEWEST_SHARED <= len(words) <= _MOST_WORDS:
        return []
    return [("begins", *words[:_FEWEST_SHARED]), ("ends", *words[-_FEWEST_SHARED:])]


def _is_head(reading: FileReading, shared: Counter[tuple[str, ...]]) -> bool:
    line, text = reading.top_line, reading.text or ""
    if not line or not text.startswith(line) or text == line or _ENDS_A_SENTENCE.search(line):
        return False
    if any(shared[part] > 1 for part in _parts(line)):
        return True
    name = set(words_of(PurePosixPath(reading.file).stem))
    return bool(reading.heads) and len(name) > 1 and name <= set(words_of(line)) and len(line.split()) <= _MOST_WORDS


def _without_head(reading: FileReading) -> FileReading:
    note = f"left out as running head: {quoted(reading.top_line)}"
    return replace(
        reading, text=(reading.text or "").removeprefix(reading.top_line).lstrip(), notes=(*reading.notes, note)
    )
