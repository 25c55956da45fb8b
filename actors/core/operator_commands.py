"""The commands of operators: pause, resume, cancel, retry, run a further pipeline, append and drop phases.

``refusal`` says why the batch's state does not allow a command, as text for the person who gave it. Drivers call it
before they send a command; the orchestrator calls it again when the command arrives, and ignores a refused one. A
command that has already taken effect (such as a second pause) is neither refused nor carried out twice.
"""

from datetime import datetime

from actors.core.addresses import QUEUE
from actors.core.batch_state import BatchHeader, BatchStage, BatchState, PhaseDetail
from actors.core.dispatch import advance, ask_outstanding, skipped
from actors.core.effects import Decision, Effect, Publish, Tell, correlation_id_of
from actors.core.retry import Policy
from contracts.event_payloads import BatchOperatorActedV1
from contracts.events import ProcessingEvent
from contracts.failures import ErrorCode, ErrorDetail
from contracts.messages import (
    AppendPhases,
    CancelBatch,
    DropPhases,
    ExtendPipeline,
    OperatorCommand,
    PauseBatch,
    ResumeBatch,
    RetryFailed,
)
from contracts.phases import PhaseName, PipelineExecutionStatus
from contracts.work import PauseWork, ResumeWork


def step(state: BatchState, command: OperatorCommand, policy: Policy, now: datetime) -> Decision[BatchState]:
    """Carry out an operator's command."""
    if refusal(state, command) is not None or is_applied(state.header, command):
        return Decision(state)
    match command:
        case PauseBatch():
            paused, act = _acted(state.having(paused=True), "pause")
            header = paused.header
            return Decision(paused, (act, Tell(QUEUE, PauseWork(header.batch_id, header.run, header.acts))))
        case ResumeBatch():
            return _resume(state, policy, now)
        case CancelBatch():
            return _cancel(state, policy, now)
        case RetryFailed():
            return _retry(state, command, policy, now)
        case ExtendPipeline():
            return _run_further(state, command, policy, now)
        case AppendPhases():
            return _append(state, command.phases, policy, now)
        case DropPhases():
            return _drop(state, command.phases)


def refusal(state: BatchState, command: OperatorCommand) -> str | None:
    """Why the command cannot be carried out now, or None if it can be (or has been already)."""
    header = state.header
    name = f"batch {header.batch_id!r}"
    if header.stage is BatchStage.NEW:
        return f"{name} is not registered"
    ended = header.stage is BatchStage.ENDED
    match command:
        case PauseBatch() | ResumeBatch() | AppendPhases() | DropPhases() if ended:
            return f"{name} has ended: {_said(header)}"
        case PauseBatch() if header.cancelled:
            return f"{name} is being cancelled"
        case CancelBatch() if ended and not header.cancelled:
            return f"{name} has ended: {_said(header)}"
        case RetryFailed(run=run) | ExtendPipeline(run=run) if not ended and run != header.run:
            return f"{name} has not ended: let it end, or cancel it"
        case RetryFailed(phase=phase) if ended and not failed_in(state, phase):
            return f"{name} has no essay that failed in {phase or 'any phase'}: there is nothing to try again"
        case AppendPhases(phases=phases) if set(phases) & set(header.pipeline[: header.position + 1]):
            return (
                f"{name} has had {_listed(set(phases) & set(header.pipeline))} already: a phase runs once in a pipeline"
            )
        case DropPhases(phases=phases) if begun := set(phases) & _begun(header):
            return f"{name}: {_listed(begun)} has begun already"
        case _:
            return None


def _begun(header: BatchHeader) -> set[PhaseName]:
    """The phases that are done, under way, or were started in an earlier run: they have results or failures."""
    earlier = {phase for phase in header.pipeline if header.details[phase].started_at is not None}
    return earlier | set(header.pipeline[: header.position + 1])


def _said(header: BatchHeader) -> str:
    return str(header.status).replace("_", " ")


def _listed(phases: set[PhaseName]) -> str:
    return ", ".join(sorted(phases))


def is_applied(header: BatchHeader, command: OperatorCommand) -> bool:
    """Is the batch already as the command wants it?"""
    match command:
        case PauseBatch():
            return header.paused
        case ResumeBatch():
            return not header.paused
        case CancelBatch():
            return header.cancelled
        case RetryFailed(run=run) | ExtendPipeline(run=run):
            return run <= header.run
        case AppendPhases(phases=phases):
            return set(phases) <= set(header.pipeline)
        case DropPhases(phases=phases):
            return not set(phases) & set(header.pipeline)


def _acted(
    state: BatchState, action: str, phases: tuple[PhaseName, ...] = (), essays: tuple[str, ...] = ()
) -> tuple[BatchState, Publish]:
    header = state.header
    state = state.having(acts=header.acts + 1)
    data = BatchOperatorActedV1(
        batch_id=header.batch_id,
        action=action,
        run=header.run,
        phases=list(phases),
        essay_ids=list(essays),
        correlation_id=header.correlation_id,
    )
    key = f"{header.batch_id}/operator/{header.acts}"
    return state, Publish(ProcessingEvent.BATCH_OPERATOR_ACTED, key, header.batch_id, data)


def _resume(state: BatchState, policy: Policy, now: datetime) -> Decision[BatchState]:
    state, act = _acted(state.having(paused=False), "resume")
    effects: tuple[Effect, ...] = (act, _released(state))
    if state.header.stage is BatchStage.PAUSED:
        return advance(state, policy, now, effects)
    return Decision(state, (*effects, *ask_outstanding(state)))


def _released(state: BatchState) -> Tell:
    header = state.header
    return Tell(QUEUE, ResumeWork(header.batch_id, header.run, header.acts))


def _cancel(state: BatchState, policy: Policy, now: datetime) -> Decision[BatchState]:
    """Tell essays under way to settle; then the phase closes like any other, and the batch ends as cancelled."""
    error = ErrorDetail(
        error_code=ErrorCode.CANCELLED_BY_OPERATOR,
        message="The batch was cancelled before this essay was done.",
        operation=state.header.phase or "pipeline",
        correlation_id=state.header.correlation_id,
    )
    was_paused = state.header.stage is BatchStage.PAUSED
    state, act = _acted(state.having(cancelled=True, paused=False, giving_up=error), "cancel")
    if was_paused:
        return advance(state, policy, now, (act,))
    return Decision(state, (act, _released(state), *ask_outstanding(state)))


def failed_in(state: BatchState, phase: PhaseName | None) -> tuple[str, ...]:
    """The essays, in order, that failed in ``phase``; None means in any phase."""
    standings = ((name, state.essays[name]) for name in state.header.order)
    return tuple(
        name
        for name, standing in standings
        if standing.failed_in is not None and (phase is None or standing.failed_in is phase)
    )


def _retry(state: BatchState, command: RetryFailed, policy: Policy, now: datetime) -> Decision[BatchState]:
    """Begin again at the first phase in which one of the essays failed; phases that all have done are skipped."""
    names = failed_in(state, command.phase)
    phases = {state.essays[name].failed_in for name in names}
    first = min(index for index, phase in enumerate(state.header.pipeline) if phase in phases)
    state = _reopened(state, command).having(retrying=frozenset(names), position=first - 1)
    state, act = _acted(state, "retry", tuple(phase for phase in state.header.pipeline if phase in phases), names)
    return advance(state, policy, now, (act,))


def _run_further(state: BatchState, command: ExtendPipeline, policy: Policy, now: datetime) -> Decision[BatchState]:
    """Append the new phases to the old ones, after removing those that never ran because of a cancellation.

    A requested phase that has its results already is reported as skipped.
    """
    header = state.header
    never_ran = set(header.pipeline) - _begun(header)
    ran = tuple(
        phase
        for phase in header.pipeline
        if phase not in never_ran or header.details[phase].status is not PipelineExecutionStatus.CANCELLED
    )
    options = {**header.options, **command.options}
    state = _reopened(state, command).having(options=options, pipeline=ran, position=len(ran) - 1)
    state, act = _acted(_extended(state, _new_of(state, command.phases)), "run", command.phases)
    reused = tuple(
        skipped(state, phase, position, "finished in an earlier run: its results are used again")
        for position, phase in enumerate(ran)
        if phase in command.phases
    )
    return advance(state, policy, now, (act, *reused))


def _reopened(state: BatchState, command: RetryFailed | ExtendPipeline) -> BatchState:
    correlation_id = command.correlation_id or correlation_id_of(state.header.batch_id, command.run)
    return state.having(run=command.run, correlation_id=correlation_id, cancelled=False, stage=BatchStage.RUNNING)


def _new_of(state: BatchState, phases: tuple[PhaseName, ...]) -> tuple[PhaseName, ...]:
    """Those ``phases`` that are not in the pipeline yet, each once."""
    return tuple(dict.fromkeys(phase for phase in phases if phase not in state.header.pipeline))


def _extended(state: BatchState, phases: tuple[PhaseName, ...]) -> BatchState:
    state = state.having(pipeline=state.header.pipeline + phases)
    for phase in phases:
        state = state.with_detail(phase, **PhaseDetail(PipelineExecutionStatus.PENDING_DEPENDENCIES)._asdict())
    return state


def _append(state: BatchState, phases: tuple[PhaseName, ...], policy: Policy, now: datetime) -> Decision[BatchState]:
    new = _new_of(state, phases)
    completing = state.header.stage is BatchStage.COMPLETING
    state, act = _acted(_extended(state, new), "append", new)
    if not completing:
        return Decision(state, (act,))
    return advance(state.having(position=state.header.position - 1), policy, now, (act,))


def _drop(state: BatchState, phases: tuple[PhaseName, ...]) -> Decision[BatchState]:
    """Take the phases out of the pipeline and report them as skipped; the running phase goes on."""
    before = state.header.pipeline
    dropped = tuple(phase for phase in before if phase in phases)
    state, act = _acted(state, "drop", dropped)
    events = tuple(skipped(state, phase, before.index(phase), "dropped by an operator") for phase in dropped)
    for phase in dropped:
        state = state.with_detail(phase, status=PipelineExecutionStatus.SKIPPED_BY_USER_CONFIG)
    rest = tuple(phase for phase in before if phase not in dropped)
    return Decision(state.having(pipeline=rest), (act, *events))
