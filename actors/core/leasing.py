"""Decides which worker gets which work next, in leases sized by how long the work takes."""

from collections.abc import Iterable
from typing import Final

from actors.core.effects import Decision, Effect, Tell
from actors.core.retry import Policy
from actors.core.work_queue_state import Lease, Line, QueueState, identity_of, is_plan
from contracts.messages import WorkStarted
from contracts.phases import PhaseName
from contracts.work import Assign, EssayWork, WorkRequested

LEASE_SECONDS: Final = 2.0
LEAST_SECONDS: Final = 0.05  # handing out less work than this costs more than it gains
LEASES_AHEAD: Final = 2
FAIR_LEASE: Final = 4
"""Every fourth lease goes to the batch whose turn it is, urgent or not, so that no batch starves."""
MOST_PIECES: Final = 1024
FIRST_GUESS_SECONDS: Final = LEASE_SECONDS  # so one piece a lease, until it is known how long pieces take
# Shorter work is done before anyone could see it "in progress", so its start is not announced.
WORTH_ANNOUNCING_SECONDS: Final = 0.5


def hand_out(state: QueueState) -> Decision[QueueState]:
    """Hand out leases one by one, from the batch whose turn it is to the worker with the fewest leases."""
    out: list[Effect] = []
    while (batch_id := next_batch(state)) is not None and (address := _least_busy(state)) is not None:
        state, number, requests = _leased(state, batch_id, address)
        out.append(Tell(address, Assign(number, requests, state.workers[address].returned)))
        out.extend(_announcements(state, requests))
    return Decision(state, tuple(out))


def next_batch(state: QueueState) -> str | None:
    """The batch whose turn it is, of those not paused. Urgent ones go first, except at every fourth lease."""
    waiting = (batch_id for batch_id in state.turn if batch_id not in state.paused)
    if not state.urgent or state.next_lease % FAIR_LEASE == 0:
        return next(waiting, None)
    batches = list(waiting)
    return next((batch_id for batch_id in batches if batch_id in state.urgent), batches[0] if batches else None)


def _least_busy(state: QueueState) -> str | None:
    free = ((len(worker.leases), address) for address, worker in state.workers.items() if not worker.stalled)
    leases, address = min(free, default=(LEASES_AHEAD, ""))
    return address if leases < LEASES_AHEAD else None


def _leased(state: QueueState, batch_id: str, address: str) -> tuple[QueueState, int, tuple[WorkRequested, ...]]:
    number, worker = state.next_lease, state.workers[address]
    line, requests = _taken(state, state.lines[batch_id])
    others = tuple(other for other in state.turn if other != batch_id)
    state = state._replace(
        next_lease=number + 1,
        lines=state.lines.set(batch_id, line) if line.items else state.lines.delete(batch_id),
        turn=(*others, batch_id) if line.items else others,
        leases=state.leases.set(number, Lease(address, requests)),
        workers=state.workers.set(address, worker._replace(leases=(*worker.leases, number))),
    )
    return state, number, requests


def _taken(state: QueueState, line: Line) -> tuple[Line, tuple[WorkRequested, ...]]:
    """The next pieces of a line: of one phase, as many as fit in a lease; a piece that must be alone comes alone."""
    first = line.items[line.head]
    most = 1 if _is_alone(state, first) else _pieces(state, first.work.phase, len(line.items))
    taken = [first]
    for number in range(line.head + 1, min(line.head + most, line.tail)):
        request = line.items[number]
        if request.work.phase is not first.work.phase or _is_alone(state, request):
            break
        taken.append(request)
    return line.without_first(len(taken)), tuple(taken)


def _is_alone(state: QueueState, request: WorkRequested) -> bool:
    work = request.work
    return work.attempt > 0 or is_plan(work) or (bool(state.alone) and identity_of(request) in state.alone)


def _pieces(state: QueueState, phase: PhaseName, waiting: int) -> int:
    seconds = max(_seconds(state, phase), 1e-6)
    share = max(-(-waiting // (LEASES_AHEAD * len(state.workers))), int(LEAST_SECONDS / seconds))
    return max(1, min(MOST_PIECES, int(LEASE_SECONDS / seconds), share))


def _seconds(state: QueueState, phase: PhaseName) -> float:
    return state.seconds.get(phase, FIRST_GUESS_SECONDS)


def _announcements(state: QueueState, requests: tuple[WorkRequested, ...]) -> Iterable[Tell]:
    for request in requests:
        work = request.work
        if isinstance(work, EssayWork) and _seconds(state, work.phase) >= WORTH_ANNOUNCING_SECONDS:
            yield Tell(request.reply_to, WorkStarted(work.run, work.position, work.attempt))


def patience_with(requests: tuple[WorkRequested, ...], policy: Policy) -> float:
    """The seconds a worker has to finish a lease with these requests."""
    return policy.cohort_timeout if is_plan(requests[0].work) else policy.work_timeout
