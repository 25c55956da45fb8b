"""A long decision in portions: what is decided is written while the next is being decided."""

import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor, Future
from typing import Final

from actors.core.effects import Effect

# Portions are gathered for so long before they are written: each write is followed by half a dozen calls between
# processes, and people look on no faster. What took long by itself (and may have been paid for) is written at once.
PORTION_SECONDS: Final = 1.0
LONG_SECONDS: Final = 0.3
# A portion that takes longer than a whole lease is meant to take holds up what waits behind it.
HELD_UP_SECONDS: Final = 2.0
LOOK_SECONDS: Final = 0.25


class Portions:
    """Writes the portions of one decision in another thread, also while one of them takes long.

    Args:
        write: persists and performs effects.
        held_up: what to say when a portion holds up those behind it (asked once, after all before it is written).
        aside: runs that other thread.
        stopwatch: in seconds.
    """

    def __init__(
        self,
        write: Callable[[Sequence[Effect]], None],
        held_up: Callable[[], Sequence[Effect]],
        aside: Executor,
        stopwatch: Callable[[], float],
    ) -> None:
        self._write = write
        self._held_up = held_up
        self._stopwatch = stopwatch
        self._changed = threading.Condition()
        self._gathered: list[Effect] = []
        self._is_over = False
        self._is_urgent = False
        self._is_held_up = False
        self._written_at = self._decided_at = stopwatch()
        self._watching: Future[None] = aside.submit(self._watch)

    def add(self, effects: Iterable[Effect]) -> None:
        """One more portion is decided."""
        with self._changed:
            before, self._decided_at = self._decided_at, self._stopwatch()
            self._gathered.extend(effects)
            if self._decided_at - before >= LONG_SECONDS:
                self._is_urgent = True
                self._changed.notify()

    def end(self) -> None:
        """All is decided, or deciding has failed: nothing is written beside it any more.

        Raises:
            Exception: what writing has failed with.
        """
        with self._changed:
            self._is_over = True
            self._changed.notify()
        self._watching.result()

    @property
    def rest(self) -> Sequence[Effect]:
        """What is not written yet."""
        return self._gathered

    def _watch(self) -> None:
        while (effects := self._next()) is not None:
            if effects:
                self._write(effects)

    def _next(self) -> Sequence[Effect] | None:
        """What is to be written next; empty: nothing now; None: never again."""
        with self._changed:
            self._changed.wait_for(lambda: self._is_over or self._is_urgent, LOOK_SECONDS)
            if self._is_over:
                return None
            now = self._stopwatch()
            held_up = not self._is_held_up and now - self._decided_at >= HELD_UP_SECONDS
            if not (self._is_urgent or held_up or now - self._written_at >= PORTION_SECONDS):
                return ()
            self._is_urgent, self._written_at = False, now
            effects, self._gathered = self._gathered, []
            if held_up:
                self._is_held_up = True
                effects.extend(self._held_up())
            return effects
