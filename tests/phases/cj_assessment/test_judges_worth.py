"""How reliable several judges are: how far they agree, who decides against the others, who favours a side."""

from collections.abc import Callable
from functools import partial

import numpy as np
import pytest

from actors.phases.cj_assessment.bradley_terry import Comparisons, Floats, Ints, fit_map
from actors.phases.cj_assessment.diagnostics import (
    is_one_sided,
    misfits,
    overall_reliability,
    split_half,
    stepped_up,
    with_others,
)
from actors.phases.cj_assessment.posterior import fits_by_spread, marginal_reliability
from contracts.results.cj_assessment import Pairing, Reliability
from drivers.lab.evaluate.cj_simulation import play

Panel = tuple[Comparisons, Ints]


def panel(judges: int, seed: int, *, essays: int = 30, rounds: int = 10) -> Panel:
    """A session of judges who take turns, all see the same order, and decide by the model."""
    theta = np.random.default_rng(seed).normal(0, 1.7, essays)
    comparisons = play(theta, rounds, adaptive=False, seed=seed)
    return comparisons, np.arange(len(comparisons.share)) % judges


def with_shares(comparisons: Comparisons, share: Floats) -> Comparisons:
    """The same pairs with other decisions."""
    return Comparisons(comparisons.size, comparisons.first, comparisons.second, share)


def with_one_judge(found: Panel, number: int, decide: Callable[[Floats], Floats]) -> Panel:
    """The panel with one judge's decisions replaced."""
    comparisons, judge = found
    return with_shares(comparisons, np.where(judge == number, decide(comparisons.share), comparisons.share)), judge


def named(found: Panel, judges: int) -> list[bool]:
    """Which judges the session names as misfits."""
    return misfits(with_others(*found, judges), judges)


@pytest.mark.parametrize("judges", [3, *(pytest.param(more, marks=pytest.mark.slow) for more in (4, 5)), 8])
def test_a_judge_who_decides_against_the_others_is_named_however_few_they_are(judges: int) -> None:
    """With thirty essays compared ten times each, a judge who always prefers the other text is named, and no other."""
    for seed in range(5):
        contrary = with_one_judge(panel(judges, seed), judges - 1, lambda share: 1 - share)
        assert named(contrary, judges) == [False] * (judges - 1) + [True]


def _by_chance(coin: np.random.Generator, shares: Floats) -> Floats:
    return coin.integers(0, 2, len(shares)).astype(np.float64)


@pytest.mark.parametrize("judges", [3, *(pytest.param(more, marks=pytest.mark.slow) for more in (4, 5))])
def test_a_judge_who_decides_by_chance_is_mostly_named(judges: int) -> None:
    """Most sessions of three to five judges reveal a coin, and hardly any accuses another judge for it."""
    seen, wronged = [], 0
    for seed in range(20):
        coin = np.random.default_rng([seed, 1])
        guessed = with_one_judge(panel(judges, seed), 0, partial(_by_chance, coin))
        first, *others = named(guessed, judges)
        seen.append(first)
        wronged += any(others)
    assert sum(seen) >= 13
    assert wronged <= 1


@pytest.mark.parametrize(
    ("judges", "panels", "alarms"),
    [(3, 15, 1), *(pytest.param(judges, 60, 2, marks=pytest.mark.slow) for judges in (3, 5, 12))],
)
def test_judges_who_see_the_same_are_hardly_ever_named(judges: int, panels: int, alarms: int) -> None:
    """Sixty panels give two false alarms at most."""
    assert sum(any(named(panel(judges, seed), judges)) for seed in range(panels)) <= alarms


def test_two_judges_cannot_be_told_apart() -> None:
    """If two disagree, nothing tells which of them is wrong."""
    contrary = with_one_judge(panel(2, 1), 1, lambda share: 1 - share)
    assert named(contrary, 2) == [False, False]


def test_among_many_judges_a_contrary_one_is_named_too() -> None:
    """With more than twenty-five judges, the order of all stands in for the order of the others."""
    contrary = with_one_judge(panel(30, 3, essays=60, rounds=20), 7, lambda share: 1 - share)
    assert named(contrary, 30)[7]


def test_judges_of_few_decisions_are_named_only_on_evidence() -> None:
    """One comparison each is too little evidence."""
    comparisons, _ = panel(3, 1, essays=3, rounds=1)
    scores = with_others(comparisons, np.arange(len(comparisons.share)), 3)
    assert scores is not None
    assert not any(misfits(scores, 3))


def test_a_judge_who_favours_a_side_is_one_sided() -> None:
    """Twenty decisions for the left reveal it; decisions by the model do not."""
    comparisons, _ = panel(1, 2)
    theta = fit_map(comparisons).theta
    some = comparisons.rows(np.arange(len(comparisons.share)) < 20)
    assert is_one_sided(with_shares(some, np.ones(20)), theta)
    assert not is_one_sided(some, theta)


def test_left_as_often_as_the_texts_account_for_is_not_one_sided() -> None:
    """If the better text was mostly shown on the left, it should win there."""
    theta = np.repeat([2.0, -2.0], 20)
    pairs = Comparisons(40, np.arange(20), np.arange(20, 40), np.ones(20))
    assert not is_one_sided(pairs, theta)
    assert is_one_sided(with_shares(pairs, np.zeros(20)), theta)


def test_a_handful_of_decisions_has_no_side() -> None:
    """Nine for one side are too few to tell."""
    pairs = Comparisons(18, np.arange(9), np.arange(9, 18), np.ones(9))
    assert not is_one_sided(pairs, np.zeros(18))


def test_split_half_is_high_for_judges_who_agree_and_absent_for_one() -> None:
    """It is the correlation between two halves of the judges."""
    theta = np.linspace(-4, 4, 15)
    comparisons = play(theta, 14, adaptive=False, seed=3)
    judge = np.arange(len(comparisons.share)) % 6
    agreed = split_half(comparisons, judge, 6, seed=1)
    assert agreed is not None
    assert agreed > 0.7
    assert split_half(comparisons, judge * 0, 1, seed=1) is None


def test_two_halves_are_stepped_up_to_the_whole() -> None:
    """Spearman-Brown: .5 between halves is .67 for all; values that are not positive are left as they are."""
    assert stepped_up(0.5) == pytest.approx(2 / 3)
    assert stepped_up(1.0) == 1.0
    assert stepped_up(-0.2) == -0.2
    assert stepped_up(None) is None


def test_judges_who_each_see_another_order_make_no_reliable_one() -> None:
    """Each is consistent, so decisions look reliable, but judges do not agree with each other, and that counts."""
    generator = np.random.default_rng(4)
    comparisons, judge = panel(6, 4, rounds=12)
    own = generator.normal(0, 3, (6, comparisons.size))
    share = (own[judge, comparisons.first] > own[judge, comparisons.second]).astype(float)
    otherwise = with_shares(comparisons, share)
    overall = overall_reliability(otherwise, judge, 6, seed=1)
    posterior = marginal_reliability(fits_by_spread(otherwise))
    assert overall is not None
    assert posterior is not None
    assert overall < min(0.4, posterior)


def test_the_reliability_to_go_by_is_the_lower_one() -> None:
    """Posterior reliability assumes that judges see the same order; between-judge reliability shows if they do not."""
    between = Reliability(pairing=Pairing.RANDOM, posterior=0.82, split_half=0.06, between_judges=0.11)
    assert between.overall == 0.11
    assert Reliability(pairing=Pairing.RANDOM, posterior=0.6, between_judges=0.8).overall == 0.6
    assert Reliability(pairing=Pairing.RANDOM, posterior=0.6).overall == 0.6
    assert Reliability(pairing=Pairing.RANDOM).overall is None
