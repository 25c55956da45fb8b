"""Workbooks (.xlsx), by openpyxl."""

import io
import zlib
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple
from zipfile import BadZipFile, ZipFile, ZipInfo

import openpyxl
from openpyxl.utils.escape import unescape
from openpyxl.utils.exceptions import InvalidFileException

from contracts.failures import ErrorCode
from drivers.intake.model import Limits, UnreadableError
from drivers.intake.zips import open_zip, read_member, refuse_bomb, total_size

if TYPE_CHECKING:
    from openpyxl.worksheet._read_only import ReadOnlyWorksheet

# What a broken workbook makes the library raise; the errors of both XML parsers it may use are syntax errors.
_BROKEN_BOOK: Final = (
    ArithmeticError, AttributeError, BadZipFile, EOFError, InvalidFileException, LookupError, OSError, SyntaxError,
    TypeError, ValueError, zlib.error,
)  # fmt: skip


class Sheet(NamedTuple):
    """A sheet with its title and its rows, at least one."""

    title: str
    rows: list[Sequence[str]]


def sheets_of(data: bytes, limits: Limits) -> list[Sheet]:
    """The sheets of a workbook that have any rows.

    Raises:
        UnreadableError: it is damaged or too large.
    """
    with open_zip(data) as archive:
        for info in archive.infolist():
            refuse_bomb(info, limits.table_bytes)
            _refuse_many_rows(archive, info, limits)
        if total_size(archive) > limits.archive_bytes:
            raise _too_large()
    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        sheets = [Sheet(sheet.title, list(_rows(sheet, limits))) for sheet in book.worksheets]
    except _BROKEN_BOOK as error:
        raise UnreadableError(ErrorCode.CORRUPT_FILE, "This workbook is damaged and cannot be read.") from error
    return [sheet for sheet in sheets if any(map(any, sheet.rows))]


def _refuse_many_rows(archive: ZipFile, info: ZipInfo, limits: Limits) -> None:
    """Counted before the library makes an object of each, which takes it a minute for a million."""
    is_sheet = info.filename.startswith("xl/worksheets/") and not info.is_dir()
    if is_sheet and read_member(archive, info, limits.table_bytes).count(b"<row") > limits.table_rows:
        raise _too_large()


def _rows(sheet: "ReadOnlyWorksheet", limits: Limits) -> Iterator[Sequence[str]]:
    """Row by row, counting: one cell far out makes the library fill up all that lies before it."""
    sheet.reset_dimensions()  # some programs note them wrong, and the library would read no further
    cells = 0
    rows: Iterator[tuple[object, ...]] = sheet.iter_rows(values_only=True)  # type: ignore[misc]
    for number, row in enumerate(rows):
        cells += len(row) or 1
        if cells > limits.table_cells or number > limits.table_rows:
            raise _too_large()
        yield ["" if value is None else _text(value) for value in row]


def _text(value: object) -> str:
    """With the line breaks that Excel writes as “_x000D_”, as it does other characters that XML cannot hold."""
    return unescape(value) if isinstance(value, str) and "_x" in value else str(value)


def _too_large() -> UnreadableError:
    return UnreadableError(ErrorCode.FILE_TOO_LARGE, "This workbook is larger than any class's: divide it.")
