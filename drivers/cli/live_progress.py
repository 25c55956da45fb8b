"""Live progress of a batch in a terminal: a line per phase, with failures, the rate and the time left."""

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from types import TracebackType
from typing import Final, Self

from rich.console import Console, Group
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from drivers.client.progress import BatchProgress, PhaseProgress, duration_text
from drivers.client.stored_batch import StoredBatch

_SECONDS_BETWEEN_LOOKS: Final = 0.2
_SHARE_OF_LOOKING: Final = 0.05  # of the time, at most: a look at a large batch is slow


class LiveProgress:
    """Shows a batch's progress, read from its store. It is a context manager.

    If the output is a file or a pipe, each phase is printed only once, when it has ended.

    Args:
        batch: the batch.
        console: the terminal to print on.
        every: the shortest time between two updates, in seconds.
        is_at_work: returns whether a process is running the batch; if not, no rate and no time left are shown.
        starting: returns what the batch is waiting for before its work can begin; called until it returns "".
    """

    def __init__(
        self,
        batch: StoredBatch,
        console: Console,
        every: float = _SECONDS_BETWEEN_LOOKS,
        is_at_work: Callable[[], bool] = lambda: True,
        starting: Callable[[], str] = str,
    ) -> None:
        self._batch = batch
        self._console = console
        self._live = Live(console=console, auto_refresh=False, transient=False) if console.is_terminal else None
        self._every = every
        self._is_at_work = is_at_work
        self._starting: Callable[[], str] | None = starting
        self._next_look = 0.0
        self._shown: set[str] = set()
        self._now: BatchProgress | None = None

    def __enter__(self) -> Self:
        if self._live is not None:
            self._live.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if error is None:
            self.look()
        if self._live is not None:
            self._live.__exit__(kind, error, traceback)
        elif self._now is not None:
            self._print(self._now, self._now.phases)

    def watch(self) -> BatchProgress:
        """Update the display if it is time to, and return the latest progress."""
        return self.look() if self._now is None or time.monotonic() >= self._next_look else self._now

    def look(self) -> BatchProgress:
        """Update the display now, and return the progress."""
        began = time.monotonic()
        self._now = now = self._batch.progress
        if self._live is not None:
            table = progress_table(now, at_work=self._is_at_work())
            self._live.update(Group(table, *self._of_the_start()), refresh=True)
        else:
            self._print(now, [phase for phase in now.phases if phase.has_ended])
        ended = time.monotonic()
        self._next_look = ended + max(self._every, (ended - began) / _SHARE_OF_LOOKING)
        return now

    def _of_the_start(self) -> Sequence[Text]:
        words = "" if self._starting is None or self._has_rested() else self._starting()
        if not words:
            self._starting = None
            return ()
        return (Text(words, style="dim"),)

    def _has_rested(self) -> bool:
        return self._now is None or self._now.has_ended or self._now.paused

    def _print(self, progress: BatchProgress, phases: Sequence[PhaseProgress]) -> None:
        new = tuple(phase for phase in phases if phase.phase not in self._shown)
        self._shown.update(phase.phase for phase in new)
        if new:
            width = max(len(phase.phase) for phase in progress.phases)
            shown = replace(progress, phases=new)
            self._console.print(progress_table(shown, at_work=self._is_at_work(), width=width))


def progress_table(progress: BatchProgress, *, at_work: bool = True, width: int = 0) -> Table:
    """A line for each phase. If no process is ``at_work``, phases show no rate and no time left, and are not "running".

    Names are padded to ``width``, so that tables printed one after another line up.
    """
    at_work = at_work and not progress.paused
    table = Table.grid(padding=(0, 2))
    table.add_column(min_width=width)
    for phase in progress.phases:
        shown = phase if at_work or phase.has_ended else replace(phase, rate=None, left=None, elapsed=None)
        table.add_row(*_cells(shown, at_work=at_work))
    if progress.paused:
        table.add_row(Text("paused", style="yellow"))
    return table


def _cells(phase: PhaseProgress, *, at_work: bool) -> list[Text | ProgressBar]:
    counts = f"{phase.settled}/{phase.total}" if phase.total else ""
    rate = "" if phase.rate is None else f"{phase.rate:.1f}/s" if phase.rate >= 1 else f"{60 * phase.rate:.1f}/min"
    left = f"{duration_text(phase.left)} left" if phase.left is not None else ""
    return [
        Text(phase.phase),
        ProgressBar(total=max(phase.total, 1), completed=phase.settled, width=30),
        Text(counts, justify="right"),
        Text(f"{phase.failed} failed" if phase.failed else "", style="red"),
        Text(f"{phase.retrying} retrying" if phase.retrying else "", style="yellow"),
        Text(rate),
        Text(left or duration_text(phase.elapsed), style="cyan"),
        Text(phase.word if at_work or phase.has_ended or not phase.has_begun else "stopped", style="dim"),
    ]
