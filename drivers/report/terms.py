"""What the engine's closed sets are called for people who have never seen the engine."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from contracts.failures import ErrorCode
from contracts.phases import BatchStatus, PhaseName, PipelineExecutionStatus
from contracts.results.ai_feedback import Trait
from contracts.results.cj_assessment import JudgeKind
from contracts.results.spellcheck import CorrectionKind


def for_translation(text: str) -> str:
    """``text`` as it is: marks a constant that a catalogue must have."""
    return text


_ = for_translation

_PHASES: Final = {
    PhaseName.SPELLCHECK: _("Spelling"),
    PhaseName.CJ_ASSESSMENT: _("Comparison"),
    PhaseName.NLP: _("Measures"),
    PhaseName.AI_FEEDBACK: _("Feedback"),
}
_OUTCOMES: Final = {
    BatchStatus.AWAITING_CONTENT_VALIDATION: _("waits for its essays to be read"),
    BatchStatus.CONTENT_INGESTION_FAILED: _("no essay could be read"),
    BatchStatus.AWAITING_PIPELINE_CONFIGURATION: _("waits for its pipeline"),
    BatchStatus.READY_FOR_PIPELINE_EXECUTION: _("ready to begin"),
    BatchStatus.PROCESSING_PIPELINES: _("still at work"),
    BatchStatus.COMPLETED_SUCCESSFULLY: _("all done"),
    BatchStatus.COMPLETED_WITH_FAILURES: _("done, with failures"),
    BatchStatus.FAILED_CRITICALLY: _("failed: no essay came through"),
    BatchStatus.CANCELLED: _("cancelled"),
    PipelineExecutionStatus.REQUESTED_BY_USER: _("not begun"),
    PipelineExecutionStatus.PENDING_DEPENDENCIES: _("waits for the phase before"),
    PipelineExecutionStatus.DISPATCH_INITIATED: _("begins"),
    PipelineExecutionStatus.IN_PROGRESS: _("still at work"),
    PipelineExecutionStatus.COMPLETED_WITH_PARTIAL_SUCCESS: _("done, with failures"),
    PipelineExecutionStatus.FAILED: _("failed: no essay came through"),
    PipelineExecutionStatus.SKIPPED_DUE_TO_DEPENDENCY_FAILURE: _("skipped: no essay came through the phase before"),
    PipelineExecutionStatus.SKIPPED_BY_USER_CONFIG: _("skipped as asked"),
}
_REASONS: Final = {
    ErrorCode.EMPTY_CONTENT: _("The file is empty"),
    ErrorCode.BINARY_CONTENT: _("The file holds no text"),
    ErrorCode.UNKNOWN_FILE_TYPE: _("This type of file is not read"),
    ErrorCode.FILE_TOO_LARGE: _("The file is too large"),
    ErrorCode.ENCRYPTED_FILE: _("The file has a password"),
    ErrorCode.SCAN_WITHOUT_TEXT: _("The file is a scan without text"),
    ErrorCode.ARCHIVE_BOMB: _("The archive is too large when unpacked"),
    ErrorCode.CORRUPT_FILE: _("The file is damaged"),
    ErrorCode.FILE_UNREADABLE: _("The file could not be opened"),
    ErrorCode.TEXT_NOT_FOUND: _("The text is missing from the store"),
    ErrorCode.TEXT_TOO_LONG: _("The text is too long"),
    ErrorCode.LANGUAGE_NOT_SUPPORTED: _("The language of the text is not supported"),
    ErrorCode.INVALID_SETTINGS: _("A setting is wrong"),
    ErrorCode.SERVICE_UNAVAILABLE: _("A service did not answer"),
    ErrorCode.RATE_LIMITED: _("A service was asked too often"),
    ErrorCode.BUDGET_EXCEEDED: _("The budget is used up"),
    ErrorCode.INVALID_RESPONSE: _("A service gave an unusable answer"),
    ErrorCode.SERVICE_ERROR: _("A service failed"),
    ErrorCode.WORKER_DIED: _("The program died at this essay"),
    ErrorCode.WORK_TIMED_OUT: _("The work took too long"),
    ErrorCode.PHASE_DEADLINE_EXCEEDED: _("The phase ran out of time"),
    ErrorCode.STORE_UNAVAILABLE: _("The store did not answer"),
    ErrorCode.CANCELLED_BY_OPERATOR: _("Somebody cancelled it"),
}
_TRAITS: Final = {
    Trait.COHESION: _("Cohesion"),
    Trait.SYNTAX: _("Syntax"),
    Trait.VOCABULARY: _("Vocabulary"),
    Trait.PHRASEOLOGY: _("Phraseology"),
    Trait.GRAMMAR: _("Grammar"),
    Trait.CONVENTIONS: _("Conventions"),
    Trait.LANGUAGE: _("Language as a whole"),
}
_MISTAKES: Final = {
    CorrectionKind.NON_WORD: _("no word of the language"),
    CorrectionKind.SPLIT_JOIN: _("one word written as two, or two as one"),
    CorrectionKind.REAL_WORD: _("another word was meant"),
}
JUDGES: Final[Mapping[JudgeKind, str]] = MappingProxyType(
    {
        JudgeKind.FEATURES: _("a formula over measured features"),
        JudgeKind.LLM: _("a language model"),
        JudgeKind.PEOPLE: _("people"),
        JudgeKind.PANEL: _("a panel of judges"),
        JudgeKind.NONE: _("nobody"),
    }
)
# What the agreement of a judge with people was measured on, as results name it.
MEASURED_ON: Final = (_("essays of English learners (ELLIPSE)"),)
REASONS: Final[Mapping[str, str]] = MappingProxyType({code.value: text for code, text in _REASONS.items()})
PHASES: Final[Mapping[str, str]] = MappingProxyType({phase.value: text for phase, text in _PHASES.items()})
OUTCOMES: Final[Mapping[str, str]] = MappingProxyType({status.value: text for status, text in _OUTCOMES.items()})
MISTAKES: Final[Mapping[str, str]] = MappingProxyType({kind.value: text for kind, text in _MISTAKES.items()})
TRAITS: Final[Mapping[str, str]] = MappingProxyType({trait.value: text for trait, text in _TRAITS.items()})


def term(terms: Mapping[str, str], value: str) -> str:
    """What ``value`` is called; one that is not known is shown as it is, with spaces."""
    return terms.get(value) or value.replace("_", " ").lower()
