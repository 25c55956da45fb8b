"""Essays that are pictures, among the others: what is one essay, and what nobody can look into for words."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Final

from contracts.scans import is_scan, pages_of, scan_of
from contracts.texts import text_storage_id_of
from drivers.intake.model import FileReading, Intake

_PAGE: Final = re.compile(
    r"(?P<essay>.*[^\W\d_]{2}.*?)[ _.-]+(?:(?:p|page|pg|s|sid|sida|blad|seite)[ _.-]*)?(?P<page>\d{1,2})", re.IGNORECASE
)
# What cameras, scanners and messengers call all that they make: of these, each picture is an essay.
_NO_NAME: Final = re.compile(
    r"(?:img|image|dsc|dscn|dscf|pxl|photo|foto|bild|pict?|picture|scan|skann?ing|skannad|camscanner|whatsapp image|"
    r"screenshot|skärmbild|document|dokument|page|sida|essay|text|file|fil)[\W\d_]*",
    re.IGNORECASE,
)


def pages_together(readings: Sequence[FileReading]) -> list[FileReading]:
    """The readings, those of pages of one essay (``anna-1.jpg``, ``anna-2.jpg``) as one, in the order of the pages."""
    groups: dict[str, list[tuple[int, FileReading]]] = {}
    for reading in readings:
        essay, number = _page_of(reading)
        groups.setdefault(essay or reading.file, []).append((number, reading))
    return [_as_one(sorted(group, key=lambda page: page[0])) for group in groups.values()]


def _page_of(reading: FileReading) -> tuple[str, int]:
    path = PurePosixPath(reading.file)
    found = _PAGE.fullmatch(path.stem)
    if not is_scan(reading.text or "") or found is None or _NO_NAME.fullmatch(found["essay"]):
        return "", 0
    return f"{path.parent}//{found['essay'].casefold()}", int(found["page"])


def _as_one(pages: Sequence[tuple[int, FileReading]]) -> FileReading:
    first = pages[0][1]
    if len(pages) == 1:
        return first
    note = f"pages of one essay: {', '.join(PurePosixPath(reading.file).name for _, reading in pages)}"
    whole = scan_of(page for _, reading in pages for page in pages_of(reading.text or ""))
    return replace(first, text=whole, notes=(*first.notes, note))


def without_pages(readings: Iterable[FileReading]) -> tuple[list[FileReading], dict[str, str]]:
    """The readings with a word in the place of each one's pages, and the pages by that: there is nothing to read."""
    found, pages = [], {}
    for reading in readings:
        if reading.text is not None and is_scan(reading.text):
            word = text_storage_id_of(reading.text)
            pages[word] = reading.text
            reading = replace(reading, text=word)  # noqa: PLW2901
        found.append(reading)
    return found, pages


def with_pages(essays: Iterable[Intake], pages: Mapping[str, str]) -> tuple[Intake, ...]:
    """The essays with their pages again."""
    return tuple(
        replace(essay, text=pages[word], text_id=word) if (word := essay.text or "") in pages else essay
        for essay in essays
    )
