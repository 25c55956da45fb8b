"""Workbooks (.xlsx), by openpyxl."""

import io
import zlib
from collections.abc import Iterator, Sequence
from typing import Final
from zipfile import BadZipFile

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from contracts.failures import ErrorCode
from drivers.intake.model import Limits, UnreadableError
from drivers.intake.zips import open_zip, refuse_bomb, total_size

# What a broken workbook makes the library raise; the errors of both XML parsers it may use are syntax errors.
_BROKEN_BOOK: Final = (
    ArithmeticError, AttributeError, BadZipFile, EOFError, InvalidFileException, LookupError, OSError, SyntaxError,
    TypeError, ValueError, zlib.error,
)  # fmt: skip


def rows_of(data: bytes, limits: Limits) -> Iterator[Sequence[str]]:
    """The rows of a workbook's first sheet that has any.

    Raises:
        UnreadableError: it is damaged or too large.
    """
    with open_zip(data) as archive:
        for info in archive.infolist():
            refuse_bomb(info, limits.part_bytes)
        if total_size(archive) > limits.archive_bytes:
            raise UnreadableError(ErrorCode.FILE_TOO_LARGE, "This workbook is too large.")
    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        sheets = (
            [[_cell(value) for value in row] for row in sheet.iter_rows(values_only=True)] for sheet in book.worksheets
        )
        return iter(next((rows for rows in sheets if rows), []))
    except _BROKEN_BOOK as error:
        raise UnreadableError(ErrorCode.CORRUPT_FILE, "This workbook is damaged and cannot be read.") from error


def _cell(value: object) -> str:
    return "" if value is None else str(value)
