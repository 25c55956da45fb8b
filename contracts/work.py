"""Messages about work, between the work queue, the workers and the coordinators of cohorts."""

from collections.abc import Mapping
from typing import Any, NamedTuple, TypeAlias

from contracts.failures import ErrorDetail
from contracts.phases import PhaseName


class EssayWork(NamedTuple):
    """Work on one essay in one phase. ``results`` are the keys of its earlier results."""

    batch_id: str
    essay_id: str
    phase: PhaseName
    run: int
    position: int
    attempt: int
    text_id: str
    results: tuple[tuple[PhaseName, str], ...] = ()


class CohortWork(NamedTuple):
    """Work on a cohort: planning its next round (``piece`` is None), or doing one piece of it.

    ``given_up`` names, for a plan, the pieces that failed for good.
    """

    batch_id: str
    phase: PhaseName
    run: int
    position: int
    attempt: int
    piece: str | None = None
    payload: Mapping[str, Any] = {}  # never changed in place
    step: int = 0
    given_up: tuple[str, ...] = ()


Work: TypeAlias = EssayWork | CohortWork


class StartCohort(NamedTuple):
    """Do a phase's work on all these essays together, and answer each of them."""

    batch_id: str
    phase: PhaseName
    run: int
    position: int
    essay_ids: tuple[str, ...]


class RoundPlanned(NamedTuple):
    """The next round was planned: the pieces to do, and the pieces awaited from outside."""

    step: int
    pieces: tuple[tuple[str, Mapping[str, Any]], ...]
    awaited: tuple[tuple[str, Mapping[str, Any]], ...] = ()


class CohortFinished(NamedTuple):
    """The cohort's results are stored: for each essay its (text id, result key), or its error."""

    step: int
    successes: Mapping[str, tuple[str, str]]
    failures: Mapping[str, ErrorDetail]


class PieceDone(NamedTuple):
    """A piece's value is stored."""

    piece: str


class CohortWorkFailed(NamedTuple):
    """Planning (``piece`` is None) or a piece failed."""

    piece: str | None
    attempt: int
    error: ErrorDetail
    step: int = 0


class CohortWorkDue(NamedTuple):
    """Reminder: the wait before the next attempt at a plan or a piece is over."""

    piece: str | None
    attempt: int
    step: int = 0


class WorkRequested(NamedTuple):
    """Have a worker do this, and send the answer to ``reply_to``."""

    work: Work
    reply_to: str


class WorkerReady(NamedTuple):
    """A worker is ready for work.

    ``incarnation`` changes with each restart, ``finished`` is the last lease it has finished, and ``returned`` how
    often it has given work back.
    """

    worker: str
    incarnation: str
    finished: int = -1
    returned: int = 0


class LeaseFinished(NamedTuple):
    """A worker has finished a lease; each piece took ``seconds`` (0 if all results existed already).

    It has answered the first ``done`` pieces and given back the others; None means that it has answered all.
    """

    lease: int
    worker: str
    incarnation: str
    seconds: float
    done: int | None = None


class WorkReturned(NamedTuple):
    """A worker is stalled: of ``lease``, it has answered ``done`` pieces and keeps the next one.

    It gives back everything after that piece, in this lease and in later ones; ``returned`` counts how often it has
    done so. It ignores leases that were assigned before the queue knew of this (whose ``Assign.returned`` is lower).
    """

    worker: str
    incarnation: str
    returned: int
    lease: int
    done: int


class LeaseDue(NamedTuple):
    """Reminder: the lease should have been finished by now."""

    lease: int


class WorkerDue(NamedTuple):
    """Reminder: the worker should have announced itself by now."""

    worker: str


class ReleaseDue(NamedTuple):
    """Reminder: if ``next_lease`` is still the next one, nothing has been handed out for a while."""

    next_lease: int


class PauseWork(NamedTuple):
    """Stop handing out this batch's work. Sent in run ``run``, after ``acts`` commands of operators.

    Of two such messages, the newer one counts, in whichever order they arrive.
    """

    batch_id: str
    run: int
    acts: int


class ResumeWork(NamedTuple):
    """Hand out this batch's work again."""

    batch_id: str
    run: int
    acts: int


class HurryWork(NamedTuple):
    """Hand out this batch's work before that of others. Sent in run ``run``; once that has ended, it says nothing."""

    batch_id: str
    run: int = 0


class ForgetBatch(NamedTuple):
    """Run ``run`` of this batch has ended: drop its waiting work, and everything remembered about it.

    ``urgent``: the batch was urgent, so a message that says so may still be under way.
    """

    batch_id: str
    run: int
    acts: int
    urgent: bool = False


class Assign(NamedTuple):
    """Do these pieces in order, and answer each. ``returned`` is how often the worker had given work back by then."""

    lease: int
    requests: tuple[WorkRequested, ...]
    returned: int = 0


class AnnounceDue(NamedTuple):
    """Announce that you are ready. If ``again``, this is the worker's own reminder, to be repeated after a while."""

    again: bool = True


WorkMessage: TypeAlias = (
    StartCohort
    | RoundPlanned
    | CohortFinished
    | PieceDone
    | CohortWorkFailed
    | CohortWorkDue
    | WorkRequested
    | WorkerReady
    | LeaseFinished
    | WorkReturned
    | LeaseDue
    | WorkerDue
    | ReleaseDue
    | PauseWork
    | ResumeWork
    | HurryWork
    | ForgetBatch
    | Assign
    | AnnounceDue
)
