"""The decisions of an essay.

An essay follows the newest command it has seen, asks for the work, and settles it once, with a result or an error. A
settled outcome never changes; if the essay is asked for it again, it sends the same outcome again.
"""

from collections.abc import Iterator

from actors.core.addresses import QUEUE, batch_address, essay_address
from actors.core.effects import Decision, Effect, Publish, Remind, Tell
from actors.core.essay_machine import IllegalTransition, can_move, moved
from actors.core.essay_state import EssayState, outcome_of
from actors.core.retry import Policy
from contracts.event_payloads import EssayPhaseCompletedV1
from contracts.events import completed_event_of
from contracts.failures import ErrorCode, ErrorDetail
from contracts.messages import (
    AskAgainDue,
    CompletePipeline,
    EssayPipelineCompleted,
    EssayStarted,
    GiveUp,
    InitiatePhase,
    Message,
    WorkFailed,
    WorkStarted,
    WorkSucceeded,
)
from contracts.phases import PHASE_TABLE, EssayStatus, PhaseName, PhaseRow, PhaseScope
from contracts.triggers import CMD_MARK_PIPELINE_COMPLETE, CMD_REOPEN, PhaseTriggers, triggers_of
from contracts.work import EssayWork, WorkRequested


def step(  # noqa: PLR0912  (a case for each message)
    state: EssayState, message: Message, policy: Policy
) -> Decision[EssayState]:
    """What the essay does about a message."""
    match message:
        case InitiatePhase() if _position(message) > _position(state):
            return _take_and_settle(state, message, policy)
        case InitiatePhase() if _position(message) == _position(state):
            return Decision(state, _asked_again(state))
        case InitiatePhase():
            return Decision(state)  # a late command of an older phase must not reopen that phase
        case CompletePipeline() if _position(message) > _position(state):
            return _complete(state, message)
        case WorkStarted() if _is_current(state, message) and state.status is _row(state).awaiting:
            return _started(state)
        case WorkSucceeded() if _is_current(state, message):
            return _succeed(state, message)
        case WorkSucceeded() | WorkFailed() if _position(message) > _position(state):
            return Decision(state._replace(early=message))  # it has overtaken its command, and is kept until that comes
        case WorkFailed(attempt=attempt) if _is_current(state, message) and attempt == state.attempt:
            return _failed_attempt(state, message, policy)
        case AskAgainDue(attempt=attempt) if _is_current(state, message) and attempt == state.attempt:
            return Decision(state._replace(waits=False), (_ask(state),))
        case GiveUp() if _is_current(state, message):
            return _fail(state, message.error)
        case GiveUp() if _position(message) > _position(state):  # it has overtaken its command
            return _take_and_give_up(state, message)
        case GiveUp() if _position(message) == _position(state):
            return Decision(state, _answer_again(state))
        case _:  # stale or duplicate: ordinary, as messages may come late or twice
            return Decision(state)


def resume(state: EssayState) -> Decision[EssayState]:
    """What is still owed after a restart: request the work, or tell the outcome, again."""
    now = state.as_stored
    return Decision(now, _answer_again(now))


def _take(state: EssayState, command: InitiatePhase) -> Decision[EssayState]:
    try:
        status = _route_to_awaiting(state, command.phase)
    except IllegalTransition as illegal:
        return _refused(state, command, illegal)
    new = EssayState(  # ``_replace`` takes three times as long
        state.batch_id,
        state.essay_id,
        status,
        command.text_id,
        state.original_text_id,
        state.file,
        state.ordinal,
        command.run,
        command.position,
        command.phase,
        command.last,
        results=state.results,
        correlation_id=command.correlation_id,
    )
    return Decision(new, (_ask(new),) if _asks_for_itself(new) else ())


def _take_and_settle(state: EssayState, command: InitiatePhase, policy: Policy) -> Decision[EssayState]:
    """Take the command, and apply its answer if that has arrived first."""
    taken, early = _take(state, command), state.early
    if early is None or not _is_current(taken.state, early):
        return taken
    return step(taken.state, early, policy)


def _take_and_give_up(state: EssayState, message: GiveUp) -> Decision[EssayState]:
    command = InitiatePhase(
        message.phase, message.run, message.position, message.text_id, correlation_id=message.correlation_id
    )
    taken = _take(state, command).state
    return _fail(taken, message.error) if taken.is_under_way else Decision(taken, _settled_effects(taken))


def _route_to_awaiting(state: EssayState, phase: PhaseName) -> EssayStatus:
    """Retry a phase that failed before; complete and reopen for one that was done before; initiate any other."""
    row, triggers = PHASE_TABLE[phase], triggers_of(phase)
    if state.status is row.failed:
        return _moved(state, triggers.retry)
    if state.status is row.success:
        return _moved(state, CMD_MARK_PIPELINE_COMPLETE, CMD_REOPEN, triggers.initiate)
    if state.status is EssayStatus.ALL_PROCESSING_COMPLETED:
        return _moved(state, CMD_REOPEN, triggers.initiate)
    return _moved(state, triggers.initiate)


def _refused(state: EssayState, command: InitiatePhase, illegal: IllegalTransition) -> Decision[EssayState]:
    error = ErrorDetail(error_code=ErrorCode.SERVICE_ERROR, message=str(illegal), operation="initiate phase")
    new = state._replace(
        run=command.run,
        position=command.position,
        phase=command.phase,
        last=command.last,
        failure=(state.failure or error).correlated(command.correlation_id),
        correlation_id=command.correlation_id,
        early=None,
    )
    return Decision(new, _settled_effects(new))


def _asks_for_itself(state: EssayState) -> bool:
    """Does the essay request its own work? In a cohort phase, the coordinator requests the work of all."""
    return state.phase is not None and PHASE_TABLE[state.phase].scope is PhaseScope.ESSAY


def _ask(state: EssayState) -> Tell:
    assert state.phase is not None  # noqa: S101  (called only after a command was taken)
    work = EssayWork(
        state.batch_id,
        state.essay_id,
        state.phase,
        state.run,
        state.position,
        state.attempt,
        state.text_id,
        state.results,
    )
    return Tell(QUEUE, WorkRequested(work, essay_address(state.batch_id, state.essay_id)))


def _asked_again(state: EssayState) -> tuple[Effect, ...]:
    """Answer again, or request the work again; but a nudge does not cut short the wait before the next attempt."""
    return () if state.waits and state.is_under_way else _answer_again(state)


def _answer_again(state: EssayState) -> tuple[Effect, ...]:
    outcome = outcome_of(state)
    if outcome is not None:
        return (Tell(batch_address(state.batch_id), outcome),)
    return (_ask(state),) if _asks_for_itself(state) else ()


def _started(state: EssayState) -> Decision[EssayState]:
    new = state._replace(status=_moved(state, _triggers(state).started))
    started = EssayStarted(state.essay_id, state.run, state.position)
    return Decision(new, (Tell(batch_address(state.batch_id), started),))


def _succeed(state: EssayState, done: WorkSucceeded) -> Decision[EssayState]:
    phase, triggers = _phase(state), _triggers(state)
    begun = [triggers.started] if state.status is _row(state).awaiting else []  # it has overtaken its own "started"
    ended = [CMD_MARK_PIPELINE_COMPLETE] if state.last else []
    status = _moved(state, *begun, triggers.succeeded, *ended)
    results = (*[pair for pair in state.results if pair[0] != phase], (phase, done.result_key))
    new = state._replace(status=status, text_id=done.text_id, results=results)
    return Decision(new, _settled_effects(new))


def _failed_attempt(state: EssayState, failed: WorkFailed, policy: Policy) -> Decision[EssayState]:
    if not _asks_for_itself(state) or not policy.tries_again(state.attempt, failed.error):
        return _fail(state, failed.error)
    new = state._replace(attempt=state.attempt + 1, waits=True)
    wait = policy.wait_before(new.attempt, f"{state.batch_id}/{state.essay_id}/{state.phase}")
    return Decision(new, (Remind(wait, AskAgainDue(new.run, new.position, new.attempt)),))


def _fail(state: EssayState, error: ErrorDetail) -> Decision[EssayState]:
    """Settle as failed, with the essay's correlation id: whoever found the error does not know which request it was."""
    new = state._replace(status=_moved(state, _triggers(state).failed), failure=error.correlated(state.correlation_id))
    return Decision(new, _settled_effects(new))


def _complete(state: EssayState, command: CompletePipeline) -> Decision[EssayState]:
    if not state.is_completed and not can_move(state.status, CMD_MARK_PIPELINE_COMPLETE):
        return Decision(state)  # the essay is under way or has failed: the command is stale
    new = state if state.is_completed else state._replace(status=_moved(state, CMD_MARK_PIPELINE_COMPLETE))
    completed = EssayPipelineCompleted(state.essay_id, *_position(command))
    return Decision(new, (Tell(batch_address(state.batch_id), completed),))


def _settled_effects(state: EssayState) -> tuple[Effect, ...]:
    return (*_published(state), *_answer_again(state))


def _published(state: EssayState) -> Iterator[Publish]:
    phase, failed = _phase(state), state.failure is not None
    yield Publish(
        event=completed_event_of(phase),
        key=f"{state.batch_id}/{state.essay_id}/{state.run}/{state.position}/completed",
        batch_id=state.batch_id,
        essay_id=state.essay_id,
        data=EssayPhaseCompletedV1(
            batch_id=state.batch_id,
            essay_id=state.essay_id,
            phase_name=phase,
            position=state.position,
            run=state.run,
            attempt=state.attempt,
            status=PHASE_TABLE[phase].failed if failed else PHASE_TABLE[phase].success,
            text_storage_id=state.text_id,
            result_key=None if failed else dict(state.results)[phase],
            error=state.failure,
            correlation_id=state.correlation_id,
        ),
    )


def _moved(state: EssayState, *triggers: str) -> EssayStatus:
    status = state.status
    for trigger in triggers:
        status = moved(state.essay_id, status, trigger)
    return status


def _is_current(state: EssayState, message: GiveUp | WorkStarted | WorkSucceeded | WorkFailed | AskAgainDue) -> bool:
    return message.position == state.position and message.run == state.run and state.is_under_way


def _position(
    of: EssayState | InitiatePhase | GiveUp | CompletePipeline | WorkStarted | WorkSucceeded | WorkFailed | AskAgainDue,
) -> tuple[int, int]:
    return of.run, of.position


def _phase(state: EssayState) -> PhaseName:
    assert state.phase is not None  # noqa: S101  (called only after a command was taken)
    return state.phase


def _row(state: EssayState) -> PhaseRow:
    return PHASE_TABLE[_phase(state)]


def _triggers(state: EssayState) -> PhaseTriggers:
    return triggers_of(_phase(state))
