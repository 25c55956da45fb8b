"""The state of an essay."""

from typing import Final, NamedTuple
from uuid import UUID

from contracts.failures import ErrorDetail
from contracts.messages import EssayOutcome, WorkFailed, WorkSucceeded
from contracts.phases import PHASE_TABLE, EssayStatus, PhaseName

UNSTORED: Final = frozenset({"waits", "early"})


class EssayState(NamedTuple):
    """Everything an essay knows of itself (a named tuple: a changed copy costs a third of a dataclass's).

    ``run`` and ``position`` are those of the newest command taken (position -1: none yet), ``phase``, ``last`` and
    ``correlation_id`` come from it (that one first from the registration). ``results`` holds the key of each phase's
    stored result. ``failure`` is the reason of the last failure, None once a retry has begun. What is ``UNSTORED`` is
    the actor's own knowledge: ``waits`` is True between a failed attempt and the reminder of the next, ``early`` is a
    cohort's answer that has overtaken the command which it belongs to.
    """

    batch_id: str
    essay_id: str
    status: EssayStatus
    text_id: str = ""
    original_text_id: str = ""
    file: str = ""
    ordinal: int = 0
    run: int = 0
    position: int = -1
    phase: PhaseName | None = None
    last: bool = False
    attempt: int = 0
    results: tuple[tuple[PhaseName, str], ...] = ()
    failure: ErrorDetail | None = None
    correlation_id: UUID | None = None
    waits: bool = False
    early: WorkSucceeded | WorkFailed | None = None

    @property
    def as_stored(self) -> "EssayState":
        """Without what is not stored."""
        return self._replace(waits=False, early=None) if self.waits or self.early is not None else self

    @property
    def is_under_way(self) -> bool:
        """A command is taken and not settled yet."""
        if self.phase is None:
            return False
        row = PHASE_TABLE[self.phase]
        return self.status is row.awaiting or self.status is row.in_progress

    @property
    def is_completed(self) -> bool:
        """The essay has marked its pipeline complete."""
        return self.status is EssayStatus.ALL_PROCESSING_COMPLETED


def outcome_of(state: EssayState) -> EssayOutcome | None:
    """The settled outcome of the newest command, None while there is none."""
    if state.phase is None or state.is_under_way:
        return None
    succeeded = state.failure is None
    return EssayOutcome(
        essay_id=state.essay_id,
        run=state.run,
        position=state.position,
        succeeded=succeeded,
        text_id=state.text_id,
        error=state.failure,
        completed=state.is_completed,
    )
