"""The decisions of a cohort's coordinator: plan a round, have workers do its pieces, plan again.

It keeps nothing on disk. Every piece's value is stored by the worker that did it, and planning starts from what is
stored, so a coordinator that is started again continues where its predecessor was.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from immutables import Map

from actors.core.addresses import QUEUE, cohort_address, essay_address
from actors.core.effects import Decision, Effect, Remind, Tell
from actors.core.retry import Policy
from contracts.failures import ErrorCode
from contracts.messages import Message, WorkFailed, WorkStarted, WorkSucceeded
from contracts.work import (
    CohortFinished,
    CohortWork,
    CohortWorkDue,
    CohortWorkFailed,
    PieceDone,
    RoundPlanned,
    StartCohort,
    WorkRequested,
)


@dataclass(frozen=True, slots=True)
class CohortState:
    """Where a cohort's work stands.

    ``step`` counts the plans, and ``attempt`` the attempts at the current one. ``pending`` maps each piece under way
    to its attempt, ``payloads`` to its payload. ``awaited`` are pieces that come from outside. ``planning`` is True
    while a plan is requested; ``overtaken`` says that a piece was done meanwhile, which the plan may not include.
    ``given_up`` are pieces that failed for good.
    """

    command: StartCohort | None = None
    step: int = 0
    planning: bool = False
    overtaken: bool = False
    attempt: int = 0
    pending: Map[str, int] = field(default_factory=Map)
    payloads: Map[str, Mapping[str, Any]] = field(default_factory=Map)
    awaited: frozenset[str] = frozenset()
    given_up: frozenset[str] = frozenset()
    finished: CohortFinished | None = None


def step(state: CohortState, message: Message, policy: Policy) -> Decision[CohortState]:
    """What the coordinator does about a message."""
    match message:
        case StartCohort() if state.command is None:
            started = replace(state, command=message, planning=True)
            return Decision(started, (*_tell_started(message), _ask_plan(started)))
        case StartCohort() if state.awaited and not state.pending:
            return _plan_next(state)  # an awaited piece may be stored, and its message lost
        case StartCohort():
            return Decision(state, tuple(_owed(state)))  # asked again: answer again, or request the work again
        case RoundPlanned() if state.planning and message.step == state.step:
            if state.overtaken and message.awaited:
                return _plan_next(state)  # a piece it awaits may have been done meanwhile
            return _begin_round(state, message)
        case PieceDone() if message.piece in state.pending or message.piece in state.awaited:
            return _piece_settled(state, message.piece)
        case PieceDone() if state.planning:
            return Decision(replace(state, overtaken=True))
        case CohortFinished() if state.planning and message.step == state.step:
            finished = replace(state, planning=False, finished=message)
            return Decision(finished, tuple(_answers(finished)))
        case CohortWorkFailed() if _attempt_under_way(state, message) == message.attempt:
            return _failed_attempt(state, message, policy)
        case CohortWorkDue() if _attempt_under_way(state, message) == message.attempt:
            again = _ask_plan(state) if message.piece is None else _ask_piece(state, message.piece)
            return Decision(state, (again,))
        case _:  # a message from an earlier step, or about a piece done twice: ordinary
            return Decision(state)


def _command(state: CohortState) -> StartCohort:
    assert state.command is not None  # noqa: S101  (no work is requested before the command)
    return state.command


def _address(command: StartCohort) -> str:
    return cohort_address(command.batch_id, command.run, command.position)


def _tell_started(command: StartCohort) -> Iterator[Tell]:
    for essay_id in command.essay_ids:
        yield Tell(essay_address(command.batch_id, essay_id), WorkStarted(command.run, command.position))


def _ask_plan(state: CohortState) -> Tell:
    return _ask(state, state.attempt, given_up=tuple(sorted(state.given_up)))


def _ask_piece(state: CohortState, piece: str) -> Tell:
    return _ask(state, state.pending[piece], piece=piece, payload=state.payloads[piece])


def _ask(state: CohortState, attempt: int, **of_work: Any) -> Tell:
    command = _command(state)
    work = CohortWork(
        command.batch_id, command.phase, command.run, command.position, attempt, step=state.step, **of_work
    )
    return Tell(QUEUE, WorkRequested(work, _address(command)))


def _owed(state: CohortState) -> Iterator[Effect]:
    if state.finished is not None:
        yield from _answers(state)
    elif state.planning:
        yield _ask_plan(state)
    else:
        for piece in sorted(state.pending):  # a persistent map's own order differs between processes
            yield _ask_piece(state, piece)


def _begin_round(state: CohortState, planned: RoundPlanned) -> Decision[CohortState]:
    begun = replace(
        state,
        planning=False,
        overtaken=False,
        pending=Map({piece: 0 for piece, _ in planned.pieces}),
        payloads=Map(dict(planned.pieces)),
        awaited=frozenset(piece for piece, _ in planned.awaited),
    )
    return Decision(begun, tuple(_owed(begun)))


def _piece_settled(state: CohortState, piece: str) -> Decision[CohortState]:
    pending = state.pending.delete(piece) if piece in state.pending else state.pending
    state = replace(state, pending=pending, awaited=state.awaited - {piece})
    return Decision(state) if pending or state.awaited else _plan_next(state)


def _plan_next(state: CohortState) -> Decision[CohortState]:
    state = replace(state, step=state.step + 1, planning=True, overtaken=False, attempt=0, awaited=frozenset())
    return Decision(state, (_ask_plan(state),))


def _attempt_under_way(state: CohortState, message: CohortWorkFailed | CohortWorkDue) -> int | None:
    if message.step != state.step:
        return None
    if message.piece is None:
        return state.attempt if state.planning else None
    return state.pending.get(message.piece)


def _failed_attempt(state: CohortState, failed: CohortWorkFailed, policy: Policy) -> Decision[CohortState]:
    if policy.tries_again(failed.attempt, failed.error):
        return _again_later(state, failed, policy)
    if failed.piece is not None and failed.error.error_code is not ErrorCode.INVALID_SETTINGS:
        return _piece_settled(replace(state, given_up=state.given_up | {failed.piece}), failed.piece)
    # The plan failed, or a piece did for a reason that every other piece shares: all essays fail with that reason.
    failures = dict.fromkeys(_command(state).essay_ids, failed.error)
    finished = CohortFinished(state.step, {}, failures)
    state = replace(state, planning=False, pending=Map(), awaited=frozenset(), finished=finished)
    return Decision(state, tuple(_answers(state)))


def _again_later(state: CohortState, failed: CohortWorkFailed, policy: Policy) -> Decision[CohortState]:
    attempt = failed.attempt + 1
    if failed.piece is None:
        state = replace(state, attempt=attempt)
    else:
        state = replace(state, pending=state.pending.set(failed.piece, attempt))
    wait = policy.wait_before(attempt, f"{_address(_command(state))}/{failed.piece}")
    return Decision(state, (Remind(wait, CohortWorkDue(failed.piece, attempt, state.step)),))


def _answers(state: CohortState) -> Iterator[Tell]:
    command, finished = _command(state), state.finished
    if finished is None:
        return
    run, position = command.run, command.position
    for essay_id, (text_id, result_key) in finished.successes.items():
        address = essay_address(command.batch_id, essay_id)
        yield Tell(address, WorkSucceeded(run, position, text_id, result_key))
    for essay_id, error in finished.failures.items():
        yield Tell(essay_address(command.batch_id, essay_id), WorkFailed(run, position, 0, error))
