"""The commands that start a phase of a batch, one per phase."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final
from uuid import UUID

from pydantic import Field

from contracts.base import Contract
from contracts.phases import PhaseName
from contracts.refs import EssayProcessingInputRefV1
from contracts.registration import LANGUAGE_PATTERN


class InitiateCommandData(Contract):
    """The fields of every phase's command: the essays to work on (at least one) and their language.

    ``position`` is the phase's place in the pipeline, counted from 0. ``run`` is the pass over the pipeline: 0, then
    one more with each retry or extension. With them, an essay can tell a late command from a new one.
    ``correlation_id`` is that of the pass.
    """

    batch_id: str = Field(min_length=1)
    essays_to_process: list[EssayProcessingInputRefV1] = Field(min_length=1)
    language: str = Field(default="en", pattern=LANGUAGE_PATTERN)
    position: int = Field(default=0, ge=0)
    run: int = Field(default=0, ge=0)
    correlation_id: UUID | None = None


class BatchServiceSpellcheckInitiateCommandDataV1(InitiateCommandData):
    """Check the spelling of these essays."""


class _WithAssignment(InitiateCommandData):
    essay_instructions: str = ""
    course_code: str = ""
    class_designation: str = ""


class BatchServiceAIFeedbackInitiateCommandDataV1(_WithAssignment):
    """Write feedback on these essays."""


class BatchServiceCJAssessmentInitiateCommandDataV1(_WithAssignment):
    """Compare these essays with each other."""


class BatchServiceNLPInitiateCommandDataV1(InitiateCommandData):
    """Measure the language of these essays."""


class BatchServicePhaseInitiateCommandDataV1(_WithAssignment):
    """Start a phase that has no command model of its own on these essays."""

    phase_name: PhaseName


PHASE_COMMANDS: Final[Mapping[PhaseName, type[InitiateCommandData]]] = MappingProxyType(
    {
        PhaseName.SPELLCHECK: BatchServiceSpellcheckInitiateCommandDataV1,
        PhaseName.AI_FEEDBACK: BatchServiceAIFeedbackInitiateCommandDataV1,
        PhaseName.CJ_ASSESSMENT: BatchServiceCJAssessmentInitiateCommandDataV1,
        PhaseName.NLP: BatchServiceNLPInitiateCommandDataV1,
    }
)


def command_model_of(phase: PhaseName) -> type[InitiateCommandData]:
    """The model of a phase's command: its own, or the generic one with the field ``phase_name``."""
    return PHASE_COMMANDS.get(phase, BatchServicePhaseInitiateCommandDataV1)
