"""The actor that takes a cohort through its rounds."""

from typing_extensions import override

from actors.actor import Actor
from actors.core import cohort
from actors.core.cohort import CohortState
from actors.core.effects import Decision
from actors.core.retry import Policy
from contracts.messages import Message


class CohortCoordinator(Actor[CohortState]):
    """One cohort phase of one batch. Not durable: when told to start again, it finds in the store what is done."""

    def __init__(self, address: str, policy: Policy) -> None:
        super().__init__(address, CohortState())
        self._policy = policy

    @override
    def step(self, state: CohortState, message: Message) -> Decision[CohortState]:
        return cohort.step(state, message, self._policy)
