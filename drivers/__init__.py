"""The public API: everything that a driver script needs is imported from here.

Example:
    >>> from drivers import Engine
    >>> with Engine.open("sqlite:///school.db", runtime="local") as engine:
    ...     batch = engine.submit("class-8b", "essays/", pipeline="spellcheck,cj_assessment")
    ...     for event in batch.events(follow=True):
    ...         print(event.event_type, event.data)
    ...     for essay in batch.result().failed:
    ...         print(essay.essay_id, essay.failure.message)

Each name is imported when it is first used, so ``import drivers`` itself is fast.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from actors.phases.registry import InvalidService
    from actors.phases.service import (
        CohortItem,
        CohortProducts,
        CohortService,
        EssayService,
        EssayTask,
        PhaseSettings,
        PhaseWorkError,
        Product,
        Round,
    )
    from actors.runtime.runtime import RuntimeUnavailableError, StalledError
    from actors.stores.store import BatchSummary, StoreError, StoreInUseError, StoreUnavailableError
    from contracts.envelope import EventEnvelope
    from contracts.errors import EssayPipelinesError
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
    from contracts.events import ProcessingEvent, topic_name
    from contracts.failures import ErrorCode, ErrorDetail
    from contracts.phase_definition import PhaseDefinition
    from contracts.phase_registry import PhaseNotInstalled, register_phase
    from contracts.phases import (
        BatchStatus,
        EssayStatus,
        InvalidPhase,
        PhaseName,
        PhaseScope,
        PhaseStatus,
        PipelineExecutionStatus,
    )
    from contracts.results import (
        AIFeedbackResultDataV1,
        CJAssessmentResultDataV1,
        NLPResultDataV1,
        PhaseResultData,
        SpellcheckResultDataV1,
    )
    from contracts.stored_event import StoredEvent
    from contracts.texts import text_storage_id_of
    from drivers.client.batch import Batch
    from drivers.client.engine import Engine
    from drivers.client.errors import (
        BatchBusyError,
        BatchExistsError,
        BatchNotFoundError,
        BatchPausedError,
        BatchTimeoutError,
        CommandRefusedError,
        EssayNotFoundError,
        RequestError,
    )
    from drivers.client.essay import Essay
    from drivers.client.events import EventStream
    from drivers.client.narration import NarratedEvent
    from drivers.client.progress import BatchProgress, PhaseProgress
    from drivers.client.reader import Reader
    from drivers.client.results import BatchResult, EssayResult, PhaseOutcome
    from drivers.client.stored_batch import StoredBatch
    from drivers.client.submission import BatchSpec, Submission, prepare
    from drivers.intake import read_essays
    from drivers.judging.judging import Judging, Pair
    from drivers.review.review import Review, ReviewedCorrection, ReviewedEssay

_MODULE_OF: Final = {
    name: module
    for module, names in {
        "actors.phases.service": "CohortItem CohortProducts CohortService EssayService EssayTask PhaseSettings "
        "PhaseWorkError Product Round",
        "actors.phases.registry": "InvalidService",
        "actors.runtime.runtime": "RuntimeUnavailableError StalledError",
        "actors.stores.store": "BatchSummary StoreError StoreInUseError StoreUnavailableError",
        "contracts.envelope": "EventEnvelope",
        "contracts.errors": "EssayPipelinesError",
        "contracts.event_payloads": "BatchEssaysReadyV1 BatchEssaysRegisteredV1 BatchOperatorActedV1 "
        "BatchPhaseSkippedV1 BatchPipelineCompletedV1 ELSBatchPhaseOutcomeV1 EssayContentProvisionedV1 "
        "EssayPhaseCompletedV1 EssayValidationFailedV1",
        "contracts.events": "ProcessingEvent topic_name",
        "contracts.failures": "ErrorCode ErrorDetail",
        "contracts.phase_definition": "PhaseDefinition",
        "contracts.phase_registry": "PhaseNotInstalled register_phase",
        "contracts.phases": "BatchStatus EssayStatus InvalidPhase PhaseName PhaseScope PhaseStatus "
        "PipelineExecutionStatus",
        "contracts.results": "AIFeedbackResultDataV1 CJAssessmentResultDataV1 NLPResultDataV1 PhaseResultData "
        "SpellcheckResultDataV1",
        "contracts.stored_event": "StoredEvent",
        "contracts.texts": "text_storage_id_of",
        "drivers.client.batch": "Batch",
        "drivers.client.engine": "Engine",
        "drivers.client.errors": "BatchBusyError BatchExistsError BatchNotFoundError BatchPausedError "
        "BatchTimeoutError CommandRefusedError EssayNotFoundError RequestError",
        "drivers.client.essay": "Essay",
        "drivers.client.events": "EventStream",
        "drivers.client.narration": "NarratedEvent",
        "drivers.client.progress": "BatchProgress PhaseProgress",
        "drivers.client.reader": "Reader",
        "drivers.client.results": "BatchResult EssayResult PhaseOutcome",
        "drivers.client.stored_batch": "StoredBatch",
        "drivers.client.submission": "BatchSpec Submission prepare",
        "drivers.intake": "read_essays",
        "drivers.judging.judging": "Judging Pair",
        "drivers.review.review": "Review ReviewedCorrection ReviewedEssay",
    }.items()
    for name in names.split()
}


__all__ = [
    "AIFeedbackResultDataV1",
    "Batch",
    "BatchBusyError",
    "BatchEssaysReadyV1",
    "BatchEssaysRegisteredV1",
    "BatchExistsError",
    "BatchNotFoundError",
    "BatchOperatorActedV1",
    "BatchPausedError",
    "BatchPhaseSkippedV1",
    "BatchPipelineCompletedV1",
    "BatchProgress",
    "BatchResult",
    "BatchSpec",
    "BatchStatus",
    "BatchSummary",
    "BatchTimeoutError",
    "CJAssessmentResultDataV1",
    "CohortItem",
    "CohortProducts",
    "CohortService",
    "CommandRefusedError",
    "ELSBatchPhaseOutcomeV1",
    "Engine",
    "ErrorCode",
    "ErrorDetail",
    "Essay",
    "EssayContentProvisionedV1",
    "EssayNotFoundError",
    "EssayPhaseCompletedV1",
    "EssayPipelinesError",
    "EssayResult",
    "EssayService",
    "EssayStatus",
    "EssayTask",
    "EssayValidationFailedV1",
    "EventEnvelope",
    "EventStream",
    "InvalidPhase",
    "InvalidService",
    "Judging",
    "NLPResultDataV1",
    "NarratedEvent",
    "Pair",
    "PhaseDefinition",
    "PhaseName",
    "PhaseNotInstalled",
    "PhaseOutcome",
    "PhaseProgress",
    "PhaseResultData",
    "PhaseScope",
    "PhaseSettings",
    "PhaseStatus",
    "PhaseWorkError",
    "PipelineExecutionStatus",
    "ProcessingEvent",
    "Product",
    "Reader",
    "RequestError",
    "Review",
    "ReviewedCorrection",
    "ReviewedEssay",
    "Round",
    "RuntimeUnavailableError",
    "SpellcheckResultDataV1",
    "StalledError",
    "StoreError",
    "StoreInUseError",
    "StoreUnavailableError",
    "StoredBatch",
    "StoredEvent",
    "Submission",
    "prepare",
    "read_essays",
    "register_phase",
    "text_storage_id_of",
    "topic_name",
]


def __getattr__(name: str) -> Any:
    if name not in _MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_MODULE_OF[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
