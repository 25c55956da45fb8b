"""The Bradley-Terry model: estimates how good each text is from decisions about pairs.

P(i beats j) = 1 / (1 + exp(theta_j - theta_i)), theta in logits (Bradley and Terry 1952). There are two fits:

* ``fit_btm`` repeats R's ``sirt::btm`` (Robitzsch), which studies of comparative judgement use, without its home and
  tie parameters. It pulls scores in by eps, so that a text that always wins has a finite theta.
* ``fit_map`` finds the posterior mode under theta ~ N(0, 2^2). It is defined for every set of decisions, even an empty
  or a disconnected one, and is the one that results are made of.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.sparse.linalg import cg
from scipy.special import expit, logit

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.intp]

PRIOR_SD: Final = 2.0
"""Spread of theta expected before any decision, in logits; wide in comparison with the 1 to 2 of real sessions."""

BTM_EPS: Final = 0.3
BTM_MAX_ROUNDS: Final = 400
BTM_TOLERANCE: Final = 1e-4
BTM_STEP_DECAY: Final = 0.98

_MAX_NEWTON_STEPS: Final = 100
_NEWTON_TOLERANCE: Final = 1e-9
_LARGEST_STEP: Final = 2.0


class FitMode(StrEnum):
    """The fit that an estimate is from."""

    BTM = "btm"
    MAP = "map"


@dataclass(frozen=True, slots=True)
class Comparisons:
    """Decisions as arrays: in row k, ``first[k]`` was compared with ``second[k]`` and got ``share[k]`` of the win.

    A share is 1 for a win, 0 for a loss, 0.5 for a tie, or a judge's probability that the first is better.
    """

    size: int
    first: Ints
    second: Ints
    share: Floats

    def per_item(self, for_first: Floats, for_second: Floats) -> Floats:
        """Sum values over the rows of each item, taking the value for the side that the item is on."""
        sums = np.bincount(self.first, for_first, self.size) + np.bincount(self.second, for_second, self.size)
        return sums.astype(np.float64)  # without any rows, bincount returns integers

    def counts(self) -> Floats:
        """In how many rows each item takes part."""
        ones = np.ones(len(self.share))
        return self.per_item(ones, ones)

    def wins(self) -> Floats:
        """Wins per item; a tie is half of one."""
        return self.per_item(self.share, 1 - self.share)

    def expected(self, theta: Floats) -> Floats:
        """P(first wins) of each row."""
        probability: Floats = expit(theta[self.first] - theta[self.second])
        return probability

    def information(self, theta: Floats) -> Floats:
        """Fisher information about each item's theta if the others are known: the sum of p(1 - p)."""
        p = self.expected(theta)
        return self.per_item(p * (1 - p), p * (1 - p))

    def rows(self, keep: npt.NDArray[np.bool_]) -> "Comparisons":
        """The same items, with only the rows where ``keep`` is true."""
        return Comparisons(self.size, self.first[keep], self.second[keep], self.share[keep])


@dataclass(frozen=True, slots=True)
class Fit:
    """Estimates in logits, centred on zero. What ``se`` is depends on the mode."""

    mode: FitMode
    theta: Floats
    se: Floats


def fit_btm(comparisons: Comparisons) -> Fit:
    """Fit as ``sirt::btm(fix.eta = 0, ignore.ties = TRUE, eps = .3)`` does.

    S = eps + (M - 2 eps) / M * wins for M comparisons. All thetas take their own Newton step at once, capped by a
    decaying bound, and are then centred, until the largest change is below 1e-4 or after 400 rounds. The adjusted
    scores need not add up to the number of decisions, so that theta is the limit of the centred iteration rather than
    a root of the score equations: this is why the iteration itself is repeated here. SE = 1 / sqrt(sum p(1 - p)).

    Raises:
        ValueError: an item takes part in no comparison, so that the fit is undefined.
    """
    counts = comparisons.counts()
    if not counts.all():
        raise ValueError("every item must take part in a comparison; fit_map has no such condition")
    score = BTM_EPS + (counts - 2 * BTM_EPS) * comparisons.wins() / counts
    theta = _centred(0.8 * logit(score / counts))
    bound, information = 1.0, counts
    for _ in range(BTM_MAX_ROUNDS):
        bound *= BTM_STEP_DECAY
        p = comparisons.expected(theta)
        information = comparisons.per_item(p * (1 - p), p * (1 - p))
        step = (score - comparisons.per_item(p, 1 - p)) / np.maximum(information, 1e-20)
        before, theta = theta, _centred(theta + np.clip(step, -bound, bound))
        if np.abs(theta - before).max() <= BTM_TOLERANCE:
            break
    return Fit(FitMode.BTM, theta, 1 / np.sqrt(information))


def fit_map(comparisons: Comparisons, prior_sd: float = PRIOR_SD) -> Fit:
    """Find the mode of the posterior under theta ~ N(0, prior_sd^2), by Newton's method.

    The SE is 1 / sqrt(sum p(1 - p) + 1 / prior_sd^2), which is good enough for planning; ``posterior.Posterior`` has
    the marginal ones. The log posterior is strictly concave, so that there is exactly one mode.
    """
    theta = np.zeros(comparisons.size)
    prior = 1 / prior_sd**2
    for _ in range(_MAX_NEWTON_STEPS):
        p = comparisons.expected(theta)
        gradient = comparisons.per_item(comparisons.share - p, p - comparisons.share) - prior * theta
        step, _ = cg(precision_matrix(comparisons, theta, prior_sd), gradient, rtol=1e-10)
        theta = theta + np.clip(step, -_LARGEST_STEP, _LARGEST_STEP)
        if np.abs(step).max(initial=0.0) <= _NEWTON_TOLERANCE:
            break
    se = 1 / np.sqrt(comparisons.information(theta) + prior)
    return Fit(FitMode.MAP, _centred(theta), se)


def precision_matrix(comparisons: Comparisons, theta: Floats, prior_sd: float = PRIOR_SD) -> sparse.csr_array:
    """Negative Hessian of the log posterior: the graph's Laplacian weighted by p(1 - p), plus the prior's precision."""
    p = comparisons.expected(theta)
    weight = p * (1 - p)
    diagonal = np.arange(comparisons.size)
    values = np.concatenate([-weight, -weight, comparisons.per_item(weight, weight) + prior_sd**-2])
    rows = np.concatenate([comparisons.first, comparisons.second, diagonal])
    columns = np.concatenate([comparisons.second, comparisons.first, diagonal])
    return sparse.coo_array((values, (rows, columns)), shape=(comparisons.size, comparisons.size)).tocsr()


def _centred(theta: Floats) -> Floats:
    return theta - theta.mean() if theta.size else theta
