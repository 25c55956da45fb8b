"""The table at the end of a run."""

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from contracts.phases import EssayStatus
from drivers.figures import figures_of
from drivers.voice import name_column

MOST_ROWS = 60
_HIDDEN = {"theta_se", "suggested", "work_on"}
_LONGEST_CELL = 60


def print_results(document: Mapping[str, Any], console: Console) -> None:
    """Essays with status, key figures and failure; of a large batch, only those that failed."""
    essays: Sequence[Mapping[str, Any]] = document["essays"]
    shown = essays if len(essays) <= MOST_ROWS else [essay for essay in essays if essay["failure"]][:MOST_ROWS]
    figures = {essay["essay_id"]: figures_of(essay["results"]) for essay in shown}
    columns = [name for name in dict.fromkeys(name for row in figures.values() for name in row) if name not in _HIDDEN]
    if shown:
        console.print(_table(shown, figures, columns))
    if len(shown) < len(essays):
        console.print(f"{len(essays)} essays; shown are {len(shown)} that failed. All are in results.csv.")


def _table(
    essays: Sequence[Mapping[str, Any]], figures: Mapping[str, Mapping[str, Any]], columns: Sequence[str]
) -> Table:
    named = any(essay.get("student") for essay in essays)
    table = Table(
        name_column("essay"),
        *(["student"] if named else []),
        "status",
        *[name.replace("_", " ") for name in columns],
        header_style="bold",
    )
    failed = any(essay["failure"] for essay in essays)
    if failed:
        table.add_column("why it failed", overflow="fold", style="red")
    for essay in sorted(essays, key=lambda essay: figures[essay["essay_id"]].get("rank") or len(essays)):
        row = figures[essay["essay_id"]]
        status = "completed" if essay["status"] == EssayStatus.ALL_PROCESSING_COMPLETED else essay["status"]
        student = [escape(essay.get("student") or "?")] if named else []
        figures_shown = [_cell(row.get(name)) for name in columns]
        cells = [escape(essay["essay_id"]), *student, status.replace("_", " "), *figures_shown]
        reason = essay["failure"]["message"] if essay["failure"] else ""
        table.add_row(*cells, *([escape(reason)] if failed else []))
    return table


def _cell(value: Any) -> str:
    text = "" if value is None else f"{value:g}" if isinstance(value, float) else str(value)
    return escape(text if len(text) <= _LONGEST_CELL else text[: _LONGEST_CELL - 1] + "…")
