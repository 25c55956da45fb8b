"""``essays history BATCH [ESSAY]``: what happened, from the event log."""

from collections.abc import Iterable, Iterator
from contextlib import closing
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from actors.stores.store import Store as OpenStore
from drivers.cli.command_line import program
from drivers.cli.console import Voice, name_column
from drivers.cli.locating import store_of
from drivers.cli.options import BatchId, Json, Out, SettingsFile, Store
from drivers.client.errors import RequestError
from drivers.client.narration import NarratedEvent, narrated
from drivers.client.stores import reading

Essay = Annotated[str | None, typer.Argument(help="One essay of the batch.", show_default=False)]
Everything = Annotated[bool, typer.Option("--all", help="Every event of every essay, not only what went wrong.")]


def main(
    batch_id: BatchId,
    essay_id: Essay = None,
    everything: Everything = False,
    store: Store = None,
    out: Out = None,
    as_json: Json = False,
    _settings: SettingsFile = None,
) -> None:
    """Tell what happened to a batch, or to one essay of it, in the order in which it happened.

    Of a batch: its phases, what operators did, and the essays that failed. With --json, each event on a line.

    Examples: essays history 8b; essays history 8b anna-berg; essays history 8b --all --json
    """
    voice = Voice(as_json=as_json)
    with voice.clear_errors(), closing(reading(store_of(batch_id, store, out))) as opened:
        _check(opened, batch_id, essay_id)
        told = _chosen(narrated(opened, batch_id, essay_id), everything=everything or essay_id is not None)
        if as_json:
            for happening in told:
                voice.answer(happening.as_document())
        else:
            voice.show(_table(told))


def _check(store: OpenStore, batch_id: str, essay_id: str | None) -> None:
    if essay_id is not None and store.essay(batch_id, essay_id) is None:
        raise RequestError(f"Batch {batch_id} has no essay {essay_id!r}. See its essays with: essays status {batch_id}")


def _chosen(story: Iterable[NarratedEvent], *, everything: bool) -> Iterator[NarratedEvent]:
    return (one for one in story if everything or one.failed or one.essay_id is None)


def _table(story: Iterable[NarratedEvent]) -> Table:
    table = Table("when", "after", name_column("essay"), "what happened", header_style="bold")
    before = None
    for one in story:
        local = one.timestamp.astimezone()
        after = f"{(one.timestamp - before).total_seconds():.1f} s" if before else ""
        style = "red" if one.failed else None
        table.add_row(f"{local:%Y-%m-%d %H:%M:%S}", after, escape(one.essay_id or ""), escape(one.text), style=style)
        before = one.timestamp
    return table


if __name__ == "__main__":
    program("history", main)
