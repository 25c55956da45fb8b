"""The commands by which a phase of a batch is begun, one per phase."""

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
    """What every phase's command has: the essays to work on (never none) and their language.

    ``position`` is the phase's place in the pipeline and ``run`` the pass over it (0, then one more each time an
    operator has it run again), so that an essay can tell a late command from a new one. ``correlation_id`` is that
    of the pass.
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
    """Begin, with these essays, a phase that has no command of its own."""

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
    """The model of a phase's command: its own, or the one that says which phase it is about."""
    return PHASE_COMMANDS.get(phase, BatchServicePhaseInitiateCommandDataV1)
