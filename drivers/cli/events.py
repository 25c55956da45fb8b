"""``essays events``: read, follow and forward the events of all batches of a store."""

from typing import Annotated, Any

import typer
from pydantic import Field
from rich.markup import escape

from drivers import Engine, RequestError, StoredEvent
from drivers.cli.command_line import program
from drivers.cli.completion import known_batches, known_topics
from drivers.cli.console import Console
from drivers.cli.exit_codes import ExitCode
from drivers.cli.locating import store_of, store_urls
from drivers.cli.options import StoreSettings
from drivers.client.narration import sentence_of


class EventsSettings(StoreSettings):
    """Which events to print."""

    follow: Annotated[bool, Field(description="Keep printing new events, until interrupted.")] = False
    after: Annotated[
        int, typer.Option(metavar="N"), Field(ge=0, description="Start after the event with this number.")
    ] = 0
    new: Annotated[bool, Field(description="Start with events committed from now on.")] = False
    topic: Annotated[
        list[str],
        typer.Option(autocompletion=known_topics),
        Field(description="Only this topic or event. Repeatable."),
    ] = Field(default_factory=list)
    batch: Annotated[
        list[str],
        typer.Option(autocompletion=known_batches),
        Field(description="Only events of this batch. Repeatable."),
    ] = Field(default_factory=list)
    cursor: Annotated[
        str | None, typer.Option(metavar="NAME"), Field(description="Continue where this cursor was left.")
    ] = None
    rewind: Annotated[bool, Field(description="First reset the cursor to --after, or to the beginning.")] = False


def main(settings: EventsSettings, console: Console) -> ExitCode:
    """Print the events of all batches in the order in which they were committed; with --json, one envelope per line.

    This only reads the store, so it works while another program runs the batches. With --cursor, the store remembers
    how far you have read. An event counts as handled when the next one is requested, so that none is lost; after a
    crash, the last ones may come again (with the same event_id).

    Examples: essays events --batch 8b; essays events --follow --json --topic els.batch.phase.outcome --cursor school-db
    """
    with Engine.reader(_store(settings)) as reader:
        begin = reader.store.last_sequence() if settings.new else settings.after
        if settings.rewind:
            if settings.cursor is None:
                raise RequestError("--rewind needs a cursor: name it with --cursor.")
            reader.store.move_cursor(settings.cursor, begin, reset=True)
        wanted = {"topics": settings.topic, "batches": settings.batch}
        try:
            for event in reader.events(after=begin, follow=settings.follow, cursor=settings.cursor, **wanted):
                _print(event, console)
        except KeyboardInterrupt:
            console.print("Stopped following.")
            return ExitCode.INTERRUPTED
    return ExitCode.DONE


def _store(settings: EventsSettings) -> str:
    """The store to read. There can be only one, because each store has its own log."""
    if settings.batch and settings.store is None:
        return store_of(settings.batch[0], settings.store, settings.out)
    urls = store_urls(settings.store, settings.out)
    if len(urls) > 1:
        raise RequestError(
            f"There are {len(urls)} stores in results/, each with its own log: choose one with --store or --out."
        )
    return urls[0]


def _print(event: StoredEvent[Any], console: Console) -> None:
    if console.as_json:
        typer.echo(event.model_dump_json())
        return
    whose = f"{event.batch_id}/{event.essay_id}" if event.essay_id else event.batch_id
    moment = f"{event.event_timestamp.astimezone():%Y-%m-%d %H:%M:%S}"
    console.print(f"{event.sequence:>7} {moment} {escape(whose)}: {escape(sentence_of(event))}")


if __name__ == "__main__":
    program("events", main)
