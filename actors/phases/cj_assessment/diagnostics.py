"""How far a fit can be trusted: reliabilities, and how well items and judges fit the model.

Sources: separation reliability (SSR) as in Wright and Masters (1982) and Pollitt (2012); infit and outfit mean
squares as in Wright and Masters; split-half by judge as in Bisson et al. (2016), the median over random splits.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from actors.phases.cj_assessment.bradley_terry import Comparisons, Floats, Ints, fit_map

SPLITS: Final = 20
_MISFIT_SDS: Final = 2.0


@dataclass(frozen=True, slots=True)
class MeanSquares:
    """Infit and outfit mean squares, expected value 1; NaN without comparisons."""

    infit: Floats
    outfit: Floats


def separation_reliability(theta: Floats, se: Floats) -> float | None:
    """SSR = 1 - mean(SE^2) / var(theta), the sample variance; None for fewer than two items or no spread.

    Adaptive pairing inflates it (Bramley 2015): name the pairing beside it.
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
    """Mean squares of every judge; ``judge`` gives each row's, 0 to judges - 1."""
    squared, variance = _residuals(comparisons, theta)
    with np.errstate(invalid="ignore", divide="ignore"):
        infit = np.bincount(judge, squared, judges) / np.bincount(judge, variance, judges)
        outfit = np.bincount(judge, squared / variance, judges) / np.bincount(judge, minlength=judges)
        return MeanSquares(infit, outfit)


def misfits(infit: Floats) -> list[bool]:
    """Which judges' infit lies more than two standard deviations above the mean of all (Pollitt 2012)."""
    if infit.size < 3:
        return [False] * infit.size
    return [bool(value > infit.mean() + _MISFIT_SDS * infit.std(ddof=1)) for value in infit]


def split_half(comparisons: Comparisons, judge: Ints, judges: int, seed: int) -> float | None:
    """Median correlation of theta fitted on two random halves of the judges; None with fewer than two judges.

    Not stepped up: it speaks of scores from half of the judges.
    """
    if judges < 2 or comparisons.size < 3:
        return None
    generator = np.random.default_rng(seed)
    found = [_half_correlation(comparisons, judge, generator.permutation(judges) < judges // 2) for _ in range(SPLITS)]
    defined = [value for value in found if np.isfinite(value)]
    return float(np.median(defined)) if defined else None


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
