"""``essays status [BATCH]``: shows all batches, or one batch with its phases and essays, running or not."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import Field
from rich.markup import escape
from rich.table import Column, Table

from actors.core.batch_state import BatchStage
from actors.core.essay_state import EssayState
from actors.stores.store import BatchSummary
from drivers.cli.command_line import program
from drivers.cli.completion import known_batches
from drivers.cli.console import Console, name_column
from drivers.cli.live_progress import progress_table
from drivers.cli.locating import STORE_FILE, BatchPlace, all_batches, default_stores
from drivers.cli.options import StoreSettings
from drivers.cli.tables import status_text
from drivers.client.engine import Engine
from drivers.client.stores import holders, shown


class StatusSettings(StoreSettings):
    """Which batches to show."""

    batch_id: Annotated[
        str | None,
        typer.Argument(autocompletion=known_batches, show_default=False),
        Field(description="The batch to show. (default: list all)"),
    ] = None


def main(settings: StatusSettings, console: Console) -> None:
    """List all batches, or show one batch's phases and every essay of it, whether or not anything is running.

    Examples: essays status; essays status 8b; essays status --store sqlite:///school.db --json
    """
    if settings.batch_id is not None:
        _show(BatchPlace(settings.batch_id, settings.store, settings.out), console)
        return
    is_named = settings.store is not None or settings.out is not None
    passed_by: list[str] = []
    lines = list(all_batches(settings.store, settings.out, passed_by.append)) if is_named or default_stores() else []
    _list(lines, console)
    for line in passed_by:
        console.warn(line)


def whereabouts(line: BatchSummary, holder: Mapping[str, Any] | None) -> str:
    """A word for whether a process is running the batch: ended, paused, interrupted or running."""
    if line.stage == BatchStage.ENDED:
        return "ended"
    if line.paused:
        return "paused"
    return "interrupted" if holder is None else f"running (process {holder['pid']} on {holder['host']})"


def _list(lines: list[tuple[str, BatchSummary]], console: Console) -> None:
    columns = (name_column("batch"), "status", "essays", "last change", "now", Column("where", overflow="fold"))
    table = Table(*columns, header_style="bold")
    documents = []
    holder_in = {url: holders(url) for url in {url for url, line in lines if line.stage != BatchStage.ENDED}}
    for url, line in lines:
        now = whereabouts(line, holder_in[url](line.batch_id) if url in holder_in else None)
        changed = f"{line.updated_at.astimezone():%Y-%m-%d %H:%M}"
        status = str(line.status).replace("_", " ")
        cells = (line.batch_id, status, str(line.essays), changed, now, _where(url))
        table.add_row(*map(escape, cells))
        documents.append({**line._asdict(), "now": now, "store": shown(url)})
    console.show(table if lines else "There are no batches yet. Try: essays run --sample")
    console.answer(documents)


def _where(url: str) -> str:
    """The output folder if the store is in one, else the store."""
    path = Path(shown(url))
    return os.path.relpath(path.parent) if path.name == STORE_FILE else shown(url)


def _show(place: BatchPlace, console: Console) -> None:
    with Engine.reader(place.url) as reader:
        batch = reader.batch(place.batch_id)
        progress, essays = batch.progress, batch.essay_states
        now = whereabouts(batch.summary, reader.holder(batch.batch_id))
    students = place.students
    console.answer({**progress.as_document(), "now": now, "essays": [_document(each, students) for each in essays]})
    if console.as_json:
        return
    status = progress.status.replace("_", " ")
    console.print(f"Batch [bold]{escape(batch.batch_id)}[/bold]: {status}; {escape(now)}")
    console.show(progress_table(progress, at_work=now.startswith("running")))
    console.show(_essays(essays, students))
    if now in {"interrupted", "paused"}:
        console.print(f"Continue with: {escape(place.go_on)}")


def _essays(essays: list[EssayState], students: Mapping[str, str]) -> Table:
    named = ["student"] if students else []
    table = Table(name_column("essay"), *named, "file", "status", "why", header_style="bold")
    for essay in essays:
        student = [escape(students.get(essay.essay_id, "?"))] if students else []
        reason = essay.failure.message if essay.failure else f"attempt {essay.attempt + 1}" if essay.attempt else ""
        status = status_text(essay.status)
        style = "red" if essay.failure else None
        table.add_row(escape(essay.essay_id), *student, escape(essay.file), status, escape(reason), style=style)
    return table


def _document(essay: EssayState, students: Mapping[str, str]) -> dict[str, Any]:
    return {
        "essay_id": essay.essay_id,
        "student": students.get(essay.essay_id),
        "file": essay.file,
        "status": essay.status,
        "phase": essay.phase,
        "attempt": essay.attempt,
        "failure": essay.failure.model_dump(mode="json") if essay.failure else None,
    }


if __name__ == "__main__":
    program("status", main)
