"""What calls are called on the dashboard."""

from actors.runtime.ray.task_names import task_name
from contracts import PhaseName
from contracts.messages import WakeUp
from contracts.work import Assign, CohortWork, EssayWork, LeaseFinished, WorkRequested


def _lease(*works: EssayWork | CohortWork) -> Assign:
    return Assign(1, tuple(WorkRequested(work, "essay/b/e") for work in works))


def _essay_work(essay_id: str) -> EssayWork:
    return EssayWork("b", essay_id, PhaseName.SPELLCHECK, 0, 0, 0, "text")


def test_all_leases_of_a_phase_have_the_phase_as_their_name() -> None:
    """So that the job page, which draws a bar for each name, shows each phase's progress."""
    few, many = _lease(_essay_work("a")), _lease(_essay_work("b"), _essay_work("c"))
    assert task_name([("worker/0", few)]) == task_name([("worker/1", many)]) == "spellcheck"


def test_planning_a_cohort_is_told_from_its_pieces() -> None:
    """They differ in what they cost and in how many there are."""
    plan = CohortWork("b", PhaseName.CJ_ASSESSMENT, 0, 1, 0)
    piece = CohortWork("b", PhaseName.CJ_ASSESSMENT, 0, 1, 0, piece="a|b")
    assert task_name([("worker/0", _lease(plan))]) == "plan cj_assessment"
    assert task_name([("worker/0", _lease(piece))]) == "cj_assessment"


def test_other_mail_is_named_by_the_kinds_of_its_messages() -> None:
    """Each kind once, in the order of the alphabet."""
    done = LeaseFinished(1, "worker/0", "i", 0.1)
    assert task_name([("queue", done), ("batch/b", WakeUp()), ("queue", done)]) == "LeaseFinished, WakeUp"


def test_mail_without_messages_just_starts_a_process() -> None:
    """It is sent so that a process is there in time."""
    assert task_name([]) == "start"
