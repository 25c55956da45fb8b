"""The answers of a lease, written while the lease is still being done.

Where a background thread is given, it writes beside the work, and sees a piece that stalls the others while it is
under way. Without one, the same is looked at after each piece.
"""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future
from typing import Final

from actors.execution.answer import Answer

# Answers are gathered before they are written: long enough that writing takes a twentieth of the time, but a kill shall
# cost no more than a tenth of a second of work. Of slow work that is few pieces, and each of them is worth more than a
# write: a kill shall cost two or three. What took long by itself (and may have been paid for) is written at once; where
# that holds nobody up, what was slow is, too.
LEAST_SECONDS: Final = 0.04
MOST_SECONDS: Final = 0.1
TIMES_A_WRITE: Final = 20
SLOW_SECONDS: Final = 0.01
TIMES_A_SLOW_WRITE: Final = 5
LONG_SECONDS: Final = 0.3
# A piece that takes longer than a whole lease is meant to take stalls what waits behind it.
STALLED_SECONDS: Final = 2.0
LOOK_SECONDS: Final = 0.25


class IncrementalCommit:
    """Writes the answers of one lease as they come.

    Args:
        write: stores the answers' records and tells them.
        stalled: what to say when a piece stalls those behind it; asked once, after all before it is written.
        stopwatch: in seconds.
        background: one thread to write in; None: the thread that does the work.
    """

    def __init__(
        self,
        write: Callable[[Sequence[Answer]], None],
        stalled: Callable[[], Sequence[Answer]],
        stopwatch: Callable[[], float],
        background: Executor | None,
    ) -> None:
        self._write = write
        self._stalled = stalled
        self._stopwatch = stopwatch
        self._lock = threading.Lock()  # (a condition of its own lock is entered several times as slowly)
        self._changed = threading.Condition(self._lock)
        self._gathered: list[Answer] = []
        self._is_over = False
        self._is_urgent = False
        self._is_stalled = False
        self._written_at = self._answered_at = stopwatch()
        self._took = 0.0  # the last write
        self._long_seconds = SLOW_SECONDS if background else LONG_SECONDS
        self._writing: Future[None] | None = background.submit(self._write_beside) if background else None

    def add(self, answer: Answer) -> None:
        """One more piece is done."""
        with self._lock:
            now = self._stopwatch()
            if self._writing is None:
                self._look_for_a_stall(now)
            before, self._answered_at = self._answered_at, now
            self._gathered.append(answer)
            if now - before >= self._long_seconds or self._is_time(now):
                self._is_urgent = True
                self._changed.notify()
        if self._writing is None and self._is_urgent:
            self._write_due()

    def end(self) -> Sequence[Answer]:
        """All is done, or the work has failed: what is not written yet. Nothing is written beside it any more.

        Raises:
            Exception: what writing has failed with.
        """
        with self._changed:
            self._is_over = True
            self._changed.notify()
        if self._writing is not None:
            self._writing.result()
        return self._gathered

    def _write_beside(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._is_over or self._is_urgent, LOOK_SECONDS)
                if self._is_over:
                    return
                self._look_for_a_stall(self._stopwatch())
            self._write_due()

    def _look_for_a_stall(self, now: float) -> None:
        if now - self._answered_at >= STALLED_SECONDS and not self._is_stalled:
            self._is_stalled = self._is_urgent = True
            self._gathered.extend(self._stalled())

    def _is_time(self, now: float) -> bool:
        since = now - self._written_at
        is_slow = since >= SLOW_SECONDS * len(self._gathered)
        between = self._took * (TIMES_A_SLOW_WRITE if is_slow else TIMES_A_WRITE)
        return since >= min(max(between, LEAST_SECONDS), MOST_SECONDS)

    def _write_due(self) -> None:
        with self._changed:
            begun = self._stopwatch()
            if not self._gathered or not (self._is_urgent or self._is_time(begun)):
                return
            self._is_urgent = False
            answers, self._gathered = self._gathered, []
        self._write(answers)
        with self._changed:
            self._written_at = self._stopwatch()
            self._took = self._written_at - begun
