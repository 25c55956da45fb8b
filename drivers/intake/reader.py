"""Reading essays: all that was handed in becomes an entry each, with its text or the reason why it has none."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import Final

from contracts.failures import ErrorCode
from drivers.intake.ids import essay_ids, natural_key
from drivers.intake.kinds import Kind, kind_of
from drivers.intake.model import Document, Intake, Limits, Reading, UnreadableError, refused
from drivers.intake.plain import decode, label, refuse_binary, tidy
from drivers.intake.sources import Source, members_of, sources_of
from drivers.intake.tables import Table, TableRow, csv_table, essays_of, refuse_row, xlsx_tables

# By module and function: the libraries behind them load slowly, and most classes have one kind of file.
_DOCUMENT_READERS: Final[Mapping[Kind, tuple[str, str]]] = MappingProxyType(
    {
        Kind.DOCX: ("wordprocessor", "read_docx"),
        Kind.ODT: ("wordprocessor", "read_odt"),
        Kind.RTF: ("rtf", "read_rtf"),
        Kind.PDF: ("pdf", "read_pdf"),
    }
)
_DEFAULT_LIMITS: Final = Limits()


def read_essays(
    paths: Sequence[Path], *, limits: Limits = _DEFAULT_LIMITS, ignore: Collection[Path] = ()
) -> list[Intake]:
    """Read every essay in ``paths``: files, folders with all that is in them, archives, tables with an essay a row.

    The answer has exactly one entry for each essay found, in the natural order of their files, and depends on the
    files alone. What cannot be read is an entry with a failure. ``ignore`` names files that are no essays, such
    as the assignment or the class list.

    Raises:
        RequestError: a path does not exist, or a folder has no essay.
    """
    readings = [
        reading for source in sources_of(paths, limits, ignore) for reading in _readings(source, limits, depth=0)
    ]
    readings.sort(key=lambda reading: natural_key(reading.file))
    ids = essay_ids([reading.file for reading in readings])
    return list(_with_duplicates(_intake(*pair) for pair in zip(ids, readings, strict=True)))


def intake_of_text(essay_id: str, text: str, limits: Limits = _DEFAULT_LIMITS) -> Intake:
    """One essay whose text is at hand; it is tidied, or refused, as one from a file."""
    try:
        refuse_binary(text)
        return _intake(essay_id, _tidied("", Document(text), limits))
    except UnreadableError as reason:
        return _intake(essay_id, refused("", reason))


def _readings(source: Source, limits: Limits, depth: int) -> Iterator[Reading]:
    """What one file holds: one essay, or many, of which those before a broken place are kept."""
    try:
        data = source.load()
        kind = kind_of(source.file, data) if data else Kind.PLAIN
        if kind is Kind.ZIP:
            yield from _archive(source.file, data, limits, depth)
        elif kind in (Kind.CSV, Kind.XLSX):
            yield from _table(source.file, data, kind, limits)
        else:
            reading = _tidied(source.file, _document(kind, data, limits), limits)
            yield replace(reading, notes=(*source.notes, *reading.notes))
    except UnreadableError as reason:
        yield refused(source.file, reason)


def _document(kind: Kind, data: bytes, limits: Limits) -> Document:
    if kind is Kind.PLAIN:
        refuse_binary((document := decode(data)).text)
        return document
    module, function = _DOCUMENT_READERS[kind]
    read: Callable[[bytes, Limits], Document] = getattr(import_module(f"drivers.intake.{module}"), function)
    return read(data, limits)


def _archive(file: str, data: bytes, limits: Limits, depth: int) -> Iterator[Reading]:
    if depth >= limits.archive_depth:
        raise UnreadableError(ErrorCode.ARCHIVE_BOMB, "Archives within archives within archives are not opened.")
    members = list(members_of(file, data, limits))
    if not members:
        raise UnreadableError(ErrorCode.EMPTY_CONTENT, "This archive holds no essay.")
    for member in members:
        yield from _readings(member, limits, depth + 1)


def _table(file: str, data: bytes, kind: Kind, limits: Limits) -> Iterator[Reading]:
    if kind is Kind.CSV:
        yield from _rows(file, csv_table(data, limits), limits)
    else:
        yield from _sheets(file, xlsx_tables(data, limits), limits)


def _sheets(file: str, tables: Sequence[Table], limits: Limits) -> Iterator[Reading]:
    """The essays of all sheets; a sheet without essays is mentioned where others have some."""
    found: list[Reading] = []
    without: dict[str, UnreadableError] = {}
    for table in tables:
        try:
            found += _rows(file, table, limits, sheet=f"{table.title} " if len(tables) > 1 else "")
        except UnreadableError as reason:
            without[table.title] = reason
    if not found:
        raise next(iter(without.values()), None) or _no_essay()
    notes = tuple(f"the sheet “{title}” was left out: {reason.message}" for title, reason in without.items())
    yield replace(found[0], notes=(*notes, *found[0].notes))
    yield from found[1:]


def _rows(file: str, table: Table, limits: Limits, sheet: str = "") -> Iterator[Reading]:
    empty = True
    for row in essays_of(table):
        empty = False
        yield _row(f"{file}/{label(sheet)}row {row.number}", row, table.notes, limits)
    if empty:
        raise _no_essay()


def _row(name: str, row: TableRow, notes: tuple[str, ...], limits: Limits) -> Reading:
    try:
        refuse_row(row)
        refuse_binary(row.text)
        return replace(_tidied(name, Document(row.text, notes), limits), student=label(row.student))
    except UnreadableError as reason:
        return replace(refused(name, reason), student=label(row.student))


def _no_essay() -> UnreadableError:
    return UnreadableError(ErrorCode.EMPTY_CONTENT, "This table holds no essay.")


def _tidied(file: str, document: Document, limits: Limits) -> Reading:
    if len(document.text) > limits.text_characters:
        raise UnreadableError(
            ErrorCode.FILE_TOO_LARGE,
            f"This text has more than {limits.text_characters:,} characters, which no essay has.",
        )
    tidied = tidy(document)
    return Reading(file, tidied.text, notes=tidied.notes)


def _intake(essay_id: str, reading: Reading) -> Intake:
    return Intake(essay_id, reading.file, reading.text, reading.failure, reading.notes, reading.student)


def _with_duplicates(intakes: Iterable[Intake]) -> Iterator[Intake]:
    first: dict[str, Intake] = {}
    for intake in intakes:
        original = first.setdefault(intake.text_id, intake) if intake.text is not None else intake
        if original is intake:
            yield intake
        else:
            notes = (*intake.notes, f"the same text as {original.file}")
            yield replace(intake, notes=notes, duplicate_of=original.essay_id)
