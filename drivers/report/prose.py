"""The student's text in its parts. It is plain text; what it looks like on paper is what its parts are."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from typing import Final

_ITEM: Final = re.compile(r"[•*-] +(?=\S)")
_TITLE: Final = re.compile(r"\d{1,2}\. +\S")


class Part(StrEnum):
    """What a stretch of lines is."""

    HEADING = "heading"
    """A line that opens a list or a numbered point."""
    TITLE = "title"
    """A numbered point."""
    LIST = "list"
    LINES = "lines"


@dataclass(frozen=True, slots=True)
class Block:
    """Neighbouring lines of one kind, without the marks that made them a list."""

    part: Part
    lines: tuple[str, ...]


def blocks(text: str) -> list[Block]:
    """The parts of ``text`` in their order; no word is lost."""
    made: list[Block] = []
    for part, group in groupby(_parts(text.splitlines()), key=lambda pair: pair[0]):
        lines = tuple(line for _, line in group)
        if part in {Part.HEADING, Part.TITLE}:
            made += [Block(part, (line,)) for line in lines]
        elif part is not None:
            made.append(Block(part, lines))
    return made


def _parts(lines: list[str]) -> Iterator[tuple[Part | None, str]]:
    for number, line in enumerate(lines):
        before = lines[number - 1].strip() if number else ""
        after = lines[number + 1].strip() if number + 1 < len(lines) else ""
        yield _part(line.strip(), before, after)


def _part(line: str, before: str, after: str) -> tuple[Part | None, str]:
    """A blank line is of no part: it parts two paragraphs."""
    if not line:
        return None, ""
    if mark := _ITEM.match(line):
        return Part.LIST, line[mark.end() :]
    if _TITLE.match(line):
        return Part.TITLE, line
    opens = not before and bool(_ITEM.match(after) or _TITLE.match(after))
    return (Part.HEADING if opens else Part.LINES), line
