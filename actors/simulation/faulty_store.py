"""A store that fails: before a write, after it, or by killing its caller."""

from collections.abc import Callable, Collection, Mapping, Sequence
from random import Random
from typing import Any, Final

from typing_extensions import override

from actors.core.records import Record
from actors.simulation.scenario import Faults
from actors.simulation.services import Killed, ServiceLog
from actors.stores.memory import MemoryStore
from actors.stores.proxy import StoreProxy
from actors.stores.store import StoreError, StoreUnavailableError

_WRITING: Final = {"claim", "move_cursor"}


class FaultyStore(StoreProxy):
    """Implements ``Store`` over a memory store, with faults.

    Args:
        inner: the store that really keeps everything.
        chance: draws the faults.
        service_log: is told which cohort's pieces are read.
        saved: is called with every commit that became durable.

    ``lag`` is the virtual time in seconds that calls have taken since it was last set to 0.
    """

    def __init__(
        self, inner: MemoryStore, chance: Random, service_log: ServiceLog, saved: Callable[[Sequence[Record]], None]
    ):
        super().__init__(inner)
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
        """Fail or kill the caller; write; then perhaps kill the caller, or lose the answer."""
        self._may_fail()
        self._may_die()
        self.inner.commit(records)
        self._saved(records)
        if self.faults.store_slow and self._chance.random() < self.faults.store_slow:
            self.lag += self._chance.uniform(0.1, 3.0)
        self._may_die()
        self._may_fail()

    def commit_group(self, groups: Sequence[Sequence[Record]]) -> list[StoreError | None]:
        """Commit one group after the other."""
        answers: list[StoreError | None] = []
        for records in groups:
            try:
                self.commit(records)
                answers.append(None)
            except StoreError as error:
                answers.append(error)
        return answers

    @override
    def _forward(self, method: str, *args: Any, **kwargs: Any) -> Any:
        """Call the inner store, or fail; after a write, the answer may be lost."""
        self._may_fail()
        answer = super()._forward(method, *args, **kwargs)
        if method in _WRITING:
            self._may_fail()
        return answer

    def pieces(self, cohort_key: str, among: Collection[str] | None = None) -> Mapping[str, Any]:
        """The stored pieces; the service log is told of the cohort."""
        self._service_log.cohort_key = cohort_key
        return self._forward("pieces", cohort_key, among)  # type: ignore[no-any-return]

    def close(self) -> None:
        """Close the store; this never fails."""
        self._store.close()
