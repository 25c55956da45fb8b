"""The fits: equal to published values, and defined for every input."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actors.phases.cj_assessment.bradley_terry import Comparisons, fit_btm, fit_map
from actors.phases.cj_assessment.diagnostics import item_fit, separation_reliability
from actors.phases.cj_assessment.posterior import (
    fits_by_spread,
    marginal_reliability,
    posterior_of,
    rank_intervals,
    ranks_of,
)
from drivers.lab.evaluate.cj_sessions import parities
from drivers.lab.evaluate.cj_simulation import play
from tests.measuring import measuring_data


def comparisons(size: int, *rows: tuple[int, int, float]) -> Comparisons:
    """Comparisons from rows of first, second, and the first's share."""
    first, second, share = zip(*rows, strict=True) if rows else ((), (), ())
    return Comparisons(size, np.array(first, np.intp), np.array(second, np.intp), np.array(share, np.float64))


@st.composite
def any_comparisons(draw: st.DrawFn) -> Comparisons:
    """Any decisions on up to eight texts: connected or not, one-sided or not, or none at all."""
    size = draw(st.integers(1, 8))
    if size < 2:
        return comparisons(size)
    pair = st.tuples(st.integers(0, size - 1), st.integers(0, size - 1)).filter(lambda p: p[0] != p[1])
    rows = draw(st.lists(st.tuples(pair, st.sampled_from([0.0, 0.5, 1.0, 0.3])), max_size=30))
    return comparisons(size, *[(a, b, share) for (a, b), share in rows])


def test_the_parity_mode_repeats_every_published_session() -> None:
    """SSR is within .001, and theta, SE and fit within .01, of R's sirt in all sessions."""
    for row in parities(measuring_data("cj_sessions")):
        assert row.ssr_difference < 0.001, row
        assert max(row.theta_difference, row.se_difference) < 0.01, row
        assert max(row.infit_difference, row.outfit_difference) < 0.01, row


def test_the_parity_mode_adjusts_scores_by_eps() -> None:
    """For two texts, one of which won 9 of 10, the adjusted score equation has a solution in closed form."""
    fit = fit_btm(comparisons(2, *[(0, 1, 1.0)] * 9, (0, 1, 0.0)))
    adjusted = 0.3 + (10 - 0.6) / 10 * 9
    assert fit.theta[0] - fit.theta[1] == pytest.approx(np.log(adjusted / (10 - adjusted)), abs=1e-3)


def test_a_tie_is_half_a_win_for_each() -> None:
    """Ten ties count like five wins each way."""
    ties, wins = comparisons(2, *[(0, 1, 0.5)] * 10), comparisons(2, *[(0, 1, 1.0), (0, 1, 0.0)] * 5)
    for fit in (fit_map, fit_btm):
        assert np.allclose(fit(ties).theta, fit(wins).theta)
    assert np.allclose(ties.wins(), [5, 5])


@settings(max_examples=60, deadline=None)
@given(any_comparisons())
def test_the_map_fit_is_defined_for_every_set_of_decisions(given_comparisons: Comparisons) -> None:
    """Whether disconnected, one-sided, tied or empty: theta is finite and centred, and the gradient is zero there."""
    fit = fit_map(given_comparisons)
    posterior = posterior_of(given_comparisons, fit)
    assert np.isfinite(fit.theta).all()
    assert np.isfinite(posterior.se).all()
    assert np.isfinite(posterior.draws(seed=1, count=10)).all()
    assert abs(fit.theta.sum()) < 1e-6
    p = given_comparisons.expected(fit.theta)
    gradient = given_comparisons.per_item(given_comparisons.share - p, p - given_comparisons.share) - fit.theta / 4
    assert np.abs(gradient).max(initial=0) < 1e-5


@settings(max_examples=50, deadline=None)
@given(any_comparisons())
def test_which_side_a_text_is_shown_on_does_not_matter_to_the_fit(given_comparisons: Comparisons) -> None:
    """Swapping first and second, and inverting the share, gives the same theta."""
    c = given_comparisons
    swapped = Comparisons(c.size, c.second, c.first, 1 - c.share)
    assert np.allclose(fit_map(c).theta, fit_map(swapped).theta, atol=1e-7)


def test_an_essay_that_always_wins_has_a_finite_estimate() -> None:
    """The prior keeps it finite, and the essay is first."""
    fit = fit_map(comparisons(3, *[(0, 1, 1.0), (0, 2, 1.0)] * 500, (1, 2, 1.0), (1, 2, 0.0)))
    assert ranks_of(fit.theta)[0] == 1
    assert fit.theta[0] < 20


def test_texts_never_compared_stay_apart_from_the_parity_fit() -> None:
    """The published fit is undefined for a text without comparisons, so it raises."""
    with pytest.raises(ValueError, match="every item"):
        fit_btm(comparisons(3, (0, 1, 1.0)))


def test_equal_estimates_share_the_better_rank() -> None:
    """Ranks are those of a competition: 1, 2, 2, 4."""
    assert list(ranks_of(np.array([2.0, 1.0, 1.0, -1.0]))) == [1, 2, 2, 4]


def test_standard_errors_are_the_spread_of_the_posterior_draws() -> None:
    """The marginal SE, with the mean removed, equals the spread of the draws."""
    c = play(np.linspace(-2, 2, 12), 6, adaptive=False, seed=1)
    posterior = posterior_of(c, fit_map(c))
    assert np.allclose(posterior.draws(seed=1, count=20_000).std(axis=0), posterior.se, rtol=0.05)


def test_rank_intervals_hold_the_true_rank_as_often_as_they_say() -> None:
    """Over many sessions, 95 % intervals contain the true rank about that often."""
    inside = []
    for seed in range(30):
        theta = np.random.default_rng(seed).normal(0, 1.7, 20)
        c = play(theta, 8, adaptive=False, seed=seed)
        best, worst = rank_intervals(posterior_of(c, fit_map(c)).draws(seed))
        inside += list((best <= ranks_of(theta)) & (ranks_of(theta) <= worst))
    assert 0.91 <= np.mean(inside) <= 0.99


@pytest.mark.parametrize("spread", [1.5, 2.5])
def test_posterior_reliability_stays_honest_where_adaptive_pairing_inflates_ssr(spread: float) -> None:
    """After five rounds, it is near the true squared correlation, and SSR is far above it."""
    true, stated, separation = [], [], []
    for seed in range(8):
        theta = np.random.default_rng(seed).normal(0, spread, 30)
        c = play(theta, 5, adaptive=True, seed=seed)
        true.append(np.corrcoef(theta, fit_map(c).theta)[0, 1] ** 2)
        stated.append(marginal_reliability(fits_by_spread(c)) or 0.0)
        btm = fit_btm(play(theta, 8, adaptive=True, seed=seed))
        separation.append(separation_reliability(btm.theta, btm.se) or 0.0)
    assert np.mean(stated) == pytest.approx(np.mean(true), abs=0.12)
    assert np.mean(separation) > np.mean(true) + 0.1


def test_reliability_falls_when_the_texts_are_alike() -> None:
    """On the same budget, similar texts must look less reliable than texts far apart."""

    def reliability(theta: np.ndarray[tuple[int], np.dtype[np.float64]]) -> float:
        found = (marginal_reliability(fits_by_spread(play(theta, 10, adaptive=False, seed=s))) for s in range(3))
        return float(np.mean([value or 0 for value in found]))

    assert reliability(np.zeros(30)) < reliability(np.linspace(-4, 4, 30)) - 0.2


def test_fit_statistics_are_near_one_when_decisions_follow_the_model() -> None:
    """Infit and outfit mean squares average about 1."""
    c = play(np.random.default_rng(1).normal(0, 1.5, 40), 20, adaptive=False, seed=4)
    assert item_fit(c, fit_map(c).theta).infit.mean() == pytest.approx(1, abs=0.15)
