"""The answers of a lease, written while the lease is still being done.

Where a background thread is given, it writes beside the work, and sees a piece that stalls the others while it is
under way. Without one, the same is looked at after each piece.
"""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future
from typing import Final

from actors.execution.answer import Answer

# Answers are gathered for so long before they are written: each write is followed by half a dozen calls between
# processes, and people look on no faster. What took long by itself (and may have been paid for) is written at once.
COMMIT_SECONDS: Final = 1.0
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
        self._changed = threading.Condition()
        self._gathered: list[Answer] = []
        self._is_over = False
        self._is_urgent = False
        self._is_stalled = False
        self._written_at = self._answered_at = stopwatch()
        self._writing: Future[None] | None = background.submit(self._write_beside) if background else None

    def add(self, answer: Answer) -> None:
        """One more piece is done."""
        with self._changed:
            if self._writing is None:
                self._look_for_a_stall()
            before, self._answered_at = self._answered_at, self._stopwatch()
            self._gathered.append(answer)
            if self._answered_at - before >= LONG_SECONDS:
                self._is_urgent = True
                self._changed.notify()
        if self._writing is None and (answers := self._take_due()):
            self._write(answers)

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
                self._look_for_a_stall()
            if answers := self._take_due():
                self._write(answers)

    def _look_for_a_stall(self) -> None:
        if not self._is_stalled and self._stopwatch() - self._answered_at >= STALLED_SECONDS:
            self._is_stalled = self._is_urgent = True
            self._gathered.extend(self._stalled())

    def _take_due(self) -> Sequence[Answer]:
        with self._changed:
            now = self._stopwatch()
            if not (self._is_urgent or now - self._written_at >= COMMIT_SECONDS):
                return ()
            self._is_urgent, self._written_at = False, now
            answers, self._gathered = self._gathered, []
            return answers
