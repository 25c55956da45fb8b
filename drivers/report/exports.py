"""The tables as files: CSV and Parquet. What is text in them stays text."""

import csv
from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from drivers.report.safe import cell_text, printable
from drivers.report.tables import Cell, Table


def write_csv(tables: Sequence[Table], folder: Path) -> list[Path]:
    """A CSV file for each table: RFC 4180, UTF-8 with a byte order mark, without which Excel guesses."""
    return [_csv(table, folder / f"{table.name}.csv") for table in tables]


def _csv(table: Table, path: Path) -> Path:
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.DictWriter(stream, table.columns)
        writer.writeheader()
        writer.writerows({column: _safe(value) for column, value in row.items()} for row in table.rows)
    return path


def _safe(value: Cell) -> Cell:
    return cell_text(value) if isinstance(value, str) else value


def write_parquet(tables: Sequence[Table], folder: Path) -> list[Path]:
    """A Parquet file for each table, for data frames; none where pyarrow is not installed."""
    if find_spec("pyarrow") is None:
        return []
    arrow, parquet = import_module("pyarrow"), import_module("pyarrow.parquet")  # large, and an extra
    written = []
    for table in tables:
        rows = [{column: _clean(row.get(column)) for column in table.columns} for row in table.rows]
        path = folder / f"{table.name}.parquet"
        parquet.write_table(arrow.Table.from_pylist(rows), path)
        written.append(path)
    return written


def _clean(value: Cell) -> Cell:
    return printable(value) if isinstance(value, str) else value
