"""The actor that hands out work."""

from collections.abc import Iterable, Iterator, Sequence

from typing_extensions import override

from actors.actor import Actor
from actors.core import work_queue
from actors.core.addresses import QUEUE
from actors.core.effects import Decision
from actors.core.retry import Policy
from actors.core.work_queue_state import QueueState
from contracts.messages import Message


class WorkQueue(Actor[QueueState]):
    """Leases work to workers. Not durable: work that it forgets is requested again.

    Args:
        policy: the leases' deadlines.
        workers: the addresses of the workers.
        first_lease: higher than any lease number of an earlier queue.
    """

    def __init__(self, policy: Policy, workers: Sequence[str], first_lease: int = 0) -> None:
        super().__init__(QUEUE, QueueState(next_lease=first_lease))
        self._policy = policy
        self._workers = workers

    @override
    def step(self, state: QueueState, message: Message) -> Decision[QueueState]:
        return work_queue.step(state, message, self._policy)

    @override
    def steps(self, state: QueueState, messages: Iterable[Message]) -> Iterator[Decision[QueueState]]:
        """Requests that come in a row join their lines together."""
        return work_queue.steps(state, messages, self._policy)

    @override
    def conclude(self, state: QueueState) -> Decision[QueueState]:
        """Hand out work after a whole group of messages: after each message, every piece would get its own lease."""
        return work_queue.conclude(state, self._policy)

    @override
    def resume(self, state: QueueState) -> Decision[QueueState]:
        """Ask the workers to announce themselves, and restart those that do not answer in time."""
        return Decision(state, (*work_queue.resume(self._workers), *work_queue.watch(self._workers, self._policy)))
