"""One example of every message model, with every field set and none empty, so that it pins the whole shape."""

from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

import contracts as c
from contracts.base import Contract
from tests.contracts.example_results import RESULTS

_MOMENT = datetime(2026, 3, 14, 9, 26, 53, 589793, tzinfo=UTC)
_CORRELATION = UUID("4f3c1a52-8a35-5d0e-9f5a-2f6f3f1f7d10")
_BATCH = "class-7b"
_ASSIGNMENT: dict[str, Any] = {
    "essay_instructions": "Write about a journey.",
    "course_code": "ENG5",
    "class_designation": "7B",
}
_FIRST = c.EssayProcessingInputRefV1(essay_id="essay-001", text_storage_id="sha256-aa")
_SECOND = c.EssayProcessingInputRefV1(essay_id="essay-002", text_storage_id="sha256-bb")
_COMMAND: dict[str, Any] = {
    "batch_id": _BATCH,
    "essays_to_process": [_FIRST, _SECOND],
    "language": "en-GB",
    "position": 1,
    "run": 2,
    "correlation_id": _CORRELATION,
}
_ERROR = c.ErrorDetail(
    error_code=c.ErrorCode.RATE_LIMITED,
    message="The service asks for a pause.",
    correlation_id=_CORRELATION,
    timestamp=_MOMENT,
    operation="ai_feedback",
    details={"retry_after_seconds": 20, "models": ["small", "large"], "quota": {"left": 0.5, "of": None}},
    retryable=True,
)
_REQUEST = c.BatchRegistrationRequestV1(
    expected_essay_count=2,
    essay_ids=["essay-001", "essay-002"],
    requested_pipelines=[c.PhaseName.SPELLCHECK, c.PhaseName.NLP],
    teacher_name="A. Teacher",
    enable_cj_assessment=True,
    language="en-GB",
    correlation_id=_CORRELATION,
    **_ASSIGNMENT,
)
_COUNTS = c.EssayProcessingCounts(total=30, pending_dispatch_or_processing=9, successful=20, failed=1)
_DETAIL = c.PipelineStateDetail(
    status=c.PipelineExecutionStatus.IN_PROGRESS,
    essay_counts=_COUNTS,
    started_at=_MOMENT,
    completed_at=_MOMENT,
    error_info=_ERROR,
    progress_percentage=70.0,
)

_GROUND: tuple[Contract, ...] = (
    _FIRST,
    _ERROR,
    _REQUEST,
    _COUNTS,
    _DETAIL,
    c.ProcessingPipelineState(
        batch_id=_BATCH,
        requested_pipelines=[c.PhaseName.SPELLCHECK, c.PhaseName.NLP],
        pipelines={c.PhaseName.SPELLCHECK: _DETAIL, c.PhaseName.NLP: _DETAIL},
        last_updated=_MOMENT,
    ),
    c.BatchServiceSpellcheckInitiateCommandDataV1(**_COMMAND),
    c.BatchServiceNLPInitiateCommandDataV1(**_COMMAND),
    c.BatchServiceAIFeedbackInitiateCommandDataV1(**_COMMAND, **_ASSIGNMENT),
    c.BatchServiceCJAssessmentInitiateCommandDataV1(**_COMMAND, **_ASSIGNMENT),
    c.BatchServicePhaseInitiateCommandDataV1(**_COMMAND, **_ASSIGNMENT, phase_name=c.PhaseName.NLP),
)
_PROVISIONED = c.EssayContentProvisionedV1(
    batch_id=_BATCH,
    essay_id="essay-001",
    file="essays/amira.docx",
    text_storage_id="sha256-aa",
    correlation_id=_CORRELATION,
)
_EVENTS: tuple[Contract, ...] = (
    c.BatchEssaysRegisteredV1(batch_id=_BATCH, request=_REQUEST, correlation_id=_CORRELATION),
    _PROVISIONED,
    c.EssayValidationFailedV1(
        batch_id=_BATCH, essay_id="essay-003", file="essays/scan.pdf", error=_ERROR, correlation_id=_CORRELATION
    ),
    c.BatchEssaysReadyV1(
        batch_id=_BATCH, ready_essays=[_FIRST, _SECOND], failed_essay_ids=["essay-003"], correlation_id=_CORRELATION
    ),
    c.EssayPhaseCompletedV1(
        batch_id=_BATCH,
        essay_id="essay-001",
        phase_name=c.PhaseName.AI_FEEDBACK,
        position=1,
        run=2,
        attempt=1,
        status=c.EssayStatus.AI_FEEDBACK_FAILED,
        text_storage_id="sha256-aa",
        result_key="ai_feedback/offline/1/sha256-aa",
        error=_ERROR,
        correlation_id=_CORRELATION,
    ),
    c.ELSBatchPhaseOutcomeV1(
        batch_id=_BATCH,
        phase_name=c.PhaseName.NLP,
        phase_status=c.PhaseStatus.COMPLETED_WITH_FAILURES,
        processed_essays=[_FIRST],
        failed_essay_ids=["essay-002"],
        correlation_id=_CORRELATION,
        position=1,
        run=2,
    ),
    c.CohortPhaseRequestedV1(
        batch_id=_BATCH,
        phase_name=c.PhaseName.CJ_ASSESSMENT,
        essays_to_process=[_FIRST, _SECOND],
        language="en-GB",
        position=1,
        run=2,
        correlation_id=_CORRELATION,
        **_ASSIGNMENT,
    ),
    c.CohortPhaseCompletedV1(
        batch_id=_BATCH,
        phase_name=c.PhaseName.CJ_ASSESSMENT,
        processed_essays=[_FIRST],
        failed_essay_ids=["essay-002"],
        position=1,
        run=2,
        correlation_id=_CORRELATION,
    ),
    c.CohortPhaseFailedV1(
        batch_id=_BATCH,
        phase_name=c.PhaseName.CJ_ASSESSMENT,
        failed_essay_ids=["essay-001", "essay-002"],
        position=1,
        run=2,
        correlation_id=_CORRELATION,
    ),
    c.BatchPhaseSkippedV1(
        batch_id=_BATCH,
        phase_name=c.PhaseName.NLP,
        position=1,
        run=2,
        reason="dropped by an operator",
        correlation_id=_CORRELATION,
    ),
    c.BatchPipelineCompletedV1(
        batch_id=_BATCH,
        status=c.BatchStatus.COMPLETED_WITH_FAILURES,
        run=2,
        total=30,
        successful=29,
        failed=1,
        correlation_id=_CORRELATION,
    ),
    c.BatchOperatorActedV1(
        batch_id=_BATCH,
        action="retry",
        run=2,
        phases=[c.PhaseName.NLP],
        essay_ids=["essay-002"],
        correlation_id=_CORRELATION,
    ),
)
_ENVELOPE = c.EventEnvelope[c.EssayContentProvisionedV1](
    event_id=UUID("0b1f8f3e-52f0-5a44-8ff4-0e6c3cf5a111"),
    event_type=c.topic_name(c.ProcessingEvent.ESSAY_CONTENT_PROVISIONED),
    event_timestamp=_MOMENT,
    source_service="essay-pipelines",
    correlation_id=_CORRELATION,
    data=_PROVISIONED,
)

EXAMPLES: Final[dict[str, Contract]] = {
    "EventEnvelope": _ENVELOPE,
    **{type(example).__name__: example for example in (*_GROUND, *_EVENTS, *RESULTS)},
}
