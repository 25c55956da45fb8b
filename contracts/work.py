"""What is said about work: between the work queue, the workers and the coordinators of cohorts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from contracts.failures import ErrorDetail
from contracts.phases import PhaseName


@dataclass(frozen=True, slots=True)
class EssayWork:
    """One essay's work in one phase. ``results`` are the keys of its earlier results."""

    batch_id: str
    essay_id: str
    phase: PhaseName
    run: int
    position: int
    attempt: int
    text_id: str
    results: tuple[tuple[PhaseName, str], ...] = ()


@dataclass(frozen=True, slots=True)
class CohortWork:
    """Planning of a cohort's next round (``piece`` is None), or one piece of it.

    ``given_up`` names, for a plan, the pieces that failed for good.
    """

    batch_id: str
    phase: PhaseName
    run: int
    position: int
    attempt: int
    piece: str | None = None
    payload: Mapping[str, Any] = field(default_factory=dict)
    step: int = 0
    given_up: tuple[str, ...] = ()


Work: TypeAlias = EssayWork | CohortWork


@dataclass(frozen=True, slots=True)
class StartCohort:
    """Do a phase's work on all these essays together, and answer every one of them."""

    batch_id: str
    phase: PhaseName
    run: int
    position: int
    essay_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RoundPlanned:
    """The next round: pieces to do, pieces awaited from outside."""

    step: int
    pieces: tuple[tuple[str, Mapping[str, Any]], ...]
    awaited: tuple[tuple[str, Mapping[str, Any]], ...] = ()


@dataclass(frozen=True, slots=True)
class CohortFinished:
    """The cohort's results are stored: for each essay its (text id, result key), or its error."""

    step: int
    successes: Mapping[str, tuple[str, str]]
    failures: Mapping[str, ErrorDetail]


@dataclass(frozen=True, slots=True)
class PieceDone:
    """A piece's value is stored."""

    piece: str


@dataclass(frozen=True, slots=True)
class CohortWorkFailed:
    """Planning (``piece`` is None) or a piece failed."""

    piece: str | None
    attempt: int
    error: ErrorDetail
    step: int = 0


@dataclass(frozen=True, slots=True)
class CohortWorkDue:
    """Reminder: the wait before the next attempt at a plan or a piece is over."""

    piece: str | None
    attempt: int
    step: int = 0


@dataclass(frozen=True, slots=True)
class WorkRequested:
    """Have this done and answer to ``reply_to``."""

    work: Work
    reply_to: str


@dataclass(frozen=True, slots=True)
class WorkerReady:
    """A worker is there. ``incarnation`` is new after each restart, ``finished`` the last lease it has done."""

    worker: str
    incarnation: str
    finished: int = -1


@dataclass(frozen=True, slots=True)
class LeaseFinished:
    """All work of a lease is answered; it took ``seconds``."""

    lease: int
    worker: str
    incarnation: str
    seconds: float


@dataclass(frozen=True, slots=True)
class LeaseDue:
    """Reminder: the lease should have been finished by now."""

    lease: int


@dataclass(frozen=True, slots=True)
class WorkerDue:
    """Reminder: the worker should have announced itself by now."""

    worker: str


@dataclass(frozen=True, slots=True)
class HoldBatch:
    """Hand out no work of this batch."""

    batch_id: str


@dataclass(frozen=True, slots=True)
class ReleaseBatch:
    """Hand out its work again."""

    batch_id: str


@dataclass(frozen=True, slots=True)
class ForgetBatch:
    """Drop the waiting work of this batch."""

    batch_id: str


@dataclass(frozen=True, slots=True)
class Assign:
    """Do these in order, and answer each."""

    lease: int
    requests: tuple[WorkRequested, ...]


@dataclass(frozen=True, slots=True)
class AnnounceDue:
    """Say that you are there, and (``again``: it is one's own reminder) again after a while."""

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
    | LeaseDue
    | WorkerDue
    | HoldBatch
    | ReleaseBatch
    | ForgetBatch
    | Assign
    | AnnounceDue
)
