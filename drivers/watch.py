"""``essays watch BATCH``: its progress live, from another terminal or another machine."""

import time
from contextlib import closing
from typing import Annotated, Final

import typer
from rich.markup import escape

from actors.core.batch_state import Stage
from actors.stores.store import Store as OpenStore
from drivers.command_line import program
from drivers.exit_codes import ExitCode, exit_code_of
from drivers.finding import holders, reading, store_of
from drivers.options import BatchId, Json, Out, SettingsFile, Store
from drivers.pace import BatchProgress, Observer
from drivers.progress import LiveProgress
from drivers.status import whereabouts
from drivers.voice import Voice

_POLL: Final = 0.2

Every = Annotated[float, typer.Option(min=0.2, help="Seconds between two looks, at least.")]
Once = Annotated[bool, typer.Option("--once", help="Look once, and end.")]


def main(
    batch_id: BatchId,
    every: Every = 1.0,
    once: Once = False,
    store: Store = None,
    out: Out = None,
    as_json: Json = False,
    _settings: SettingsFile = None,
) -> None:
    """Watch a batch until it ends: done, failed, retrying, rate and time left of each phase. It disturbs nothing.

    It only reads the store, so that it works beside the program that runs the batch, and on any machine that reaches
    the file or the database. With --json, each change is a line. The exit code is that of the batch.

    Examples: essays watch 8b; essays watch exam --store postgresql://user@db/essays
    """
    voice = Voice(as_json=as_json)
    with voice.clear_errors():
        url = store_of(batch_id, store, out)
        _say_who(url, batch_id, voice)
        watch = _lines if as_json else _live
        with closing(reading(url)) as opened:
            last = watch(opened, batch_id, every, voice, once=once)
        raise typer.Exit(exit_code_of(last.status, failed=False, strict=False) if last else ExitCode.DONE)


def _say_who(url: str, batch_id: str, voice: Voice) -> None:
    """Whether anybody is at work: watching what stands still would be waiting for nothing."""
    with closing(reading(url)) as opened:
        header = opened.batch(batch_id)
    if header is not None and header.stage != Stage.ENDED:
        now = whereabouts(holders(url)(batch_id), ended=False, paused=header.paused)
        go_on = "" if now.startswith("running") else f" Go on with: essays resume {batch_id}"
        voice.say(escape(f"Batch {batch_id} is {now}.{go_on}"))


def _live(store: OpenStore, batch_id: str, every: float, voice: Voice, *, once: bool) -> BatchProgress | None:
    with LiveProgress(store, batch_id, voice.console, every) as progress:
        progress.look()
        while not once and progress.now is not None and not progress.now.has_ended:
            time.sleep(_POLL)
            progress.watch()
    return progress.now


def _lines(store: OpenStore, batch_id: str, every: float, voice: Voice, *, once: bool) -> BatchProgress | None:
    observer, said = Observer(store, batch_id), None
    while True:
        now = observer.look()
        counts = (
            None if now is None else [(each.phase, each.status, each.settled, each.retrying) for each in now.phases]
        )
        if now is not None and (now.status, now.paused, counts) != said:
            said = (now.status, now.paused, counts)
            voice.answer(now.as_document())
        if once or now is None or now.has_ended:
            return now
        time.sleep(every)


if __name__ == "__main__":
    program("watch", main)
