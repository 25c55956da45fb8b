"""The uncertainty after a MAP fit: standard errors, draws of theta, and an interval for every rank.

The posterior is taken as normal around its mode (Laplace's approximation), with the inverse of the precision matrix as
covariance. Adding a constant to every theta changes nothing, so the uncertainty of the common level is taken out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.linalg import cholesky, solve_triangular
from scipy.linalg.lapack import dpotri
from scipy.special import xlogy

from actors.phases.cj_assessment.bradley_terry import PRIOR_SD, Comparisons, Fit, Floats, fit_map, precision_matrix

DRAWS: Final = 1000
SPREADS: Final = (0.25, 0.35, 0.5, 0.7, 1.0, 1.4, 2.0, 2.8, 4.0)
"""The spreads of theta to be weighed against each other, in logits."""
USUAL_SPREAD: Final = 1.7
"""Median of the spread expected before any decision (log-normal): sessions with people mostly show 1 to 2.5."""
USUAL_SPREAD_LOG_SD: Final = 0.5

_NEGLIGIBLE: Final = 1e-4
LARGEST_DENSE: Final = 4000
"""The most texts for which covariances are computed (128 MB, some seconds)."""


@dataclass(frozen=True, slots=True)
class Posterior:
    """A normal posterior of theta. ``factor`` is the precision's lower Cholesky factor; None without covariances."""

    mean: Floats
    se: Floats
    factor: Floats | None

    def half_log_determinant(self, comparisons: Comparisons, prior_sd: float) -> float:
        """Half the log determinant of the precision, or of its diagonal alone without covariances."""
        if self.factor is not None:
            return float(np.log(np.diag(self.factor)).sum())
        return float(0.5 * np.log(comparisons.information(self.mean) + prior_sd**-2).sum())

    def draws(self, seed: int, count: int = DRAWS) -> Floats:
        """Draws of theta (count x items), each centred."""
        noise = np.random.default_rng(seed).standard_normal((len(self.mean), count))
        if self.factor is None:
            spread = noise * self.se[:, None]
        else:
            spread = solve_triangular(self.factor, noise, lower=True, trans="T", check_finite=False)
        centred: Floats = (self.mean[:, None] + spread - spread.mean(axis=0)).T
        return centred


def posterior_of(comparisons: Comparisons, fit: Fit, prior_sd: float = PRIOR_SD) -> Posterior:
    """The normal posterior around ``fit`` (made by ``fit_map``)."""
    if comparisons.size > LARGEST_DENSE or comparisons.size == 0:
        return Posterior(fit.theta, fit.se, None)
    precision = precision_matrix(comparisons, fit.theta, prior_sd).toarray()
    factor: Floats = cholesky(precision, lower=True, check_finite=False)
    inverse, _ = dpotri(factor, lower=1)
    # The constant vector is an eigenvector of the precision, with the prior's value: that part is known exactly.
    level = prior_sd**2 / comparisons.size
    return Posterior(fit.theta, np.sqrt(np.maximum(np.diag(inverse) - level, 0.0)), factor)


def ranks_of(theta: Floats) -> npt.NDArray[np.intp]:
    """Ranks from 1 for the highest; equal values share the better rank (1, 2, 2, 4)."""
    rounded = np.round(theta, 9)
    ranks: npt.NDArray[np.intp] = 1 + np.searchsorted(np.sort(-rounded), -rounded, side="left")
    return ranks


def rank_intervals(draws: Floats, level: float = 0.95) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """The central interval of every item's rank over the draws of theta: best and worst rank."""
    ranks = np.argsort(np.argsort(-draws, axis=1), axis=1) + 1
    tail = (1 - level) / 2
    low, high = np.quantile(ranks, [tail, 1 - tail], axis=0)
    return np.floor(low).astype(np.intp), np.ceil(high).astype(np.intp)


@dataclass(frozen=True, slots=True)
class SpreadFit:
    """The posterior under one spread of theta (``spread``, in logits), and the weight of that spread."""

    spread: float
    weight: float
    posterior: Posterior

    @property
    def reliability(self) -> float:
        """Marginal reliability: 1 - mean(SE^2) / spread^2, the expected squared correlation with the truth."""
        return max(0.0, 1 - float(np.mean(self.posterior.se**2)) / self.spread**2)


def fits_by_spread(comparisons: Comparisons) -> list[SpreadFit]:
    """Fits under every spread that is not ruled out.

    Adaptive pairs are close ones, which say little about the scale: with a fixed prior, any reliability would follow
    from the prior, whatever the decisions are. So the spread is treated as unknown. Each one is weighted by its
    marginal likelihood (Laplace) times a log-normal prior, as in empirical Bayes (Efron and Morris 1973). Empty for
    fewer than two items or without decisions.
    """
    if comparisons.size < 2 or not comparisons.share.size:
        return []
    posteriors = [posterior_of(comparisons, fit_map(comparisons, sd), sd) for sd in SPREADS]
    prior = [-0.5 * (log(sd / USUAL_SPREAD) / USUAL_SPREAD_LOG_SD) ** 2 for sd in SPREADS]
    evidence = np.array([_evidence(comparisons, p, sd) for p, sd in zip(posteriors, SPREADS, strict=True)]) + prior
    weights = np.exp(evidence - evidence.max())
    weights /= weights.sum()
    found = (SpreadFit(sd, float(w), p) for sd, w, p in zip(SPREADS, weights, posteriors, strict=True))
    return [fit for fit in found if fit.weight > _NEGLIGIBLE]


def marginal_reliability(fits: Sequence[SpreadFit]) -> float | None:
    """The reliability averaged over the spreads; None without fits."""
    return float(np.average([f.reliability for f in fits], weights=[f.weight for f in fits])) if fits else None


def _evidence(comparisons: Comparisons, posterior: Posterior, spread: float) -> float:
    """Log marginal likelihood of a spread, up to a constant, by Laplace's method."""
    p = comparisons.expected(posterior.mean)
    fitted = float(np.sum(xlogy(comparisons.share, p) + xlogy(1 - comparisons.share, 1 - p)))
    penalty = float(posterior.mean @ posterior.mean) / (2 * spread**2) + comparisons.size * log(spread)
    return fitted - penalty - posterior.half_log_determinant(comparisons, spread)
