"""Comparative judgement on texts of known quality: how many comparisons it takes, and how often grades are right.

True theta is normally distributed; decisions follow the Bradley-Terry model. A seed repeats everything exactly.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise, product
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.special import expit

from actors.phases.cj_assessment.bradley_terry import Comparisons, Floats, fit_btm, fit_map
from actors.phases.cj_assessment.diagnostics import separation_reliability
from actors.phases.cj_assessment.grades import grade_probabilities
from actors.phases.cj_assessment.pairing import RANDOM_ROUNDS, History, next_round
from actors.phases.cj_assessment.posterior import fits_by_spread, marginal_reliability
from drivers.lab.evaluate.progress import shown

USUAL_SPREADS: Final = (1.5, 2.0, 2.5)
_CUTS: Final = (-1.33, -0.67, 0.0, 0.67, 1.33)
"""The limits between six bands, in spreads of theta."""


@dataclass(frozen=True, slots=True)
class Point:
    """A point of the efficiency curve; the values are means over sessions."""

    pairing: str
    spread: float
    rounds: int
    comparisons_per_essay: float
    true_r2: float
    separation: float
    posterior: float


def play(theta: Floats, rounds: int, *, adaptive: bool, seed: int) -> Comparisons:
    """Simulate some rounds of comparisons between texts of known theta."""
    generator = np.random.default_rng(seed)
    history, estimate = History(len(theta)), None
    rows: list[tuple[int, int, float]] = []
    comparisons = _as_comparisons(rows, len(theta))
    for number in range(rounds):
        if adaptive and number >= RANDOM_ROUNDS:
            estimate = fit_map(comparisons).theta
        pairs = next_round(history, estimate, seed, number)
        history.add(pairs)
        rows += [(a, b, float(generator.random() < expit(theta[a] - theta[b]))) for a, b in pairs]
        comparisons = _as_comparisons(rows, len(theta))
    return comparisons


def efficiency(
    essays: int = 30,
    sessions: int = 40,
    rounds: Sequence[int] = (3, 5, 8, 10, 11),
    spreads: Sequence[float] = USUAL_SPREADS,
) -> list[Point]:
    """The efficiency curve: squared correlation with the truth, and both reliabilities, by spread, pairing, rounds."""
    played = [*product(spreads, (False, True), rounds)]
    return [
        _point(essays, sessions, spread, count, adaptive=adaptive)
        for spread, adaptive, count in shown(played, "Playing sessions")
    ]


def _point(essays: int, sessions: int, spread: float, rounds: int, *, adaptive: bool) -> Point:
    found = np.array([_session(essays, spread, rounds, seed, adaptive=adaptive) for seed in range(sessions)])
    return Point("adaptive" if adaptive else "random", spread, rounds, *map(float, found.mean(axis=0)))


def _session(essays: int, spread: float, rounds: int, seed: int, *, adaptive: bool) -> tuple[float, ...]:
    theta = np.random.default_rng([seed, essays]).normal(0, spread, essays)
    comparisons = play(theta, rounds, adaptive=adaptive, seed=seed)
    btm = fit_btm(comparisons)
    true_r2 = float(np.corrcoef(theta, fit_map(comparisons).theta)[0, 1] ** 2)
    separation = separation_reliability(btm.theta, btm.se)
    posterior = marginal_reliability(fits_by_spread(comparisons))
    return 2 * len(comparisons.share) / essays, true_r2, separation or 0.0, posterior or 0.0


@dataclass(frozen=True, slots=True)
class GradeCalibration:
    """How often the most likely grade was right, among grades stated with a confidence in this range."""

    at_least: float
    below: float
    grades: int
    stated: float
    right: float


def grade_calibration(
    sessions: int = 60, essays: int = 30, anchors: int = 6, rounds: int = 10
) -> list[GradeCalibration]:
    """Stated confidence against the share of right grades, over sessions of all usual spreads, in six bands."""
    seeds = shown(range(sessions), "Grading sessions")
    found = [_graded(essays, anchors, rounds, USUAL_SPREADS[seed % 3], seed) for seed in seeds]
    stated = np.concatenate([confidence for confidence, _ in found])
    right = np.concatenate([correct for _, correct in found])
    bounds = (0.0, 0.4, 0.55, 0.7, 0.9, 1.01)
    return [
        GradeCalibration(low, high, int(inside.sum()), float(stated[inside].mean()), float(right[inside].mean()))
        for low, high in pairwise(bounds)
        if (inside := (stated >= low) & (stated < high)).any()
    ]


def _graded(essays: int, anchors: int, rounds: int, spread: float, seed: int) -> tuple[Floats, npt.NDArray[np.bool_]]:
    generator = np.random.default_rng([seed, anchors])
    theta = generator.normal(0, spread, essays + anchors)
    grade = np.searchsorted(np.array(_CUTS) * spread, theta)
    fits = fits_by_spread(play(theta, rounds, adaptive=True, seed=seed))
    places = np.arange(essays, essays + anchors)
    table = grade_probabilities(fits, places, [int(grade[place]) for place in places], len(_CUTS) + 1)[:essays]
    return table.max(axis=1), table.argmax(axis=1) == grade[:essays]


def _as_comparisons(rows: Sequence[tuple[int, int, float]], size: int) -> Comparisons:
    first, second, share = zip(*rows, strict=True) if rows else ((), (), ())
    return Comparisons(size, np.array(first, np.intp), np.array(second, np.intp), np.array(share, np.float64))
