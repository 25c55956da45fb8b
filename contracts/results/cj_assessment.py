"""The result of the CJ assessment phase: an essay's place in its cohort, and what the cohort's fit is worth."""

from enum import StrEnum

from pydantic import Field, NonNegativeInt, PositiveInt

from contracts.base import Contract
from contracts.results.ai_feedback import ModelUsage
from contracts.results.base import PhaseResultData


class JudgeKind(StrEnum):
    """What decided the comparisons."""

    FEATURES = "features"
    """A formula over measured features: consistent with itself, so that its reliability says nothing of validity."""
    LLM = "llm"
    PEOPLE = "people"
    PANEL = "panel"
    """Several of them."""
    NONE = "none"
    """Nothing was compared."""


class Pairing(StrEnum):
    """How the pairs were chosen. Adaptive pairing inflates the separation reliability."""

    RANDOM = "random"
    ADAPTIVE = "adaptive"


class StopReason(StrEnum):
    """Why no further comparisons were made."""

    RELIABILITY_REACHED = "reliability_reached"
    BUDGET_SPENT = "budget_spent"
    ALL_PAIRS_COMPARED = "all_pairs_compared"
    TOO_FEW_ESSAYS = "too_few_essays"


class RankInterval(Contract):
    """Best and worst rank within the central 95 % of the posterior."""

    best: PositiveInt
    worst: PositiveInt


class ThetaInterval(Contract):
    """Central 95 % of the posterior of theta, in logits."""

    low: float
    high: float


class JudgeSummary(Contract):
    """One judge's share in a cohort's decisions.

    ``infit`` and ``outfit`` are mean squares (1 expected); ``misfit`` marks an infit above the mean of all judges
    plus two standard deviations. ``left_share`` is the share of wins given to the text shown left (0.5 expected),
    ``agreement`` the share of decisions that go the way of the final order.
    """

    judge: str
    kind: JudgeKind
    comparisons: PositiveInt
    infit: float
    outfit: float
    misfit: bool
    left_share: float = Field(ge=0, le=1)
    agreement: float = Field(ge=0, le=1)


class Reliability(Contract):
    """What the estimates of a cohort are worth; each is None where undefined.

    ``separation`` (SSR) is inflated by adaptive pairing, named by ``pairing``. ``posterior`` estimates the squared
    correlation with the truth as the judges see it. ``split_half`` is the correlation of two halves of the judges.
    ``judge_internal`` is true where one deterministic judge decided everything: it then agrees with itself, and no
    reliability says how far it agrees with people.
    """

    pairing: Pairing
    separation: float | None = None
    posterior: float | None = None
    split_half: float | None = None
    judge_internal: bool = False


class CohortSummary(Contract):
    """What is true of a whole cohort, repeated with each of its essays.

    ``unusable_decisions`` were made or given up without saying who won. ``judges_agreement`` is the share of pairs
    judged by two or more that they decided alike; None without such pairs. ``usage`` is what a language model among
    the judges was asked, and what it cost; None without one.
    """

    essays: PositiveInt
    anchors: NonNegativeInt = 0
    comparisons: NonNegativeInt
    unusable_decisions: NonNegativeInt = 0
    rounds: NonNegativeInt
    stop_reason: StopReason
    reliability: Reliability
    judges: tuple[JudgeSummary, ...] = ()
    judges_agreement: float | None = Field(default=None, ge=0, le=1)
    usage: ModelUsage | None = None


class GradeProjection(Contract):
    """An essay's grade as the anchors place it: probabilities over all bands, from the lowest to the highest.

    ``confidence`` is the probability of ``most_likely``.
    """

    most_likely: str
    confidence: float = Field(ge=0, le=1)
    probabilities: dict[str, float]


class CJAssessmentResultDataV1(PhaseResultData):
    """One essay's place in its cohort by comparative judgement.

    ``theta`` (logits, the cohort's essays centred on zero) and ``se`` are of the Bradley-Terry model; ``se`` and the
    intervals are None where nothing was compared. ``rank`` 1 is the best; equal estimates share a rank. ``infit``
    and ``outfit`` are mean squares, 1 expected. ``left_out_sentences`` counts those that the feature judge did not
    look at: repeats, the task's own words, words to the assessor.
    """

    theta: float
    se: float | None = None
    theta_interval: ThetaInterval | None = None
    rank: PositiveInt
    rank_interval: RankInterval | None = None
    comparisons: NonNegativeInt
    wins: float = Field(default=0.0, ge=0)
    infit: float | None = None
    outfit: float | None = None
    left_out_sentences: NonNegativeInt | None = None
    judge_kind: JudgeKind
    cohort: CohortSummary
    grade: GradeProjection | None = None
