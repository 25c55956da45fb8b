"""Fits a feature judge to scored essays, and measures honestly how well it does on prompts that it has not seen.

Ridge regression (Hoerl and Kennard 1970) of scores on features, both standardised within each prompt as the judge
will see them. The penalty is chosen by leaving prompts out; the reported figures leave a prompt out of that choice
too (nested cross-validation). The slope is from a logistic fit to held-out pairs.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import log_expit
from scipy.stats import rankdata

from actors.phases.cj_assessment.bradley_terry import Floats
from actors.phases.cj_assessment.feature_judge import JudgeWeights, WeightedFeature, scores_of, standardised
from actors.phases.cj_assessment.features import LEFT_OUT, Measure
from actors.phases.cj_assessment.in_class import features_in_class

PENALTIES: Final = tuple(float(10**exponent) for exponent in np.linspace(0.5, 4.5, 9))
FEWEST_ESSAYS: Final = 30
_FEWEST_FOLDS: Final = 3
_FEWEST_PARTS: Final = 5
_SMALLEST_FOLD: Final = 5
_NEARLY_ALL: Final = 0.9
_DEPENDS_ON_ORDER: Final = ("paragraph", "overlap", "count", LEFT_OUT)
"""Features that mean nothing when the sentences are in alphabetical order, or that are mere counts."""


@dataclass(frozen=True, slots=True)
class ScoredEssay:
    """An essay's features, the score that people gave it, and its prompt."""

    features: dict[str, float]
    score: float
    prompt: str = ""


def scored_essays(rows: Sequence[tuple[Measure, float, str]]) -> list[ScoredEssay]:
    """Essays from their measures, scores and prompts; the essays of one prompt are taken as one class."""
    by_prompt: dict[str, list[int]] = {}
    for place, (_, _, prompt) in enumerate(rows):
        by_prompt.setdefault(prompt, []).append(place)
    features: dict[int, dict[str, float]] = {}
    for places in by_prompt.values():
        features |= dict(zip(places, features_in_class([rows[place][0] for place in places]), strict=True))
    return [ScoredEssay(features[place], score, prompt) for place, (_, score, prompt) in enumerate(rows)]


@dataclass(frozen=True, slots=True)
class Figures:
    """How well a judge orders the essays of one prompt: rank correlation, share of right pairs, log loss."""

    prompt: str
    essays: int
    spearman: float
    pair_accuracy: float
    log_loss: float


@dataclass(frozen=True, slots=True)
class Training:
    """A fitted judge, and its figures on every prompt when that prompt was held out.

    ``without`` has, for every prompt, the judge that was fitted without it.
    """

    weights: JudgeWeights
    held_out: tuple[Figures, ...]
    without: Mapping[str, JudgeWeights]


@dataclass(frozen=True, slots=True)
class _Fold:
    """Essays that are held out together: their standardised data, and the sums that ridge regression needs."""

    name: str
    essays: Sequence[ScoredEssay]
    inputs: Floats
    target: Floats
    xx: Floats
    xy: Floats


def train(essays: Sequence[ScoredEssay], note: str = "") -> Training:
    """Fit a judge; ``note`` is kept with its weights.

    Raises:
        ValueError: the essays are too few, or too alike, to learn from.
    """
    if len(essays) < FEWEST_ESSAYS:
        raise ValueError(f"{len(essays)} essays are too few to fit a judge: it takes {FEWEST_ESSAYS}, better 200.")
    features = _usable(essays)
    folds = _folds(essays, features)
    if len(folds) < _FEWEST_FOLDS or not features:
        raise ValueError("The essays are too alike: at least three groups need different scores to learn from.")
    without = {fold.name: _fit([other for other in folds if other is not fold], features) for fold in folds}
    held_out = tuple(figures_of(without[fold.name], fold.essays, fold.name) for fold in folds)
    return Training(_fit(folds, features, note), held_out, without)


def figures_of(weights: JudgeWeights, essays: Sequence[ScoredEssay], prompt: str) -> Figures:
    """The figures of a judge on the essays of one prompt, taken as one class."""
    scores = scores_of(weights, [essay.features for essay in essays])
    return figures(scores, np.array([essay.score for essay in essays]), prompt)


def figures(scores: Floats, truth: Floats, prompt: str) -> Figures:
    """Figures of any scores in logits. Pairs with the same true score are left out; log loss is in nats."""
    differences = pair_differences(scores, truth)
    return Figures(
        prompt=prompt,
        essays=len(truth),
        spearman=_correlation(rankdata(scores), rankdata(truth)),
        pair_accuracy=float(np.mean(0.5 + 0.5 * np.sign(differences))) if differences.size else float("nan"),
        log_loss=float(-log_expit(differences).mean()) if differences.size else float("nan"),
    )


def pair_differences(scores: Floats, truth: Floats) -> Floats:
    """For every pair with different true scores, the score of the truly better essay minus that of the other."""
    first, second = np.triu_indices(len(truth), 1)
    sign = np.sign(truth[first] - truth[second])
    differences: Floats = ((scores[first] - scores[second]) * sign)[sign != 0]
    return differences


def _usable(essays: Sequence[ScoredEssay]) -> dict[str, float]:
    """The features that nearly all essays have, with their spread within prompts."""
    names = sorted({name for essay in essays for name in essay.features})
    found: dict[str, float] = {}
    for name in names:
        values = [essay.features[name] for essay in essays if name in essay.features]
        spread = float(np.std(values))
        if len(values) >= _NEARLY_ALL * len(essays) and spread > 0 and not any(w in name for w in _DEPENDS_ON_ORDER):
            found[name] = spread
    return found


def _folds(essays: Sequence[ScoredEssay], features: Mapping[str, float]) -> list[_Fold]:
    """The essays by prompt; those of a single prompt are divided into five parts."""
    groups: dict[str, list[ScoredEssay]] = {}
    for essay in essays:
        groups.setdefault(essay.prompt, []).append(essay)
    if len(groups) < _FEWEST_FOLDS:
        mixed = sorted(essays, key=lambda essay: essay.score)
        groups = {f"part {k + 1}": mixed[k::_FEWEST_PARTS] for k in range(_FEWEST_PARTS)}
    folds = (_fold(name, group, features) for name, group in sorted(groups.items()) if len(group) >= _SMALLEST_FOLD)
    return [fold for fold in folds if fold.target.any()]


def _fold(name: str, essays: Sequence[ScoredEssay], features: Mapping[str, float]) -> _Fold:
    columns = [
        standardised(np.array([essay.features.get(feature, np.nan) for essay in essays]), spread)
        for feature, spread in features.items()
    ]
    inputs, truth = np.array(columns).T, np.array([essay.score for essay in essays])
    deviation = truth - truth.mean()
    target = deviation / truth.std() if truth.std() > 0 else deviation
    return _Fold(name, essays, inputs, target, inputs.T @ inputs, inputs.T @ target)


def _fit(folds: Sequence[_Fold], features: Mapping[str, float], note: str = "") -> JudgeWeights:
    """Ridge regression with the penalty that does best on held-out folds, and the slope of its held-out answers."""
    answers = {penalty: _left_out_answers(folds, penalty) for penalty in PENALTIES}
    errors = {penalty: _error(found, folds) for penalty, found in answers.items()}
    penalty = min(errors, key=lambda each: errors[each])
    weights = _ridge(folds, penalty)
    return JudgeWeights(
        features=tuple(
            WeightedFeature(name=name, weight=float(weight), usual_sd=sd)
            for (name, sd), weight in zip(features.items(), weights, strict=True)
        ),
        score_sd=float(np.sqrt(np.mean([np.var(answer) for answer in answers[penalty]]))),
        slope=_slope(answers[penalty], folds),
        note=note,
    )


def _ridge(folds: Sequence[_Fold], penalty: float) -> Floats:
    moments = np.sum([fold.xx for fold in folds], axis=0)
    solution: Floats = np.linalg.solve(
        moments + penalty * np.eye(len(moments)), np.sum([fold.xy for fold in folds], axis=0)
    )
    return solution


def _left_out_answers(folds: Sequence[_Fold], penalty: float) -> list[Floats]:
    return [fold.inputs @ _ridge([other for other in folds if other is not fold], penalty) for fold in folds]


def _error(answers: Sequence[Floats], folds: Sequence[_Fold]) -> float:
    """Mean squared error over all essays."""
    return float(np.concatenate([answer - fold.target for answer, fold in zip(answers, folds, strict=True)]).std())


def _slope(answers: Sequence[Floats], folds: Sequence[_Fold]) -> float:
    """The slope, in logits per standard deviation of the answers, that makes the probabilities of pairs fit best."""
    differences = np.concatenate(
        [
            pair_differences(answer / max(answer.std(), 1e-9), fold.target)
            for answer, fold in zip(answers, folds, strict=True)
        ]
    )
    found = minimize_scalar(lambda slope: -log_expit(slope * differences).mean(), bounds=(0.01, 20), method="bounded")
    return float(found.x)


def _correlation(one: Floats, other: Floats) -> float:
    return float(np.corrcoef(one, other)[0, 1]) if one.std() > 0 and other.std() > 0 else float("nan")
