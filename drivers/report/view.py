"""The engine's results as values: what a report is made from.

A result that does not fit its model (written by another version) is left out of the page, named there, and kept in
the JSON: a report shows what is there.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from pydantic import ValidationError

from contracts.failures import ErrorDetail
from contracts.phases import PhaseName
from contracts.results import PHASE_RESULTS
from contracts.results.ai_feedback import AIFeedbackResultDataV1
from contracts.results.base import PhaseResultData
from contracts.results.cj_assessment import CJAssessmentResultDataV1
from contracts.results.nlp import NLPResultDataV1
from contracts.results.spellcheck import SpellcheckResultDataV1, SpellingCorrection

Result = TypeVar("Result", bound=PhaseResultData)


@dataclass(frozen=True, slots=True)
class EssayView:
    """One essay: its texts, what the phases found, and why it failed where it did."""

    essay_id: str
    file: str
    status: str
    original: str = ""
    corrected: str = ""
    failure: ErrorDetail | None = None
    results: Mapping[str, PhaseResultData] = field(default_factory=dict)
    unread_phases: tuple[str, ...] = ()

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
    def corrections(self) -> tuple[SpellingCorrection, ...]:
        """What the spellcheck corrected or suggests."""
        return self.spelling.corrections if self.spelling else ()

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
        original=original,
        corrected=corrected,
        failure=ErrorDetail.model_validate(data["failure"]) if data.get("failure") else None,
        results=results,
        unread_phases=tuple(sorted(set(found) - set(results))),
    )


def _parsed(phase: str, raw: Any) -> PhaseResultData | None:
    try:
        return PHASE_RESULTS[PhaseName(phase)].model_validate(raw)
    except (KeyError, ValueError, ValidationError):
        return None
