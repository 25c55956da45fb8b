"""The state of the work queue, in persistent maps, so that one more piece of work costs O(log n)."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from immutables import Map

from actors.core.addresses import cohort_place
from contracts.failures import ErrorDetail
from contracts.messages import WorkFailed
from contracts.phases import PhaseName
from contracts.work import CohortWork, CohortWorkFailed, EssayWork, Work, WorkRequested


class Line(NamedTuple):
    """The waiting work of one batch: a queue, numbered from ``head`` up to, not including, ``tail``."""

    items: Map[int, WorkRequested] = Map()
    head: int = 0
    tail: int = 0

    def with_last(self, requests: Sequence[WorkRequested]) -> "Line":
        """This line with these requests at its end."""
        return Line(_with(self.items, self.tail, requests), self.head, self.tail + len(requests))

    def with_first(self, requests: Sequence[WorkRequested]) -> "Line":
        """This line with these requests at its head."""
        head = self.head - len(requests)
        return Line(_with(self.items, head, requests), head, self.tail)

    def without_first(self, count: int) -> "Line":
        """This line without its first ``count`` requests."""
        items = self.items.mutate()
        for number in range(self.head, self.head + count):
            del items[number]
        return Line(items.finish(), self.head + count, self.tail)


def _with(items: Map[int, WorkRequested], start: int, requests: Sequence[WorkRequested]) -> Map[int, WorkRequested]:
    changed = items.mutate()
    for number, request in enumerate(requests, start):
        changed[number] = request
    return changed.finish()


class Lease(NamedTuple):
    """Work given to a worker; ``missed`` counts the worker's announcements that did not report it finished."""

    worker: str
    requests: tuple[WorkRequested, ...]
    missed: int = 0


class Worker(NamedTuple):
    """A worker that has announced itself, and its leases, oldest first.

    ``returned`` is how often it has given work back. While it is ``stalled`` by the piece it kept, it gets no leases.
    """

    incarnation: str
    leases: tuple[int, ...] = ()
    returned: int = 0
    stalled: bool = False


class QueueState(NamedTuple):
    """What waits, what is leased, and which workers there are.

    ``known`` holds the identity of all work that waits or is leased (work requested twice is done once), ``alone``
    that of suspected work, which gets a lease of its own. ``turn`` is the order in which batches are served.
    ``seconds`` is the measured time of a piece, by phase. ``gone`` is the last incarnation of each worker that died or
    was released. ``urgent`` maps each urgent batch to the run in which that was said. ``told`` dates the newest message
    on whether a batch is paused: by the batch's run, and its number of operator commands. It outlives the batch,
    because an older message, which may come at any time, must not pause or hurry a later batch of that name.
    ``released`` are the workers to call as long as work waits: those whose processes were ended for lack of work, and
    those that were restarted and have not announced themselves since.
    """

    next_lease: int = 0
    lines: Map[str, Line] = Map()
    turn: tuple[str, ...] = ()
    paused: frozenset[str] = frozenset()
    urgent: Map[str, int] = Map()
    told: Map[str, tuple[int, int]] = Map()
    known: Map["Identity", None] = Map()
    alone: Map["Identity", None] = Map()
    leases: Map[int, Lease] = Map()
    workers: Map[str, Worker] = Map()
    seconds: Map[PhaseName, float] = Map()
    gone: Map[str, str] = Map()
    released: frozenset[str] = frozenset()

    def with_last(self, requests: Iterable[WorkRequested]) -> "QueueState":
        """This state with these requests at the end of their batches' lines, unless they wait or are leased already."""
        known, new = self.known.mutate(), list[WorkRequested]()
        for request in requests:
            if (identity := identity_of(request)) not in known:
                known[identity] = None
                new.append(request)
        return self._lined_up(new, Line.with_last)._replace(known=known.finish()) if new else self

    def with_first(self, requests: Iterable[WorkRequested]) -> "QueueState":
        """This state with these requests waiting again, at the head of their batches' lines."""
        back = [*requests]
        known = self.known.update({identity_of(request): None for request in back})
        return self._lined_up(back, Line.with_first)._replace(known=known)

    def _lined_up(
        self, requests: Iterable[WorkRequested], line_up: Callable[[Line, list[WorkRequested]], Line]
    ) -> "QueueState":
        by_batch = defaultdict[str, list[WorkRequested]](list)
        for request in requests:
            by_batch[request.work.batch_id].append(request)
        lines = {batch_id: line_up(self.lines.get(batch_id, Line()), some) for batch_id, some in by_batch.items()}
        newcomers = (batch_id for batch_id in lines if batch_id not in self.lines)
        return self._replace(lines=self.lines.update(lines), turn=(*self.turn, *newcomers))


class Identity(NamedTuple):
    """What makes two requests the same: requests with equal identities ask for the same work."""

    reply_to: str
    run: int
    position: int
    attempt: int
    piece: str | None = None
    step: int = 0


def identity_of(request: WorkRequested) -> Identity:
    """The identity of the requested work."""
    work = request.work
    if isinstance(work, EssayWork):
        return Identity(request.reply_to, work.run, work.position, work.attempt)
    return Identity(request.reply_to, work.run, work.position, work.attempt, work.piece, work.step)


def failed_identity(address: str, answer: WorkFailed | CohortWorkFailed) -> Identity:
    """The identity of the work whose failure ``address`` is told about."""
    if isinstance(answer, WorkFailed):
        return Identity(address, answer.run, answer.position, answer.attempt)
    return Identity(address, *cohort_place(address), answer.attempt, answer.piece, answer.step)


def failed_answer(work: Work, error: ErrorDetail) -> WorkFailed | CohortWorkFailed:
    """The answer to whoever requested work that will not be done."""
    if isinstance(work, CohortWork):
        return CohortWorkFailed(work.piece, work.attempt, error, work.step)
    return WorkFailed(work.run, work.position, work.attempt, error)


def is_plan(work: Work) -> bool:
    """Is it the planning of a cohort's next round?"""
    return isinstance(work, CohortWork) and work.piece is None
