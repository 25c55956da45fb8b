"""The essay machine's triggers: named constants whose value is their name, and a lookup by phase."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from contracts.phases import PHASE_TABLE, PhaseName

CMD_INITIATE_SPELLCHECK: Final = "CMD_INITIATE_SPELLCHECK"
EVT_SPELLCHECK_STARTED: Final = "EVT_SPELLCHECK_STARTED"
EVT_SPELLCHECK_SUCCEEDED: Final = "EVT_SPELLCHECK_SUCCEEDED"
EVT_SPELLCHECK_FAILED: Final = "EVT_SPELLCHECK_FAILED"
CMD_RETRY_SPELLCHECK: Final = "CMD_RETRY_SPELLCHECK"

CMD_INITIATE_AI_FEEDBACK: Final = "CMD_INITIATE_AI_FEEDBACK"
EVT_AI_FEEDBACK_STARTED: Final = "EVT_AI_FEEDBACK_STARTED"
EVT_AI_FEEDBACK_SUCCEEDED: Final = "EVT_AI_FEEDBACK_SUCCEEDED"
EVT_AI_FEEDBACK_FAILED: Final = "EVT_AI_FEEDBACK_FAILED"
CMD_RETRY_AI_FEEDBACK: Final = "CMD_RETRY_AI_FEEDBACK"

CMD_INITIATE_CJ_ASSESSMENT: Final = "CMD_INITIATE_CJ_ASSESSMENT"
EVT_CJ_ASSESSMENT_STARTED: Final = "EVT_CJ_ASSESSMENT_STARTED"
EVT_CJ_ASSESSMENT_SUCCEEDED: Final = "EVT_CJ_ASSESSMENT_SUCCEEDED"
EVT_CJ_ASSESSMENT_FAILED: Final = "EVT_CJ_ASSESSMENT_FAILED"
CMD_RETRY_CJ_ASSESSMENT: Final = "CMD_RETRY_CJ_ASSESSMENT"

CMD_INITIATE_NLP: Final = "CMD_INITIATE_NLP"
EVT_NLP_STARTED: Final = "EVT_NLP_STARTED"
EVT_NLP_SUCCEEDED: Final = "EVT_NLP_SUCCEEDED"
EVT_NLP_FAILED: Final = "EVT_NLP_FAILED"
CMD_RETRY_NLP: Final = "CMD_RETRY_NLP"

CMD_MARK_PIPELINE_COMPLETE: Final = "CMD_MARK_PIPELINE_COMPLETE"
CMD_REOPEN: Final = "CMD_REOPEN"
EVT_CRITICAL_FAILURE: Final = "EVT_CRITICAL_FAILURE"


@dataclass(frozen=True, slots=True)
class PhaseTriggers:
    """The five triggers of one phase."""

    initiate: str
    started: str
    succeeded: str
    failed: str
    retry: str


@cache
def triggers_of(phase: str) -> PhaseTriggers:
    """The triggers of ``phase``, by the naming pattern of the contract."""
    name = phase.upper()
    return PhaseTriggers(
        initiate=f"CMD_INITIATE_{name}",
        started=f"EVT_{name}_STARTED",
        succeeded=f"EVT_{name}_SUCCEEDED",
        failed=f"EVT_{name}_FAILED",
        retry=f"CMD_RETRY_{name}",
    )


class _TriggersByPhase(Mapping[PhaseName, PhaseTriggers]):
    """A mapping by phase that follows the phase table."""

    def __getitem__(self, phase: PhaseName) -> PhaseTriggers:
        if phase not in PHASE_TABLE:
            raise KeyError(phase)
        return triggers_of(phase)

    def __iter__(self) -> Iterator[PhaseName]:
        return iter(PHASE_TABLE)

    def __len__(self) -> int:
        return len(PHASE_TABLE)


PHASE_TRIGGERS: Final[Mapping[PhaseName, PhaseTriggers]] = _TriggersByPhase()
