"""Combines the outcomes of essays into the outcome of a phase."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from actors.core.batch_state import BatchState, PhaseDetail, Standing
from actors.core.effects import Publish
from contracts.event_payloads import CohortPhaseCompletedV1, CohortPhaseFailedV1, ELSBatchPhaseOutcomeV1
from contracts.events import COHORT_EVENTS, ProcessingEvent
from contracts.messages import EssayOutcome
from contracts.phases import PhaseName, PhaseStatus, PipelineExecutionStatus, phase_status_of
from contracts.refs import refs_of

_EXECUTION = {
    PhaseStatus.COMPLETED_SUCCESSFULLY: PipelineExecutionStatus.COMPLETED_SUCCESSFULLY,
    PhaseStatus.COMPLETED_WITH_FAILURES: PipelineExecutionStatus.COMPLETED_WITH_PARTIAL_SUCCESS,
    PhaseStatus.FAILED_CRITICALLY: PipelineExecutionStatus.FAILED,
}


def counted(state: BatchState, phase: PhaseName, outcomes: Sequence[EssayOutcome]) -> BatchState:
    """The state after these outcomes of the current phase; there must be only one per essay."""
    essays, outstanding = state.essays.mutate(), state.outstanding.mutate()
    succeeded, failed = state.succeeded.mutate(), state.failed.mutate()
    for outcome in outcomes:
        name = outcome.essay_id
        essays[name] = _standing_after(essays[name], phase, outcome)
        del outstanding[name]
        if outcome.succeeded:
            succeeded[name] = outcome.text_id
        else:
            failed[name] = None
    return BatchState(
        header=state.header.with_detail(phase, _detail_after(state.header.details[phase], outcomes)),
        essays=essays.finish(),
        outstanding=outstanding.finish(),
        succeeded=succeeded.finish(),
        failed=failed.finish(),
        heard=state.heard + len(outcomes),
    )


def _detail_after(detail: PhaseDetail, outcomes: Sequence[EssayOutcome]) -> PhaseDetail:
    successful = sum(outcome.succeeded for outcome in outcomes)
    return detail._replace(
        status=PipelineExecutionStatus.IN_PROGRESS,
        successful=detail.successful + successful,
        failed=detail.failed + len(outcomes) - successful,
    )


def _standing_after(standing: Standing, phase: PhaseName, outcome: EssayOutcome) -> Standing:
    if not outcome.succeeded:
        return standing._replace(failed_in=phase, completed=False)
    return Standing(outcome.text_id, _with(standing.done, phase), completed=outcome.completed)


@lru_cache(maxsize=256)
def _with(done: frozenset[PhaseName], phase: PhaseName) -> frozenset[PhaseName]:
    """The set with one more phase; cached, so that all essays that have come as far share it."""
    return done | {phase}


def closed(state: BatchState, phase: PhaseName, now: datetime) -> tuple[BatchState, tuple[Publish, ...]]:
    """The state with the current phase closed and no essay commanded, and the events that tell of the phase's end."""
    detail = state.header.details[phase]
    status = _EXECUTION[phase_status_of(detail.successful, detail.failed)]
    ends = (phase_outcome(state, phase), *_cohort_ends(state, phase))
    state = state.with_detail(phase, status=status, completed_at=now, error_info=state.header.giving_up)
    return state.having(commanded={}), ends


def phase_outcome(state: BatchState, phase: PhaseName) -> Publish:
    """The event with the outcome of the current phase; both its lists are in the batch's order."""
    header = state.header
    data = ELSBatchPhaseOutcomeV1(
        batch_id=header.batch_id,
        phase_name=phase,
        phase_status=phase_status_of(len(state.succeeded), len(state.failed)),
        processed_essays=refs_of(state.succeeded, header.order),
        failed_essay_ids=[name for name in header.order if name in state.failed],
        correlation_id=header.correlation_id,
        position=header.position,
        run=header.run,
    )
    key = f"{header.batch_id}/{header.run}/{header.position}/outcome"
    return Publish(ProcessingEvent.ELS_BATCH_PHASE_OUTCOME, key, header.batch_id, data)


def _cohort_ends(state: BatchState, phase: PhaseName) -> Iterator[Publish]:
    """The completed or failed event of the whole cohort, in a phase that has such events for other systems."""
    header, events = state.header, COHORT_EVENTS.get(phase)
    if events is None:
        return
    common: dict[str, Any] = {
        "batch_id": header.batch_id,
        "phase_name": phase,
        "failed_essay_ids": [name for name in header.order if name in state.failed],
        "position": header.position,
        "run": header.run,
        "correlation_id": header.correlation_id,
    }
    key = f"{header.batch_id}/{header.run}/{header.position}/outcome/cohort"
    if processed := refs_of(state.succeeded, header.order):
        completed = CohortPhaseCompletedV1(processed_essays=processed, **common)
        yield Publish(events.completed, key, header.batch_id, completed)
    else:
        yield Publish(events.failed, key, header.batch_id, CohortPhaseFailedV1(**common))
