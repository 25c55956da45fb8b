"""The tables as one Excel file. What is text in them stays text."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from drivers.report.safe import cell_text, cut
from drivers.report.tables import Cell, Table

_EXCEL_CELL: Final = 32_767  # characters that a cell of Excel holds
_WIDEST: Final = 60  # characters of a column: a text has more
_ROWS_MEASURED: Final = 100


def write_xlsx(tables: Sequence[Table], folder: Path) -> Path:
    """One workbook, ``tables.xlsx``, with a sheet for each table."""
    book = Workbook(write_only=True)
    for table in tables:
        sheet = book.create_sheet(table.name)
        sheet.freeze_panes = "B2"
        for number, column in enumerate(table.columns, start=1):
            sheet.column_dimensions[get_column_letter(number)].width = _width(table, column)
        sheet.append([_heading(sheet, column) for column in table.columns])
        for row in table.rows:
            sheet.append([_excel(row.get(column)) for column in table.columns])
    path = folder / "tables.xlsx"
    book.save(path)
    return path


def _width(table: Table, column: str) -> int:
    longest = max(len(str(value)) for value in (column, *(row.get(column, "") for row in table.rows[:_ROWS_MEASURED])))
    return min(longest + 2, _WIDEST)


def _heading(sheet: Any, column: str) -> Any:
    cell = WriteOnlyCell(sheet, _excel(column))
    cell.font = Font(bold=True)
    return cell


def _excel(value: Cell) -> Cell:
    return cut(cell_text(value), _EXCEL_CELL) if isinstance(value, str) else value
