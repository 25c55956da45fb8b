"""How long pieces of work take."""

import time
from collections.abc import Callable
from statistics import median
from typing import TypeVar

T = TypeVar("T")


class Pace:
    """Measures the work alone, without reading its material or storing its results, which depend on other things."""

    def __init__(self, stopwatch: Callable[[], float] = time.perf_counter) -> None:
        self._stopwatch = stopwatch
        self._seconds: list[float] = []

    def measured(self, work: Callable[[], T]) -> tuple[T, float]:
        """The value that ``work`` returns, and the seconds it took; work that raises is measured too."""
        begun = self._stopwatch()
        try:
            value = work()
        finally:
            seconds = self._stopwatch() - begun
            self._seconds.append(seconds)
        return value, seconds

    def seconds_a_piece(self) -> float:
        """The median of the times measured since the last call; 0 if there were none.

        The median, because one piece that takes five hundred times as long says nothing about the next ones.
        """
        seconds, self._seconds = self._seconds, []
        return median(seconds) if seconds else 0.0
