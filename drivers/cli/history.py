"""``essays history BATCH [ESSAY]``: shows what happened, from the event log."""

from collections.abc import Iterable, Iterator
from typing import Annotated

import typer
from pydantic import Field
from rich.markup import escape
from rich.table import Table

from drivers.cli.command_line import program
from drivers.cli.console import Console, name_column
from drivers.cli.options import BatchSettings
from drivers.client.engine import Engine
from drivers.client.errors import EssayNotFoundError
from drivers.client.narration import NarratedEvent
from drivers.client.stored_batch import StoredBatch


class HistorySettings(BatchSettings):
    """Which events to show."""

    essay_id: Annotated[
        str | None, typer.Argument(show_default=False), Field(description="Only this essay of the batch.")
    ] = None
    everything: Annotated[bool, Field(alias="all", description="Every event of every essay, not only failures.")] = (
        False
    )


def main(settings: HistorySettings, console: Console) -> None:
    """Show what happened to a batch, or to one of its essays, oldest first.

    For a batch, this shows its phases, what operators did, and the essays that failed. With --json, one event per line.

    Examples: essays history 8b; essays history 8b anna-berg; essays history 8b --all --json
    """
    everything = settings.everything or settings.essay_id is not None
    with Engine.reader(settings.place.url) as reader:
        events = _chosen(_narrated(reader.batch(settings.batch_id), settings.essay_id), everything=everything)
        if settings.as_json:
            for event in events:
                console.answer(event.as_document())
        else:
            console.show(_table(events))


def _narrated(batch: StoredBatch, essay_id: str | None) -> Iterable[NarratedEvent]:
    try:
        return batch.history() if essay_id is None else batch.essay(essay_id).history()
    except EssayNotFoundError as error:
        raise EssayNotFoundError(f"{error} List its essays with: essays status {batch.batch_id}") from None


def _chosen(events: Iterable[NarratedEvent], *, everything: bool) -> Iterator[NarratedEvent]:
    return (event for event in events if everything or event.failed or event.essay_id is None)


def _table(events: Iterable[NarratedEvent]) -> Table:
    table = Table("when", "after", name_column("essay"), "what happened", header_style="bold")
    before = None
    for event in events:
        local = event.timestamp.astimezone()
        after = f"{(event.timestamp - before).total_seconds():.1f} s" if before else ""
        style = "red" if event.failed else None
        table.add_row(
            f"{local:%Y-%m-%d %H:%M:%S}", after, escape(event.essay_id or ""), escape(event.text), style=style
        )
        before = event.timestamp
    return table


if __name__ == "__main__":
    program("history", main)
