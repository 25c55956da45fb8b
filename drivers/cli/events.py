"""``essays events``: the events of all batches of a store, to read, to follow, and to pass on."""

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape

from drivers import Engine, RequestError, StoredEvent
from drivers.cli.command_line import program
from drivers.cli.completion import known_batches, known_topics
from drivers.cli.console import Voice
from drivers.cli.exit_codes import ExitCode
from drivers.cli.locating import store_of, store_urls
from drivers.cli.options import Json, Out, SettingsFile, Store
from drivers.client.narration import sentence_of

Follow = Annotated[bool, typer.Option("--follow", help="Go on with what is still to come, until interrupted.")]
After = Annotated[int, typer.Option(min=0, help="Begin behind the event with this number.", metavar="N")]
New = Annotated[bool, typer.Option("--new", help="Begin with what is committed from now on.")]
Topics = Annotated[
    list[str] | None,
    typer.Option("--topic", help="Only this topic, or event; repeatable.", autocompletion=known_topics),
]
Batches = Annotated[
    list[str] | None,
    typer.Option("--batch", help="Only events of this batch; repeatable.", autocompletion=known_batches),
]
Cursor = Annotated[
    str | None, typer.Option(help="Go on where the last call with this name ended.", metavar="NAME", show_default=False)
]
Rewind = Annotated[bool, typer.Option("--rewind", help="Put the cursor back first: to --after, or to the beginning.")]


def main(
    follow: Follow = False,
    after: After = 0,
    new: New = False,
    topic: Topics = None,
    batch: Batches = None,
    cursor: Cursor = None,
    rewind: Rewind = False,
    store: Store = None,
    out: Out = None,
    as_json: Json = False,
    _settings: SettingsFile = None,
) -> None:
    """Print the events of all batches in the order in which they were committed; with --json, an envelope a line.

    It only reads the store, beside the program that runs the batches. With --cursor, the store keeps how far you were:
    an event is dealt with when it is printed and the next one is asked for, so that none is left out, and after a crash
    the last ones may come again (with the same event_id).

    Examples: essays events --batch 8b; essays events --follow --json --topic els.batch.phase.outcome --cursor school-db
    """
    voice = Voice(as_json=as_json)
    with voice.clear_errors(), Engine.reader(_store(batch or [], store, out)) as reader:
        begin = reader.store.last_sequence() if new else after
        if rewind:
            if cursor is None:
                raise RequestError("There is no cursor to put back: name it with --cursor.")
            reader.store.move_cursor(cursor, begin, reset=True)
        try:
            for event in reader.events(
                after=begin, topics=topic or (), batches=batch or (), follow=follow, cursor=cursor
            ):
                _print(event, voice)
        except KeyboardInterrupt:
            voice.say("No longer followed.")
            raise typer.Exit(ExitCode.INTERRUPTED) from None


def _store(batches: list[str], store: str | None, out: Path | None) -> str:
    """The one store that is meant: a feed has one log."""
    if batches and store is None:
        return store_of(batches[0], store, out)
    urls = store_urls(store, out)
    if len(urls) > 1:
        raise RequestError(
            f"There are {len(urls)} stores in results/, each with a log of its own: name one with --store or --out."
        )
    return urls[0]


def _print(event: StoredEvent[Any], voice: Voice) -> None:
    if voice.as_json:
        typer.echo(event.model_dump_json())
        return
    whose = f"{event.batch_id}/{event.essay_id}" if event.essay_id else event.batch_id
    moment = f"{event.event_timestamp.astimezone():%Y-%m-%d %H:%M:%S}"
    voice.say(f"{event.sequence:>7} {moment} {escape(whose)}: {escape(sentence_of(event))}")


if __name__ == "__main__":
    program("events", main)
