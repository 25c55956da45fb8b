"""What does the pieces of work: one executor for essays, one for cohorts, over one registry of services."""

import time
from collections.abc import Callable, Iterator, Sequence

from actors.execution.answer import Answer
from actors.execution.cohort_executor import CohortExecutor
from actors.execution.essay_executor import EssayExecutor
from actors.execution.lease_notes import LeaseNotes
from actors.execution.pace import Pace
from actors.execution.service_registry import ServiceRegistry
from contracts.work import WorkRequested


class Executors:
    """Both executors.

    Args:
        registry: the services.
        stopwatch: in seconds; measures how long the work takes.
        notes: where what is in hand is noted, so that work that kills its process is not begun for ever.
    """

    def __init__(
        self,
        registry: ServiceRegistry,
        stopwatch: Callable[[], float] = time.perf_counter,
        notes: LeaseNotes | None = None,
    ) -> None:
        self._notes = notes
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
        return self._done(requests) if self._notes is None else self._notes.do(requests, self._done)

    def _done(self, requests: Sequence[WorkRequested]) -> Iterator[Answer]:
        yield from self._essays.do(requests)
        yield from self._cohorts.do(requests)
