"""The payloads of events: the ``data`` of their envelopes.

Like the envelope, each payload has the ``correlation_id`` of the request it belongs to.
"""

from typing import Self
from uuid import UUID

from pydantic import Field, model_validator

from contracts.base import Contract
from contracts.failures import ErrorDetail
from contracts.phases import BatchStatus, EssayStatus, PhaseName, PhaseStatus, phase_status_of
from contracts.refs import EssayIds, EssayProcessingInputRefV1
from contracts.registration import BatchRegistrationRequestV1


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
    failed_essay_ids: EssayIds = Field(default_factory=list)
    correlation_id: UUID | None = None


class EssayPhaseCompletedV1(Contract):
    """One essay has finished one phase, with a result or with an error."""

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

    Each processed essay comes with the text that the *next* phase will use. ``position`` and ``run`` say to which
    place in the pipeline and to which pass over it the outcome belongs.
    """

    batch_id: str
    phase_name: PhaseName
    phase_status: PhaseStatus
    processed_essays: list[EssayProcessingInputRefV1] = Field(default_factory=list)
    failed_essay_ids: EssayIds = Field(default_factory=list)
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


class CohortPhaseRequestedV1(Contract):
    """A phase that works on all these essays together is to start."""

    batch_id: str
    phase_name: PhaseName
    essays_to_process: list[EssayProcessingInputRefV1] = Field(min_length=1)
    language: str = "en"
    essay_instructions: str = ""
    course_code: str = ""
    class_designation: str = ""
    position: int = 0
    run: int = 0
    correlation_id: UUID | None = None


class CohortPhaseCompletedV1(Contract):
    """A cohort phase has ended with results for these essays. Each also has an event of its own."""

    batch_id: str
    phase_name: PhaseName
    processed_essays: list[EssayProcessingInputRefV1]
    failed_essay_ids: EssayIds = Field(default_factory=list)
    position: int = 0
    run: int = 0
    correlation_id: UUID | None = None


class CohortPhaseFailedV1(Contract):
    """A cohort phase has ended without a result for any essay. Each essay's own event says why."""

    batch_id: str
    phase_name: PhaseName
    failed_essay_ids: EssayIds
    position: int = 0
    run: int = 0
    correlation_id: UUID | None = None


class BatchPhaseSkippedV1(Contract):
    """A phase was not run; ``reason`` is text for people."""

    batch_id: str
    phase_name: PhaseName
    position: int = 0
    run: int = 0
    reason: str
    correlation_id: UUID | None = None


class BatchPipelineCompletedV1(Contract):
    """A batch reached a terminal status. ``total``, ``successful`` and ``failed`` count essays."""

    batch_id: str
    status: BatchStatus
    run: int = 0
    total: int
    successful: int
    failed: int
    correlation_id: UUID | None = None


class BatchOperatorActedV1(Contract):
    """Somebody paused, resumed, cancelled, retried or extended a batch, or appended or dropped phases."""

    batch_id: str
    action: str
    run: int = 0
    phases: list[PhaseName] = Field(default_factory=list)
    essay_ids: EssayIds = Field(default_factory=list)
    correlation_id: UUID | None = None
