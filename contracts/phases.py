"""Statuses and the phase table: the one place that spells what a phase's statuses are called.

The built-in phases are written out, so that a type checker knows them. A phase that a package or a script brings has
its name and its four statuses made when it is added (``contracts/phase_registry.py`` says how it is found): from then
on ``PhaseName("translation")`` and ``EssayStatus("translation_success")`` are one object each, as members are, and it
stands in ``PHASE_TABLE``. Iterating over an enum gives what is written out; iterate over ``PHASE_TABLE`` for all.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from threading import Lock
from types import MappingProxyType
from typing import Any, Final, TypeVar

from contracts.errors import EssayPipelinesError


class InvalidPhase(EssayPipelinesError, ValueError):
    """A phase that cannot be added: its name is taken or malformed, or its definition contradicts itself."""


class EssayStatus(StrEnum):
    """Where one essay stands. Every member is a state of the essay machine."""

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
        """One of the four statuses of a phase that is not written out here."""
        found = _STATUS_OF_A_PHASE.fullmatch(value) if isinstance(value, str) else None
        if found is None or PhaseName._missing_(found[1] or found[2]) is None:
            return None
        return cls._value2member_map_.get(value)  # type: ignore[return-value]

    def __reduce_ex__(self, protocol: Any) -> tuple[Any, ...]:
        phase = _PHASE_OF_STATUS.get(self)
        return (EssayStatus, (self.value,)) if phase is None else (_status_of, (phase, self.value))


class BatchStatus(StrEnum):
    """Where a batch stands; the last four are terminal, and so is ``content_ingestion_failed``."""

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
        """True when nothing more will happen to the batch unless an operator asks for it."""
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
    """A kind of work that a pipeline may ask for."""

    SPELLCHECK = "spellcheck"
    AI_FEEDBACK = "ai_feedback"
    CJ_ASSESSMENT = "cj_assessment"
    NLP = "nlp"

    @classmethod
    def _missing_(cls, value: object) -> "PhaseName | None":
        """A phase that is not written out here."""
        from contracts.phase_registry import found  # noqa: PLC0415  (its models are made of these enums)

        return found(value) if isinstance(value, str) else None

    def __reduce_ex__(self, protocol: Any) -> tuple[Any, ...]:
        return (
            (PhaseName, (self.value,)) if self in _WRITTEN_OUT else (_phase_of, (self.value, PHASE_TABLE[self].scope))
        )


class PhaseStatus(StrEnum):
    """How a phase of a batch ended: upper case on the wire, read in either case."""

    COMPLETED_SUCCESSFULLY = "COMPLETED_SUCCESSFULLY"
    COMPLETED_WITH_FAILURES = "COMPLETED_WITH_FAILURES"
    FAILED_CRITICALLY = "FAILED_CRITICALLY"

    @classmethod
    def _missing_(cls, value: object) -> "PhaseStatus | None":
        return cls.__members__.get(value.upper()) if isinstance(value, str) else None


def phase_status_of(successes: int, failures: int) -> PhaseStatus:
    """How a phase ended, from its counts: nobody failed, some did, or nobody succeeded."""
    if not failures:
        return PhaseStatus.COMPLETED_SUCCESSFULLY
    return PhaseStatus.COMPLETED_WITH_FAILURES if successes else PhaseStatus.FAILED_CRITICALLY


class PipelineExecutionStatus(StrEnum):
    """Where one phase of a batch's pipeline stands."""

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
    """What a stored text or document is."""

    ORIGINAL_ESSAY = "original_essay"
    CORRECTED_TEXT = "corrected_text"
    PROCESSING_LOG = "processing_log"
    NLP_METRICS_JSON = "nlp_metrics_json"
    STUDENT_FACING_AI_FEEDBACK_TEXT = "student_facing_ai_feedback_text"
    AI_DETAILED_ANALYSIS_JSON = "ai_detailed_analysis_json"
    CJ_RESULTS_JSON = "cj_results_json"


class PhaseScope(StrEnum):
    """What a phase's work is about: one essay at a time, or all essays of the batch together."""

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
        """All four."""
        return self.awaiting, self.in_progress, self.success, self.failed


_TABLE: Final[dict[PhaseName, PhaseRow]] = {
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
PHASE_TABLE: Final[Mapping[PhaseName, PhaseRow]] = MappingProxyType(_TABLE)
"""Every phase that this process knows: the built-in ones, then those that were added."""

_WRITTEN_OUT: Final = frozenset(_TABLE)
_PHASE_OF_STATUS: Final[dict[EssayStatus, PhaseName]] = {}  # of the phases that were added
_CHANGING: Final = Lock()

_NAME: Final = re.compile(r"(?!awaiting_)[a-z][a-z0-9_]{0,62}")
_STATUS_OF_A_PHASE: Final = re.compile(r"awaiting_(.+)|(.+)_(?:in_progress|success|failed)")
_NO_NAMES: Final = frozenset({"phases"})  # it stands beside phases in settings
_E = TypeVar("_E", bound=StrEnum)


def add_phase(name: str, scope: PhaseScope) -> PhaseName:
    """Make a phase known: its name, its four statuses and its row. Of one that is known, the scope may change.

    Raises:
        InvalidPhase: the name is malformed, or one of its statuses would be that of something else.
    """
    with _CHANGING:
        phase = PhaseName._value2member_map_.get(name)
        if phase in _WRITTEN_OUT:
            raise InvalidPhase(f"{name!r} is a phase of this program: a phase of your own needs another name")
        if not isinstance(phase, PhaseName):
            phase = _member(PhaseName, _checked_name(name))
        if (row := _TABLE.get(phase)) is None or row.scope is not scope:
            awaiting, in_progress, success, failed = (_member(EssayStatus, value) for value in _status_values(name))
            _TABLE[phase] = row = PhaseRow(awaiting, in_progress, success, failed, scope)
            _PHASE_OF_STATUS.update(dict.fromkeys(row.statuses, phase))
        return phase


def remove_phase(phase: PhaseName) -> None:
    """Make an added phase unknown again: for tests, which share a process."""
    with _CHANGING:
        for status in _TABLE.pop(phase).statuses:
            del EssayStatus._value2member_map_[status.value], _PHASE_OF_STATUS[status]
        del PhaseName._value2member_map_[phase.value]


def _checked_name(name: str) -> str:
    if not _NAME.fullmatch(name) or name in _NO_NAMES:
        raise InvalidPhase(
            f"a phase cannot be called {name!r}: use at most 63 lower-case letters, digits and underscores, a letter "
            f"first, and neither {', '.join(map(repr, sorted(_NO_NAMES)))} nor what begins with 'awaiting_'"
        )
    if taken := [value for value in _status_values(name) if value in EssayStatus._value2member_map_]:
        raise InvalidPhase(f"a phase cannot be called {name!r}: {', '.join(taken)} is an essay's status already")
    return name


def _status_values(name: str) -> tuple[str, str, str, str]:
    return f"awaiting_{name}", f"{name}_in_progress", f"{name}_success", f"{name}_failed"


def _member(enum: type[_E], value: str) -> _E:
    member: _E = _made(enum, value)
    enum._value2member_map_[value] = member
    return member


@cache  # one object for good: who has it may hold on to it while the phase is forgotten and added again
def _made(enum: type[_E], value: str) -> _E:
    """As ``enum.Flag`` makes members that are not written out."""
    member = str.__new__(enum, value)
    member._name_, member._value_ = value.upper(), value
    return member


def _phase_of(name: str, scope: PhaseScope) -> PhaseName:
    """Unpickle a phase that was added where it comes from; it may be news here."""
    known = PhaseName._value2member_map_.get(name)
    return known if isinstance(known, PhaseName) else add_phase(name, scope)


def _status_of(_phase: PhaseName, value: str) -> EssayStatus:
    """Unpickle a status after its phase."""
    return EssayStatus(value)
