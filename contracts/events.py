"""Events: their names, their topics, and what each of them carries."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final, Self
from uuid import UUID

from pydantic import Field, model_validator

from contracts.base import Contract
from contracts.failures import ErrorDetail
from contracts.phases import BatchStatus, EssayStatus, PhaseName, PhaseStatus, phase_status_of
from contracts.refs import EssayProcessingInputRefV1
from contracts.registration import BatchRegistrationRequestV1


class ProcessingEvent(StrEnum):
    """Everything that can be said to have happened (or, for commands, to have been ordered)."""

    BATCH_ESSAYS_REGISTERED = "batch.essays.registered"
    ESSAY_CONTENT_PROVISIONED = "essay.content.provisioned"
    ESSAY_VALIDATION_FAILED = "essay.validation.failed"
    BATCH_ESSAYS_READY = "batch.essays.ready"

    BATCH_SPELLCHECK_INITIATE_COMMAND = "batch.spellcheck.initiate.command"
    BATCH_CJ_ASSESSMENT_INITIATE_COMMAND = "batch.cj_assessment.initiate.command"
    BATCH_AI_FEEDBACK_INITIATE_COMMAND = "batch.ai_feedback.initiate.command"
    BATCH_NLP_INITIATE_COMMAND = "batch.nlp.initiate.command"
    BATCH_PHASE_INITIATE_COMMAND = "batch.phase.initiate.command"  # of a phase that has no event of its own

    ESSAY_SPELLCHECK_REQUESTED = "essay.spellcheck.requested"
    ESSAY_SPELLCHECK_COMPLETED = "essay.spellcheck.completed"
    ELS_CJ_ASSESSMENT_REQUESTED = "els.cj_assessment.requested"
    CJ_ASSESSMENT_COMPLETED = "cj_assessment.completed"
    CJ_ASSESSMENT_FAILED = "cj_assessment.failed"
    ESSAY_CJ_ASSESSMENT_COMPLETED = "essay.cj_assessment.completed"
    ESSAY_NLP_COMPLETED = "essay.nlp.completed"
    ESSAY_AIFEEDBACK_COMPLETED = "essay.aifeedback.completed"
    ESSAY_PHASE_COMPLETED = "essay.phase.completed"  # of a phase that has no event of its own

    ELS_BATCH_PHASE_OUTCOME = "els.batch.phase.outcome"
    BATCH_PHASE_SKIPPED = "batch.phase.skipped"
    BATCH_PIPELINE_COMPLETED = "batch.pipeline.completed"
    BATCH_OPERATOR_ACTED = "batch.operator.acted"


TOPICS: Final[Mapping[ProcessingEvent, str]] = MappingProxyType(
    {
        ProcessingEvent.BATCH_ESSAYS_REGISTERED: "huleedu.batch.essays.registered.v1",
        ProcessingEvent.ESSAY_CONTENT_PROVISIONED: "huleedu.file.essay.content.provisioned.v1",
        ProcessingEvent.ESSAY_VALIDATION_FAILED: "huleedu.file.essay.validation.failed.v1",
        ProcessingEvent.BATCH_ESSAYS_READY: "huleedu.els.batch.essays.ready.v1",
        ProcessingEvent.BATCH_SPELLCHECK_INITIATE_COMMAND: "huleedu.els.spellcheck.initiate.command.v1",
        ProcessingEvent.BATCH_CJ_ASSESSMENT_INITIATE_COMMAND: "huleedu.batch.cj_assessment.initiate.command.v1",
        ProcessingEvent.BATCH_AI_FEEDBACK_INITIATE_COMMAND: "huleedu.batch.ai_feedback.initiate.command.v1",
        ProcessingEvent.BATCH_NLP_INITIATE_COMMAND: "huleedu.batch.nlp.initiate.command.v1",
        ProcessingEvent.BATCH_PHASE_INITIATE_COMMAND: "huleedu.batch.phase.initiate.command.v1",
        ProcessingEvent.ESSAY_SPELLCHECK_REQUESTED: "huleedu.essay.spellcheck.requested.v1",
        ProcessingEvent.ESSAY_SPELLCHECK_COMPLETED: "huleedu.essay.spellcheck.completed.v1",
        ProcessingEvent.ELS_CJ_ASSESSMENT_REQUESTED: "huleedu.els.cj_assessment.requested.v1",
        ProcessingEvent.CJ_ASSESSMENT_COMPLETED: "huleedu.cj_assessment.completed.v1",
        ProcessingEvent.CJ_ASSESSMENT_FAILED: "huleedu.cj_assessment.failed.v1",
        ProcessingEvent.ESSAY_CJ_ASSESSMENT_COMPLETED: "huleedu.essay.cj_assessment.completed.v1",
        ProcessingEvent.ESSAY_NLP_COMPLETED: "huleedu.essay.nlp.completed.v1",
        ProcessingEvent.ESSAY_AIFEEDBACK_COMPLETED: "huleedu.essay.aifeedback.completed.v1",
        ProcessingEvent.ESSAY_PHASE_COMPLETED: "huleedu.essay.phase.completed.v1",
        ProcessingEvent.ELS_BATCH_PHASE_OUTCOME: "huleedu.els.batch_phase.outcome.v1",
        ProcessingEvent.BATCH_PHASE_SKIPPED: "huleedu.batch.phase.skipped.v1",
        ProcessingEvent.BATCH_PIPELINE_COMPLETED: "huleedu.batch.pipeline.completed.v1",
        ProcessingEvent.BATCH_OPERATOR_ACTED: "huleedu.batch.operator.acted.v1",
    }
)

COMMAND_EVENTS: Final[Mapping[PhaseName, ProcessingEvent]] = MappingProxyType(
    {
        PhaseName.SPELLCHECK: ProcessingEvent.BATCH_SPELLCHECK_INITIATE_COMMAND,
        PhaseName.AI_FEEDBACK: ProcessingEvent.BATCH_AI_FEEDBACK_INITIATE_COMMAND,
        PhaseName.CJ_ASSESSMENT: ProcessingEvent.BATCH_CJ_ASSESSMENT_INITIATE_COMMAND,
        PhaseName.NLP: ProcessingEvent.BATCH_NLP_INITIATE_COMMAND,
    }
)

COMPLETED_EVENTS: Final[Mapping[PhaseName, ProcessingEvent]] = MappingProxyType(
    {
        PhaseName.SPELLCHECK: ProcessingEvent.ESSAY_SPELLCHECK_COMPLETED,
        PhaseName.AI_FEEDBACK: ProcessingEvent.ESSAY_AIFEEDBACK_COMPLETED,
        PhaseName.CJ_ASSESSMENT: ProcessingEvent.ESSAY_CJ_ASSESSMENT_COMPLETED,
        PhaseName.NLP: ProcessingEvent.ESSAY_NLP_COMPLETED,
    }
)


def command_event_of(phase: PhaseName) -> ProcessingEvent:
    """The event by which a phase's command is published."""
    return COMMAND_EVENTS.get(phase, ProcessingEvent.BATCH_PHASE_INITIATE_COMMAND)


def completed_event_of(phase: PhaseName) -> ProcessingEvent:
    """The event by which an essay's part in a phase is published."""
    return COMPLETED_EVENTS.get(phase, ProcessingEvent.ESSAY_PHASE_COMPLETED)


def topic_name(event: ProcessingEvent) -> str:
    """The topic under which ``event`` is published.

    Raises:
        ValueError: the event has no topic; the message names it and lists those that have one.
    """
    try:
        return TOPICS[event]
    except (KeyError, TypeError):
        mapped = ", ".join(member.name for member in TOPICS)
        raise ValueError(f"no topic is mapped for event {event!r}; mapped are: {mapped}") from None


class BatchEssaysRegisteredV1(Contract):
    """A batch was registered."""

    batch_id: str
    request: BatchRegistrationRequestV1
    correlation_id: UUID | None = None


class EssayContentProvisionedV1(Contract):
    """An essay's text was read and stored."""

    batch_id: str
    essay_id: str
    file: str = ""
    text_storage_id: str
    correlation_id: UUID | None = None


class EssayValidationFailedV1(Contract):
    """An essay could not be read."""

    batch_id: str
    essay_id: str
    file: str = ""
    error: ErrorDetail
    correlation_id: UUID | None = None


class BatchEssaysReadyV1(Contract):
    """All essays of a batch were read or have failed; these are ready for the first phase."""

    batch_id: str
    ready_essays: list[EssayProcessingInputRefV1]
    failed_essay_ids: list[str] = Field(default_factory=list)
    correlation_id: UUID | None = None


class EssayPhaseCompletedV1(Contract):
    """One essay's part in one phase is settled: with a result, or with an error."""

    batch_id: str
    essay_id: str
    phase_name: PhaseName
    position: int = 0
    run: int = 0
    attempt: int = 0
    status: EssayStatus
    text_storage_id: str
    result_key: str | None = None
    error: ErrorDetail | None = None
    correlation_id: UUID | None = None


class ELSBatchPhaseOutcomeV1(Contract):
    """How a phase of a batch ended. An essay is in exactly one of the two lists.

    Each processed essay comes with the text to be used by the *next* phase. ``position`` and ``run`` say which
    place in the pipeline and which pass over it the outcome belongs to.
    """

    batch_id: str
    phase_name: PhaseName
    phase_status: PhaseStatus
    processed_essays: list[EssayProcessingInputRefV1] = Field(default_factory=list)
    failed_essay_ids: list[str] = Field(default_factory=list)
    correlation_id: UUID | None = None
    position: int = 0
    run: int = 0

    @model_validator(mode="after")
    def _each_essay_once(self) -> Self:
        ids = [ref.essay_id for ref in self.processed_essays] + self.failed_essay_ids
        if len(ids) != len(set(ids)):
            raise ValueError("an essay must be in exactly one of processed_essays and failed_essay_ids, once")
        return self

    @model_validator(mode="after")
    def _status_agrees_with_lists(self) -> Self:
        processed, failed = len(self.processed_essays), len(self.failed_essay_ids)
        agrees = self.phase_status is phase_status_of(processed, failed)
        if not processed and not failed:  # nobody succeeded and nobody failed: either may be said
            agrees = self.phase_status is not PhaseStatus.COMPLETED_WITH_FAILURES
        if not agrees:
            raise ValueError(
                f"phase_status {self.phase_status} contradicts the lists: {processed} processed_essays and "
                f"{failed} failed_essay_ids make it {phase_status_of(processed, failed)}"
            )
        return self


class BatchPhaseSkippedV1(Contract):
    """A phase was not run: its reason is for people."""

    batch_id: str
    phase_name: PhaseName
    position: int = 0
    run: int = 0
    reason: str
    correlation_id: UUID | None = None


class BatchPipelineCompletedV1(Contract):
    """A batch reached a terminal status; the counts are of essays."""

    batch_id: str
    status: BatchStatus
    run: int = 0
    total: int
    successful: int
    failed: int
    correlation_id: UUID | None = None


class BatchOperatorActedV1(Contract):
    """Someone paused, resumed, cancelled, retried, appended to or dropped from a batch."""

    batch_id: str
    action: str
    run: int = 0
    phases: list[PhaseName] = Field(default_factory=list)
    essay_ids: list[str] = Field(default_factory=list)
    correlation_id: UUID | None = None
