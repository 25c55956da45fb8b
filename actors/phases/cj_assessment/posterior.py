"""What is not known after a MAP fit: standard errors, draws of theta, and the interval of every rank.

The posterior is taken as normal around its mode (Laplace), with the inverse of the precision matrix as covariance.
Adding a constant to every theta changes nothing, so the uncertainty of the common level is taken out.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.linalg import cholesky, solve_triangular
from scipy.linalg.lapack import dpotri
from scipy.special import xlogy

from actors.phases.cj_assessment.bradley_terry import PRIOR_SD, Comparisons, Fit, Floats, fit_map, precision_matrix

DRAWS: Final = 1000
SPREADS: Final = np.array([0.25, 0.35, 0.5, 0.7, 1.0, 1.4, 2.0, 2.8, 4.0])
"""The spreads of theta that are weighed against each other, in logits."""
USUAL_SPREAD: Final = 1.7
"""Median of the spread expected before any decision (log-normal): sessions with people mostly show 1 to 2.5."""
USUAL_SPREAD_LOG_SD: Final = 0.5
LARGEST_DENSE: Final = 4000
"""Above this size (128 MB, some seconds) the covariances between texts are left out."""


@dataclass(frozen=True, slots=True)
class Posterior:
    """A normal posterior of theta. ``factor`` is the lower Cholesky factor of the precision, None where left out."""

    mean: Floats
    se: Floats
    factor: Floats | None

    def half_log_determinant(self, comparisons: Comparisons, prior_sd: float) -> float:
        """Half the log of the precision's determinant; of its diagonal alone where covariances are left out."""
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
    # The constant vector is an eigenvector of the precision with the prior's value: its part is known exactly.
    level = prior_sd**2 / comparisons.size
    return Posterior(fit.theta, np.sqrt(np.maximum(np.diag(inverse) - level, 0.0)), factor)


def ranks_of(theta: Floats) -> npt.NDArray[np.intp]:
    """Ranks from 1 for the highest; equal values share the better rank (1, 2, 2, 4)."""
    rounded = np.round(theta, 9)
    ranks: npt.NDArray[np.intp] = 1 + np.searchsorted(np.sort(-rounded), -rounded, side="left")
    return ranks


def rank_intervals(draws: Floats, level: float = 0.95) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Central interval of every item's rank over draws of theta: best and worst rank."""
    ranks = np.argsort(np.argsort(-draws, axis=1), axis=1) + 1
    tail = (1 - level) / 2
    low, high = np.quantile(ranks, [tail, 1 - tail], axis=0)
    return np.floor(low).astype(np.intp), np.ceil(high).astype(np.intp)


def marginal_reliability(comparisons: Comparisons) -> float | None:
    """Expected squared correlation of theta with the truth: 1 - mean(SE^2) / spread^2, averaged over the spread.

    Adaptive pairs are close ones and say little of the scale: under a fixed prior any reliability then follows from
    the prior, whatever the decisions are. So the spread is unknown here: each one counts by its marginal likelihood
    (Laplace) times a log-normal prior, as in empirical Bayes (Efron and Morris 1973). None for fewer than two items
    or without decisions.
    """
    if comparisons.size < 2 or not comparisons.share.size:
        return None
    evidence, reliability = np.array([_evidence_and_reliability(comparisons, float(sd)) for sd in SPREADS]).T
    prior = -0.5 * (np.log(SPREADS / USUAL_SPREAD) / USUAL_SPREAD_LOG_SD) ** 2
    weight = np.exp(evidence + prior - (evidence + prior).max())
    return float(np.average(reliability, weights=weight))


def _evidence_and_reliability(comparisons: Comparisons, spread: float) -> tuple[float, float]:
    fit = fit_map(comparisons, spread)
    posterior = posterior_of(comparisons, fit, spread)
    p = comparisons.expected(fit.theta)
    fitted = float(np.sum(xlogy(comparisons.share, p) + xlogy(1 - comparisons.share, 1 - p)))
    penalty = float(fit.theta @ fit.theta) / (2 * spread**2) + comparisons.size * np.log(spread)
    reliability = 1 - float(np.mean(posterior.se**2)) / spread**2
    return fitted - penalty - posterior.half_log_determinant(comparisons, spread), max(reliability, 0.0)
