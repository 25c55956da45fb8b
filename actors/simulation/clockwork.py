"""Virtual time: events on a heap, carried out one after the other, and a trace of them."""

import heapq
from collections.abc import Callable
from itertools import count
from typing import Final

from actors.core.invariants import Violated
from actors.runtime.runtime import StalledError
from actors.stores.notifier import Notice

MOST_STEPS: Final = 30_000


class Clockwork:
    """Carries out events in virtual time. ``note`` takes the lines of the trace; None if nobody reads it.

    ``now`` is in virtual seconds; ``steps`` counts the events so far.
    """

    def __init__(self, note: Callable[[str], None] | None) -> None:
        self.now = 0.0
        self.steps = 0
        self._note = note
        self._events: list[tuple[float, int, Callable[[], None]]] = []
        self._ticket = count()

    def at(self, time: float, act: Callable[[], None]) -> None:
        """Schedule an event at this time, or now if the time has passed."""
        heapq.heappush(self._events, (max(self.now, time), next(self._ticket), act))

    def run_until(
        self,
        done: Callable[[], bool],
        watch: Callable[[], None] | None = None,
        notice: Notice = Notice.REST,  # noqa: ARG002
    ) -> None:
        """Carry out events until ``done()`` is true.

        Raises:
            StalledError: nothing can happen any more.
            Violated: an invariant does not hold (6: there is no end to the steps).
        """
        events = self._events
        while not done():
            if not events:
                raise StalledError("no message is under way and no timer is set")
            self.now, _, act = heapq.heappop(events)
            self.steps += 1
            if self.steps >= MOST_STEPS:
                raise Violated(6, f"the batch does not come to rest within {MOST_STEPS} steps")
            act()
            if watch is not None:
                watch()

    def note(self, line: str) -> None:
        """Add a line to the trace."""
        if self._note is not None:
            self._note(f"{self.now:9.3f}  {line}")
