"""``essays watch BATCH``: shows a batch's progress live, from another terminal or machine."""

import time
from typing import Annotated, Final

from pydantic import Field
from rich.markup import escape

from drivers.cli.command_line import program
from drivers.cli.console import Console
from drivers.cli.exit_codes import ExitCode, exit_code_of
from drivers.cli.live_progress import LiveProgress
from drivers.cli.options import BatchSettings
from drivers.cli.status import whereabouts
from drivers.client.engine import Engine
from drivers.client.progress import BatchProgress
from drivers.client.reader import Reader

_POLL: Final = 0.2


class WatchSettings(BatchSettings):
    """How to watch a batch."""

    every: Annotated[float, Field(ge=0.2, description="Seconds between updates, at least.")] = 1.0
    once: Annotated[bool, Field(description="Show the progress once, then end.")] = False


def main(settings: WatchSettings, console: Console) -> ExitCode:
    """Watch a batch until it ends: for each phase, essays done, failed and retrying, the rate and the time left.

    This only reads the store, so it works while another program runs the batch, and on any machine that can reach the
    file or the database. With --json, each change is printed as a line. The exit code is that of the batch.

    Examples: essays watch 8b; essays watch exam --store postgresql://user@db/essays
    """
    with Engine.reader(settings.place.url) as reader:
        watched = _Watched(reader, settings)
        try:
            last = (_lines if settings.as_json else _live)(watched, settings, console)
        except KeyboardInterrupt:
            console.print("Stopped watching; the batch is not affected.")
            return ExitCode.INTERRUPTED
    return exit_code_of(last.status, failed=False, strict=False)


class _Watched:
    """A batch in its store, and whether a process is running it."""

    def __init__(self, reader: Reader, settings: WatchSettings) -> None:
        self.batch = reader.batch(settings.batch_id)
        self._reader = reader
        self._go_on = settings.place.go_on
        self.now = self.look()

    def look(self) -> str:
        """Read whether a process is running the batch, and keep the answer as ``now``."""
        self.now = whereabouts(self.batch.summary, self._reader.holder(self.batch.batch_id))
        return self.now

    def is_at_work(self) -> bool:
        """Read whether a process is running the batch now."""
        return self.look().startswith("running")

    def text(self) -> str:
        """A line for people; empty if the batch has ended."""
        if self.now == "ended":
            return ""
        how = "" if self.now.startswith("running") else f" Continue with: {self._go_on}"
        return f"Batch {self.batch.batch_id} is {self.now}.{how}"


def _live(watched: _Watched, settings: WatchSettings, console: Console) -> BatchProgress:
    text = watched.text()
    if text:
        console.print(escape(text))
    with LiveProgress(watched.batch, console.terminal, settings.every, watched.is_at_work) as progress:
        look = progress.look()
        while not (settings.once or look.has_ended):
            time.sleep(_POLL)
            look = progress.watch()
            if (now := watched.text()) != text and now:
                text = now
                console.print(escape(text))
    return look


def _lines(watched: _Watched, settings: WatchSettings, console: Console) -> BatchProgress:
    printed = None
    while True:
        look, now = watched.batch.progress, watched.look()
        counts = [(each.phase, each.status, each.settled, each.retrying) for each in look.phases]
        if (look.status, now, counts) != printed:
            printed = (look.status, now, counts)
            console.answer({**look.as_document(), "now": now})
        if settings.once or look.has_ended:
            return look
        time.sleep(settings.every)


if __name__ == "__main__":
    program("watch", main)
