"""Decides what the orchestrator does next: dispatch a phase, skip it, or end the pipeline."""

from collections.abc import Iterator
from datetime import datetime

from immutables import Map

from actors.core.addresses import QUEUE, cohort_address, essay_address
from actors.core.batch_state import BatchHeader, BatchStage, BatchState, Standing, settled_before, to_complete
from actors.core.effects import Decision, Effect, Publish, Remind, Tell
from actors.core.retry import Policy
from contracts.commands import InitiateCommandData, command_model_of
from contracts.event_payloads import BatchPhaseSkippedV1, BatchPipelineCompletedV1, CohortPhaseRequestedV1
from contracts.events import COHORT_EVENTS, ProcessingEvent, command_event_of
from contracts.failures import ErrorDetail
from contracts.messages import CompletePipeline, GiveUp, InitiatePhase, NudgeDue, PhaseDeadlineDue
from contracts.phases import PHASE_TABLE, BatchStatus, PhaseName, PhaseScope, PipelineExecutionStatus
from contracts.refs import refs_of
from contracts.work import ForgetBatch, HurryWork, StartCohort

_REUSED = "every essay that could go through this phase has its result already"
_NOBODY_LEFT = "no essay succeeded in the phases before"
_CANCELLED = "the batch was cancelled"


def advance(state: BatchState, policy: Policy, now: datetime, effects: tuple[Effect, ...] = ()) -> Decision[BatchState]:
    """Move on from a settled position: to the next phase that has work to do, or to the end."""
    while True:
        header = state.header
        position = header.position + 1
        if header.cancelled:
            return _end(state, effects)
        if position == len(header.pipeline):
            return _complete(state.having(position=position), policy, effects)
        if header.paused:
            return Decision(state.having(stage=BatchStage.PAUSED), effects)
        phase = header.pipeline[position]
        eligible = _eligible(state, position)
        if not eligible:
            return _end(*_rest_skipped(state, effects))
        cohort = _to_work_on(eligible, phase)
        state = state.having(position=position)
        if cohort:
            return _dispatch(state, phase, cohort, policy, now, effects)
        effects = (*effects, skipped(state, phase, position, _REUSED))


def _eligible(state: BatchState, position: int) -> dict[str, Standing]:
    """The essays, in order, that have done every phase before ``position`` and have not failed (or are retried)."""
    header = state.header
    phase, before = header.pipeline[position], frozenset(header.pipeline[:position])
    standings = ((name, state.essays[name]) for name in header.order)
    return {
        name: standing
        for name, standing in standings
        if standing.readable
        and before <= standing.done
        and (standing.failed_in is None or (standing.failed_in is phase and name in header.retrying))
    }


def _to_work_on(eligible: dict[str, Standing], phase: PhaseName) -> dict[str, Standing]:
    """The essays that have no result yet; in a cohort phase, all essays as soon as one has none."""
    missing = {
        name: standing
        for name, standing in eligible.items()
        if phase not in standing.done or standing.failed_in is phase
    }
    return eligible if missing and PHASE_TABLE[phase].scope is PhaseScope.COHORT else missing


def _dispatch(  # noqa: PLR0913, PLR0917  (the facts of one dispatch)
    state: BatchState,
    phase: PhaseName,
    cohort: dict[str, Standing],
    policy: Policy,
    now: datetime,
    effects: tuple[Effect, ...],
) -> Decision[BatchState]:
    successful, failed = settled_before(state, phase, cohort)
    state = state.with_detail(
        phase,
        status=PipelineExecutionStatus.DISPATCH_INITIATED,
        total=len(cohort) + failed + successful,
        successful=successful,
        failed=failed,
        started_at=state.header.details[phase].started_at or now,
        completed_at=None,
        error_info=None,
    )
    commanded = {name: standing.text_id for name, standing in cohort.items()}
    state = state.having(
        stage=BatchStage.RUNNING, status=BatchStatus.PROCESSING_PIPELINES, giving_up=None, commanded=commanded
    )._replace(
        outstanding=Map(commanded),
        succeeded=Map(),
        failed=Map(),
        heard=0,
    )
    return Decision(state, (*effects, *_begun(state, phase), *ask_outstanding(state), *timers(state, policy)))


def _begun(state: BatchState, phase: PhaseName) -> Iterator[Publish]:
    """The phase's command and, for a phase that has cohort events, the request for the whole cohort."""
    header, command = state.header, command_of(state.header, phase)
    key = f"{header.batch_id}/{header.run}/{header.position}/command"
    yield Publish(command_event_of(phase), key, header.batch_id, command)
    if (events := COHORT_EVENTS.get(phase)) is not None:
        common = type(command).model_fields.keys() & CohortPhaseRequestedV1.model_fields.keys()
        request = CohortPhaseRequestedV1(phase_name=phase, **{name: getattr(command, name) for name in common})
        yield Publish(events.requested, f"{key}/cohort", header.batch_id, request)


def command_of(header: BatchHeader, phase: PhaseName) -> InitiateCommandData:
    """The command that begins the phase at the current position, with its essays in order."""
    model = command_model_of(phase)
    request = header.request
    wanted = {"essay_instructions", "course_code", "class_designation", "language"} & set(model.model_fields)
    return model(
        batch_id=header.batch_id,
        essays_to_process=refs_of(header.commanded, header.commanded),
        position=header.position,
        run=header.run,
        correlation_id=header.correlation_id,
        **{name: getattr(request, name) for name in wanted},
        **({"phase_name": phase} if "phase_name" in model.model_fields else {}),
    )


def ask_outstanding(state: BatchState) -> tuple[Effect, ...]:
    """Tell every outstanding essay (again) what the orchestrator is waiting for."""
    header = state.header
    names = [name for name in header.order if name in state.outstanding]
    if header.stage is BatchStage.COMPLETING:
        return tuple(_tell(state, name, CompletePipeline(header.run, header.position)) for name in names)
    phase = header.pipeline[header.position]
    if header.giving_up is not None:
        return tuple(_tell(state, name, _give_up(state, phase, name, header.giving_up)) for name in names)
    hurry = (Tell(QUEUE, HurryWork(header.batch_id, header.run)),) if header.urgent else ()
    tells = tuple(_tell(state, name, _initiate(state, phase, name)) for name in names)
    return (*hurry, *tells, *_start_cohort(state, phase))


def _initiate(state: BatchState, phase: PhaseName, name: str) -> InitiatePhase:
    header = state.header
    last = header.position + 1 == len(header.pipeline)
    text_id, correlation_id = state.outstanding[name], header.correlation_id
    return InitiatePhase(phase, header.run, header.position, text_id, last, correlation_id)


def _give_up(state: BatchState, phase: PhaseName, name: str, error: ErrorDetail) -> GiveUp:
    header = state.header
    return GiveUp(phase, header.run, header.position, state.outstanding[name], error, header.correlation_id)


def _start_cohort(state: BatchState, phase: PhaseName) -> tuple[Effect, ...]:
    header = state.header
    if PHASE_TABLE[phase].scope is not PhaseScope.COHORT:
        return ()
    address = cohort_address(header.batch_id, header.run, header.position)
    everyone = tuple(sorted(header.commanded))
    return (Tell(address, StartCohort(header.batch_id, phase, header.run, header.position, everyone)),)


def _tell(state: BatchState, name: str, message: InitiatePhase | GiveUp | CompletePipeline) -> Tell:
    return Tell(essay_address(state.header.batch_id, name), message)


def timers(state: BatchState, policy: Policy) -> tuple[Effect, ...]:
    """The reminders for the current position: to ask again after silence, and at the phase's deadline."""
    header = state.header
    nudge = Remind(policy.nudge_wait(0, len(state.outstanding)), NudgeDue(header.run, header.position, state.heard))
    if header.stage is BatchStage.COMPLETING:
        return (nudge,)
    return nudge, Remind(policy.phase_deadline, PhaseDeadlineDue(header.run, header.position))


def skipped(state: BatchState, phase: PhaseName, position: int, reason: str) -> Publish:
    """The event that says why a phase was not run."""
    header = state.header
    data = BatchPhaseSkippedV1(
        batch_id=header.batch_id,
        phase_name=phase,
        position=position,
        run=header.run,
        reason=reason,
        correlation_id=header.correlation_id,
    )
    key = f"{header.batch_id}/{header.run}/{position}/{phase}/skipped"
    return Publish(ProcessingEvent.BATCH_PHASE_SKIPPED, key, header.batch_id, data)


def _rest_skipped(state: BatchState, effects: tuple[Effect, ...]) -> tuple[BatchState, tuple[Effect, ...]]:
    header = state.header
    for position in range(header.position + 1, len(header.pipeline)):
        phase = header.pipeline[position]
        state = state.with_detail(phase, status=PipelineExecutionStatus.SKIPPED_DUE_TO_DEPENDENCY_FAILURE)
        effects = (*effects, skipped(state, phase, position, _NOBODY_LEFT))
    return state, effects


def _complete(state: BatchState, policy: Policy, effects: tuple[Effect, ...]) -> Decision[BatchState]:
    """All phases are done: wait until every successful essay has marked its pipeline complete."""
    outstanding = to_complete(state)
    if not outstanding:
        return _end(state, effects)
    state = state.having(stage=BatchStage.COMPLETING)._replace(outstanding=Map(outstanding), heard=0)
    return Decision(state, (*effects, *ask_outstanding(state), *timers(state, policy)))


def end_completed(state: BatchState) -> Decision[BatchState]:
    """End the batch: every successful essay has marked its pipeline complete."""
    return _end(state, ())


def _end(state: BatchState, effects: tuple[Effect, ...]) -> Decision[BatchState]:
    successful = sum(_did_all(state, standing) for standing in state.essays.values())
    status = _terminal_status(state, successful)
    if status is BatchStatus.CANCELLED:
        state, effects = _rest_cancelled(state, effects)
    header = state.header
    completed = BatchPipelineCompletedV1(
        batch_id=header.batch_id,
        status=status,
        run=header.run,
        total=len(header.order),
        successful=successful,
        failed=len(header.order) - successful,
        correlation_id=header.correlation_id,
    )
    key = f"{header.batch_id}/{header.run}/pipeline-completed"
    published = Publish(ProcessingEvent.BATCH_PIPELINE_COMPLETED, key, header.batch_id, completed)
    ended = state.having(stage=BatchStage.ENDED, status=status, giving_up=None, retrying=frozenset(), paused=False)
    forget = Tell(QUEUE, ForgetBatch(header.batch_id, header.run, header.acts, header.urgent))
    return Decision(ended, (*effects, published, forget))


def _did_all(state: BatchState, standing: Standing) -> bool:
    return standing.readable and standing.failed_in is None and frozenset(state.header.pipeline) <= standing.done


def _terminal_status(state: BatchState, successful: int) -> BatchStatus:
    if state.header.cancelled:
        return BatchStatus.CANCELLED
    if not any(standing.readable for standing in state.essays.values()):
        return BatchStatus.CONTENT_INGESTION_FAILED
    if not successful:
        return BatchStatus.FAILED_CRITICALLY
    everyone = successful == len(state.header.order)
    return BatchStatus.COMPLETED_SUCCESSFULLY if everyone else BatchStatus.COMPLETED_WITH_FAILURES


def _rest_cancelled(state: BatchState, effects: tuple[Effect, ...]) -> tuple[BatchState, tuple[Effect, ...]]:
    header = state.header
    for position in range(header.position + 1, len(header.pipeline)):
        phase = header.pipeline[position]
        state = state.with_detail(phase, status=PipelineExecutionStatus.CANCELLED)
        effects = (*effects, skipped(state, phase, position, _CANCELLED))
    return state, effects
