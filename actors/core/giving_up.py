"""Ends a phase for essays that have not finished it: each is told to settle, with the reason."""

from actors.core.batch_state import BatchState
from actors.core.dispatch import ask_outstanding
from actors.core.effects import Decision, Remind
from actors.core.retry import Policy
from contracts.failures import ErrorCode, ErrorDetail
from contracts.messages import MailUnreadable, PhaseDeadlineDue


def at_deadline(state: BatchState, due: PhaseDeadlineDue, policy: Policy) -> Decision[BatchState]:
    """The phase has run out of time; while the batch is paused and nobody may work on it, the deadline is postponed."""
    header = state.header
    if header.paused and header.giving_up is None:
        return Decision(state, (Remind(policy.phase_deadline, due),))
    message = f"The {header.phase} phase did not come to this essay within its time."
    return _given_up(state, ErrorCode.PHASE_DEADLINE_EXCEEDED, message)


def for_mail(state: BatchState, told: MailUnreadable) -> Decision[BatchState]:
    """Give up a phase that cannot be done as things stand: otherwise it would be requested without end."""
    message = f"A process of the engine cannot read what the {state.header.phase} phase needs: {told.reason}"
    return _given_up(state, ErrorCode.SERVICE_ERROR, message)


def _given_up(state: BatchState, code: ErrorCode, message: str) -> Decision[BatchState]:
    if state.header.giving_up is not None:
        return Decision(state)
    error = ErrorDetail(
        error_code=code,
        message=message,
        operation=state.header.phase,
        correlation_id=state.header.correlation_id,
    )
    state = state.having(giving_up=error)
    return Decision(state, ask_outstanding(state))
