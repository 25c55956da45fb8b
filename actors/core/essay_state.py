"""The state of an essay."""

from typing import Final, NamedTuple
from uuid import UUID

from contracts.failures import ErrorDetail
from contracts.messages import EssayOutcome, WorkFailed, WorkSucceeded
from contracts.phases import PHASE_TABLE, EssayStatus, PhaseName

UNSTORED: Final = frozenset({"waits", "early"})


class EssayState(NamedTuple):
    """Everything an essay knows about itself (a named tuple: copying it costs a third of copying a dataclass).

    ``run``, ``position``, ``phase``, ``last`` and ``correlation_id`` come from the newest command taken (position -1:
    none yet; until then ``correlation_id`` comes from the registration). ``results`` holds the key of each phase's
    stored result. ``failure`` is why the essay last failed, None once a retry has begun. The ``UNSTORED`` fields live
    in memory only: ``waits`` is True between a failed attempt and the reminder for the next one, ``early`` is a
    cohort's answer that overtook its command.
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
        """This state without its ``UNSTORED`` fields."""
        return self._replace(waits=False, early=None) if self.waits or self.early is not None else self

    @property
    def is_under_way(self) -> bool:
        """The essay has taken a command and has not settled it yet."""
        if self.phase is None:
            return False
        row = PHASE_TABLE[self.phase]
        return self.status is row.awaiting or self.status is row.in_progress

    @property
    def is_completed(self) -> bool:
        """The essay has marked its pipeline complete."""
        return self.status is EssayStatus.ALL_PROCESSING_COMPLETED


def outcome_of(state: EssayState) -> EssayOutcome | None:
    """The outcome of the newest command, or None if it is not settled yet."""
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
