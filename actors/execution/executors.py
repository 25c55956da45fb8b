"""The executors of a worker: one for essays and one for cohorts, sharing a registry of services."""

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
    """Carries out work on essays and on cohorts.

    Args:
        registry: the services.
        stopwatch: in seconds; measures how long the work takes.
        notes: notes the work under way, so that work that kills its process is not begun for ever.
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
        """Drop what is cached about batches: after one has ended, another may take its name, with other settings."""
        self.registry.forget()
        self._cohorts.cohort.cache_clear()

    def do(self, requests: Sequence[WorkRequested]) -> Iterator[Answer]:
        """Answers to these requests, one by one as the work is done."""
        return self._done(requests) if self._notes is None else self._notes.do(requests, self._done)

    def _done(self, requests: Sequence[WorkRequested]) -> Iterator[Answer]:
        yield from self._essays.do(requests)
        yield from self._cohorts.do(requests)
