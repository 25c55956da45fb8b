"""How far a fit can be trusted: reliabilities, and how well items and judges fit the model.

Sources: separation reliability (SSR), Wright and Masters (1982) and Pollitt (2012); infit and outfit mean squares,
Wright and Masters; split-half by judge as the median over random splits, Bisson et al. (2016).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.special import expit, logit, ndtri

from actors.phases.cj_assessment.bradley_terry import Comparisons, Floats, Ints, fit_map
from actors.phases.cj_assessment.posterior import Posterior, fits_by_spread, marginal_reliability, posterior_of

SPLITS: Final = 20
_FEWEST_JUDGES: Final = 3
_MOST_LEFT_OUT: Final = 25
_FALSE_ALARMS: Final = 0.01
_FEWEST_SIDES: Final = 10
_SEED: Final = 1
_DRAWS: Final = 400


@dataclass(frozen=True, slots=True)
class MeanSquares:
    """Infit and outfit mean squares, with an expected value of 1; NaN without comparisons."""

    infit: Floats
    outfit: Floats


def separation_reliability(theta: Floats, se: Floats) -> float | None:
    """SSR = 1 - mean(SE^2) / var(theta), with the sample variance; None for fewer than two items or no spread.

    Adaptive pairing inflates it (Bramley 2015), so that the pairing must be reported with it.
    """
    variance = float(np.var(theta, ddof=1)) if theta.size > 1 else 0.0
    return 1 - float(np.mean(se**2)) / variance if variance > 0 else None


def item_fit(comparisons: Comparisons, theta: Floats) -> MeanSquares:
    """Mean squares of every item."""
    squared, variance = _residuals(comparisons, theta)
    with np.errstate(invalid="ignore", divide="ignore"):
        infit = comparisons.per_item(squared, squared) / comparisons.per_item(variance, variance)
        ratio = squared / variance
        return MeanSquares(infit, comparisons.per_item(ratio, ratio) / comparisons.counts())


def judge_fit(comparisons: Comparisons, theta: Floats, judge: Ints, judges: int) -> MeanSquares:
    """Mean squares of every judge; ``judge`` has the judge of each row, 0 to judges - 1."""
    squared, variance = _residuals(comparisons, theta)
    with np.errstate(invalid="ignore", divide="ignore"):
        infit = np.bincount(judge, squared, judges) / np.bincount(judge, variance, judges)
        outfit = np.bincount(judge, squared / variance, judges) / np.bincount(judge, minlength=judges)
        return MeanSquares(infit, outfit)


def with_others(comparisons: Comparisons, judge: Ints, judges: int) -> Floats | None:
    """How well each judge agrees with the order of the others, in standard errors; None for fewer than three judges.

    A judge who decides by chance is far below 0, however few the others are. The judge who contradicts the others
    most, if beyond chance, is left out of the order that the rest are compared with. Two who are left over get NaN:
    which of them is wrong cannot be told.
    """
    if judges < _FEWEST_JUDGES:
        return None
    found, left_out = np.full(judges, np.nan), set[int]()
    while len(rest := [one for one in range(judges) if one not in left_out]) >= _FEWEST_JUDGES:
        found[rest] = _scores(comparisons.rows(np.isin(judge, rest)), judge[np.isin(judge, rest)], rest)
        worst = min(rest, key=lambda one: found[one])
        if not _is_beyond_chance(found[worst], judges):
            break
        left_out.add(worst)
        found[[one for one in rest if one != worst]] = np.nan
    return found


def misfits(scores: Floats | None, judges: int) -> list[bool]:
    """Which judges disagree with the others beyond chance; by chance alone, one panel in a hundred has such a judge."""
    return [False] * judges if scores is None else [_is_beyond_chance(score, judges) for score in scores]


def _is_beyond_chance(score: float, judges: int) -> bool:
    return bool(score < ndtri(_FALSE_ALARMS / judges))


def _scores(comparisons: Comparisons, judge: Ints, judges: Sequence[int]) -> list[float]:
    """Each judge's score against the others; in a large panel, against the order of all."""
    everybody = None if len(judges) <= _MOST_LEFT_OUT else _posterior(comparisons)
    return [
        _slope_score(comparisons.rows(judge == one), everybody or _posterior(comparisons.rows(judge != one)))
        for one in judges
    ]


def _posterior(comparisons: Comparisons) -> Posterior:
    return posterior_of(comparisons, fit_map(comparisons))


def _slope_score(own: Comparisons, others: Posterior) -> float:
    """Score test of whether the slope in P(left wins) = logistic(slope x difference) is 1.

    The order of the others is uncertain, so that the errors of decisions about the same texts are correlated.
    """
    theta = others.draws(_SEED, _DRAWS)
    p = expit(theta[:, own.first] - theta[:, own.second])
    mean = p.mean(axis=0)
    difference = logit(mean)
    together = float(np.var(p @ difference) - np.var(p, axis=0) @ difference**2)
    variance = float(mean * (1 - mean) @ difference**2) + max(0.0, together)
    return float((own.share - mean) @ difference) / np.sqrt(variance) if variance > 0 else 0.0


def is_one_sided(comparisons: Comparisons, theta: Floats) -> bool:
    """True if the text shown left wins more or less often than the texts explain, beyond chance."""
    p = comparisons.expected(theta)
    variance = float(np.sum(p * (1 - p)))
    excess = abs(float(np.sum(comparisons.share - p)))
    return len(p) >= _FEWEST_SIDES and excess > -ndtri(_FALSE_ALARMS / 2) * np.sqrt(variance)


def stepped_up(half: float | None) -> float | None:
    """The correlation for all judges, stepped up from that of two halves of them (Spearman 1910, Brown 1910)."""
    return None if half is None else 2 * half / (1 + half) if half > 0 else half


def split_half(comparisons: Comparisons, judge: Ints, judges: int, seed: int) -> float | None:
    """Median correlation of theta from two random halves of the judges; None for fewer than 2 judges or 3 texts.

    It is the reliability of scores from half of the judges; ``stepped_up`` converts it to all of them.
    """
    if judges < 2 or comparisons.size < 3:
        return None
    generator = np.random.default_rng(seed)
    found = [_half_correlation(comparisons, judge, generator.permutation(judges) < judges // 2) for _ in range(SPLITS)]
    defined = [value for value in found if np.isfinite(value)]
    return float(np.median(defined)) if defined else None


def overall_reliability(comparisons: Comparisons, judge: Ints, judges: int, seed: int) -> float | None:
    """The lower of the posterior reliability and the one between judges, which counts their disagreement."""
    between = stepped_up(split_half(comparisons, judge, judges, seed))
    known = [value for value in (marginal_reliability(fits_by_spread(comparisons)), between) if value is not None]
    return min(known, default=None)


def _half_correlation(
    comparisons: Comparisons, judge: Ints, in_first: np.ndarray[tuple[int], np.dtype[np.bool_]]
) -> float:
    half = in_first[judge]
    one, other = fit_map(comparisons.rows(half)).theta, fit_map(comparisons.rows(~half)).theta
    if one.std() == 0 or other.std() == 0:
        return float("nan")
    return float(np.corrcoef(one, other)[0, 1])


def _residuals(comparisons: Comparisons, theta: Floats) -> tuple[Floats, Floats]:
    p = comparisons.expected(theta)
    return (comparisons.share - p) ** 2, p * (1 - p)
