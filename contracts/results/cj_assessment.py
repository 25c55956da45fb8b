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

    ``infit`` and ``outfit`` are mean squares (1 expected). ``with_others`` says how far the decisions go the way of the
    order that the other judges alone make, in standard errors: 0 expected, below it they go against it; None where
    fewer than three judges are left to compare. ``misfit`` marks a judge for whom that can hardly be chance.
    ``left_share`` is the share of wins given to the text shown left (0.5 expected); ``one_sided`` marks one that can
    hardly be chance. ``agreement`` is the share of decisions that go the way of the final order. ``ties`` are among the
    ``comparisons``; ``undecided`` are not: these the judge could not make, and said so. ``median_seconds`` is the
    median time per decision, None where it was not measured. A judge who could make none has only ``undecided``: the
    figures of decisions are None.
    """

    judge: str
    kind: JudgeKind
    comparisons: NonNegativeInt
    infit: float | None = None
    outfit: float | None = None
    with_others: float | None = None
    misfit: bool = False
    left_share: float | None = Field(default=None, ge=0, le=1)
    one_sided: bool = False
    agreement: float | None = Field(default=None, ge=0, le=1)
    ties: NonNegativeInt = 0
    undecided: NonNegativeInt = 0
    median_seconds: float | None = Field(default=None, ge=0)


class HumanAgreement(Contract):
    """How far a judge that is no person is expected to agree with people.

    The rank correlation of its order with people's scores of the essays of an assignment that it had not seen: the
    mean over ``assignments``, and the range of the middle 80 % of them.
    """

    expected: float = Field(ge=-1, le=1)
    low: float = Field(ge=-1, le=1)
    high: float = Field(ge=-1, le=1)
    assignments: PositiveInt
    essays: PositiveInt
    measured_on: str


class Reliability(Contract):
    """What the estimates of a cohort are worth; each is None where undefined.

    ``separation`` (SSR) is inflated by adaptive pairing, named by ``pairing``. ``posterior`` estimates the squared
    correlation with the truth as the judges see it, as if all of them saw the same: it overstates where they do not.
    ``split_half`` is the correlation of two halves of the judges, ``between_judges`` what follows from it for all of
    them (Spearman-Brown): the correlation with the order that other such judges would make.
    ``judge_internal`` is true where one deterministic judge decided everything. It agrees with itself, and no
    reliability means anything; ``human`` says how far it is expected to agree with people, where that was measured.
    """

    pairing: Pairing
    separation: float | None = None
    posterior: float | None = None
    split_half: float | None = None
    between_judges: float | None = None
    judge_internal: bool = False
    human: HumanAgreement | None = None

    @property
    def overall(self) -> float | None:
        """The reliability to go by: between judges where there are several, unless the posterior one is lower still."""
        known = [value for value in (self.posterior, self.between_judges) if value is not None]
        return min(known, default=None)


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
