"""Grades from anchors: where each band lies on the scale of theta, and how probable each band is for an essay.

The bands are equally wide stretches of theta, except that the lowest and the highest are open: band k of K reaches from
a + b (k - 1/2) to a + b (k + 1/2). Each anchor says that its theta lies within its band; theta is known up to its
standard error (a cumulative probit model with a known error, McCullagh 1980). a and b are integrated out on a grid,
so that few anchors, or anchors of few grades, give wide probabilities rather than wrong ones.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.special import log_ndtr, logsumexp, ndtr

from actors.phases.cj_assessment.bradley_terry import Floats, Ints
from actors.phases.cj_assessment.posterior import SpreadFit

_WIDTHS: Final = 25
_CENTRES: Final = 41
_WIDTH_LOG_SD: Final = 0.7
"""Standard deviation of the logarithm of the scale's width, in relation to the usual width."""
_MIDDLE_SD: Final = 0.7
"""Standard deviation of the scale's middle around that of the texts, in spreads of theta."""
_NEGLIGIBLE: Final = 1e-6
_GRADING_ERROR: Final = 0.25
"""Standard error of where a band begins, in bands: graders differ, and real bands are not equally wide."""


@dataclass(frozen=True, slots=True)
class _Scales:
    """Possible scales, as points of a grid: the middle of the lowest band, and the width of every band."""

    centre: Floats
    width: Floats
    bands: int

    def edge(self, band: int) -> Floats:
        """Where ``band`` begins in theta: -inf for the lowest, inf for the one after the highest."""
        if band <= 0:
            return np.full_like(self.centre, -np.inf)
        if band >= self.bands:
            return np.full_like(self.centre, np.inf)
        return self.centre + self.width * (band - 0.5)


def grade_probabilities(
    fits: Sequence[SpreadFit], anchors: Ints, grades: Sequence[int], bands: int, judge_variance: float = 0.0
) -> Floats:
    """The probability of each band for each text (texts x bands), from fits of theta and the graded anchors.

    ``anchors`` are positions of texts, ``grades`` their bands, from 0 for the lowest. ``judge_variance`` is a variance
    of the error in every theta that no number of comparisons makes smaller.
    """
    tables = [_under(fit, anchors, grades, bands, judge_variance) for fit in fits]
    probabilities: Floats = np.average(tables, axis=0, weights=[fit.weight for fit in fits])
    return probabilities


def _under(fit: SpreadFit, anchors: Ints, grades: Sequence[int], bands: int, judge_variance: float) -> Floats:
    theta, se = fit.posterior.mean, np.sqrt(fit.posterior.se**2 + judge_variance)
    scales, log_weight = _grid(float(np.sqrt(fit.spread**2 + judge_variance)), bands)
    for anchor, grade in zip(anchors, grades, strict=True):
        log_weight = log_weight + _log_within(theta[anchor], se[anchor], grade, scales)
    weight = np.exp(log_weight - logsumexp(log_weight))
    used = weight > _NEGLIGIBLE * weight.max()
    return _probabilities(theta, se, _Scales(scales.centre[used], scales.width[used], bands), weight[used])


def _grid(spread: float, bands: int) -> tuple[_Scales, Floats]:
    """Scales from very narrow to very wide, with their middle near that of the texts, and their log prior.

    The usual scale covers two standard deviations of theta on either side.
    """
    log_width = np.linspace(-2.5, 2.5, _WIDTHS) * _WIDTH_LOG_SD
    shift = np.linspace(-3, 3, _CENTRES) * _MIDDLE_SD
    shifts, log_widths = np.meshgrid(shift, log_width)
    width = (4 * spread / bands * np.exp(log_widths)).ravel()
    prior = -0.5 * ((shifts / _MIDDLE_SD) ** 2 + (log_widths / _WIDTH_LOG_SD) ** 2).ravel()
    return _Scales((shifts * spread).ravel() - width * (bands - 1) / 2, width, bands), prior


def _log_within(theta: float, se: float, grade: int, scales: _Scales) -> Floats:
    """The log probability, under every scale, that an anchor lies within its band."""
    error = np.sqrt(se**2 + (_GRADING_ERROR * scales.width) ** 2)
    low, high = (scales.edge(grade) - theta) / error, (scales.edge(grade + 1) - theta) / error
    # Mirror both ends to the lower tail, where the logarithm of a small probability keeps its digits.
    flip = low > 0
    low, high = np.where(flip, -high, low), np.where(flip, -low, high)
    below, above = log_ndtr(low), log_ndtr(high)
    within: Floats = above + np.log1p(-np.exp(np.minimum(below - above, -1e-12)))
    return within


def _probabilities(theta: Floats, se: Floats, scales: _Scales, weight: Floats) -> Floats:
    below = np.zeros((len(theta), scales.bands + 1))
    below[:, scales.bands] = 1.0
    error = np.sqrt(se[:, None] ** 2 + (_GRADING_ERROR * scales.width[None, :]) ** 2)
    for band in range(1, scales.bands):
        below[:, band] = ndtr((scales.edge(band)[None, :] - theta[:, None]) / error) @ (weight / weight.sum())
    return np.diff(below, axis=1).clip(0.0)
