"""One runtime of each kind, for tests of what holds in all of them."""

from collections.abc import Sequence
from typing import Any

from actors.core.addresses import batch_of
from actors.core.records import Record
from actors.core.retry import Policy
from actors.runtime.activation import Blueprint
from actors.runtime.placement import ProcessSpec
from actors.simulation.chance import Chance
from actors.simulation.runtime import SimulatedRuntime
from actors.simulation.scenario import Faults, Scenario
from actors.stores.memory import MemoryStore
from contracts.messages import Message, RegisterBatch

POLICY = Policy(backoff=0.1, work_timeout=12.0, nudge_after=2.0, announce_after=2.0, passivate_after=3.0)
# Mail is late, out of order, split and repeated, as on a real cluster on a bad day; nothing is lost for good.
BAD_DAY = Faults(delay=0.01, spike=0.05, split=0.3, duplication=0.2)


class _NoChecks:
    """Stands in for the message checker: the tests themselves say how these batches must end."""

    def __getattr__(self, _: str) -> Any:
        return lambda *_: None


class SimulatedForAnyBatch(SimulatedRuntime):
    """The simulated runtime with a test's own services: a process per essay up to four essays."""

    def __init__(self, blueprint: Blueprint, seed: int = 0) -> None:
        scenario = Scenario((), BAD_DAY, {}, {}, blueprint.policy, 4, acts=(), healed_at=0.0)
        super().__init__(scenario, Chance(seed))
        self._blueprint = blueprint
        self._checker = _NoChecks()  # type: ignore[assignment]
        self.set_faults(BAD_DAY)

    @property
    def store(self) -> MemoryStore:  # type: ignore[override]
        return self.inner

    def tell(self, address: str, message: Message, *, surely: bool = False) -> None:
        if isinstance(message, RegisterBatch):
            self._sizes[message.batch_id] = len(message.essays)
        super().tell(address, message, surely=surely)

    def _process_of(self, address: str) -> ProcessSpec:
        batch_id = batch_of(address)
        if batch_id and batch_id not in self._sizes and (summary := self.inner.summary(batch_id)) is not None:
            self._sizes[batch_id] = summary.essays
        return super()._process_of(address)

    def _saved(self, records: Sequence[Record]) -> None:
        """Nothing checks it."""
