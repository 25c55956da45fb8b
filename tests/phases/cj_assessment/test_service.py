"""The phase as the engine sees it: plan, perform, store, and plan again."""

import json
import random
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actors.phases.cj_assessment import CJAssessmentService
from actors.phases.cj_assessment.decisions import PairVerdict
from actors.phases.cj_assessment.judges import Question, Side
from actors.phases.nlp import parsing
from actors.phases.service import CohortItem, CohortProducts, PhaseWorkError, Round
from contracts.failures import ErrorCode, ErrorDetail
from contracts.results.cj_assessment import JudgeKind, Pairing, StopReason
from tests.phases.cj_assessment.cohorts import (
    ESSAYS,
    cohort_of,
    higher_number_wins,
    numbered,
    play,
    ranks_of,
    results_of,
)


class LongerWins:
    """A judge that reads the texts, as an LLM judge does."""

    name = "longer-wins"
    kind = JudgeKind.LLM
    deterministic = False
    measures = False

    def measure(self, task: object) -> Any:
        raise AssertionError(task)

    def notes(self, measures: object) -> Any:
        raise AssertionError(measures)

    def decide(self, left: Side, right: Side, question: Question) -> PairVerdict:
        assert question.essay_instructions
        return PairVerdict(1.0 if len(left.text) > len(right.text) else 0.0)


def test_better_essays_are_ranked_higher_offline() -> None:
    """The untrained judge puts plainly better essays before worse ones."""
    ranks = ranks_of(ESSAYS)
    assert ranks["careful"] < ranks["weak"]
    assert ranks["plain"] < ranks["poor"]
    assert sorted(ranks.values()) == [1, 2, 3, 4]


def test_a_result_says_what_it_is_worth() -> None:
    """Intervals of theta and rank, why it stopped, and that the judge is a formula."""
    result = results_of(play(cohort_of(ESSAYS)))["careful"]
    assert result.theta_interval is not None
    assert result.theta_interval.low < result.theta < result.theta_interval.high
    assert result.rank_interval is not None
    assert result.rank_interval.best <= result.rank <= result.rank_interval.worst
    assert result.judge_kind is JudgeKind.FEATURES
    assert result.cohort.reliability.judge_internal
    assert result.cohort.stop_reason is StopReason.ALL_PAIRS_COMPARED
    assert result.comparisons == 3
    assert result.cohort.comparisons == 6


def test_one_essay_has_rank_one_and_no_reliability() -> None:
    """It has nothing to be compared with, which is no failure."""
    result = results_of(play(cohort_of({"only": ESSAYS["plain"]})))["only"]
    assert (result.rank, result.theta, result.se, result.comparisons) == (1, 0.0, None, 0)
    assert result.cohort.stop_reason is StopReason.TOO_FEW_ESSAYS
    assert result.cohort.reliability.posterior is None
    assert result.judge_kind is JudgeKind.NONE


def test_an_empty_cohort_ends_with_nothing() -> None:
    """Without essays there are no answers."""
    assert CJAssessmentService().plan([], {}) == CohortProducts({})


def test_two_essays_are_compared_in_both_orders_by_people() -> None:
    """All there is to ask is asked, and the work ends below its budget."""
    done: dict[str, Any] = {}
    results = results_of(play(numbered(2), higher_number_wins, done))
    assert sorted(done) == ["people|essay-000|essay-001", "people|essay-001|essay-000"]
    assert results["essay-001"].rank == 1


def test_all_ties_give_everyone_the_first_rank() -> None:
    """Nobody is better than anybody else."""
    results = results_of(play(numbered(6), lambda _: {"winner": "tie"}))
    assert {result.rank for result in results.values()} == {1}


def test_an_essay_without_text_fails_alone() -> None:
    """The others are compared without it."""
    outcome = play(cohort_of({**ESSAYS, "empty": " \n "}))
    failure = outcome.products["empty"]
    assert isinstance(failure, ErrorDetail)
    assert failure.error_code is ErrorCode.EMPTY_CONTENT
    assert len(results_of(outcome)) == len(ESSAYS)


def test_an_essay_that_cannot_be_measured_fails_alone() -> None:
    """Numbers and signs are not sentences that could be judged."""
    outcome = play(cohort_of({**ESSAYS, "digits": "12345 67890 !!!"}))
    assert isinstance(outcome.products["digits"], ErrorDetail)
    assert len(results_of(outcome)) == len(ESSAYS)


def test_an_essay_whose_measuring_was_given_up_fails_alone() -> None:
    """Its text may kill whatever measures it; the failure says what to do, and the others are compared without it."""
    outcome = play(cohort_of(ESSAYS), done={"measure|features|plain": None})
    failure = outcome.products["plain"]
    assert isinstance(failure, ErrorDetail)
    assert failure.error_code is ErrorCode.SERVICE_ERROR
    assert "given up" in failure.message
    assert "essays retry" in failure.message
    assert set(results_of(outcome)) == {*ESSAYS} - {"plain"}


def test_every_essay_is_compared_as_often_as_the_budget_says() -> None:
    """Ten comparisons for each of 20 essays make 100, in ten rounds, adaptive after the first."""
    results = results_of(play(numbered(20), higher_number_wins))
    assert {result.comparisons for result in results.values()} <= {9, 10, 11}
    cohort = results["essay-000"].cohort
    assert cohort.comparisons == 100
    assert cohort.stop_reason is StopReason.BUDGET_SPENT
    assert cohort.reliability.pairing is Pairing.ADAPTIVE
    assert results["essay-019"].rank == 1


def test_work_stops_early_at_the_wished_reliability() -> None:
    """A consistent judge reaches it before the budget is spent, and the result says why it stopped."""
    cohort = results_of(play(numbered(40, reliability=0.6, budget=30), higher_number_wins))["essay-000"].cohort
    assert cohort.stop_reason is StopReason.RELIABILITY_REACHED
    assert cohort.comparisons < 600
    assert cohort.reliability.posterior is not None
    assert cohort.reliability.posterior >= 0.6


def test_a_killed_cohort_goes_on_with_the_pairs_it_would_have_had() -> None:
    """After any number of stored decisions, none is asked for again, and the result is the same."""
    whole: dict[str, Any] = {}
    expected = results_of(play(numbered(12), higher_number_wins, whole))
    for stored in range(0, len(whole), 7):
        kept = json.loads(json.dumps(dict(list(whole.items())[:stored])))
        asked: list[str] = []

        def decide(item: CohortItem, asked: list[str] = asked) -> dict[str, str]:
            asked.append(item.key)
            return higher_number_wins(item)

        again = results_of(play(numbered(12), decide, kept))
        assert kept == whole
        assert len(asked) == len(whole) - stored
        assert {k: r.theta for k, r in again.items()} == {k: r.theta for k, r in expected.items()}


def test_decisions_may_come_in_any_order() -> None:
    """Within a round, their order affects neither the pairs nor the results."""
    shuffled: dict[str, Any] = {}
    service, cohort = CJAssessmentService(), numbered(10)
    while isinstance(planned := service.plan(cohort, shuffled), Round):
        item = random.Random(len(shuffled)).choice(list(planned.awaited))
        shuffled[item.key] = higher_number_wins(item)
    straight: dict[str, Any] = {}
    in_order = play(cohort, higher_number_wins, straight)
    assert straight == shuffled
    assert list(straight) != list(shuffled)
    assert _but_for_time(planned) == _but_for_time(in_order)


def _but_for_time(outcome: CohortProducts) -> dict[str, Any]:
    return {name: result.model_dump(exclude={"duration_ms"}) for name, result in results_of(outcome).items()}


def test_planning_is_a_function_of_its_arguments() -> None:
    """Two services, asked the same, answer the same."""
    assert CJAssessmentService().plan(numbered(9), {}) == CJAssessmentService().plan(numbered(9), {})


def test_a_comparison_that_was_given_up_is_counted_and_passed_over() -> None:
    """A value without a winner is not a decision, and is not asked for again."""

    def sometimes(item: CohortItem) -> Any:
        return None if item.key.endswith("3") else higher_number_wins(item)

    cohort = results_of(play(numbered(10), sometimes))["essay-000"].cohort
    assert cohort.unusable_decisions > 0
    assert cohort.comparisons + cohort.unusable_decisions == 50


def test_people_are_awaited_and_named() -> None:
    """The summary has everyone who decided, and identifies a contrary judge."""
    people = iter(range(10_000))

    def decide(item: CohortItem) -> dict[str, str]:
        person = next(people) % 5
        right = higher_number_wins(item)["winner"]
        wrong = {"left": "right", "right": "left"}[right]
        return {"winner": wrong if person == 4 else right, "judge": f"teacher-{person}"}

    cohort = results_of(play(numbered(30), decide))["essay-000"].cohort
    infit = {judge.judge: judge.infit or 0.0 for judge in cohort.judges}
    agreement = {judge.judge: judge.agreement or 0.0 for judge in cohort.judges}
    assert sorted(infit) == [f"teacher-{n}" for n in range(5)]
    assert max(infit, key=lambda name: infit[name]) == "teacher-4"
    assert min(agreement, key=lambda name: agreement[name]) == "teacher-4"
    assert [judge.judge for judge in cohort.judges if judge.misfit] == ["teacher-4"]
    assert cohort.reliability.between_judges is not None


def test_a_formula_compares_all_pairs_and_says_how_far_people_would_agree() -> None:
    """A formula costs nothing, so the budget does not apply to it; agreeing with itself is no reliability."""
    texts = {f"{name}-{copy}": f"{text} {copy}" for name, text in ESSAYS.items() for copy in ("one", "two", "three")}
    result = results_of(play(cohort_of(texts, budget=2)))["careful-one"]
    assert result.cohort.comparisons == 12 * 11 // 2
    assert result.cohort.stop_reason is StopReason.ALL_PAIRS_COMPARED
    reliability = result.cohort.reliability
    assert (reliability.posterior, reliability.separation, reliability.split_half) == (None, None, None)
    assert reliability.human is not None
    assert reliability.human.low < reliability.human.expected < reliability.human.high


def test_agreement_with_people_is_claimed_only_where_it_was_measured() -> None:
    """The shipped weights were compared with people's scores of English texts, not of Swedish ones."""
    swedish = "Jag tycker att mobiler ska vara förbjudna i skolan. De stör lektionerna och eleverna lyssnar inte."
    results = results_of(play(cohort_of({"a": swedish, "b": f"{swedish} Läraren blir arg."}, language="sv")))
    assert results["a"].cohort.reliability.judge_internal
    assert results["a"].cohort.reliability.human is None


def test_stored_results_of_the_judge_before_are_not_taken_up() -> None:
    """The service's version has its own number and the parser's, because both affect what a judge sees."""
    number, *parts = CJAssessmentService().version.split("-")
    assert int(number) >= 2
    assert parsing.version() == "-".join(parts).partition("py3langid")[2].partition("-")[2]


def test_a_mixed_panel_shares_the_pairs_out() -> None:
    """Formula and people share the pairs, and the result says that it was a panel."""
    done: dict[str, Any] = {}
    outcome = play(cohort_of(ESSAYS, judge=["features", "people"]), lambda _: {"winner": "left", "judge": "eva"}, done)
    result = results_of(outcome)["careful"]
    assert result.judge_kind is JudgeKind.PANEL
    assert {judge.judge for judge in result.cohort.judges} == {"features", "eva"}
    assert not result.cohort.reliability.judge_internal


def test_a_judge_that_reads_texts_is_added_by_name() -> None:
    """An LLM judge uses the same protocol: it gets both texts and the task."""
    service = CJAssessmentService({"longer": lambda _: LongerWins()})
    results = results_of(play(cohort_of(ESSAYS, judge={"kind": "longer"}), service=service))
    by_length = sorted(ESSAYS, key=lambda name: len(ESSAYS[name]), reverse=True)
    assert sorted(results, key=lambda name: results[name].rank) == by_length
    assert results["careful"].judge_kind is JudgeKind.LLM


@pytest.mark.parametrize(
    "options",
    [
        {"budget": 0},
        {"reliability": 1.5},
        {"judge": "oracle"},
        {"judge": ["features", "features"]},
        {"judge": {"kind": "features", "features": []}},
        {"judge": []},
        {"anchors": [{"text": "A text.", "grade": "G"}]},
        {"scale": "unknown"},
        {"scale": ["A", "A"]},
        {"bugdet": 3},
    ],
)
def test_wrong_options_are_refused_by_name(options: dict[str, Any]) -> None:
    """A typing error or an impossible value is an error in the settings, never ignored."""
    with pytest.raises(PhaseWorkError) as refused:
        CJAssessmentService().plan(cohort_of(ESSAYS, **options), {})
    assert refused.value.code is ErrorCode.INVALID_SETTINGS


def test_keys_stay_unique_whatever_essays_are_called() -> None:
    """Separators in ids are escaped."""
    done: dict[str, Any] = {}
    play(
        cohort_of({"a|b": "One.", "c": "Two.", "a": "Three.", "b|c": "Four.", "%anchor-1": "Five."}, judge="people"),
        lambda _: {"winner": "tie"},
        done,
    )
    assert len(done) == 20


@settings(max_examples=40, deadline=None)
@given(st.lists(st.text(max_size=60), min_size=1, max_size=4))
def test_any_text_gets_an_answer(texts: list[str]) -> None:
    """Whatever the Unicode, every essay has a result, or a failure with a reason."""
    cohort = cohort_of({f"essay-{n}": text for n, text in enumerate(texts)}, language="auto")
    outcome = play(cohort)
    assert set(outcome.products) == {task.essay_id for task in cohort}


@pytest.mark.parametrize(
    "text",
    [
        "a" * 300_000,
        "word " * 60_000,
        "\ud800 lone surrogate here and there. " * 20,
        "award " * 40_000,
        "ge den " * 30_000,
    ],
)
def test_hostile_texts_are_judged_in_linear_time(text: str) -> None:
    """One giant token, endless repeats or lone surrogates are answered within seconds."""
    started = time.thread_time()
    outcome = play(cohort_of({**ESSAYS, "hostile": text}))
    assert set(outcome.products) == {*ESSAYS, "hostile"}
    assert time.thread_time() - started < 20


@pytest.mark.parametrize(("essays", "seconds"), [(250, 10), pytest.param(1000, 20, marks=pytest.mark.slow)])
def test_as_many_essays_as_a_large_school_has_take_seconds(essays: int, seconds: float) -> None:
    """Planning, fitting and reporting together, with a budget of 10 and people who decide at once."""
    started = time.thread_time()
    results = results_of(play(numbered(essays), higher_number_wins))
    assert len(results) == essays
    assert time.thread_time() - started < seconds
