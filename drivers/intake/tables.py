"""Tables (CSV, XLSX) with an essay in each row."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from statistics import fmean
from typing import Final, NamedTuple

from contracts.failures import ErrorCode
from drivers.intake.model import Limits, UnreadableError
from drivers.intake.plain import decode

Row = Sequence[str]

_TEXT_COLUMNS: Final = (
    "text", "full_text", "essay", "essay_text", "answer", "response", "content", "uppsats", "elevtext", "svar",
)  # fmt: skip
_STUDENT_COLUMNS: Final = ("student", "student_name", "name", "pupil", "elev", "namn", "full_name")
_SAMPLE_ROWS = 50
_ESSAY_CHARACTERS = 150
_QUOTED: Final = re.compile(r'"[^"]*"')
_SEPARATOR_LINE: Final = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)  # which Excel writes before the heading
_NO_SEPARATOR: Final = "\x1f"
_END: Final = "\x1e"  # comes after the last line, to see whether it stands by itself


@dataclass(frozen=True, slots=True)
class TableRow:
    """The essay in one row; ``number`` counts as a spreadsheet does, the heading being row 1.

    It is ``torn`` where it has more cells than the heading: a separator stood in a text without quotation marks.
    """

    number: int
    text: str
    student: str
    torn: bool = False


class Table(NamedTuple):
    """Rows, the first of them the heading, with the sheet's title (empty: there are no sheets)."""

    title: str
    rows: Iterator[Row]
    notes: tuple[str, ...] = ()


def csv_table(data: bytes, limits: Limits) -> Table:
    """The rows of a CSV file, whatever it is separated by.

    Raises:
        UnreadableError: it is no text.
    """
    document = decode(data)
    csv.field_size_limit(limits.table_bytes)  # a giant in one row is for that row to be refused
    told = _SEPARATOR_LINE.match(document.text)
    text = document.text[told.end() :] if told else document.text
    return Table("", _csv_rows(text, told[1] if told else _separator(text)), document.notes)


def _separator(text: str) -> str:
    """The heading tells: a sniffer that looks at whole rows takes the commas of the essays for separators."""
    heading = _QUOTED.sub("", text[: text.find("\n")] if "\n" in text else text)
    found = max(",;\t|", key=heading.count)
    return found if found in heading else _NO_SEPARATOR


def _csv_rows(text: str, separator: str) -> Iterator[Row]:
    number, row = 0, [""]
    try:
        for number, row in enumerate(csv.reader(_lines(text), delimiter=separator), start=1):  # noqa: B007  (the last one tells)
            if row and row[-1].endswith(_END):
                break
            yield row
    except csv.Error as error:
        raise _broken_at(number + 1, f"cannot be read ({error})") from error
    if row != [_END]:
        raise _broken_at(number, "has a quotation mark that is never closed")


def _lines(text: str) -> Iterator[str]:
    return chain(io.StringIO(text, newline=""), [_END])


def _broken_at(number: int, what: str) -> UnreadableError:
    return UnreadableError(
        ErrorCode.CORRUPT_FILE, f"Row {number} {what}: it and all rows below it were not read. Mend the table."
    )


def xlsx_tables(data: bytes, limits: Limits) -> list[Table]:
    """The sheets of a workbook that have any rows.

    Raises:
        UnreadableError: it is damaged or too large.
    """
    from drivers.intake.workbook import sheets_of  # noqa: PLC0415  (its library takes a third of a second to load)

    return [Table(sheet.title, iter(sheet.rows)) for sheet in sheets_of(data, limits)]


def essays_of(table: Table) -> Iterator[TableRow]:
    """The essays of a table: one for each row that is not wholly blank.

    Raises:
        UnreadableError: no column holds texts, or a row is broken.
    """
    heading = next(table.rows, [])
    sample, broken = _first(table.rows, _SAMPLE_ROWS)
    text_column = _text_column(heading, sample)
    student_column = _named_column(heading, _STUDENT_COLUMNS)
    # Where the heading is missing, an essay stands in its place.
    start, first = (1, [heading]) if len(_at(heading, text_column)) >= _ESSAY_CHARACTERS else (2, [])
    for number, row in enumerate(chain(first, sample, table.rows), start=start):
        if any(cell.strip() for cell in row):
            torn = not table.title and any(cell.strip() for cell in row[len(heading) :])
            yield TableRow(number, _at(row, text_column), _at(row, student_column).strip(), torn)
    if broken is not None:
        raise broken


def _first(rows: Iterator[Row], many: int) -> tuple[list[Row], UnreadableError | None]:
    """The first rows, and what is wrong with the table where it ends before: the rows above are essays all the same."""
    found: list[Row] = []
    try:
        found.extend(islice(rows, many))  # what came before an error stays in the list
    except UnreadableError as error:
        return found, error
    return found, None


def refuse_row(row: TableRow) -> None:
    """Refuse a row without a text, or one whose text may have been cut.

    Raises:
        UnreadableError: it is one.
    """
    if row.torn:
        raise UnreadableError(
            ErrorCode.CORRUPT_FILE,
            "This row has more columns than the heading, so its text may be cut: put the text in quotation marks.",
        )
    if not row.text.strip():
        raise UnreadableError(
            ErrorCode.EMPTY_CONTENT,
            "There is no text in this row. If a formula should give it: save the file in a spreadsheet program first.",
        )


def _at(row: Row, column: int | None) -> str:
    return row[column] if column is not None and column < len(row) else ""


def _named_column(heading: Row, names: Iterable[str]) -> int | None:
    known = {title.strip().casefold().replace(" ", "_"): column for column, title in reversed(list(enumerate(heading)))}
    return next((known[name] for name in names if name in known), None)


def _text_column(heading: Row, sample: Sequence[Row]) -> int:
    named = _named_column(heading, _TEXT_COLUMNS)
    if named is not None:
        return named
    lengths = [fmean([len(_at(row, column)) for row in sample] or [0]) for column in range(len(heading))]
    if max(lengths, default=0) < _ESSAY_CHARACTERS:
        raise UnreadableError(
            ErrorCode.UNKNOWN_FILE_TYPE, "This table has no column of essays: give that column the heading “text”."
        )
    return lengths.index(max(lengths))
