"""The bars of a batch's phases on the dashboard's page of its job.

That page draws a bar for each task name, and an actor's tasks belong to the job that *created* the actor, whoever calls
it. Workers serve the batches of all jobs, so their work would be on the first driver's page. The bars show shares of a
phase instead: calls of the batch's own process to itself, each of which lasts until its share of the essays is settled.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from actors.core.batch_state import BatchHeader, BatchStage, PhaseDetail
from contracts.phases import PhaseName

MOST_SHARES: Final = 20
_NO_RUN: Final = -1


class EssaysFailedError(Exception):
    """Ends a share of a phase that stands for failed essays; the bar shows it as failed."""


@dataclass(slots=True)
class _Bar:
    """A phase of one run, in shares of one essay each, or of several in a large batch."""

    phase: PhaseName
    detail: PhaseDetail
    shares: int
    failed_shares: int = 0
    is_over: bool = False

    def has_reached(self, share: int) -> bool:
        """Are as many essays settled as this share (counted from 0) and those before it stand for?"""
        settled = self.detail.successful + self.detail.failed
        return self.is_over or settled * self.shares >= (share + 1) * self.detail.total

    def end_share(self) -> None:
        """End a share: as failed if, so far, a smaller part of the shares than of the essays has failed.

        Raises:
            EssaysFailedError: this share stands for failed essays.
        """
        if self.failed_shares * self.detail.total < self.detail.failed * self.shares:
            self.failed_shares += 1
            raise EssaysFailedError(f"{self.detail.failed} of {self.detail.total} essays have failed in {self.phase}")


class PhaseBars:
    """Knows when each share is done; may be used by any number of threads.

    Args:
        begin: starts a task named after the phase that calls ``wait`` with the other arguments.
    """

    def __init__(self, begin: Callable[[PhaseName, int, int, int], None]) -> None:
        self._begin = begin
        self._bars: dict[tuple[int, int], _Bar] = {}
        self._run = _NO_RUN
        self._next = 0
        self._changed = threading.Condition()

    def show(self, header: BatchHeader) -> None:
        """Show how the batch stands. Phases over before this process first saw the run have bars on another page."""
        with self._changed:
            if header.run != self._run:
                has_ended = header.stage is BatchStage.ENDED
                self._run, self._next = header.run, len(header.pipeline) if has_ended else max(header.position, 0)
            self._update(header)
            begun = self._begun(header)
            self._changed.notify_all()
        for position, bar in begun.items():
            for share in range(bar.shares):
                self._begin(bar.phase, header.run, position, share)

    def wait(self, run: int, position: int, share: int) -> None:
        """Wait until this share of a phase is done.

        Raises:
            EssaysFailedError: it stands for failed essays.
        """
        with self._changed:
            bar = self._bars.get((run, position))
            if bar is not None:
                self._changed.wait_for(lambda: bar.has_reached(share))
                bar.end_share()

    def close(self) -> None:
        """Let every share end."""
        with self._changed:
            for bar in self._bars.values():
                bar.is_over = True
            self._changed.notify_all()

    def _update(self, header: BatchHeader) -> None:
        has_ended = header.stage in {BatchStage.COMPLETING, BatchStage.ENDED}
        for (run, position), bar in self._bars.items():
            if run == header.run:
                bar.detail = header.details.get(bar.phase, bar.detail)
            bar.is_over = has_ended or (run, position) < (header.run, header.position)

    def _begun(self, header: BatchHeader) -> dict[int, _Bar]:
        """Bars for the phases that have begun since the last call, by position."""
        begun: dict[int, _Bar] = {}
        for position in range(self._next, min(header.position + 1, len(header.pipeline))):
            phase = header.pipeline[position]
            detail = header.details.get(phase)
            if detail is not None and detail.total:
                begun[position] = _Bar(
                    phase, detail, min(detail.total, MOST_SHARES), is_over=position < header.position
                )
                self._next = position + 1
        self._bars.update({(header.run, position): bar for position, bar in begun.items()})
        return begun
