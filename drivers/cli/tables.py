"""Prints the table of results at the end of a run."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from rich.console import Console
from rich.markup import escape
from rich.table import Column, Table

from contracts.phases import EssayStatus
from drivers.cli.console import name_column
from drivers.client.results import BatchResult, EssayResult
from drivers.intake.intake_report import some_of
from drivers.report.figures import figures_of

MOST_ROWS: Final = 60
_FIRST: Final = ("rank", "theta", "corrected", "band")  # these are shown if not all columns fit
_HIDDEN: Final = {"theta_se", "rank_range", "suggested", "work_on"}
_TITLES: Final = {"theta": "score"}
_STATUSES: Final = {
    EssayStatus.ALL_PROCESSING_COMPLETED: "completed",
    EssayStatus.CONTENT_INGESTION_FAILED: "could not be read",
}
_LONGEST_CELL: Final = 60
_BORDERS: Final = 3  # the width of lines and blanks around each cell


def print_results(result: BatchResult, console: Console) -> None:
    """Print essays with status and as many figures as fit, then why essays failed. Of large batches, only failures."""
    essays = result.essays
    shown = essays if len(essays) <= MOST_ROWS else result.failed[:MOST_ROWS]
    if shown:
        _print_table(shown, console)
    for reason, files in _by_reason(shown).items():
        console.print(f"[red]{escape(f'{some_of(files)}: {reason}')}[/red]", soft_wrap=True, highlight=False)
    if len(shown) < len(essays):
        console.print(f"{len(essays)} essays, of which {len(shown)} that failed are shown. All are in results.csv.")


def _by_reason(essays: Sequence[EssayResult]) -> dict[str, list[str]]:
    """The files of failed essays, by the reason why they failed."""
    files: dict[str, list[str]] = {}
    for essay in essays:
        if essay.failure is not None:
            files.setdefault(essay.failure.message, []).append(essay.file or essay.essay_id)
    return files


def _with_range(figures: Mapping[str, Any]) -> dict[str, Any]:
    """Add to the rank the range in which it may lie."""
    between = figures.get("rank_range")
    return {**figures, "rank": f"{figures['rank']} ({between})"} if between else dict(figures)


def _print_table(essays: Sequence[EssayResult], console: Console) -> None:
    figures = {essay.essay_id: figures_of(essay.model_dump(mode="json")["results"]) for essay in essays}
    names = [name for name in dict.fromkeys(name for row in figures.values() for name in row) if name not in _HIDDEN]
    words = {"essay": [essay.essay_id for essay in essays]}
    if any(essay.student for essay in essays):
        words["student"] = [essay.student or "?" for essay in essays]
    words["status"] = [status_text(essay.status) for essay in essays]
    told = {essay_id: _with_range(own) for essay_id, own in figures.items()}
    cells = {name: [_cell(told[essay.essay_id].get(name)) for essay in essays] for name in names}
    room = console.width - 1 - sum(_width([title], rows) for title, rows in words.items())
    widths = {name: _width(name.split("_"), rows) for name, rows in cells.items()}
    chosen = {name for name in sorted(names, key=_rarely_asked_for) if (room := room - widths[name]) >= 0}
    fitting = {name: rows for name, rows in cells.items() if name in chosen}
    columns = (Column(_TITLES.get(name, name).replace("_", " "), min_width=widths[name] - _BORDERS) for name in fitting)
    table = Table(*map(name_column, words), *columns, header_style="bold")
    ranks = [figures[essay.essay_id].get("rank") or len(essays) for essay in essays]
    for _, *row in sorted(zip(ranks, *words.values(), *fitting.values(), strict=True), key=lambda row: row[0]):
        table.add_row(*map(escape, row))
    console.print(table)
    if len(fitting) < len(names):
        console.print("There are more figures, which do not fit here, in results.csv.")


def _rarely_asked_for(name: str) -> bool:
    return name not in _FIRST


def _width(title: Iterable[str], rows: Iterable[str]) -> int:
    """The width of a column; a title may be wrapped between its words."""
    return max(map(len, (*title, *rows))) + _BORDERS


def status_text(status: EssayStatus) -> str:
    """A status in words for people."""
    return _STATUSES.get(status) or status.replace("_", " ")


def _cell(value: Any) -> str:
    text = "" if value is None else f"{value:g}" if isinstance(value, float) else str(value)
    return text if len(text) <= _LONGEST_CELL else text[: _LONGEST_CELL - 1] + "…"
