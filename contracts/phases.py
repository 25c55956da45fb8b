"""Statuses and the phase table, the only place that spells out the names of a phase's statuses.

The built-in phases are written out, so that a type checker knows them. A phase that a package or a script brings has
its name and its four statuses made when it is added (``contracts/phase_registry.py`` says how it is found): from then
on ``PhaseName("translation")`` and ``EssayStatus("translation_success")`` are one object each, as members are, and it
stands in ``PHASE_TABLE``. Iterating over an enum gives what is written out; iterate over ``PHASE_TABLE`` for all.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from contracts.errors import EssayPipelinesError


class InvalidPhase(EssayPipelinesError, ValueError):
    """A phase that cannot be added: its name is taken or malformed, or its definition contradicts itself."""


class EssayStatus(StrEnum):
    """The status of one essay. Every member is a state of the essay's state machine."""

    UPLOADED = "uploaded"
    TEXT_EXTRACTED = "text_extracted"
    CONTENT_INGESTING = "content_ingesting"
    CONTENT_INGESTION_FAILED = "content_ingestion_failed"
    READY_FOR_PROCESSING = "ready_for_processing"

    AWAITING_SPELLCHECK = "awaiting_spellcheck"
    SPELLCHECKING_IN_PROGRESS = "spellchecking_in_progress"
    SPELLCHECKED_SUCCESS = "spellchecked_success"
    SPELLCHECK_FAILED = "spellcheck_failed"

    AWAITING_NLP = "awaiting_nlp"
    NLP_IN_PROGRESS = "nlp_processing_in_progress"
    NLP_SUCCESS = "nlp_success"
    NLP_FAILED = "nlp_failed"

    AWAITING_AI_FEEDBACK = "awaiting_ai_feedback"
    AI_FEEDBACK_IN_PROGRESS = "ai_feedback_processing_in_progress"
    AI_FEEDBACK_SUCCESS = "ai_feedback_success"
    AI_FEEDBACK_FAILED = "ai_feedback_failed"

    AWAITING_CJ_ASSESSMENT = "awaiting_cj_assessment"
    CJ_ASSESSMENT_IN_PROGRESS = "cj_assessment_processing_in_progress"
    CJ_ASSESSMENT_SUCCESS = "cj_assessment_success"
    CJ_ASSESSMENT_FAILED = "cj_assessment_failed"

    ALL_PROCESSING_COMPLETED = "all_processing_completed"
    ESSAY_CRITICAL_FAILURE = "essay_critical_failure"

    @classmethod
    def _missing_(cls, value: object) -> "EssayStatus | None":
        """Find a status of an added phase."""
        from contracts.added_phases import status_found  # noqa: PLC0415  (it is made of these enums)

        return status_found(value) if isinstance(value, str) else None

    def __reduce_ex__(self, protocol: Any) -> tuple[Any, ...]:
        if self._name_ in EssayStatus._member_map_:
            return EssayStatus, (self.value,)
        from contracts.added_phases import reduced_status  # noqa: PLC0415  (it is made of these enums)

        return reduced_status(self)


class BatchStatus(StrEnum):
    """The status of a batch. The last four are terminal, and so is ``content_ingestion_failed``."""

    AWAITING_CONTENT_VALIDATION = "awaiting_content_validation"
    CONTENT_INGESTION_FAILED = "content_ingestion_failed"
    AWAITING_PIPELINE_CONFIGURATION = "awaiting_pipeline_configuration"
    READY_FOR_PIPELINE_EXECUTION = "ready_for_pipeline_execution"
    PROCESSING_PIPELINES = "processing_pipelines"
    COMPLETED_SUCCESSFULLY = "completed_successfully"
    COMPLETED_WITH_FAILURES = "completed_with_failures"
    FAILED_CRITICALLY = "failed_critically"
    CANCELLED = "cancelled"

    @property
    def is_terminal(self) -> bool:
        """Whether nothing more will happen to the batch unless an operator asks for it."""
        return self in _TERMINAL


_TERMINAL: Final = frozenset(
    {
        BatchStatus.CONTENT_INGESTION_FAILED,
        BatchStatus.COMPLETED_SUCCESSFULLY,
        BatchStatus.COMPLETED_WITH_FAILURES,
        BatchStatus.FAILED_CRITICALLY,
        BatchStatus.CANCELLED,
    }
)


class PhaseName(StrEnum):
    """The name of a phase."""

    SPELLCHECK = "spellcheck"
    AI_FEEDBACK = "ai_feedback"
    CJ_ASSESSMENT = "cj_assessment"
    NLP = "nlp"

    @classmethod
    def _missing_(cls, value: object) -> "PhaseName | None":
        """Find an added phase."""
        from contracts.phase_registry import found  # noqa: PLC0415  (its models are made of these enums)

        return found(value) if isinstance(value, str) else None

    def __reduce_ex__(self, protocol: Any) -> tuple[Any, ...]:
        if self._name_ in PhaseName._member_map_:
            return PhaseName, (self.value,)
        from contracts.added_phases import reduced_phase  # noqa: PLC0415  (it is made of these enums)

        return reduced_phase(self)


class PhaseStatus(StrEnum):
    """How a phase of a batch ended: upper case on the wire, read in either case."""

    COMPLETED_SUCCESSFULLY = "COMPLETED_SUCCESSFULLY"
    COMPLETED_WITH_FAILURES = "COMPLETED_WITH_FAILURES"
    FAILED_CRITICALLY = "FAILED_CRITICALLY"

    @classmethod
    def _missing_(cls, value: object) -> "PhaseStatus | None":
        return cls.__members__.get(value.upper()) if isinstance(value, str) else None


def phase_status_of(successes: int, failures: int) -> PhaseStatus:
    """How a phase ended, given its counts: no essay failed, some did, or none succeeded."""
    if not failures:
        return PhaseStatus.COMPLETED_SUCCESSFULLY
    return PhaseStatus.COMPLETED_WITH_FAILURES if successes else PhaseStatus.FAILED_CRITICALLY


class PipelineExecutionStatus(StrEnum):
    """The status of one phase of a batch's pipeline."""

    REQUESTED_BY_USER = "requested_by_user"
    PENDING_DEPENDENCIES = "pending_dependencies"
    DISPATCH_INITIATED = "dispatch_initiated"
    IN_PROGRESS = "in_progress"
    COMPLETED_SUCCESSFULLY = "completed_successfully"
    COMPLETED_WITH_PARTIAL_SUCCESS = "completed_with_partial_success"
    FAILED = "failed"
    SKIPPED_DUE_TO_DEPENDENCY_FAILURE = "skipped_due_to_dependency_failure"
    SKIPPED_BY_USER_CONFIG = "skipped_by_user_config"
    CANCELLED = "cancelled"


class ContentType(StrEnum):
    """The kind of a stored text or document."""

    ORIGINAL_ESSAY = "original_essay"
    CORRECTED_TEXT = "corrected_text"
    PROCESSING_LOG = "processing_log"
    NLP_METRICS_JSON = "nlp_metrics_json"
    STUDENT_FACING_AI_FEEDBACK_TEXT = "student_facing_ai_feedback_text"
    AI_DETAILED_ANALYSIS_JSON = "ai_detailed_analysis_json"
    CJ_RESULTS_JSON = "cj_results_json"


class PhaseScope(StrEnum):
    """Whether a phase works on one essay at a time, or on all essays of the batch together."""

    ESSAY = "essay"
    COHORT = "cohort"


@dataclass(frozen=True, slots=True)
class PhaseRow:
    """One row of the phase table: a phase's four essay statuses and its scope."""

    awaiting: EssayStatus
    in_progress: EssayStatus
    success: EssayStatus
    failed: EssayStatus
    scope: PhaseScope = PhaseScope.ESSAY

    @property
    def statuses(self) -> tuple[EssayStatus, EssayStatus, EssayStatus, EssayStatus]:
        """The four statuses, in order."""
        return self.awaiting, self.in_progress, self.success, self.failed


ROWS: Final[dict[PhaseName, PhaseRow]] = {
    PhaseName.SPELLCHECK: PhaseRow(
        EssayStatus.AWAITING_SPELLCHECK,
        EssayStatus.SPELLCHECKING_IN_PROGRESS,
        EssayStatus.SPELLCHECKED_SUCCESS,
        EssayStatus.SPELLCHECK_FAILED,
    ),
    PhaseName.AI_FEEDBACK: PhaseRow(
        EssayStatus.AWAITING_AI_FEEDBACK,
        EssayStatus.AI_FEEDBACK_IN_PROGRESS,
        EssayStatus.AI_FEEDBACK_SUCCESS,
        EssayStatus.AI_FEEDBACK_FAILED,
    ),
    PhaseName.CJ_ASSESSMENT: PhaseRow(
        EssayStatus.AWAITING_CJ_ASSESSMENT,
        EssayStatus.CJ_ASSESSMENT_IN_PROGRESS,
        EssayStatus.CJ_ASSESSMENT_SUCCESS,
        EssayStatus.CJ_ASSESSMENT_FAILED,
        PhaseScope.COHORT,
    ),
    PhaseName.NLP: PhaseRow(
        EssayStatus.AWAITING_NLP,
        EssayStatus.NLP_IN_PROGRESS,
        EssayStatus.NLP_SUCCESS,
        EssayStatus.NLP_FAILED,
    ),
}
PHASE_TABLE: Final[Mapping[PhaseName, PhaseRow]] = MappingProxyType(ROWS)
"""The row of every phase that this process knows: the built-in ones, then those that were added."""
