"""All events, in one table: the topic, the payload model and the meaning of each."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final, NamedTuple

from contracts.base import Contract
from contracts.commands import (
    BatchServicePhaseInitiateCommandDataV1,
    InitiateCommandData,
    command_model_of,
)
from contracts.event_payloads import (
    BatchEssaysReadyV1,
    BatchEssaysRegisteredV1,
    BatchOperatorActedV1,
    BatchPhaseSkippedV1,
    BatchPipelineCompletedV1,
    CohortPhaseCompletedV1,
    CohortPhaseFailedV1,
    CohortPhaseRequestedV1,
    ELSBatchPhaseOutcomeV1,
    EssayContentProvisionedV1,
    EssayPhaseCompletedV1,
    EssayValidationFailedV1,
)
from contracts.phases import PhaseName


class ProcessingEvent(StrEnum):
    """The name of every event, including the commands that are published as events."""

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


class EventRow(NamedTuple):
    """A row of the table of events.

    ``payload`` is None for an event of other systems that this engine does not publish; ``remark`` says why.
    ``phase`` is set if the event belongs to a single phase.
    """

    topic: str
    payload: type[Contract] | None
    sentence: str
    remark: str = ""
    phase: PhaseName | None = None


def _command(phase: PhaseName, topic: str) -> EventRow:
    sentence = f"The {phase} phase of a batch is to begin."
    return EventRow(topic, command_model_of(phase), sentence, phase=phase)


def _settled(phase: PhaseName, topic: str) -> EventRow:
    sentence = f"An essay's part in the {phase} phase is settled: with a result, or with an error."
    return EventRow(topic, EssayPhaseCompletedV1, sentence, phase=phase)


_BY_COMMAND: Final = (
    "Not published: the batch's command names all its essays with their texts, and an actor's message takes each to "
    "its worker; an event for each as well would double the log."
)

EVENTS: Final[Mapping[ProcessingEvent, EventRow]] = MappingProxyType(
    {
        ProcessingEvent.BATCH_ESSAYS_REGISTERED: EventRow(
            "huleedu.batch.essays.registered.v1", BatchEssaysRegisteredV1, "A batch was registered."
        ),
        ProcessingEvent.ESSAY_CONTENT_PROVISIONED: EventRow(
            "huleedu.file.essay.content.provisioned.v1",
            EssayContentProvisionedV1,
            "An essay's text was read and stored.",
        ),
        ProcessingEvent.ESSAY_VALIDATION_FAILED: EventRow(
            "huleedu.file.essay.validation.failed.v1", EssayValidationFailedV1, "An essay could not be read."
        ),
        ProcessingEvent.BATCH_ESSAYS_READY: EventRow(
            "huleedu.els.batch.essays.ready.v1",
            BatchEssaysReadyV1,
            "All essays were read or have failed: the first phase can begin.",
        ),
        ProcessingEvent.BATCH_SPELLCHECK_INITIATE_COMMAND: _command(
            PhaseName.SPELLCHECK, "huleedu.els.spellcheck.initiate.command.v1"
        ),
        ProcessingEvent.BATCH_CJ_ASSESSMENT_INITIATE_COMMAND: _command(
            PhaseName.CJ_ASSESSMENT, "huleedu.batch.cj_assessment.initiate.command.v1"
        ),
        ProcessingEvent.BATCH_AI_FEEDBACK_INITIATE_COMMAND: _command(
            PhaseName.AI_FEEDBACK, "huleedu.batch.ai_feedback.initiate.command.v1"
        ),
        ProcessingEvent.BATCH_NLP_INITIATE_COMMAND: _command(PhaseName.NLP, "huleedu.batch.nlp.initiate.command.v1"),
        ProcessingEvent.BATCH_PHASE_INITIATE_COMMAND: EventRow(
            "huleedu.batch.phase.initiate.command.v1",
            BatchServicePhaseInitiateCommandDataV1,
            "A phase of a batch is to begin that has no event of its own.",
        ),
        ProcessingEvent.ESSAY_SPELLCHECK_REQUESTED: EventRow(
            "huleedu.essay.spellcheck.requested.v1", None, "An essay is to be spellchecked.", _BY_COMMAND
        ),
        ProcessingEvent.ESSAY_SPELLCHECK_COMPLETED: _settled(
            PhaseName.SPELLCHECK, "huleedu.essay.spellcheck.completed.v1"
        ),
        ProcessingEvent.ELS_CJ_ASSESSMENT_REQUESTED: EventRow(
            "huleedu.els.cj_assessment.requested.v1",
            CohortPhaseRequestedV1,
            "Essays are to be compared with each other.",
        ),
        ProcessingEvent.CJ_ASSESSMENT_COMPLETED: EventRow(
            "huleedu.cj_assessment.completed.v1", CohortPhaseCompletedV1, "Essays were compared with each other."
        ),
        ProcessingEvent.CJ_ASSESSMENT_FAILED: EventRow(
            "huleedu.cj_assessment.failed.v1", CohortPhaseFailedV1, "Essays could not be compared with each other."
        ),
        ProcessingEvent.ESSAY_CJ_ASSESSMENT_COMPLETED: _settled(
            PhaseName.CJ_ASSESSMENT, "huleedu.essay.cj_assessment.completed.v1"
        ),
        ProcessingEvent.ESSAY_NLP_COMPLETED: _settled(PhaseName.NLP, "huleedu.essay.nlp.completed.v1"),
        ProcessingEvent.ESSAY_AIFEEDBACK_COMPLETED: _settled(
            PhaseName.AI_FEEDBACK, "huleedu.essay.aifeedback.completed.v1"
        ),
        ProcessingEvent.ESSAY_PHASE_COMPLETED: EventRow(
            "huleedu.essay.phase.completed.v1",
            EssayPhaseCompletedV1,
            "An essay's part is settled in a phase that has no event of its own.",
        ),
        ProcessingEvent.ELS_BATCH_PHASE_OUTCOME: EventRow(
            "huleedu.els.batch_phase.outcome.v1", ELSBatchPhaseOutcomeV1, "A phase of a batch has ended."
        ),
        ProcessingEvent.BATCH_PHASE_SKIPPED: EventRow(
            "huleedu.batch.phase.skipped.v1", BatchPhaseSkippedV1, "A phase was not run, for a reason."
        ),
        ProcessingEvent.BATCH_PIPELINE_COMPLETED: EventRow(
            "huleedu.batch.pipeline.completed.v1", BatchPipelineCompletedV1, "A batch has ended."
        ),
        ProcessingEvent.BATCH_OPERATOR_ACTED: EventRow(
            "huleedu.batch.operator.acted.v1",
            BatchOperatorActedV1,
            "Somebody paused, resumed, cancelled, retried, extended, appended to or dropped from a batch.",
        ),
    }
)

TOPICS: Final[Mapping[ProcessingEvent, str]] = MappingProxyType({event: row.topic for event, row in EVENTS.items()})
_ROWS_OF_TOPICS: Final[Mapping[str, EventRow]] = {row.topic: row for row in EVENTS.values()}


def _by_phase(payload: type[Contract]) -> Mapping[PhaseName, ProcessingEvent]:
    """The events with this kind of payload that belong to a single phase, by phase."""
    return MappingProxyType(
        {
            row.phase: event
            for event, row in EVENTS.items()
            if row.phase is not None and row.payload is not None and issubclass(row.payload, payload)
        }
    )


COMMAND_EVENTS: Final = _by_phase(InitiateCommandData)
COMPLETED_EVENTS: Final = _by_phase(EssayPhaseCompletedV1)


class CohortEvents(NamedTuple):
    """The events that a cohort phase publishes about the cohort as a whole."""

    requested: ProcessingEvent
    completed: ProcessingEvent
    failed: ProcessingEvent


COHORT_EVENTS: Final[Mapping[PhaseName, CohortEvents]] = MappingProxyType(
    {
        PhaseName.CJ_ASSESSMENT: CohortEvents(
            ProcessingEvent.ELS_CJ_ASSESSMENT_REQUESTED,
            ProcessingEvent.CJ_ASSESSMENT_COMPLETED,
            ProcessingEvent.CJ_ASSESSMENT_FAILED,
        )
    }
)


def command_event_of(phase: PhaseName) -> ProcessingEvent:
    """The event that publishes a phase's command."""
    return COMMAND_EVENTS.get(phase, ProcessingEvent.BATCH_PHASE_INITIATE_COMMAND)


def completed_event_of(phase: PhaseName) -> ProcessingEvent:
    """The event that publishes that an essay has finished a phase."""
    return COMPLETED_EVENTS.get(phase, ProcessingEvent.ESSAY_PHASE_COMPLETED)


def topic_name(event: ProcessingEvent) -> str:
    """The topic under which ``event`` is published.

    Raises:
        ValueError: the event has no topic; the message names it and lists those that have one.
    """
    try:
        return EVENTS[event].topic
    except (KeyError, TypeError):
        mapped = ", ".join(member.name for member in EVENTS)
        raise ValueError(f"no topic is mapped for event {event!r}; mapped are: {mapped}") from None


def event_row_of(topic: str) -> EventRow | None:
    """The row of the event with this topic; None if there is none."""
    return _ROWS_OF_TOPICS.get(topic)


def payload_model_of(topic: str) -> type[Contract] | None:
    """The payload model of events with this topic; None if this engine publishes nothing under it."""
    row = event_row_of(topic)
    return row.payload if row is not None else None


def is_about_batches(topic: str) -> bool:
    """Whether events of this topic are always about a batch as a whole, never about one essay."""
    payload = payload_model_of(topic)
    return payload is not None and "essay_id" not in payload.model_fields


def unknown_topics(topics: Iterable[str]) -> list[str]:
    """The topics under which nothing is ever published, which are probably misspelt."""
    return sorted(topic for topic in set(topics) if payload_model_of(topic) is None)
