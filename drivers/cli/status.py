"""``essays status [BATCH]``: all batches, or one batch with its phases and essays, whether or not anything runs."""

import os
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Column, Table

from actors.core.batch_state import Stage
from actors.core.essay import EssayState
from actors.stores.store import BatchSummary
from actors.stores.store import Store as OpenStore
from drivers.cli.command_line import program
from drivers.cli.completion import known_batches
from drivers.cli.console import Voice, name_column
from drivers.cli.live_progress import progress_table
from drivers.cli.locating import STORE_FILE, all_batches, default_stores, folder_of, go_on, store_of
from drivers.cli.options import Json, Out, SettingsFile, Store
from drivers.client.progress import BatchProgress, Observer
from drivers.client.stores import holders, reading, shown
from drivers.intake import student_names

Id = Annotated[
    str | None, typer.Argument(help="One batch. (default: list all)", autocompletion=known_batches, show_default=False)
]


def main(
    batch_id: Id = None,
    store: Store = None,
    out: Out = None,
    as_json: Json = False,
    _settings: SettingsFile = None,
) -> None:
    """List all batches, or show one batch's phases and every essay of it. Nothing has to run for that.

    Examples: essays status; essays status 8b; essays status --store sqlite:///school.db --json
    """
    voice = Voice(as_json=as_json)
    with voice.clear_errors():
        if batch_id is None:
            named = store is not None or out is not None
            passed_by: list[str] = []
            lines = list(all_batches(store, out, passed_by.append)) if named or default_stores() else []
            _list(lines, voice)
            for line in passed_by:
                voice.warn(line)
        else:
            url = store_of(batch_id, store, out)
            students = student_names.kept(folder_of(batch_id, url, out), batch_id)
            with closing(reading(url)) as opened:
                _show(opened, batch_id, students, url, go_on(batch_id, store, out), voice)


def whereabouts(holder: Mapping[str, Any] | None, *, ended: bool, paused: bool = False) -> str:
    """In a word, whether somebody is at work on a batch: nothing that ended or crashed is said to be running."""
    if ended:
        return "ended"
    if paused:
        return "paused"
    return "interrupted" if holder is None else f"running (process {holder['pid']} on {holder['host']})"


def _list(lines: list[tuple[str, BatchSummary]], voice: Voice) -> None:
    columns = (name_column("batch"), "status", "essays", "last change", "now", Column("where", overflow="fold"))
    table = Table(*columns, header_style="bold")
    documents = []
    holder_in = {url: holders(url) for url in {url for url, line in lines if line.stage != Stage.ENDED}}
    for url, line in lines:
        holder = holder_in[url](line.batch_id) if url in holder_in else None
        now = whereabouts(holder, ended=line.stage == Stage.ENDED, paused=line.paused)
        changed = f"{line.updated_at.astimezone():%Y-%m-%d %H:%M}"
        status = str(line.status).replace("_", " ")
        cells = (line.batch_id, status, str(line.essays), changed, now, _where(url))
        table.add_row(*map(escape, cells))
        documents.append({**line._asdict(), "now": now, "store": shown(url)})
    voice.show(table if lines else "There are no batches yet. Begin with: essays run --sample")
    voice.answer(documents)


def _where(url: str) -> str:
    """The output folder where the store lies in one, else the store."""
    path = Path(shown(url))
    return os.path.relpath(path.parent) if path.name == STORE_FILE else shown(url)


def _show(
    store: OpenStore, batch_id: str, students: Mapping[str, str], url: str, how_to_go_on: str, voice: Voice
) -> None:
    progress = Observer(store, batch_id).look()
    if progress is None:  # it was forgotten a moment ago
        return
    essays = store.essays(batch_id)
    now = whereabouts(holders(url)(batch_id), ended=progress.has_ended, paused=progress.paused)
    voice.answer({**progress.as_document(), "now": now, "essays": [_document(each, students) for each in essays]})
    if voice.as_json:
        return
    voice.say(f"Batch [bold]{escape(batch_id)}[/bold]: {_said(progress)}; {escape(now)}")
    voice.show(progress_table(progress, at_work=now.startswith("running")))
    voice.show(_essays(essays, students))
    if now in {"interrupted", "paused"}:
        voice.say(f"Go on with: {escape(how_to_go_on)}")


def _said(progress: BatchProgress) -> str:
    return progress.status.replace("_", " ")


def _essays(essays: list[EssayState], students: Mapping[str, str]) -> Table:
    named = ["student"] if students else []
    table = Table(name_column("essay"), *named, "file", "status", "why", header_style="bold")
    for essay in essays:
        student = [escape(students.get(essay.essay_id, "?"))] if students else []
        reason = essay.failure.message if essay.failure else f"attempt {essay.attempt + 1}" if essay.attempt else ""
        status = essay.status.replace("_", " ")
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
