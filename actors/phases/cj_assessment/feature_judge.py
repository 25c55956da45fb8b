"""The offline judge: a weighted sum of features.

P(A is better than B) = 1 / (1 + exp(-slope * (score A - score B))). The shipped weights are not fitted to anything. The
signs are what teachers look for, the weights are round numbers (half to three), and the limits beyond which a feature
does not count are where able writers are. Errors are measured by their usual spread, and amounts by the spread in the
class, so that able writers are told apart by how much they say, and learners by their language as well. A school can
fit its own judge (``python -m drivers.lab.train_judge``), with features relative to the cohort.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field
from scipy.special import expit

from actors.phases.cj_assessment.bradley_terry import Floats
from actors.phases.cj_assessment.decisions import PairVerdict
from actors.phases.cj_assessment.features import PARSED, Measure, measure_of
from actors.phases.cj_assessment.in_class import LANGUAGE, features_in_class
from actors.phases.cj_assessment.judges import Question, Side
from actors.phases.service import EssayTask
from contracts.results.cj_assessment import HumanAgreement, JudgeKind

JUDGE_ERROR_VARIANCE: Final = math.pi**2 / 6
"""The variance of the judge's own error in each text's theta that the probability above implies: half of the logistic
distribution's variance. No number of comparisons makes it smaller."""

_ASSUMED_VALIDITY: Final = 0.55
"""The assumed correlation of the untrained judge with people's scores; it sets the slope."""
_USUAL_COUNTS_AS: Final = 3
"""How many texts the usual spread counts as, beside the cohort's own, so that two texts alone do not look far apart."""
_LARGEST_Z: Final = 3.0


Scale = Literal["class", "usual"]
"""The spread that deviations from the mean are divided by: that of the class, or the usual one. By the usual one, a
class of able writers, who all spell well, is ordered by what they say, and one of learners also by how they say it."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class WeightedFeature(_Frozen):
    """A feature, its weight per standard deviation, and its usual standard deviation within a class.

    Differences below ``low`` and above ``high`` do not count. ``scale`` overrides the judge's.
    """

    name: str
    weight: float = Field(allow_inf_nan=False)
    usual_sd: float = Field(gt=0, allow_inf_nan=False)
    low: float | None = Field(default=None, allow_inf_nan=False)
    high: float | None = Field(default=None, allow_inf_nan=False)
    scale: Scale | None = None

    def scores(self, features: Sequence[Mapping[str, float]], scale: "Scale") -> Floats:
        """The weighted deviations of the texts from their mean, each within three standard deviations."""
        column = np.array([found.get(self.name, np.nan) for found in features], dtype=np.float64)
        column = np.clip(column, self.low, self.high) if self.low is not None or self.high is not None else column
        return self.weight * standardised(column, self.usual_sd, self.scale or scale)


class JudgeWeights(_Frozen):
    """The definition of a feature judge: the content of the file that ``drivers.lab.train_judge`` writes.

    ``score_sd`` is the usual spread of the weighted sum in a class; ``slope`` is in logits per such spread. ``scale``
    is the spread that the features, and their sum, are divided by. ``agreement`` was measured on assignments that the
    judge had not seen.
    """

    kind: Literal["features"] = "features"
    version: Literal[1] = 1
    features: tuple[WeightedFeature, ...] = Field(min_length=1, max_length=500)
    score_sd: float = Field(gt=0, allow_inf_nan=False)
    slope: float = Field(gt=0, allow_inf_nan=False)
    scale: Scale = "class"
    agreement: HumanAgreement | None = None
    note: str = ""


def slope_for(validity: float) -> float:
    """The slope of a judge whose score correlates with the truth by ``validity``, in logits per SD of its score.

    For a bivariate normal, P(A truly better | difference d) = Phi(r d / sqrt(2 (1 - r^2))); the factor 1.702 converts
    the normal curve to the logistic one (Camilli 1994).
    """
    return 1.702 * validity / math.sqrt(2 * (1 - validity**2))


def _feature(name: str, weight: float, usual_sd: float, **more: Any) -> WeightedFeature:
    return WeightedFeature(name=name, weight=weight, usual_sd=usual_sd, **more)


WITH_A_PARSER: Final = HumanAgreement(
    expected=0.62, low=0.49, high=0.74, assignments=18, essays=1083, measured_on="essays of English learners (ELLIPSE)"
)
WITHOUT_A_PARSER: Final = HumanAgreement(
    expected=0.58, low=0.53, high=0.67, assignments=18, essays=1083, measured_on="essays of English learners (ELLIPSE)"
)
"""What ``essays evaluate cj`` measures of the shipped weights. They were not fitted to these essays, but they were
chosen by hand with the essays in view. That can have gained less than the width of the range, which is from the 10th to
the 90th percentile of assignments."""

UNTRAINED: Final = JudgeWeights(
    features=(
        # errors, up to where able writers have fewer
        _feature("unknown_words_per_100_words", -3, 2.0, low=1.5),
        _feature("slips_per_100_words", -3, 0.8, low=1.5),
        _feature("association_mean", 2, 0.2, high=2.9),
        _feature("unlikely_pairs_percent", -1, 0.6, low=0.6),
        _feature("articles_per_100_words", 1, 1.5, high=3.5),
        _feature("capitalised_sentences_percent", 1.5, 15.0, high=90.0),
        _feature("lower_case_i_per_100_words", -1.5, 1.0),
        _feature("missing_spaces_per_100_words", -1, 0.7),
        _feature("spaces_before_marks_per_100_words", -1, 0.7),
        _feature("shouted_words_per_100_words", -1, 5.0, low=3.0),
        _feature("capitals_within_per_100_words", -1, 4.0, low=12.0),
        _feature("longest_sentence", -1.5, 30.0, low=60.0),
        # range of words
        _feature("hdd", 3, 0.04, high=0.81),
        _feature("cefr_b1_percent", 2, 4.0, high=16.0),
        # how much is said on the topic, relative to the class, and how coherent it is
        _feature("topic_content_log", 3, 0.3, scale="class"),
        _feature("topic_words_log", 1, 0.4, scale="class"),
        _feature("set_aside_percent", -0.5, 20.0, low=20.0),
        _feature("connective_openings_percent", -1, 15.0, low=40.0),
        _feature("coherence_z", 0.5, 1.5, low=-1.0, high=3.0),
    ),
    score_sd=8.5,
    slope=slope_for(_ASSUMED_VALIDITY),
    scale="usual",
    agreement=WITH_A_PARSER,
)
"""The shipped judge, with signs from theory, and round weights, spreads and limits."""


@dataclass(frozen=True)
class FeatureJudge:
    """A judge defined by weights. Its notes are the scores of the texts, in logits."""

    weights: JudgeWeights = UNTRAINED
    name: str = "features"
    kind: JudgeKind = JudgeKind.FEATURES
    deterministic: bool = True
    measures: bool = True

    def measure(self, task: EssayTask) -> Measure:
        """The measure of one text.

        Raises:
            PhaseWorkError: the language has no features, or nothing in the text can be judged.
        """
        return measure_of(task)

    def notes(self, measures: Sequence[Any]) -> Sequence[float]:
        """The score of every text in logits, relative to all the texts."""
        return [float(score) for score in scores_of(self.weights, features_in_class(measures))]

    def decide(self, left: Side, right: Side, question: Question) -> PairVerdict:  # noqa: ARG002 - the protocol's
        """The judge's probability that the left text is better."""
        return self.verdict(left.note, right.note)

    def verdict(self, left: float, right: float) -> PairVerdict:
        """The judge's probability that the left text is better, from the scores of both."""
        return PairVerdict(float(np.round(expit(left - right), 6)))

    def human_agreement(self, measures: Sequence[Measure]) -> HumanAgreement | None:
        """The measured agreement of these weights with people, for English texts; None for other languages.

        For the shipped weights it depends on whether any text was parsed.
        """
        if any(measure.get(LANGUAGE) != "en" for measure in measures):
            return None
        unparsed = self.weights is UNTRAINED and not any(measure.get(PARSED) for measure in measures)
        return WITHOUT_A_PARSER if unparsed else self.weights.agreement


def scores_of(weights: JudgeWeights, features: Sequence[Mapping[str, float]]) -> Floats:
    """Scores in logits: the weighted sum of the features' deviations over these texts, times the slope.

    A text without a value for a feature counts as average in it. No deviation counts for more than three SDs.
    """
    total = np.zeros(len(features))
    for feature in weights.features:
        total += feature.scores(features, weights.scale)
    return weights.slope * _relative(total, weights.score_sd, weights.scale)


def standardised(column: Floats, usual_sd: float, scale: Scale = "class") -> Floats:
    """A column's deviations from its mean, in standard deviations, within 3 either way; 0 where it has no value."""
    known = np.isfinite(column)
    scores = np.zeros(len(column))
    scores[known] = np.clip(_relative(column[known], usual_sd, scale), -_LARGEST_Z, _LARGEST_Z)
    return scores


def _relative(values: Floats, usual_sd: float, scale: Scale) -> Floats:
    """Deviations from the mean, divided by a spread; with few texts, that of the class is drawn to the usual one."""
    if not values.size:
        return values
    variance: Any = usual_sd**2
    if scale == "class":
        variance = (values.size * np.var(values) + _USUAL_COUNTS_AS * variance) / (values.size + _USUAL_COUNTS_AS)
    deviations: Floats = (values - values.mean()) / np.sqrt(variance)
    return deviations
