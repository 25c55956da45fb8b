"""The offline judge: a weighted sum of features, each taken relative to the cohort.

P(A is better than B) = 1 / (1 + exp(-slope * (score A - score B))). The shipped weights are not fitted to anything:
their signs are what teachers look for, their sizes one or two. A school can fit its own (``drivers/train_judge``).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field
from scipy.special import expit

from actors.phases.cj_assessment.bradley_terry import Floats
from actors.phases.cj_assessment.decisions import Verdict
from actors.phases.cj_assessment.features import features_of
from actors.phases.cj_assessment.judges import Question, Side
from actors.phases.service import EssayTask
from contracts.results.cj_assessment import JudgeKind

JUDGE_ERROR_VARIANCE: Final = math.pi**2 / 6
"""What a probability of the form above says of the judge's own error in each text's theta: half of the logistic
distribution's variance, which no number of comparisons makes smaller."""

_ASSUMED_VALIDITY: Final = 0.55
"""Correlation with people's scores that the untrained judge is taken to have; it sets the slope."""
_LIKENESS: Final = 0.15
"""Mean correlation among features that their sum's usual spread is computed with."""
_USUAL_COUNTS_AS: Final = 3
"""How many texts the usual spread weighs beside the cohort's own: what keeps two texts from looking far apart."""
_LARGEST_Z: Final = 3.0


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class WeightedFeature(_Frozen):
    """A feature, its weight per standard deviation, and the standard deviation that is usual within a class."""

    name: str
    weight: float = Field(allow_inf_nan=False)
    usual_sd: float = Field(gt=0, allow_inf_nan=False)


class JudgeWeights(_Frozen):
    """What makes a feature judge: the content of the file that ``drivers/train_judge`` writes.

    ``score_sd`` is the usual spread of the weighted sum in a class; ``slope`` is in logits per such spread.
    """

    kind: Literal["features"] = "features"
    version: Literal[1] = 1
    features: tuple[WeightedFeature, ...] = Field(min_length=1, max_length=500)
    score_sd: float = Field(gt=0, allow_inf_nan=False)
    slope: float = Field(gt=0, allow_inf_nan=False)
    note: str = ""


def slope_for(validity: float) -> float:
    """The slope of a judge whose score correlates with the truth by ``validity``, in logits per SD of its score.

    For a bivariate normal, P(A truly better | difference d) = Phi(r d / sqrt(2 (1 - r^2))); 1.702 takes the normal
    to the logistic curve (Camilli 1994).
    """
    return 1.702 * validity / math.sqrt(2 * (1 - validity**2))


def _a_priori(*rows: tuple[str, float, float]) -> JudgeWeights:
    weights = np.array([weight for _, weight, _ in rows])
    variance = (1 - _LIKENESS) * np.sum(weights**2) + _LIKENESS * np.sum(np.abs(weights)) ** 2
    features = tuple(WeightedFeature(name=name, weight=weight, usual_sd=sd) for name, weight, sd in rows)
    return JudgeWeights(features=features, score_sd=float(np.sqrt(variance)), slope=slope_for(_ASSUMED_VALIDITY))


UNTRAINED: Final = _a_priori(
    # right words, and words that go together
    ("unknown_words_per_100_words", -2, 2.0),
    ("association_mean", 1, 0.3),
    ("unlikely_pairs_percent", -1, 1.0),
    # conventions
    ("capitalised_sentences_percent", 1, 15.0),
    ("lower_case_i_per_100_words", -1, 1.0),
    ("spaces_before_marks_per_100_words", -1, 0.5),
    ("commas_per_100_words", 1, 2.0),
    ("long_sentences_percent", -1, 20.0),
    # range of words
    ("hdd", 1, 0.04),
    ("root_ttr", 1, 1.0),
    ("below_zipf_5_percent", 1, 4.0),
    ("lexical_density_percent", 1, 4.0),
    # what is said, and how it hangs together
    ("log_words", 1, 0.4),
    ("connective_kinds", 1, 1.0),
    ("relative_pronouns_per_100_words", 1, 0.4),
)
"""The shipped judge: signs a priori, weights one (two for spelling), spreads rough."""


@dataclass(frozen=True)
class FeatureJudge:
    """A judge made of weights. Its notes are the texts' scores, in logits."""

    weights: JudgeWeights = UNTRAINED
    name: str = "features"
    kind: JudgeKind = JudgeKind.FEATURES
    deterministic: bool = True
    measures: bool = True

    def measure(self, task: EssayTask) -> dict[str, float]:
        """The features of one text.

        Raises:
            PhaseWorkError: the language has no features, or nothing in the text can be judged.
        """
        return features_of(task)

    def notes(self, measures: Sequence[Any]) -> Sequence[float]:
        """Every text's score in logits, relative to all the texts."""
        return [float(score) for score in scores_of(self.weights, measures)]

    def decide(self, left: Side, right: Side, question: Question) -> Verdict:  # noqa: ARG002 - the protocol's
        """The judge's probability that the left text is better."""
        return Verdict(float(np.round(expit(left.note - right.note), 6)))


def scores_of(weights: JudgeWeights, measures: Sequence[dict[str, float]]) -> Floats:
    """Scores in logits: the weighted sum of the features' z-scores over these texts, times the slope.

    A text without a value for a feature has the mean's. One far value counts at most three standard deviations.
    """
    total = np.zeros(len(measures))
    for feature in weights.features:
        column = np.array([found.get(feature.name, np.nan) for found in measures], dtype=np.float64)
        total += feature.weight * standardised(column, feature.usual_sd)
    return weights.slope * _relative(total, weights.score_sd)


def standardised(column: Floats, usual_sd: float) -> Floats:
    """z-scores of a column over its texts, 0 where it has no value, within 3 either way."""
    known = np.isfinite(column)
    scores = np.zeros(len(column))
    scores[known] = np.clip(_relative(column[known], usual_sd), -_LARGEST_Z, _LARGEST_Z)
    return scores


def _relative(values: Floats, usual_sd: float) -> Floats:
    """Deviations from the mean over the spread, which leans on the usual one where there are few texts."""
    if not values.size:
        return values
    variance = (values.size * np.var(values) + _USUAL_COUNTS_AS * usual_sd**2) / (values.size + _USUAL_COUNTS_AS)
    deviations: Floats = (values - values.mean()) / np.sqrt(variance)
    return deviations
