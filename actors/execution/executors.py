"""What does the pieces of work: one executor for essays, one for cohorts, over one registry of services."""

import time
from collections.abc import Callable, Iterator, Sequence

from actors.execution.answer import Answer
from actors.execution.cohort_executor import CohortExecutor
from actors.execution.essay_executor import EssayExecutor
from actors.execution.pace import Pace
from actors.execution.service_registry import ServiceRegistry
from contracts.work import WorkRequested


class Executors:
    """Both executors. ``stopwatch`` (seconds) measures how long the work takes."""

    def __init__(self, registry: ServiceRegistry, stopwatch: Callable[[], float] = time.perf_counter) -> None:
        self.registry = registry
        self.pace = Pace(stopwatch)
        self._essays = EssayExecutor(registry, self.pace)
        self._cohorts = CohortExecutor(registry, self.pace)

    def forget(self) -> None:
        """A batch has ended: another one may come to have its name, with other settings."""
        self.registry.forget()
        self._cohorts.cohort.cache_clear()

    def do(self, requests: Sequence[WorkRequested]) -> Iterator[Answer]:
        """The answers to these requests, one by one."""
        yield from self._essays.do(requests)
        yield from self._cohorts.do(requests)
