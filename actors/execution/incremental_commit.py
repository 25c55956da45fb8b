"""Writes the answers of a lease while the lease is still being worked on.

A background thread, if there is one, writes beside the work, and notices a piece that stalls the others while that
piece is under way. Without one, both are done after each piece.
"""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future
from typing import Final

from actors.execution.answer import Answer

# Answers are gathered before they are written: long enough that writing takes a twentieth of the time, but not so long
# that a kill costs more than a tenth of a second of work. If pieces are slow, each is worth more than a write, and a
# kill should cost only two or three of them. A piece that took long by itself (and may have been paid for) is written
# at once; with a background thread, where writing delays nobody, so is any slow piece.
LEAST_SECONDS: Final = 0.04
MOST_SECONDS: Final = 0.1
TIMES_A_WRITE: Final = 20
SLOW_SECONDS: Final = 0.01
TIMES_A_SLOW_WRITE: Final = 5
LONG_SECONDS: Final = 0.3
# A piece that takes longer than a whole lease should take stalls those behind it.
STALLED_SECONDS: Final = 2.0
LOOK_SECONDS: Final = 0.25


class IncrementalCommit:
    """Writes the answers of one lease as they come.

    Args:
        write: stores the answers' records, and tells the answers.
        stalled: returns what to say when a piece stalls those behind it; called at most once.
        stopwatch: in seconds.
        background: a single thread to write in; None means the thread that does the work.
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
        self._lock = threading.Lock()  # entering it directly is several times as fast as entering the condition
        self._changed = threading.Condition(self._lock)
        self._gathered: list[Answer] = []
        self._is_over = False
        self._is_urgent = False
        self._is_stalled = False
        self._written_at = self._answered_at = stopwatch()
        self._took = 0.0  # the duration of the last write
        self._long_seconds = SLOW_SECONDS if background else LONG_SECONDS
        self._writing: Future[None] | None = background.submit(self._write_beside) if background else None

    def add(self, answer: Answer) -> None:
        """Take the answer of one more piece, and write if it is time."""
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
        """Stop writing, because the lease is done or has failed, and return the answers not written yet.

        Raises:
            Exception: any error of writing in the background.
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
