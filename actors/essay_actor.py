"""The actor of one essay."""

from collections.abc import Iterable

from typing_extensions import override

from actors.actor import Actor
from actors.core import essay
from actors.core.addresses import essay_address
from actors.core.effects import Decision
from actors.core.essay_machine import EssayStateMachine
from actors.core.essay_state import EssayState
from actors.core.records import Record, essay_record
from actors.core.retry import Policy
from contracts.messages import Message


class EssayActor(Actor[EssayState]):
    """One essay, with its state machine. Its state is durable: saved before anyone is told of it."""

    def __init__(self, state: EssayState, policy: Policy) -> None:
        super().__init__(essay_address(state.batch_id, state.essay_id), state)
        self._policy = policy

    @property
    def machine(self) -> EssayStateMachine:
        """The essay's state machine, at the essay's current status."""
        return EssayStateMachine(self.state.essay_id, self.state.status)

    @property
    @override
    def is_idle(self) -> bool:
        """The essay has completed its pipeline or failed, and holds no answer that came before its command."""
        return (self.state.is_completed or self.state.failure is not None) and self.state.early is None

    @override
    def step(self, state: EssayState, message: Message) -> Decision[EssayState]:
        return essay.step(state, message, self._policy)

    @override
    def resume(self, state: EssayState) -> Decision[EssayState]:
        """Ask again for outstanding work, or tell a settled outcome again."""
        return essay.resume(state)

    @override
    def records(self, before: EssayState, after: EssayState) -> Iterable[Record]:
        """The smallest record of what has changed."""
        return (essay_record(before, after),)
