"""Tables (CSV, XLSX) with an essay in each row."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from statistics import fmean
from typing import Final

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


@dataclass(frozen=True, slots=True)
class TableRow:
    """The essay in one row; ``number`` counts as a spreadsheet does, the heading being row 1."""

    number: int
    text: str
    student: str


def csv_rows(data: bytes, limits: Limits) -> tuple[Iterator[Row], tuple[str, ...]]:
    """The rows of a CSV file, whatever it is separated by, and notes on how it was decoded.

    Raises:
        UnreadableError: it is no text.
    """
    document = decode(data)
    csv.field_size_limit(limits.text_characters)
    heading = document.text[: document.text.find("\n")] if "\n" in document.text else document.text
    # The heading tells: a sniffer that looks at whole rows takes the commas of the essays for separators.
    delimiter = max(",;\t|", key=heading.count)
    return iter(csv.reader(io.StringIO(document.text, newline=""), delimiter=delimiter)), document.notes


def xlsx_rows(data: bytes, limits: Limits) -> Iterator[Row]:
    """The rows of a workbook's first sheet that has any.

    Raises:
        UnreadableError: it is damaged or too large.
    """
    from drivers.intake.workbook import rows_of  # noqa: PLC0415  (its library takes a third of a second to load)

    return rows_of(data, limits)


def essays_of(rows: Iterator[Row]) -> Iterator[TableRow]:
    """The essays of a table: one for each row that is not wholly blank.

    Raises:
        UnreadableError: no column holds texts, or a row is broken.
    """
    try:
        heading = next(rows, [])
        sample = list(islice(rows, _SAMPLE_ROWS))
        text_column = _text_column(heading, sample)
        student_column = _named_column(heading, _STUDENT_COLUMNS)
        for number, row in enumerate(chain(sample, rows), start=2):
            if any(cell.strip() for cell in row):
                yield TableRow(number, _at(row, text_column), _at(row, student_column).strip())
    except csv.Error as error:
        raise UnreadableError(ErrorCode.CORRUPT_FILE, f"This table is broken: {error}.") from error


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
