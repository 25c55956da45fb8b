"""A model of a worker and its services, as the core sees them: the possible outcomes of a piece of work.

The real worker loads texts and runs services. To the core, it takes leases one after the other, answers each piece in
one of a few ways, and finds what is stored. This is all that is modelled.
"""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from actors.core.addresses import QUEUE
from actors.core.effects import Tell
from contracts.failures import ErrorCode, ErrorDetail
from contracts.messages import WorkFailed, WorkSucceeded
from contracts.phases import PhaseName
from contracts.work import (
    Assign,
    CohortFinished,
    CohortWork,
    CohortWorkFailed,
    EssayWork,
    LeaseFinished,
    PieceDone,
    RoundPlanned,
    WorkerReady,
    WorkRequested,
    WorkReturned,
)

Kept = frozenset[tuple[Any, ...]]
PASSING = ErrorDetail(error_code=ErrorCode.SERVICE_UNAVAILABLE, message="Away for a moment.", retryable=True)
LASTING = ErrorDetail(error_code=ErrorCode.TEXT_TOO_LONG, message="Too long.")
_ERRORS = {"fails for now": PASSING, "fails for good": LASTING}


class WorkerState(NamedTuple):
    """A worker's process: its incarnation, its current lease, and how many pieces of that are done.

    The rest of the lease after piece ``last`` (counted from 0) has been given back.
    """

    address: str
    incarnation: int = 0
    finished: int = -1
    returned: int = 0
    lease: Assign | None = None
    done: int = 0
    last: int | None = None


class Done(NamedTuple):
    """An outcome of a piece of work: in words, what is stored, the answer, and whether a service failed."""

    how: str
    kept: Kept
    answer: Tell
    failed: bool = False
    again: bool = False


def announcement(worker: WorkerState) -> Tell:
    """The worker's announcement to the queue."""
    incarnation = f"{worker.address}#{worker.incarnation}"
    return Tell(QUEUE, WorkerReady(worker.address, incarnation, worker.finished, worker.returned))


def born_again(worker: WorkerState) -> WorkerState:
    """The process that follows this one at a worker's address."""
    return WorkerState(worker.address, worker.incarnation + 1)


def takes(worker: WorkerState, assign: Assign) -> WorkerState | None:
    """The worker with this lease, or unchanged if it ignores the lease; None if it is still working on another."""
    if worker.lease is not None:
        return None
    again = assign.lease == worker.finished  # if a lease comes again, the same part of it stays given back
    if assign.returned != worker.returned and not again:
        return worker
    return worker._replace(lease=assign, done=0, last=worker.last if again else None)


def gives_back(worker: WorkerState) -> tuple[WorkerState, Tell] | None:
    """The worker after its current piece has stalled, and the message by which it gives back the rest of the lease."""
    if worker.lease is None or worker.last is not None:
        return None
    returned, incarnation = worker.returned + 1, f"{worker.address}#{worker.incarnation}"
    message = WorkReturned(worker.address, incarnation, returned, worker.lease.lease, worker.done)
    return worker._replace(returned=returned, last=worker.done), Tell(QUEUE, message)


def after_a_piece(worker: WorkerState, seconds: float) -> tuple[WorkerState, Tell | None]:
    """The worker after it has answered one more piece, and after the last one the message that finishes the lease."""
    lease, done = worker.lease, worker.done + 1
    assert lease is not None  # noqa: S101  (it works on a lease)
    if done < len(lease.requests) and (worker.last is None or done <= worker.last):
        return worker._replace(done=done), None
    incarnation = f"{worker.address}#{worker.incarnation}"
    answered = None if worker.last is None else done
    finished = LeaseFinished(lease.lease, worker.address, incarnation, seconds, answered)
    return worker._replace(finished=lease.lease, lease=None, done=0), Tell(QUEUE, finished)


def outcomes(request: WorkRequested, kept: Kept, cohort: Mapping[str, str], pieces: int) -> Iterator[Done]:
    """The possible outcomes of a piece. ``cohort`` maps the essays of a cohort's command to their texts."""
    if isinstance(request.work, EssayWork):
        return _essay(request.work, request.reply_to, kept)
    members = frozenset(cohort)
    if request.work.piece is None:
        return _plan(request.work, request.reply_to, kept, cohort, pieces)
    return _piece(request.work, request.reply_to, kept, ("piece", request.work.phase, members, request.work.piece))


def _essay(work: EssayWork, reply_to: str, kept: Kept) -> Iterator[Done]:
    text_id = f"{work.text_id}'" if work.phase is PhaseName.SPELLCHECK else work.text_id
    result = ("result", f"{work.phase} of {work.text_id}")
    success = Tell(reply_to, WorkSucceeded(work.run, work.position, text_id, result[1]))
    if result in kept:
        yield Done("finds its result", kept, success, again=True)
        return
    yield Done("succeeds", kept | {result}, success)
    for how, error in _ERRORS.items():
        yield Done(how, kept, Tell(reply_to, WorkFailed(work.run, work.position, work.attempt, error)), failed=True)


def _piece(work: CohortWork, reply_to: str, kept: Kept, piece: tuple[Any, ...]) -> Iterator[Done]:
    done = Tell(reply_to, PieceDone(piece[-1]))
    if piece in kept:
        yield Done("finds its value", kept, done, again=True)
        return
    yield Done("succeeds", kept | {piece}, done)
    yield from _failures(work, reply_to, kept)


def _plan(work: CohortWork, reply_to: str, kept: Kept, cohort: Mapping[str, str], pieces: int) -> Iterator[Done]:
    members = frozenset(cohort)
    given_up = ("given up", work.phase, members, work.run, work.position)
    kept |= {(*given_up, piece) for piece in work.given_up}
    wanted = [f"p{number}" for number in range(1, pieces + 1)]
    missing = [
        piece
        for piece in wanted
        if ("piece", work.phase, members, piece) not in kept and (*given_up, piece) not in kept
    ]
    if missing:
        planned = RoundPlanned(work.step, tuple((piece, {}) for piece in missing))
        yield Done(f"plans {', '.join(missing)}", kept, Tell(reply_to, planned))
    else:
        yield from _finishes(work, reply_to, kept, cohort)
    yield from _failures(work, reply_to, kept)


def _finishes(work: CohortWork, reply_to: str, kept: Kept, cohort: Mapping[str, str]) -> Iterator[Done]:
    results = {name: (text, f"{work.phase} of {text} among {len(cohort)}") for name, text in cohort.items()}
    made = kept | {("result", key) for _, key in results.values()}
    yield Done("finishes the cohort", made, Tell(reply_to, CohortFinished(work.step, results, {})))
    for name in cohort:
        others = {other: result for other, result in results.items() if other != name}
        finished = CohortFinished(work.step, others, {name: LASTING})
        yield Done(f"finishes the cohort but for {name}", made, Tell(reply_to, finished), failed=True)


def _failures(work: CohortWork, reply_to: str, kept: Kept) -> Iterator[Done]:
    for how, error in _ERRORS.items():
        failed = CohortWorkFailed(work.piece, work.attempt, error, work.step)
        yield Done(how, kept, Tell(reply_to, failed), failed=True)
