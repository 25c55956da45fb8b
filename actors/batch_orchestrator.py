"""The actor of one batch."""

from collections.abc import Iterable, Iterator, Sequence

from typing_extensions import override

from actors.actor import Actor, Clock
from actors.core import batch
from actors.core.addresses import batch_address, essay_address
from actors.core.batch_state import BatchHeader, BatchStage, BatchState, restored
from actors.core.effects import Decision
from actors.core.records import Fence, Record, batch_record
from actors.core.retry import Policy
from actors.stores.store import Store
from contracts.messages import Message


class BatchOrchestrator(Actor[BatchState]):
    """Takes one batch through its pipeline. It saves its header; the outcomes are saved by the essays."""

    def __init__(self, state: BatchState, policy: Policy, clock: Clock) -> None:
        super().__init__(batch_address(state.header.batch_id), state)
        self._policy = policy
        self._clock = clock

    @classmethod
    def activated(cls, batch_id: str, store: Store, policy: Policy, clock: Clock) -> "BatchOrchestrator":
        """The orchestrator of a stored batch, with a new epoch that fences off all orchestrators before it."""
        epoch = store.claim(batch_id)
        return cls(stored_batch(batch_id, store, epoch), policy, clock)

    @property
    @override
    def is_idle(self) -> bool:
        """The batch has ended."""
        return self.state.header.stage is BatchStage.ENDED

    @property
    def fence(self) -> Fence:
        """The claim with its epoch: if two processes both take the batch for theirs, only the newer one can write."""
        return Fence(self.state.header.batch_id, self.state.header.epoch)

    @property
    def essay_addresses(self) -> Sequence[str]:
        """The addresses of its essays, in order."""
        header = self.state.header
        return [essay_address(header.batch_id, essay_id) for essay_id in header.order]

    @override
    def step(self, state: BatchState, message: Message) -> Decision[BatchState]:
        return batch.step(state, message, self._policy, self._clock())

    @override
    def steps(self, state: BatchState, messages: Iterable[Message]) -> Iterator[Decision[BatchState]]:
        """Outcomes that come together are counted together."""
        return batch.steps(state, messages, self._policy, self._clock())

    @override
    def resume(self, state: BatchState) -> Decision[BatchState]:
        """Ask again for what is outstanding, or close what is complete."""
        return batch.resume(state, self._policy, self._clock())

    @override
    def records(self, before: BatchState, after: BatchState) -> Iterable[Record]:
        """The header if it changed; its large parts only if they did."""
        old, new = before.header, after.header
        return () if new is old else (batch_record(old, new, self._clock()),)


def stored_batch(batch_id: str, store: Store, epoch: int = 0) -> BatchState:
    """A batch's state, rebuilt from its header and its essays."""
    header = store.batch(batch_id) or BatchHeader(batch_id)
    return restored(header._replace(epoch=epoch), store.essays(batch_id))
