"""A worker's workbench: both kinds of work over one shelf of services."""

import time
from collections.abc import Callable, Iterator, Sequence

from actors.core.effects import Effect
from actors.execution.cohort_executor import CohortBench
from actors.execution.essay_executor import EssayBench
from actors.execution.pace import Pace
from actors.execution.service_registry import Shelf
from contracts.work import WorkRequested


class Workbench:
    """Where a worker does essay work and cohort work. ``stopwatch`` (seconds) measures how long it takes."""

    def __init__(self, shelf: Shelf, stopwatch: Callable[[], float] = time.perf_counter) -> None:
        self.shelf = shelf
        self.pace = Pace(stopwatch)
        self.essays = EssayBench(shelf, self.pace)
        self.cohorts = CohortBench(shelf, self.pace)

    def forget(self) -> None:
        """A batch has ended: another one may come to have its name, with other settings."""
        self.shelf.forget()
        self.cohorts.cohort.cache_clear()

    def do(self, requests: Sequence[WorkRequested]) -> Iterator[Effect]:
        """What is to be kept and told for these pieces of work, piece by piece."""
        yield from self.essays.do(requests)
        yield from self.cohorts.do(requests)
