"""Batches of results as the engine writes them."""

from collections.abc import Mapping
from typing import Any

from contracts.failures import ErrorCode, ErrorDetail
from contracts.phases import EssayStatus
from contracts.results.ai_feedback import (
    AIFeedbackResultDataV1,
    Quotation,
    TeacherAnalysis,
    Trait,
    TraitBand,
    WorkPoint,
)
from contracts.results.cj_assessment import (
    CJAssessmentResultDataV1,
    CohortSummary,
    HumanAgreement,
    JudgeKind,
    JudgeSummary,
    Pairing,
    RankInterval,
    Reliability,
    StopReason,
    ThetaInterval,
)
from contracts.results.nlp import NLPResultDataV1
from contracts.results.spellcheck import CorrectionKind, SpellcheckResultDataV1, SpellingCorrection
from contracts.texts import text_storage_id_of

Texts = dict[str, tuple[str, str]]
_COMMON: Mapping[str, Any] = {
    "original_text_storage_id": text_storage_id_of(""),
    "text_storage_id": text_storage_id_of(""),
    "producer": "test",
    "producer_version": "1",
}


def correction(
    text: str,
    original: str,
    replacement: str,
    *,
    kind: CorrectionKind = CorrectionKind.NON_WORD,
    applied: bool = True,
) -> SpellingCorrection:
    """A correction of the first ``original`` in ``text``."""
    start = text.index(original)
    return SpellingCorrection(
        start=start,
        stop=start + len(original),
        original=original,
        replacement=replacement,
        candidates=(replacement,),
        kind=kind,
        confidence=0.9,
        explanation="It is spelt so.",
        applied=applied,
    )


def spelling(*corrections: SpellingCorrection) -> dict[str, Any]:
    """A result of the spellcheck."""
    status = EssayStatus.SPELLCHECKED_SUCCESS
    return SpellcheckResultDataV1(status=status, corrections=corrections, words_checked=9, **_COMMON).model_dump(
        mode="json"
    )


def metrics(**values: float | None) -> dict[str, Any]:
    """A result of the NLP phase."""
    reasons = {name: "too short" for name, value in values.items() if value is None}
    result = NLPResultDataV1(status=EssayStatus.NLP_SUCCESS, metrics=values, reasons=reasons, **_COMMON)
    return result.model_dump(mode="json")


EXPECTED = HumanAgreement(
    expected=0.62, low=0.52, high=0.73, assignments=18, essays=1083, measured_on="essays of English learners (ELLIPSE)"
)
FORMULA = Reliability(pairing=Pairing.RANDOM, judge_internal=True, human=EXPECTED)


def judged(
    rank: int, theta: float, of: int = 2, reliability: Reliability = FORMULA, judges: tuple[JudgeSummary, ...] = ()
) -> dict[str, Any]:
    """A result of the comparative judgement."""
    cohort = CohortSummary(
        essays=of,
        comparisons=10,
        rounds=5,
        stop_reason=StopReason.BUDGET_SPENT,
        reliability=reliability,
        judges=judges,
    )
    return CJAssessmentResultDataV1(
        status=EssayStatus.CJ_ASSESSMENT_SUCCESS,
        theta=theta,
        se=0.5,
        theta_interval=ThetaInterval(low=theta - 1, high=theta + 1),
        rank=rank,
        rank_interval=RankInterval(best=1, worst=of),
        comparisons=10,
        judge_kind=JudgeKind.FEATURES,
        cohort=cohort,
        **_COMMON,
    ).model_dump(mode="json")


def feedback(student_text: str, title: str, quote: str) -> dict[str, Any]:
    """A result of the AI feedback phase."""
    point = WorkPoint(
        topic="agreement",
        trait=Trait.GRAMMAR,
        title=title,
        quotations=(Quotation(start=0, end=len(quote), quote=quote),),
        rule="He walks.",
        example="She walks.",
        next_step="Look again.",
    )
    analysis = TeacherAnalysis(work_points=(point,), traits=(TraitBand(trait=Trait.GRAMMAR, band=3.5, low=3, high=4),))
    status = EssayStatus.AI_FEEDBACK_SUCCESS
    result = AIFeedbackResultDataV1(status=status, student_text=student_text, analysis=analysis, **_COMMON)
    return result.model_dump(mode="json")


def essay(essay_id: str, file: str = "", failure: ErrorDetail | None = None, **results: Any) -> dict[str, Any]:
    """One essay of a batch with its results by phase."""
    return {
        "essay_id": essay_id,
        "file": file or f"{essay_id}.txt",
        "status": "essay_critical_failure" if failure else "all_processing_completed",
        "failure": failure.model_dump(mode="json") if failure else None,
        "text_storage_id": None,
        "results": results,
    }


def batch(*essays: dict[str, Any]) -> dict[str, Any]:
    """The results of a batch."""
    failed = [one["essay_id"] for one in essays if one["failure"]]
    done = [one["essay_id"] for one in essays if not one["failure"]]
    phase = {
        "phase_name": "spellcheck",
        "phase_status": "COMPLETED_WITH_FAILURES" if failed else "COMPLETED_SUCCESSFULLY",
        "processed_essay_ids": done,
        "failed_essay_ids": failed,
    }
    return {"batch_id": "9B", "status": "completed_with_failures", "phases": [phase], "essays": list(essays)}


def small_class() -> tuple[dict[str, Any], Texts]:
    """Two essays with results of every phase, and one that could not be read."""
    text = "I have a frend who walk home."
    empty = ErrorDetail(error_code=ErrorCode.EMPTY_CONTENT, message="This file is empty.")
    anna = essay(
        "anna",
        spellcheck=spelling(correction(text, "frend", "friend")),
        nlp=metrics(words_count=7, mtld=None, lix=20),
        cj_assessment=judged(2, -1.0),
        ai_feedback=feedback("Well done.\nNow practise.", "Verbs that agree", "who walk"),
    )
    bo = essay("bo", nlp=metrics(words_count=9, mtld=50, lix=30), cj_assessment=judged(1, 1.0), spellcheck=spelling())
    texts = {"anna": (text, text.replace("frend", "friend")), "bo": ("A good text.", "A good text.")}
    return batch(anna, bo, essay("cia", failure=empty)), texts
