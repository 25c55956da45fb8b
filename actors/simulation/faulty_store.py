"""A store that fails: before anything is written, after it is written, or together with its caller."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from random import Random
from typing import Any

from actors.core.batch_state import BatchHeader
from actors.core.essay_state import EssayState
from actors.core.records import EventRecord, Record, ResultRecord
from actors.simulation.scenario import Faults
from actors.simulation.services import Killed, ServiceLog
from actors.stores.event_log import LoggedEvent
from actors.stores.memory import MemoryStore
from actors.stores.store import BatchSummary, GivesMaterial, StoreError, StoreUnavailableError
from contracts.pipeline import ProcessingPipelineState


class FaultyStore(GivesMaterial):
    """Implements ``Store`` over a memory store, with faults.

    Args:
        inner: what really keeps everything.
        chance: draws the faults.
        service_log: is told which pieces are looked for.
        saved: is told of every commit that became durable, before and after it.

    ``lag`` is the virtual time in seconds that calls have taken since it was last set to 0.
    """

    def __init__(
        self, inner: MemoryStore, chance: Random, service_log: ServiceLog, saved: Callable[[Sequence[Record]], None]
    ):
        self.inner = inner
        self.faults = Faults()
        self.lag = 0.0
        self._chance = chance
        self._service_log = service_log
        self._saved = saved

    def _may_fail(self) -> None:
        if self.faults.store_error and self._chance.random() < self.faults.store_error:
            raise StoreUnavailableError("simulated: nothing was done")

    def _may_die(self) -> None:
        if self.faults.dies_saving and self._chance.random() < self.faults.dies_saving:
            raise Killed

    def commit(self, records: Sequence[Record]) -> None:
        """Fail, die, write, die, or lose the answer."""
        self._may_fail()
        self._may_die()
        self.inner.commit(records)
        self._saved(records)
        if self.faults.store_slow and self._chance.random() < self.faults.store_slow:
            self.lag += self._chance.uniform(0.1, 3.0)
        self._may_die()
        self._may_fail()

    def commit_group(self, groups: Sequence[Sequence[Record]]) -> list[StoreError | None]:
        """One commit after the other."""
        answers: list[StoreError | None] = []
        for records in groups:
            try:
                self.commit(records)
                answers.append(None)
            except StoreError as error:
                answers.append(error)
        return answers

    def claim(self, batch_id: str) -> int:
        """The next epoch; its answer may be lost."""
        self._may_fail()
        epoch = self.inner.claim(batch_id)
        self._may_fail()
        return epoch

    def batch(self, batch_id: str, *, with_order: bool = True) -> BatchHeader | None:
        """As stored."""
        self._may_fail()
        return self.inner.batch(batch_id, with_order=with_order)

    def pipeline_state(self, batch_id: str) -> ProcessingPipelineState | None:
        """As stored."""
        self._may_fail()
        return self.inner.pipeline_state(batch_id)

    def batches(self) -> list[BatchSummary]:
        """As stored."""
        self._may_fail()
        return self.inner.batches()

    def summary(self, batch_id: str) -> BatchSummary | None:
        """As stored."""
        self._may_fail()
        return self.inner.summary(batch_id)

    def essay(self, batch_id: str, essay_id: str) -> EssayState | None:
        """As stored."""
        self._may_fail()
        return self.inner.essay(batch_id, essay_id)

    def essays(self, batch_id: str) -> list[EssayState]:
        """As stored."""
        self._may_fail()
        return self.inner.essays(batch_id)

    def texts(self, text_ids: Iterable[str]) -> Mapping[str, str]:
        """As stored."""
        self._may_fail()
        return self.inner.texts(text_ids)

    def results(self, keys: Iterable[str]) -> Mapping[str, ResultRecord]:
        """As stored."""
        self._may_fail()
        return self.inner.results(keys)

    def pieces(self, cohort_key: str, among: Collection[str] | None = None) -> Mapping[str, Any]:
        """As stored."""
        self._may_fail()
        self._service_log.cohort_key = cohort_key
        return self.inner.pieces(cohort_key, among)

    def event(self, batch_id: str, event_id: str) -> EventRecord | None:
        """As stored."""
        self._may_fail()
        return self.inner.event(batch_id, event_id)

    def events(self, batch_id: str, after: int = 0, essay_id: str | None = None) -> Iterator[LoggedEvent]:
        """As stored."""
        self._may_fail()
        return self.inner.events(batch_id, after, essay_id)

    def feed(
        self, after: int = 0, *, topics: Collection[str] = (), batches: Collection[str] = (), limit: int = 1000
    ) -> list[LoggedEvent]:
        """As stored."""
        self._may_fail()
        return self.inner.feed(after, topics=topics, batches=batches, limit=limit)

    def last_sequence(self) -> int:
        """As stored."""
        self._may_fail()
        return self.inner.last_sequence()

    def cursor(self, name: str) -> int:
        """As stored."""
        self._may_fail()
        return self.inner.cursor(name)

    def move_cursor(self, name: str, sequence: int, *, reset: bool = False) -> None:
        """Move it; the answer may be lost."""
        self._may_fail()
        self.inner.move_cursor(name, sequence, reset=reset)
        self._may_fail()

    def forget(self, batch_id: str, essay_id: str | None = None) -> None:
        """Delete it."""
        self._may_fail()
        self.inner.forget(batch_id, essay_id)

    def close(self) -> None:
        """Nothing to let go of."""
        self.inner.close()
