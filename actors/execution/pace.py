"""How long pieces of work take."""

import time
from collections.abc import Callable
from statistics import median
from typing import TypeVar

T = TypeVar("T")


class Pace:
    """Measures the work alone: what it takes to look for material and to keep results depends on other things."""

    def __init__(self, stopwatch: Callable[[], float] = time.perf_counter) -> None:
        self._stopwatch = stopwatch
        self._seconds: list[float] = []

    def measured(self, work: Callable[[], T]) -> tuple[T, float]:
        """What ``work`` returns, and the seconds it took. One that raises took its time as well."""
        begun = self._stopwatch()
        try:
            value = work()
        finally:
            seconds = self._stopwatch() - begun
            self._seconds.append(seconds)
        return value, seconds

    def seconds_a_piece(self) -> float:
        """The median of what was measured since this was asked last; 0 where that was nothing.

        (One piece that takes five hundred times as long as the others says nothing of the next ones.)
        """
        seconds, self._seconds = self._seconds, []
        return median(seconds) if seconds else 0.0
