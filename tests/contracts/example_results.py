"""One example of every phase's result, with every field set."""

from typing import Any, Final

from contracts import (
    AIFeedbackResultDataV1,
    CJAssessmentResultDataV1,
    EssayStatus,
    NLPResultDataV1,
    PhaseResultData,
    SpellcheckResultDataV1,
)
from contracts.results.ai_feedback import (
    EvidenceItem,
    EvidenceSource,
    FeedbackBackend,
    ModelUsage,
    Quotation,
    Strength,
    TeacherAnalysis,
    Trait,
    TraitBand,
    WorkPoint,
)
from contracts.results.cj_assessment import (
    CohortSummary,
    GradeProjection,
    HumanAgreement,
    JudgeKind,
    JudgeSummary,
    Pairing,
    RankInterval,
    Reliability,
    StopReason,
    ThetaInterval,
)
from contracts.results.nlp import DetectedLanguage, NamedEntity
from contracts.results.spellcheck import CorrectionKind, SpellingCorrection


def _common(status: EssayStatus, producer: str) -> dict[str, Any]:
    return {
        "status": status,
        "original_text_storage_id": "sha256-aa",
        "text_storage_id": "sha256-cc",
        "duration_ms": 12.5,
        "producer": producer,
        "producer_version": "1",
    }


_SPELLCHECK = SpellcheckResultDataV1(
    **_common(EssayStatus.SPELLCHECKED_SUCCESS, "noisy-channel"),
    language="en-GB",
    corrections=(
        SpellingCorrection(
            start=4,
            stop=10,
            original="jurney",
            replacement="journey",
            candidates=("journey", "jury"),
            kind=CorrectionKind.NON_WORD,
            confidence=0.97,
            explanation="There is no word 'jurney': 'journey' was probably meant.",
            applied=True,
        ),
    ),
    words_checked=180,
    words_left_alone=12,
)
_NLP = NLPResultDataV1(
    **_common(EssayStatus.NLP_SUCCESS, "metrics"),
    language="en",
    detected=DetectedLanguage(language="en", probability=0.99),
    metrics={"words": 182.0, "mtld": None},
    reasons={"mtld": "The text is too short."},
    entities=(NamedEntity(text="Malmö", label="GPE"),),
)
_JUDGE = JudgeSummary(
    judge="features",
    kind=JudgeKind.FEATURES,
    comparisons=150,
    infit=0.9,
    outfit=1.1,
    with_others=-0.4,
    misfit=False,
    left_share=0.5,
    agreement=0.81,
    ties=3,
    undecided=1,
    median_seconds=41.5,
)
_COHORT = CohortSummary(
    essays=30,
    anchors=5,
    comparisons=150,
    unusable_decisions=1,
    rounds=10,
    stop_reason=StopReason.RELIABILITY_REACHED,
    reliability=Reliability(
        pairing=Pairing.ADAPTIVE,
        separation=0.86,
        posterior=0.8,
        split_half=0.75,
        between_judges=0.86,
        judge_internal=True,
        human=HumanAgreement(expected=0.6, low=0.5, high=0.7, assignments=18, essays=1000, measured_on="essays"),
    ),
    judges=(_JUDGE,),
    judges_agreement=0.7,
    usage=ModelUsage(model="a model", calls=150, input_tokens=120_000, output_tokens=6_000, cost=0.4),
)
_CJ = CJAssessmentResultDataV1(
    **_common(EssayStatus.CJ_ASSESSMENT_SUCCESS, "bradley-terry"),
    theta=1.2,
    se=0.4,
    theta_interval=ThetaInterval(low=0.4, high=2.0),
    rank=3,
    rank_interval=RankInterval(best=1, worst=7),
    comparisons=10,
    wins=7.5,
    infit=0.9,
    outfit=1.1,
    left_out_sentences=1,
    judge_kind=JudgeKind.FEATURES,
    cohort=_COHORT,
    grade=GradeProjection(most_likely="B", confidence=0.6, probabilities={"C": 0.3, "B": 0.6, "A": 0.1}),
)
_PLACE = Quotation(start=4, end=11, quote="journey")
_ANALYSIS = TeacherAnalysis(
    strengths=(Strength(topic="openings", trait=Trait.COHESION, comment="A clear opening.", quotations=(_PLACE,)),),
    work_points=(
        WorkPoint(
            topic="articles",
            trait=Trait.GRAMMAR,
            title="a and an",
            comment="Twice in the first paragraph.",
            quotations=(_PLACE,),
            rule="Write an before a vowel sound.",
            example="an hour, a university",
            next_step="Read your text aloud and listen for it.",
            occurrences=2,
        ),
    ),
    evidence=(
        EvidenceItem(
            start=4,
            end=11,
            quote="journey",
            topic="spelling",
            trait=Trait.CONVENTIONS,
            source=EvidenceSource.SPELLCHECK,
            rule="non_word",
            suggestions=("journey",),
            as_written="jurney",
        ),
    ),
    traits=(
        TraitBand(
            trait=Trait.VOCABULARY,
            band=3.5,
            estimate=3.4,
            low=3.0,
            high=4.0,
            reason="An estimate from measures of the text.",
            basis={"mean_zipf": -0.2},
        ),
    ),
    figures={"nlp.words": 182.0},
    notes=("The text is short.",),
)
_AI_FEEDBACK = AIFeedbackResultDataV1(
    **_common(EssayStatus.AI_FEEDBACK_SUCCESS, "templates"),
    language="en",
    backend=FeedbackBackend.OFFLINE,
    degraded_reason="The language model did not answer.",
    quoted_text_storage_id="sha256-aa",
    student_text="Your opening makes one want to read on.",
    analysis=_ANALYSIS,
    usage=ModelUsage(model="small", calls=2, input_tokens=900, output_tokens=300, cost=0.01),
)

RESULTS: Final[tuple[PhaseResultData, ...]] = (_SPELLCHECK, _NLP, _CJ, _AI_FEEDBACK)
