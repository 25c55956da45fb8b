"""The state of an orchestrator: what it knows about its batch."""

from collections.abc import Container, Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any, Final, NamedTuple
from uuid import UUID

from immutables import Map

from actors.core.essay_state import EssayState, outcome_of
from contracts.failures import ErrorDetail
from contracts.phases import BatchStatus, PhaseName, PipelineExecutionStatus
from contracts.pipeline import EssayProcessingCounts, PipelineStateDetail, ProcessingPipelineState
from contracts.registration import BatchRegistrationRequestV1

# Persistent maps (hash array mapped tries): a changed copy costs O(log n), so that the cost of one message does not
# grow with the batch.


class BatchStage(StrEnum):
    """What the orchestrator is waiting for."""

    NEW = "new"
    RUNNING = "running"  # for outcomes of the phase at ``position``
    PAUSED = "held"  # between two phases, for an operator to resume it; existing stores have this value
    COMPLETING = "completing"  # for essays to mark their pipeline complete
    ENDED = "ended"  # for nothing: the batch has ended


EPOCHS_A_LIFE: Final = 1000


def next_life(epoch: int) -> int:
    """The epoch left behind by a batch that is forgotten: every later claim of its name gets a higher one."""
    return (epoch // EPOCHS_A_LIFE + 1) * EPOCHS_A_LIFE


def first_run(epoch: int) -> int:
    """The number of a batch's first run: 0, or an unused number if a forgotten batch had the same name.

    So a late answer to the forgotten batch's work is never taken for one of this batch.
    """
    return epoch // EPOCHS_A_LIFE * EPOCHS_A_LIFE


class Standing(NamedTuple):
    """How far an essay has come: its current text, the phases it has results of, and the phase it failed in, if any."""

    text_id: str
    done: frozenset[PhaseName] = frozenset()
    failed_in: PhaseName | None = None
    completed: bool = False
    readable: bool = True


class PhaseDetail(NamedTuple):
    """The progress of one phase: its status, and how many essays have succeeded and failed."""

    status: PipelineExecutionStatus = PipelineExecutionStatus.REQUESTED_BY_USER
    total: int = 0
    successful: int = 0
    failed: int = 0
    started_at: datetime | None = None
    completed_at: datetime | None = None
    error_info: ErrorDetail | None = None


class BatchHeader(NamedTuple):
    """The part of a batch's state that is stored as it is; its size does not depend on the outcomes.

    ``epoch`` grows each time an orchestrator is activated, and fences off earlier ones. ``giving_up`` is the reason
    why outstanding essays are being told to settle. ``acts`` counts operator commands. ``correlation_id`` belongs to
    the current run; it is None before the batch is registered. ``commanded`` maps the essays of the current phase's
    command to the text each works on; it is empty between two phases. ``packed`` is the placement of the essays at
    registration, for whoever resumes the batch. An ``urgent`` batch is served before others.
    """

    batch_id: str
    epoch: int = 0
    status: BatchStatus = BatchStatus.AWAITING_CONTENT_VALIDATION
    stage: BatchStage = BatchStage.NEW
    request: BatchRegistrationRequestV1 | None = None
    fingerprint: str = ""
    options: Mapping[str, Mapping[str, Any]] = {}  # never changed in place
    order: tuple[str, ...] = ()
    run: int = 0
    pipeline: tuple[PhaseName, ...] = ()
    position: int = -1
    details: Map[PhaseName, PhaseDetail] = Map()
    paused: bool = False
    cancelled: bool = False
    giving_up: ErrorDetail | None = None
    retrying: frozenset[str] = frozenset()
    acts: int = 0
    correlation_id: UUID | None = None
    commanded: Mapping[str, str] = {}  # never changed in place
    packed: bool | None = None
    urgent: bool = False

    @property
    def phase(self) -> PhaseName | None:
        """The phase at ``position``, None before the first and after the last one."""
        return self.pipeline[self.position] if 0 <= self.position < len(self.pipeline) else None

    def with_detail(self, phase: PhaseName, detail: PhaseDetail) -> "BatchHeader":
        """This header with one phase's detail replaced; done per outcome, and ``_replace`` takes five times as long."""
        fields: list[Any] = [*self]
        fields[_DETAILS] = self.details.set(phase, detail)
        return BatchHeader._make(fields)


_DETAILS: Final = BatchHeader._fields.index("details")


class BatchState(NamedTuple):
    """The header, and what is known of each essay.

    ``essays`` maps every registered essay to its standing. ``outstanding`` maps the essays that the current
    command waits for to the text they were told to work on; ``succeeded`` and ``failed`` are the settled ones.
    ``heard`` counts what has come in since the command.
    """

    header: BatchHeader
    essays: Map[str, Standing] = Map()
    outstanding: Map[str, str] = Map()
    succeeded: Map[str, str] = Map()
    failed: Map[str, None] = Map()
    heard: int = 0

    def having(self, **changes: Any) -> "BatchState":
        """This state with these fields of its header changed."""
        return self._replace(header=self.header._replace(**changes))

    def with_detail(self, phase: PhaseName, **changes: Any) -> "BatchState":
        """This state with these fields of one phase's detail changed."""
        detail = self.header.details.get(phase, PhaseDetail())._replace(**changes)
        return self._replace(header=self.header.with_detail(phase, detail))


def standing_of(essay: EssayState) -> Standing:
    """What an orchestrator knows about an essay, read from the essay's stored state."""
    return Standing(
        text_id=essay.text_id,
        done=frozenset(phase for phase, _ in essay.results),
        failed_in=essay.phase if essay.failure is not None else None,
        completed=essay.is_completed,
        readable=essay.failure is None or essay.phase is not None,
    )


def restored(header: BatchHeader, essays: Iterable[EssayState]) -> BatchState:
    """A batch's state, rebuilt from its stored header and essays.

    The outcomes come from the essays: each essay saves its outcome before it tells anyone.
    """
    stored = {essay.essay_id: essay for essay in essays}
    state = BatchState(header, essays=Map({name: standing_of(essay) for name, essay in stored.items()}))
    if header.stage is BatchStage.COMPLETING:
        return state._replace(outstanding=Map(to_complete(state)))
    return _with_outcomes(state, stored) if header.commanded else state


def _with_outcomes(state: BatchState, stored: Mapping[str, EssayState]) -> BatchState:
    here, commanded = (state.header.run, state.header.position), state.header.commanded
    settled = {
        name: outcome
        for name, essay in stored.items()
        if name in commanded and (essay.run, essay.position) == here and (outcome := outcome_of(essay)) is not None
    }
    succeeded = {name: outcome.text_id for name, outcome in settled.items() if outcome.succeeded}
    failed = {name: None for name, outcome in settled.items() if not outcome.succeeded}
    return _recounted(state, commanded, len(succeeded), len(failed))._replace(
        outstanding=Map({name: text for name, text in commanded.items() if name not in settled}),
        succeeded=Map(succeeded),
        failed=Map(failed),
    )


def _recounted(state: BatchState, commanded: Container[str], successful: int, failed: int) -> BatchState:
    """Correct the phase's counts: the header may have been saved before the last outcomes arrived."""
    phase = state.header.phase
    if phase is None:
        return state
    before = settled_before(state, phase, commanded)
    return state.with_detail(phase, successful=before[0] + successful, failed=before[1] + failed)


def settled_before(state: BatchState, phase: PhaseName, commanded: Container[str]) -> tuple[int, int]:
    """How many essays succeeded and failed in ``phase`` in earlier runs, not counting those ``commanded`` now."""
    others = [standing for name, standing in state.essays.items() if name not in commanded]
    failed = sum(standing.failed_in is phase for standing in others)
    return sum(phase in standing.done and standing.failed_in is not phase for standing in others), failed


def to_complete(state: BatchState) -> dict[str, str]:
    """The essays that have done the whole pipeline but have not marked it complete yet, with their texts."""
    wanted = frozenset(state.header.pipeline)
    return {
        name: standing.text_id
        for name, standing in state.essays.items()
        if wanted <= standing.done and standing.failed_in is None and standing.readable and not standing.completed
    }


def pipeline_state_of(header: BatchHeader, now: datetime) -> ProcessingPipelineState:
    """The pipeline's state as other systems read it."""
    return ProcessingPipelineState(
        batch_id=header.batch_id,
        requested_pipelines=list(header.pipeline),
        pipelines={phase: _contract_detail(header.details[phase]) for phase in _in_order(header)},
        last_updated=now,
    )


def _in_order(header: BatchHeader) -> list[PhaseName]:
    """The phases of the pipeline, followed by those dropped from it."""
    return [*header.pipeline, *sorted(set(header.details) - set(header.pipeline))]


def _contract_detail(detail: PhaseDetail) -> PipelineStateDetail:
    if detail.error_info is None:
        return _without_error(detail)
    return _without_error(detail._replace(error_info=None)).model_copy(update={"error_info": detail.error_info})


@lru_cache(maxsize=256)  # from one record to the next, only one phase changes
def _without_error(detail: PhaseDetail) -> PipelineStateDetail:
    counts = EssayProcessingCounts(
        total=detail.total,
        pending_dispatch_or_processing=detail.total - detail.successful - detail.failed,
        successful=detail.successful,
        failed=detail.failed,
    )
    return PipelineStateDetail(
        status=detail.status,
        essay_counts=counts,
        started_at=detail.started_at,
        completed_at=detail.completed_at,
    )
