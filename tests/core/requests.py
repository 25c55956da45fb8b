"""Requests of essays and cohorts, as the work queue receives them."""

from actors.core.addresses import cohort_address, essay_address
from contracts import PhaseName
from contracts.work import CohortWork, EssayWork, WorkRequested
from tests.core.play import CJ, SPELLCHECK


def work(essay: str, batch: str = "b", phase: PhaseName = SPELLCHECK, attempt: int = 0) -> WorkRequested:
    """A request for one essay's work."""
    return WorkRequested(EssayWork(batch, essay, phase, 0, 0, attempt, "t"), essay_address(batch, essay))


def works(count: int, batch: str = "b") -> list[WorkRequested]:
    """Requests of a batch, in order."""
    return [work(f"{number:03}", batch) for number in range(count)]


def cohort_work(piece: str | None, attempt: int = 0, planning: int = 0) -> WorkRequested:
    """A cohort's request: for a plan, or for a piece."""
    return WorkRequested(CohortWork("b", CJ, 0, 0, attempt, piece, step=planning), cohort_address("b", 0, 0))
