"""The work queue decides which worker does what next.

Essays and cohorts ask for work; workers announce themselves; the queue hands out *leases*: a few pieces of work to
one worker, until a deadline. The queue keeps nothing on disk. After a crash, the orchestrators' nudges ask again for
whatever it forgot, and work that was done meanwhile is found in the store.

- **Fair**: batches take turns, lease by lease; of four leases, an urgent batch has three.
- **Sized**: a lease has as many pieces as can be done in ``LEASE_SECONDS``, judging by the last ones of the
  same phase, and never more than an even share of what waits, so that workers finish together.
- **Ahead**: a worker holds up to ``LEASES_AHEAD`` leases, so that it never waits for the next one.
- **Given back**: a worker that is stalled by one piece keeps that one, and gives back everything behind it.
- **Released**: if nothing is handed out for a while, the workers' processes end; new work starts them again.
- **Blame**: when a worker dies or hangs, its first lease is to blame. If that is a single piece, its attempt has
  failed. If there are several, each is done again *alone*, so that a poison essay does not take others with it.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from immutables import Map

from actors.core.effects import Decision, Effect, Remind, Tell, in_groups
from actors.core.leasing import LEASES_AHEAD, hand_out, patience_with
from actors.core.releasing import calls_back, is_idle, release, restart
from actors.core.retry import Policy
from actors.core.steering import hurried, noted
from actors.core.work_queue_state import (
    Identity,
    Line,
    QueueState,
    Worker,
    failed_answer,
    identity_of,
    is_plan,
)
from contracts.failures import ErrorCode, ErrorDetail
from contracts.messages import Message
from contracts.work import (
    AnnounceDue,
    ForgetBatch,
    HurryWork,
    LeaseDue,
    LeaseFinished,
    PauseWork,
    ReleaseDue,
    ResumeWork,
    WorkerDue,
    WorkerReady,
    WorkRequested,
    WorkReturned,
)

_NOBODY: Final = Worker("")


def step(state: QueueState, message: Message, policy: Policy) -> Decision[QueueState]:
    """What the queue does about a message."""
    return _with_deadlines(state, _decide(state, message, policy), policy)


def steps(state: QueueState, messages: Iterable[Message], policy: Policy) -> Iterator[Decision[QueueState]]:
    """What the queue does about several messages; requests that come in a row join their lines together."""
    together = lambda before, requests: Decision(before.with_last(requests))  # noqa: E731
    return in_groups(state, messages, WorkRequested, together, lambda before, each: step(before, each, policy))


def conclude(state: QueueState, policy: Policy) -> Decision[QueueState]:
    """After a group of messages: hand out waiting work to free workers, and call back released ones."""
    after, leases = hand_out(state)
    return _with_deadlines(state, Decision(after, (*leases, *calls_back(after))), policy)


def _with_deadlines(before: QueueState, decided: Decision[QueueState], policy: Policy) -> Decision[QueueState]:
    after, effects = decided
    if after.workers is not before.workers:
        effects = (*effects, *_deadlines(before, after, policy))
    if policy.release_after is not None and is_idle(after) and not is_idle(before):
        effects = (*effects, Remind(policy.release_after, ReleaseDue(after.next_lease)))
    return Decision(after, effects)


def _decide(state: QueueState, message: Message, policy: Policy) -> Decision[QueueState]:
    match message:
        case WorkRequested():
            return Decision(state.with_last((message,)))
        case WorkerReady():
            return _worker_ready(state, message)
        case LeaseFinished() if message.lease in state.leases:
            return Decision(_finished(state, message))
        case WorkReturned() if _is_news(state, message):
            return Decision(_given_back(state, message))
        case LeaseDue() if message.lease in state.leases:
            return _lease_due(state, message.lease, policy)
        case WorkerDue() if message.worker not in state.workers and message.worker not in state.released:
            return restart(state, message.worker)  # it hangs on a lease from the queue before this one
        case ReleaseDue() if is_idle(state) and message.next_lease == state.next_lease:
            return release(state)
        case PauseWork() | ResumeWork():
            return Decision(noted(state, message, paused=isinstance(message, PauseWork)))
        case HurryWork():
            return Decision(hurried(state, message))
        case ForgetBatch():
            return _forgotten(state, message)
        case _:  # such as a lease from before a restart: ordinary
            return Decision(state)


def resume(workers: Iterable[str]) -> tuple[Effect, ...]:
    """Ask the workers to announce themselves: after a (re)start the queue knows none of them."""
    return tuple(Tell(worker, AnnounceDue(again=False)) for worker in workers)


def watch(workers: Iterable[str], policy: Policy) -> tuple[Effect, ...]:
    """After a (re)start: reminders to restart workers that stay silent for longer than their leases can take."""
    longest = LEASES_AHEAD * max(policy.work_timeout, policy.cohort_timeout)
    return tuple(Remind(longest, WorkerDue(worker)) for worker in workers)


def _worker_ready(state: QueueState, ready: WorkerReady) -> Decision[QueueState]:
    if ready.incarnation == state.gone.get(ready.worker):
        return Decision(state)  # a late message from a dead process: it says nothing about the one there now
    state, worker = _beyond(state, ready.finished), state.workers.get(ready.worker)
    newcomer = Worker(ready.incarnation, returned=ready.returned)
    if worker is None:
        return Decision(_with_worker(state, ready.worker, newcomer))
    if worker.incarnation != ready.incarnation:
        error = _error(ErrorCode.WORKER_DIED, "The process that worked on this essay died.")
        state, effects = _taken_back(_buried(state, ready.worker), ready.worker, error)
        return Decision(_with_worker(state, ready.worker, newcomer), effects)
    if worker.returned < ready.returned:  # its message of giving work back was lost; it ignores leases sent since
        state = _all_requeued(state, worker.leases)
        return Decision(_with_worker(state, ready.worker, newcomer))
    return Decision(_reconciled(state, worker, ready))


def _beyond(state: QueueState, finished: int) -> QueueState:
    """Skip lease numbers that workers may still have: they start from the clock, which may have been set back."""
    return state if finished < state.next_lease else state._replace(next_lease=finished + 1_000_000)


def _reconciled(state: QueueState, worker: Worker, ready: WorkerReady) -> QueueState:
    """Close the leases that the worker has finished; requeue one that two announcements in a row left unfinished."""
    for number in worker.leases:
        lease = state.leases[number]
        if number <= ready.finished:
            state = _closed(state, number)
        elif lease.missed:
            state = _requeued(_without_lease(state, number), lease.requests)
        else:
            state = state._replace(leases=state.leases.set(number, lease._replace(missed=1)))
    return state


def _is_news(state: QueueState, message: WorkReturned) -> bool:
    worker = state.workers.get(message.worker, _NOBODY)
    return worker.incarnation == message.incarnation and worker.returned < message.returned


def _given_back(state: QueueState, message: WorkReturned) -> QueueState:
    """The worker keeps the piece that stalls it; everything behind that piece goes back to the head of its line."""
    leases = state.workers[message.worker].leases
    state = _all_requeued(state, [number for number in leases if number != message.lease])
    if message.lease in leases:
        state = _shortened(state, message.lease, message.done)
    worker = state.workers[message.worker]
    return _with_worker(state, message.worker, worker._replace(returned=message.returned, stalled=bool(worker.leases)))


def _shortened(state: QueueState, number: int, done: int) -> QueueState:
    """Shorten a lease to the piece under way: those before it are answered, those behind it are requeued."""
    lease = state.leases[number]
    answered, kept, rest = lease.requests[:done], lease.requests[done : done + 1], lease.requests[done + 1 :]
    state = _requeued(state, rest)
    return state._replace(
        leases=state.leases.set(number, lease._replace(requests=kept)),
        known=_without(state.known, answered),  # none is suspected: suspected work is alone in its lease
    )


def _finished(state: QueueState, done: LeaseFinished) -> QueueState:
    requests = state.leases[done.lease].requests
    state = _requeued(_closed(state, done.lease), requests[done.done :] if done.done is not None else ())
    if is_plan(requests[0].work) or not done.seconds:  # says nothing about the time of a piece
        return state
    phase, each = requests[0].work.phase, done.seconds
    measured = each if phase not in state.seconds else 0.7 * state.seconds[phase] + 0.3 * each
    return state._replace(seconds=state.seconds.set(phase, measured))


def _deadlines(before: QueueState, after: QueueState, policy: Policy) -> Iterable[Remind]:
    """Reminders for leases that have just become the first of their workers': those behind it only wait."""
    for number in sorted(_heads(after) - _heads(before)):
        yield Remind(patience_with(after.leases[number].requests, policy), LeaseDue(number))


def _heads(state: QueueState) -> set[int]:
    return {worker.leases[0] for worker in state.workers.values() if worker.leases}


def _lease_due(state: QueueState, number: int, policy: Policy) -> Decision[QueueState]:
    """Restart the worker of an overdue lease, and take its work back."""
    address, patience = state.leases[number].worker, patience_with(state.leases[number].requests, policy)
    error = _error(ErrorCode.WORK_TIMED_OUT, f"The work took longer than {patience:g} seconds.")
    state, effects = _taken_back(_buried(state, address), address, error)
    return restart(state._replace(workers=state.workers.delete(address)), address, effects)


def _buried(state: QueueState, address: str) -> QueueState:
    return state._replace(gone=state.gone.set(address, state.workers[address].incarnation))


def _error(code: ErrorCode, message: str) -> ErrorDetail:
    return ErrorDetail(error_code=code, message=message, operation="work", retryable=True)


def _taken_back(state: QueueState, address: str, error: ErrorDetail) -> tuple[QueueState, tuple[Effect, ...]]:
    """Take back all leases of a lost worker: the first is suspected, the ones behind it just wait again."""
    head, *behind = state.workers[address].leases or (None,)
    state = _all_requeued(state, behind)
    if head is None:
        return state, ()
    requests = state.leases[head].requests
    state = _closed(state, head)
    if len(requests) == 1:
        return state, (Tell(requests[0].reply_to, failed_answer(requests[0].work, error)),)
    suspects = state.alone.update({identity_of(request): None for request in requests})
    return _requeued(state._replace(alone=suspects), requests), ()


def _all_requeued(state: QueueState, numbers: Iterable[int]) -> QueueState:
    """Requeue the work of these leases, so that the oldest comes first."""
    for number in sorted(numbers, reverse=True):
        requests = state.leases[number].requests
        state = _requeued(_without_lease(state, number), requests)
    return state


def _requeued(state: QueueState, requests: tuple[WorkRequested, ...]) -> QueueState:
    """Put these requests back at the head of their lines."""
    return state.with_first(requests)


def _closed(state: QueueState, number: int) -> QueueState:
    """Remove a lease whose work is answered, and lift any suspicion from that work."""
    requests = state.leases[number].requests
    return _without_lease(state, number)._replace(alone=_without(state.alone, requests))


def _without(identities: Map[Identity, None], requests: Iterable[WorkRequested]) -> Map[Identity, None]:
    if not identities:
        return identities
    changed = identities.mutate()
    for request in requests:
        changed.pop(identity_of(request), None)
    return changed.finish()


def _without_lease(state: QueueState, number: int) -> QueueState:
    lease = state.leases[number]
    worker = state.workers.get(lease.worker)
    if worker is not None:
        rest = tuple(other for other in worker.leases if other != number)
        state = _with_worker(state, lease.worker, worker._replace(leases=rest, stalled=False))
    return state._replace(leases=state.leases.delete(number), known=_without(state.known, lease.requests))


def _with_worker(state: QueueState, address: str, worker: Worker) -> QueueState:
    return state._replace(workers=state.workers.set(address, worker), released=state.released - {address})


def _forgotten(state: QueueState, message: ForgetBatch) -> Decision[QueueState]:
    """Drop the work of a run that has ended; if this message is late, the work of a later run stays."""
    batch_id, state = message.batch_id, noted(state, message, paused=False)
    requests = [request for _, request in sorted(state.lines.get(batch_id, Line()).items.items())]
    over = [request for request in requests if request.work.run <= message.run]
    if over:
        state = state._replace(known=_without(state.known, over), alone=_without(state.alone, over))
        state = _with_line(state, batch_id, [request for request in requests if request.work.run > message.run])
    return Decision(state, tuple(Tell(worker, message) for worker in sorted(state.workers)))


def _with_line(state: QueueState, batch_id: str, requests: list[WorkRequested]) -> QueueState:
    if requests:
        return state._replace(lines=state.lines.set(batch_id, Line().with_last(requests)))
    turn = tuple(other for other in state.turn if other != batch_id)
    return state._replace(lines=state.lines.delete(batch_id), turn=turn)
