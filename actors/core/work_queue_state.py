"""What the work queue knows. Persistent maps, so that one more piece of work costs O(log n)."""

from typing import NamedTuple

from immutables import Map

from contracts.failures import ErrorDetail
from contracts.messages import WorkFailed
from contracts.phases import PhaseName
from contracts.work import CohortWork, CohortWorkFailed, EssayWork, Work, WorkRequested


class Line(NamedTuple):
    """The waiting work of one batch: a queue from ``head`` up to ``tail``."""

    items: Map[int, WorkRequested] = Map()
    head: int = 0
    tail: int = 0

    def with_last(self, request: WorkRequested) -> "Line":
        """Join the line."""
        return Line(self.items.set(self.tail, request), self.head, self.tail + 1)

    def with_first(self, request: WorkRequested) -> "Line":
        """Come back to its head."""
        return Line(self.items.set(self.head - 1, request), self.head - 1, self.tail)

    def without_first(self) -> "Line":
        """Be served."""
        return Line(self.items.delete(self.head), self.head + 1, self.tail)


class Lease(NamedTuple):
    """Work in a worker's hands; ``missed`` counts announcements of the worker that did not know of it."""

    worker: str
    requests: tuple[WorkRequested, ...]
    missed: int = 0


class Worker(NamedTuple):
    """A worker that is there, and the leases in its hands, oldest first.

    ``returned`` is how often it has given work back. While ``stalled`` by the piece that it kept, it gets no more.
    """

    incarnation: str
    leases: tuple[int, ...] = ()
    returned: int = 0
    stalled: bool = False


class QueueState(NamedTuple):
    """What waits, what is leased, who is there.

    ``known`` holds the identity of all work that waits or is leased (asked for twice, it is done once), ``alone``
    that of work under suspicion. ``turn`` is the order in which batches are served. ``seconds`` is the measured
    time of a piece of each phase. ``gone`` is the last incarnation of each worker that has died. ``told`` is how new
    the last word was on whether a batch is paused: its run, and how many commands it had had. ``released`` are the
    workers whose processes were ended because there was nothing to do.
    """

    next_lease: int = 0
    lines: Map[str, Line] = Map()
    turn: tuple[str, ...] = ()
    paused: frozenset[str] = frozenset()
    told: Map[str, tuple[int, int]] = Map()
    known: Map["Identity", None] = Map()
    alone: Map["Identity", None] = Map()
    leases: Map[int, Lease] = Map()
    workers: Map[str, Worker] = Map()
    seconds: Map[PhaseName, float] = Map()
    gone: Map[str, str] = Map()
    released: frozenset[str] = frozenset()

    @property
    def is_idle(self) -> bool:
        """There are workers, and there is nothing to do for them."""
        return bool(self.workers) and not self.leases and self.next_batch is None

    @property
    def next_batch(self) -> str | None:
        """Whose turn it is to be served, of those that are not paused."""
        return next((batch_id for batch_id in self.turn if batch_id not in self.paused), None)


class Identity(NamedTuple):
    """Two requests with the same identity ask for the same thing."""

    reply_to: str
    run: int
    position: int
    attempt: int
    piece: str | None = None
    step: int = 0


def identity_of(request: WorkRequested) -> Identity:
    """What tells this request from others."""
    work = request.work
    if isinstance(work, EssayWork):
        return Identity(request.reply_to, work.run, work.position, work.attempt)
    return Identity(request.reply_to, work.run, work.position, work.attempt, work.piece, work.step)


def failed_answer(work: Work, error: ErrorDetail) -> WorkFailed | CohortWorkFailed:
    """What is answered to whoever asked for work that nobody will have done."""
    if isinstance(work, CohortWork):
        return CohortWorkFailed(work.piece, work.attempt, error, work.step)
    return WorkFailed(work.run, work.position, work.attempt, error)


def is_plan(work: Work) -> bool:
    """Is it the planning of a cohort's next round?"""
    return isinstance(work, CohortWork) and work.piece is None
