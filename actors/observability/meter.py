"""Passes numbers to instruments: after each commit, and after each group of messages to the work queue."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import Executor

from actors.core.records import Record
from actors.core.work_queue_state import QueueState
from actors.observability.instruments import Instruments, Metric
from actors.observability.tally import tally
from actors.stores.proxy import StoreProxy
from actors.stores.store import Store


class MeteredStore(StoreProxy):
    """Implements ``Store`` over another store, and measures what is committed; for any number of threads.

    ``aside``, if given, does the counting, so that whoever commits only waits for the store.
    """

    def __init__(
        self,
        store: Store,
        instruments: Instruments,
        stopwatch: Callable[[], float] = time.monotonic,
        aside: Executor | None = None,
    ) -> None:
        super().__init__(store)
        self._instruments = instruments
        self._stopwatch = stopwatch
        self._aside = aside

    def commit(self, records: Sequence[Record]) -> None:
        """Commit, and count only if that succeeds."""
        begun = self._stopwatch()
        self._store.commit(records)
        seconds = self._stopwatch() - begun
        if self._aside is None:
            self._count(records, seconds)
        else:
            self._aside.submit(self._count, records, seconds)

    def _count(self, records: Sequence[Record], seconds: float) -> None:
        self._instruments.observe(Metric.COMMIT_SECONDS, seconds, ())
        sums = tally(records)
        for (metric, tags), amount in sums.amounts.items():
            if amount:
                self._instruments.add(metric, amount, tags)
        for metric, value, tags in sums.observed:
            self._instruments.observe(metric, value, tags)


class QueueGauges:
    """Shows the work queue's state as gauges.

    They must be set regularly even if nothing changes, because Ray forgets a gauge that was not set for a while; the
    workers' announcements cause this.
    """

    def __init__(self, instruments: Instruments) -> None:
        self._instruments = instruments

    def show(self, state: QueueState) -> None:
        """Show the queue's state after a group of messages."""
        busy = sum(bool(worker.leases) for worker in state.workers.values())
        self._put(Metric.QUEUE_PIECES, "waiting", sum(len(line.items) for line in state.lines.values()))
        self._put(Metric.QUEUE_PIECES, "leased", sum(len(lease.requests) for lease in state.leases.values()))
        self._put(Metric.QUEUE_WORKERS, "busy", busy)
        self._put(Metric.QUEUE_WORKERS, "idle", len(state.workers) - busy)

    def _put(self, metric: Metric, state: str, value: int) -> None:
        self._instruments.put(metric, value, (("state", state),))
