"""People as judges: they change their minds, cannot judge some pairs, and take their time."""

from itertools import cycle
from typing import Any

import pytest

from actors.phases.cj_assessment import CJAssessmentService
from actors.phases.cj_assessment.decisions import PairVerdict, Winner, decision_value, drawn_from, revised, seconds_in
from actors.phases.service import CohortItem, Round
from contracts.failures import ErrorCode, ErrorDetail
from contracts.results.cj_assessment import JudgeKind
from contracts.scans import scan_of
from tests.phases.cj_assessment.cohorts import cohort_of, play, results_of

CLASS = {f"e{n}": f"This text has the number {n}." for n in range(8)}


def says(winner: Winner | None, judge: str = "eva", seconds: float | None = None) -> dict[str, Any]:
    """A person's decision as it is stored."""
    return decision_value(None if winner is None else PairVerdict.of(winner), judge, seconds)


def by_number(item: CohortItem) -> dict[str, Any]:
    """The higher number wins."""
    return says(Winner.LEFT if item.payload["left"] > item.payload["right"] else Winner.RIGHT)


def awaited_until(decided: int) -> tuple[list[str], dict[str, Any]]:
    """The awaited pairs once at least this many are decided, and the decisions."""
    service, done = CJAssessmentService(), dict[str, Any]()
    while isinstance(planned := service.plan(cohort_of(CLASS, judge="people", budget=8), done), Round):
        if len(done) >= decided:
            return [item.key for item in planned.awaited], done
        done |= {item.key: by_number(item) for item in planned.awaited}
    raise AssertionError("it ended before")


@pytest.mark.parametrize("other", [Winner.TIE, None, "opposite"])
def test_a_decision_taken_back_changes_the_result_and_no_pair(other: Any) -> None:
    """Pairs are drawn from first answers, so later comparisons stay valid."""
    awaited, done = awaited_until(20)
    key = next(iter(done))
    first = Winner(done[key]["winner"])
    instead = {Winner.LEFT: Winner.RIGHT, Winner.RIGHT: Winner.LEFT}[first] if other == "opposite" else other
    for winner in (Winner.TIE, instead):  # also one that is taken back twice
        done[key] = revised(done[key], says(winner))
    cohort = cohort_of(CLASS, judge="people", budget=8)
    planned = CJAssessmentService().plan(cohort, done)
    assert isinstance(planned, Round)
    assert [item.key for item in planned.awaited] == awaited
    changed = results_of(play(cohort, by_number, dict(done)))
    done[key] = drawn_from(done[key])
    kept = results_of(play(cohort, by_number, done))
    assert {name: result.theta for name, result in changed.items()} != {
        name: result.theta for name, result in kept.items()
    }


def test_a_first_answer_that_was_none_draws_no_pair_later() -> None:
    """If a pair that could not be judged is decided after all, later pairs stay as they were."""
    key, *_ = awaited_until(0)[0]
    assert drawn_from(revised(says(None), says(Winner.LEFT))) == says(None)
    cohort = cohort_of(CLASS, judge="people", budget=8)

    def unsure(item: CohortItem) -> dict[str, Any]:
        return says(None) if item.key == key else by_number(item)

    without, changed = dict[str, Any](), dict[str, Any]()
    play(cohort, unsure, without)
    play(cohort, lambda item: revised(says(None), by_number(item)) if item.key == key else by_number(item), changed)
    assert without.keys() == changed.keys()


@pytest.mark.parametrize("size", [2, 8])
def test_pairs_that_nobody_can_judge_are_counted_and_the_class_ends(size: int) -> None:
    """Illegible essays are no failure of the class: they share the first rank, without any claim about them."""
    texts = dict(list(CLASS.items())[:size])
    found = results_of(play(cohort_of(texts, judge="people"), lambda _: says(None)))
    assert {result.rank for result in found.values()} == {1}
    cohort = found["e0"].cohort
    assert (cohort.comparisons, found["e0"].se) == (0, None)
    assert [(judge.judge, judge.comparisons, judge.undecided) for judge in cohort.judges] == [
        ("eva", 0, cohort.unusable_decisions)
    ]


def test_a_judge_who_could_judge_no_pair_has_a_line_of_their_own() -> None:
    """Their line, beside the others', has the number of undecided pairs, and nothing on how they decide."""
    turns = cycle(("adam", None))

    def decide(item: CohortItem) -> dict[str, Any]:
        return says(None) if next(turns) is None else {**by_number(item), "judge": "adam"}

    adam, eva = results_of(play(cohort_of(CLASS, judge="people", budget=8), decide))["e0"].cohort.judges
    assert (adam.judge, adam.undecided) == ("adam", 0)
    assert (eva.judge, eva.kind, eva.comparisons) == ("eva", JudgeKind.PEOPLE, 0)
    assert eva.undecided > 0
    assert {eva.infit, eva.outfit, eva.agreement, eva.left_share, eva.median_seconds} == {None}
    assert not eva.misfit


def test_each_judges_figures_are_told() -> None:
    """Ties, pairs they could not judge, and the median time, on which a break has little effect."""
    times = iter([10.0, 20.0, 3000.0])

    def decide(item: CohortItem) -> dict[str, Any]:
        if "e0" in item.key:
            return says(None)
        return says(Winner.TIE if "e1" in item.key else Winner.LEFT, seconds=next(times))

    texts = dict(list(CLASS.items())[:4])
    (judge,) = results_of(play(cohort_of(texts, judge="people", budget=3), decide))["e0"].cohort.judges
    assert (judge.comparisons, judge.ties, judge.undecided) == (3, 2, 3)
    assert judge.median_seconds == 20.0


@pytest.mark.parametrize("seconds", [None, -1, True, "9", float("nan"), float("inf")])
def test_a_time_that_is_none_is_not_told(seconds: Any) -> None:
    """Decisions come from tables and scripts, too."""
    assert seconds_in({"winner": "left", "seconds": seconds}) is None


@pytest.mark.parametrize("judge", ["features", ["features", "people"]])
def test_pages_of_handwriting_are_for_people_alone(judge: Any) -> None:
    """A formula has nothing to measure, so such an essay fails with that reason, and the others go on."""
    texts = {**CLASS, "e0": scan_of([b"\xff\xd8\xff"])}
    outcome = play(cohort_of(texts, judge=judge), by_number)
    assert isinstance(failure := outcome.products["e0"], ErrorDetail)
    assert failure.error_code is ErrorCode.SCAN_WITHOUT_TEXT
    assert set(results_of(outcome)) == {*CLASS} - {"e0"}
    by_people = results_of(play(cohort_of(texts, judge=["people", {"kind": "people", "name": "eva"}]), by_number))
    assert set(by_people) == {*CLASS}
