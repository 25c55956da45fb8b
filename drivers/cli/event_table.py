"""What every event says, and what it carries: for the reference, and to tell a batch's history."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

from pydantic import BaseModel

from contracts.commands import InitiateCommandData, command_model_of
from contracts.event_payloads import (
    BatchEssaysReadyV1,
    BatchEssaysRegisteredV1,
    BatchOperatorActedV1,
    BatchPhaseSkippedV1,
    BatchPipelineCompletedV1,
    ELSBatchPhaseOutcomeV1,
    EssayContentProvisionedV1,
    EssayPhaseCompletedV1,
    EssayValidationFailedV1,
)
from contracts.events import COMMAND_EVENTS, COMPLETED_EVENTS, TOPICS, ProcessingEvent


class Described(NamedTuple):
    """One event. ``payload`` None: a name that other systems speak, under which this engine publishes nothing."""

    said: str
    payload: type[BaseModel] | None


_OTHERS: Final = "Spoken by other systems of this family; this engine does not publish it."

EVENTS: Final[Mapping[ProcessingEvent, Described]] = MappingProxyType(
    {
        ProcessingEvent.BATCH_ESSAYS_REGISTERED: Described("A batch was registered.", BatchEssaysRegisteredV1),
        ProcessingEvent.ESSAY_CONTENT_PROVISIONED: Described(
            "An essay's text was read and stored.", EssayContentProvisionedV1
        ),
        ProcessingEvent.ESSAY_VALIDATION_FAILED: Described("An essay could not be read.", EssayValidationFailedV1),
        ProcessingEvent.BATCH_ESSAYS_READY: Described(
            "All essays were read or have failed: the first phase can begin.", BatchEssaysReadyV1
        ),
        **{
            event: Described(f"The {phase} phase of a batch is to begin.", command_model_of(phase))
            for phase, event in COMMAND_EVENTS.items()
        },
        ProcessingEvent.BATCH_PHASE_INITIATE_COMMAND: Described(
            "A phase of a batch is to begin that has no event of its own.", InitiateCommandData
        ),
        **{
            event: Described(
                f"An essay's part in the {phase} phase is settled: with a result, or with an error.",
                EssayPhaseCompletedV1,
            )
            for phase, event in COMPLETED_EVENTS.items()
        },
        ProcessingEvent.ESSAY_PHASE_COMPLETED: Described(
            "An essay's part is settled in a phase that has no event of its own.", EssayPhaseCompletedV1
        ),
        ProcessingEvent.ELS_BATCH_PHASE_OUTCOME: Described("A phase of a batch has ended.", ELSBatchPhaseOutcomeV1),
        ProcessingEvent.BATCH_PHASE_SKIPPED: Described("A phase was not run, for a reason.", BatchPhaseSkippedV1),
        ProcessingEvent.BATCH_PIPELINE_COMPLETED: Described("A batch has ended.", BatchPipelineCompletedV1),
        ProcessingEvent.BATCH_OPERATOR_ACTED: Described(
            "Somebody paused, resumed, cancelled, retried, ran further, appended to or dropped from a batch.",
            BatchOperatorActedV1,
        ),
        ProcessingEvent.ESSAY_SPELLCHECK_REQUESTED: Described(_OTHERS, None),
        ProcessingEvent.ELS_CJ_ASSESSMENT_REQUESTED: Described(_OTHERS, None),
        ProcessingEvent.CJ_ASSESSMENT_COMPLETED: Described(_OTHERS, None),
        ProcessingEvent.CJ_ASSESSMENT_FAILED: Described(_OTHERS, None),
    }
)

EVENT_OF_TOPIC: Final[Mapping[str, ProcessingEvent]] = MappingProxyType(
    {topic: event for event, topic in TOPICS.items()}
)
