"""The invariants of the work queue: the parts of invariant 9, each a function of the queue's state."""

from collections.abc import Container, Iterator, Sequence, Set
from itertools import chain

from actors.core.invariants import demand
from actors.core.leasing import LEASES_AHEAD
from actors.core.work_queue_state import Identity, QueueState, identity_of
from contracts.messages import Message
from contracts.work import CohortWork, LeaseFinished, WorkerReady, WorkRequested, WorkReturned


def queue_is_whole(state: QueueState) -> None:
    """9: waiting, leased and known work are the same work; leases and workers know each other; urgent runs go on."""
    there = [*map(identity_of, _work_of(state))]
    demand(len(there) == len(state.known), 9, "a piece of work is there twice, or forgotten")
    demand(set(state.known) == {*there}, 9, "known is not what waits or is leased")
    demand(sorted(state.turn) == sorted(state.lines), 9, "turns {} are not the lines {}", state.turn, [*state.lines])
    in_hand = {number: address for address, worker in state.workers.items() for number in worker.leases}
    holders = {number: lease.worker for number, lease in state.leases.items()}
    demand(in_hand == holders, 9, "workers have {}, leased is {}", in_hand, holders)
    demand(len(in_hand) == sum(len(worker.leases) for worker in state.workers.values()), 9, "a lease is held twice")
    for batch_id, run in state.urgent.items():
        newest, _ = state.told.get(batch_id, (0, 0))
        demand(run >= newest, 9, "{} is urgent since run {}, and run {} has been heard of", batch_id, run, newest)


def queue_forgets_nothing(
    before: QueueState,
    after: QueueState,
    heard: Sequence[Message],
    answered: Container[Identity],
    ended: Container[str],
) -> None:
    """9: work that waited or was leased is still there, was answered, was reported done, or its batch has ended.

    So work that a worker gives back waits again: otherwise only a nudge, seconds later, would ask for it.
    """

    def is_kept(request: WorkRequested) -> bool:
        identity = identity_of(request)
        return identity in after.known or identity in answered or request.work.batch_id in ended

    changed = (line for batch_id, line in before.lines.items() if after.lines.get(batch_id) is not line)
    for request in chain.from_iterable(line.items.values() for line in changed):
        demand(is_kept(request), 9, "{} was asked for, and is neither there nor answered", identity_of(request))
    for number, lease in before.leases.items():
        for index, request in enumerate(lease.requests if after.leases.get(number) is not lease else ()):
            done = is_kept(request) or any(_is_done(message, number, lease.worker, index) for message in heard)
            demand(done, 9, "{} was leased, and is neither there nor answered nor done", identity_of(request))


def _work_of(state: QueueState) -> Iterator[WorkRequested]:
    """All work that waits or is leased."""
    for line in state.lines.values():
        yield from line.items.values()
    for lease in state.leases.values():
        yield from lease.requests


def _is_done(message: Message, number: int, worker: str, index: int) -> bool:
    """Does the message say that piece ``index`` of lease ``number`` is done?"""
    match message:
        case WorkReturned(lease=lease, done=done):
            return lease == number and index < done
        case LeaseFinished(lease=lease, done=done):
            return lease == number and (done is None or index < done)
        case WorkerReady(finished=finished):
            return message.worker == worker and number <= finished
    return False


def queue_works(state: QueueState) -> None:
    """9: no worker has room for a lease while work waits that may be done; none has more than ``LEASES_AHEAD``."""
    ready = [batch_id for batch_id in state.turn if batch_id not in state.paused]
    loads = [len(worker.leases) for worker in state.workers.values() if not worker.stalled]
    demand(
        not ready or min(loads, default=LEASES_AHEAD) >= LEASES_AHEAD, 9, "work of {} waits, a worker is free", ready
    )
    demand(max(loads, default=0) <= LEASES_AHEAD, 9, "a worker was given too many leases")


def queue_is_fair(before: QueueState, after: QueueState, released: Set[str]) -> None:
    """9: a batch served in this step stands behind those that were not; no work of a paused batch was handed out."""
    fresh = [lease for number, lease in after.leases.items() if number not in before.leases]
    served = {lease.requests[0].work.batch_id for lease in fresh}
    demand(
        not served & after.paused & (before.paused - released),
        9,
        "work of a paused batch was handed out: {}",
        served,
    )
    patient = [name for name in after.turn if name in before.turn and name not in served | after.paused]
    behind = list(after.turn)[after.turn.index(patient[-1]) :] if patient else []
    demand(
        not patient or not served - set(behind) & set(after.turn),
        9,
        "{} were served before {}",
        served,
        patient,
    )
    for lease in fresh:
        works = [request.work for request in lease.requests]
        demand(len({(work.batch_id, work.phase) for work in works}) == 1, 9, "a lease mixes batches or phases")
        alone = any(
            work.attempt > 0
            or identity_of(request) in before.alone
            or (isinstance(work, CohortWork) and work.piece is None)
            for work, request in zip(works, lease.requests, strict=True)
        )
        demand(not alone or len(works) == 1, 9, "work that must be done alone is in a lease of {}", len(works))
