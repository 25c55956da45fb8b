"""``essays watch BATCH``: its progress live, from another terminal or another machine."""

import time
from contextlib import closing
from typing import Annotated, Final

import typer
from rich.markup import escape

from actors.core.batch_state import Stage
from actors.stores.store import Store as OpenStore
from drivers.cli.command_line import program
from drivers.cli.console import Voice
from drivers.cli.exit_codes import ExitCode, exit_code_of
from drivers.cli.live_progress import LiveProgress
from drivers.cli.locating import go_on, store_of
from drivers.cli.options import BatchId, Json, Out, SettingsFile, Store
from drivers.cli.status import whereabouts
from drivers.client.progress import BatchProgress, Observer
from drivers.client.stores import holders_in, reading

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
        with closing(reading(url)) as opened:
            looked_at = _Watched(opened, batch_id, url, go_on(batch_id, store, out))
            try:
                last = (_lines if as_json else _live)(looked_at, every, voice, once=once)
            except KeyboardInterrupt:
                voice.say("No longer watched; the batch goes on as it was.")
                raise typer.Exit(ExitCode.INTERRUPTED) from None
        raise typer.Exit(exit_code_of(last.status, failed=False, strict=False) if last else ExitCode.DONE)


class _Watched:
    """A batch in its store, and whether anybody is at work on it: watching what stands still would be for nothing."""

    def __init__(self, store: OpenStore, batch_id: str, url: str, how_to_go_on: str) -> None:
        self.store = store
        self.batch_id = batch_id
        self._url = url
        self._go_on = how_to_go_on
        self.now = self.look()

    def look(self) -> str:
        """Whether anybody is, in a word; it stays known as ``now``."""
        line = self.store.summary(self.batch_id)
        ended = line is None or line.stage == Stage.ENDED
        holder = None if ended else holders_in(self._url, self.store)(self.batch_id)
        self.now = whereabouts(holder, ended=ended, paused=line is not None and line.paused)
        return self.now

    def is_at_work(self) -> bool:
        """Look whether somebody is."""
        return self.look().startswith("running")

    def said(self) -> str:
        """For people; nothing of what has ended."""
        if self.now == "ended":
            return ""
        how = "" if self.now.startswith("running") else f" Go on with: {self._go_on}"
        return f"Batch {self.batch_id} is {self.now}.{how}"


def _live(watched: _Watched, every: float, voice: Voice, *, once: bool) -> BatchProgress | None:
    said = watched.said()
    if said:
        voice.say(escape(said))
    with LiveProgress(watched.store, watched.batch_id, voice.console, every, watched.is_at_work) as progress:
        progress.look()
        while not once and progress.now is not None and not progress.now.has_ended:
            time.sleep(_POLL)
            progress.watch()
            if (now := watched.said()) != said and now:
                said = now
                voice.say(escape(said))
    return progress.now


def _lines(watched: _Watched, every: float, voice: Voice, *, once: bool) -> BatchProgress | None:
    observer, said = Observer(watched.store, watched.batch_id), None
    while True:
        look, now = observer.look(), watched.look()
        if look is not None:
            counts = [(each.phase, each.status, each.settled, each.retrying) for each in look.phases]
            if (look.status, now, counts) != said:
                said = (look.status, now, counts)
                voice.answer({**look.as_document(), "now": now})
        if once or look is None or look.has_ended:
            return look
        time.sleep(every)


if __name__ == "__main__":
    program("watch", main)
