"""The engine's results as values: what a report is made from.

A result that does not fit its model (written by another version) is left out of the page, named there, and kept in
the JSON: a report shows what is there.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from contracts.failures import ErrorDetail
from contracts.phase_registry import PhaseNotInstalled, result_model_of
from contracts.phases import EssayStatus, PhaseName
from contracts.results import PHASE_RESULTS
from contracts.results.ai_feedback import AIFeedbackResultDataV1
from contracts.results.base import PhaseResultData
from contracts.results.cj_assessment import CJAssessmentResultDataV1
from contracts.results.nlp import NLPResultDataV1
from contracts.results.spellcheck import SpellcheckResultDataV1, SpellingCorrection
from drivers.report.languages import LANGUAGES, primary

Result = TypeVar("Result", bound=PhaseResultData)


@dataclass(frozen=True, slots=True)
class StepView:
    """One thing that happened to an essay: it was read (no ``phase``), or its part in a phase was settled."""

    moment: datetime | None
    phase: str
    attempt: int
    failure: ErrorDetail | None


@dataclass(frozen=True, slots=True)
class ReviewView:
    """How many corrections a teacher has accepted and rejected, and whether the feedback is the teacher's."""

    accepted: int
    rejected: int
    feedback_edited: bool


@dataclass(frozen=True, slots=True)
class EssayView:
    """One essay: its texts, what the phases found, and why it failed where it did."""

    essay_id: str
    file: str
    status: str
    student: str = ""
    original: str = ""
    corrected: str = ""
    failure: ErrorDetail | None = None
    results: Mapping[str, PhaseResultData] = field(default_factory=dict)
    unread_phases: tuple[str, ...] = ()
    history: tuple[StepView, ...] = ()
    review: ReviewView | None = None

    @property
    def name(self) -> str:
        """What the essay is called before people: its student, where known."""
        return self.student or self.essay_id

    @property
    def language(self) -> str:
        """The language in which its phases took it, without a region; empty where none did."""
        found = [result.language for result in (self.feedback, self.spelling, self.nlp) if result and result.language]
        return primary(found[0]) if found else ""

    @property
    def settled(self) -> bool:
        """Whether nothing more is to happen to it."""
        return self.failure is not None or self.status == EssayStatus.ALL_PROCESSING_COMPLETED

    def _result(self, model: type[Result]) -> Result | None:
        return next((result for result in self.results.values() if isinstance(result, model)), None)

    @property
    def spelling(self) -> SpellcheckResultDataV1 | None:
        """What the spellcheck found."""
        return self._result(SpellcheckResultDataV1)

    @property
    def nlp(self) -> NLPResultDataV1 | None:
        """The metrics."""
        return self._result(NLPResultDataV1)

    @property
    def cj(self) -> CJAssessmentResultDataV1 | None:
        """The place in the class."""
        return self._result(CJAssessmentResultDataV1)

    @property
    def feedback(self) -> AIFeedbackResultDataV1 | None:
        """The feedback."""
        return self._result(AIFeedbackResultDataV1)

    @property
    def plain(self) -> Mapping[str, Mapping[str, str | float]]:
        """What phases found that this report does not know: the numbers and words of each, by its name."""
        added = {phase: result for phase, result in self.results.items() if phase not in PHASE_RESULTS}
        return {phase: _numbers_and_words(result) for phase, result in added.items()}

    @property
    def corrections(self) -> tuple[SpellingCorrection, ...]:
        """What the spellcheck corrected or suggests."""
        return self.spelling.corrections if self.spelling else ()

    @property
    def corrected_count(self) -> int:
        """How many words are corrected: the one number of misspelt words, wherever one is told."""
        return sum(each.applied for each in self.corrections)

    @property
    def suggested_count(self) -> int:
        """How many words may be wrong, which is for a person to see."""
        return len(self.corrections) - self.corrected_count

    @property
    def metrics(self) -> Mapping[str, float]:
        """The metrics that could be had."""
        found = self.nlp.metrics if self.nlp else {}
        return {name: value for name, value in found.items() if value is not None}


@dataclass(frozen=True, slots=True)
class PhaseView:
    """One phase of the pipeline and how it ended."""

    name: str
    status: str
    processed: tuple[str, ...]
    failed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ClassView:
    """A batch: its essays in their order, and its phases in theirs."""

    batch_id: str
    status: str
    phases: tuple[PhaseView, ...]
    essays: tuple[EssayView, ...]
    asked_language: str = ""
    teacher: str = ""
    class_name: str = ""
    course: str = ""
    assignment: str = ""
    intake: Mapping[str, Any] = field(default_factory=dict)

    @property
    def language(self) -> str:
        """The language of its readers: the one asked for, or that of most essays; English where neither is known."""
        if primary(self.asked_language) in LANGUAGES:
            return primary(self.asked_language)
        counts = Counter(essay.language for essay in self.essays if essay.language in LANGUAGES)
        return counts.most_common(1)[0][0] if counts else "en"

    @property
    def failed(self) -> tuple[EssayView, ...]:
        """The essays with a failure."""
        return tuple(essay for essay in self.essays if essay.failure)

    @property
    def ranked(self) -> tuple[EssayView, ...]:
        """The essays that were compared, the best first."""
        pairs = [(essay.cj, essay) for essay in self.essays if essay.cj]
        return tuple(essay for _, essay in sorted(pairs, key=lambda pair: (pair[0].rank, pair[1].essay_id)))

    @property
    def read(self) -> tuple[EssayView, ...]:
        """The essays that have a text: the others are files that could not be read."""
        return tuple(essay for essay in self.essays if essay.original or not essay.failure)

    @property
    def in_order(self) -> tuple[EssayView, ...]:
        """All essays: the ranked ones, the best first, then the others."""
        return (*self.ranked, *(essay for essay in self.essays if not essay.cj))


def class_view(results: Mapping[str, Any], texts: Mapping[str, tuple[str, str]]) -> ClassView:
    """Read the engine's results; ``texts`` has each essay's original and corrected text."""
    return ClassView(
        batch_id=str(results.get("batch_id", "")),
        status=str(results.get("status", "")),
        phases=tuple(_phase(phase) for phase in results.get("phases") or ()),
        essays=tuple(_essay(essay, texts) for essay in results.get("essays") or ()),
        asked_language=str(results.get("language") or ""),
        teacher=str(results.get("teacher") or ""),
        class_name=str(results.get("class") or ""),
        course=str(results.get("course") or ""),
        assignment=str(results.get("assignment") or ""),
        intake=results.get("intake") or {},
    )


def _phase(data: Mapping[str, Any]) -> PhaseView:
    processed, failed = (tuple(map(str, data.get(key) or ())) for key in ("processed_essay_ids", "failed_essay_ids"))
    # A phase that was not run has no outcome, but a reason: it was skipped, or cancelled.
    status = data.get("phase_status") or data.get("execution_status") or ""
    return PhaseView(str(data.get("phase_name", "")), str(status), processed, failed)


def _essay(data: Mapping[str, Any], texts: Mapping[str, tuple[str, str]]) -> EssayView:
    essay_id = str(data.get("essay_id", ""))
    original, corrected = texts.get(essay_id) or ("", "")
    found = data.get("results") or {}
    results = {phase: result for phase, raw in found.items() if (result := _parsed(phase, raw))}
    return EssayView(
        essay_id=essay_id,
        file=str(data.get("file") or essay_id),
        status=str(data.get("status", "")),
        student=str(data.get("student") or ""),
        original=original,
        corrected=corrected,
        failure=_failure(data.get("failure")),
        results=results,
        unread_phases=tuple(sorted(set(found) - set(results))),
        history=tuple(_step(step) for step in data.get("history") or ()),
        review=_review(data.get("review")),
    )


def _review(data: Any) -> ReviewView | None:
    if not data:
        return None
    verdicts = Counter(bool(each["accepted"]) for each in data["corrections"])
    return ReviewView(verdicts[True], verdicts[False], bool(data["feedback_edited"]))


def _step(data: Mapping[str, Any]) -> StepView:
    moment = data.get("timestamp")
    return StepView(
        moment=datetime.fromisoformat(moment) if moment else None,
        phase=str(data.get("phase_name") or ""),
        attempt=int(data.get("attempt") or 0),
        failure=_failure(data.get("failure")),
    )


def _failure(data: Any) -> ErrorDetail | None:
    return ErrorDetail.model_validate(data) if data else None


def _numbers_and_words(result: PhaseResultData) -> dict[str, str | float]:
    """The findings that are one value each."""
    own = type(result).model_fields.keys() - PhaseResultData.model_fields.keys()
    found = result.model_dump(mode="json", include=set(own))
    return {name: found[name] for name in type(result).model_fields if isinstance(found.get(name), str | int | float)}


def _parsed(phase: str, raw: Any) -> PhaseResultData | None:
    try:
        return result_model_of(PhaseName(phase)).model_validate(raw)
    except (PhaseNotInstalled, ValueError):
        return None
