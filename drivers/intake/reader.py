"""Reading files: each becomes a reading, or many, with a text or the reason why there is none."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from contracts.failures import ErrorCode
from drivers.intake.documents import read_document
from drivers.intake.kinds import Kind, kind_of
from drivers.intake.model import Document, FileReading, Limits, UnreadableError, refused
from drivers.intake.plain import label, tidy
from drivers.intake.platforms import Platform, submission_of
from drivers.intake.reading_process import ReadingProcess
from drivers.intake.sources import Source, members_of
from drivers.intake.tables import Table, TableRow, csv_table, essays_of, refuse_row, tables_of_sheets


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads sources: plain text in this process, what is made by other programs in one that can be ended.

    With ``pictures``, a photo or a scan is an essay, too: of pages (``contracts/scans.py``), and not of words.
    """

    limits: Limits
    process: ReadingProcess
    pictures: bool = False

    def readings(self, source: Source, depth: int = 0) -> Iterator[FileReading]:
        """What one file holds: one essay, or many, of which those before a broken place are kept."""
        data = b""
        try:
            data = source.load()
            kind = kind_of(source.file, data) if data else Kind.PLAIN
            if kind is Kind.ZIP:
                yield from self._archive(source.file, data, depth)
            elif kind in (Kind.CSV, Kind.XLSX):
                yield from self._table(source.file, data, kind)
            else:
                yield self._essay(source, kind, data)
        except UnreadableError as reason:
            reading = self._pages(source, data, reason)
            yield replace(reading, submission=submission_of(source.file), modified=source.modified)

    def _pages(self, source: Source, data: bytes, reason: UnreadableError) -> FileReading:
        """The pages of what has no text, where they are asked for."""
        if not self.pictures or reason.code is not ErrorCode.SCAN_WITHOUT_TEXT:
            return refused(source.file, reason)
        try:
            pages = self.process.document(Kind.PICTURES, data)
        except UnreadableError as broken:
            return refused(source.file, broken)
        submission = submission_of(source.file)
        student = submission.name if submission else ""
        notes = (*source.notes, "a picture: only people can judge it")
        return FileReading(source.file, pages.text, notes=notes, student=student)

    def _essay(self, source: Source, kind: Kind, data: bytes) -> FileReading:
        document = read_document(kind, data, self.limits) if kind is Kind.PLAIN else self.process.document(kind, data)
        submission = submission_of(source.file)
        if submission is not None and submission.platform is Platform.CANVAS and submission.online_text:
            document = _without_title(document)
        reading = _tidied(source.file, document, self.limits)
        student = submission.name if submission else ""
        notes = (*source.notes, *reading.notes)
        return replace(reading, notes=notes, student=student, submission=submission, modified=source.modified)

    def _archive(self, file: str, data: bytes, depth: int) -> Iterator[FileReading]:
        if depth >= self.limits.archive_depth:
            raise UnreadableError(ErrorCode.ARCHIVE_BOMB, "Archives within archives within archives are not opened.")
        members = list(members_of(file, data, self.limits))
        if not members:
            raise UnreadableError(ErrorCode.EMPTY_CONTENT, "This archive holds no essay.")
        for member in members:
            yield from self.readings(member, depth + 1)

    def _table(self, file: str, data: bytes, kind: Kind) -> Iterator[FileReading]:
        if kind is Kind.CSV:
            yield from _rows(file, csv_table(data, self.limits), self.limits)
        else:
            yield from _sheets(file, tables_of_sheets(self.process.sheets(data)), self.limits)


def reading_of_text(text: str, limits: Limits) -> FileReading:
    """What a text at hand gives."""
    try:
        return _tidied("", Document(text), limits)
    except UnreadableError as reason:
        return refused("", reason)


def _without_title(document: Document) -> Document:
    """Canvas writes the task's title and the student's name over what was typed there."""
    return replace(document, text=document.text.removeprefix(document.title).lstrip())


def _sheets(file: str, tables: Sequence[Table], limits: Limits) -> Iterator[FileReading]:
    """The essays of all sheets; a sheet without essays is mentioned where others have some."""
    found: list[FileReading] = []
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


def _rows(file: str, table: Table, limits: Limits, sheet: str = "") -> Iterator[FileReading]:
    empty = True
    for row in essays_of(table):
        empty = False
        yield _row(f"{file}/{label(sheet)}row {row.number}", row, table.notes, limits)
    if empty:
        raise _no_essay()


def _row(name: str, row: TableRow, notes: tuple[str, ...], limits: Limits) -> FileReading:
    try:
        refuse_row(row)
        reading = _tidied(name, Document(row.text, (*notes, *row.notes)), limits)
    except UnreadableError as reason:
        reading = refused(name, reason)
    return replace(reading, student=label(row.student), is_row=True)


def _no_essay() -> UnreadableError:
    return UnreadableError(ErrorCode.EMPTY_CONTENT, "This table holds no essay.")


def _tidied(file: str, document: Document, limits: Limits) -> FileReading:
    if len(document.text) > limits.text_characters:
        raise UnreadableError(
            ErrorCode.FILE_TOO_LARGE,
            f"This text has more than {limits.text_characters:,} characters, which no essay has.",
        )
    tidied = tidy(document)
    return FileReading(file, tidied.text, notes=tidied.notes, heads=tidied.heads, top_line=tidied.top_line)
