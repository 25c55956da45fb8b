"""The state of a batch's pipeline, phase by phase, as other systems read it."""

from datetime import UTC, datetime
from typing import Any

from pydantic import Field, NonNegativeInt

from contracts.base import Contract
from contracts.failures import ErrorDetail
from contracts.phases import PhaseName, PipelineExecutionStatus


class EssayProcessingCounts(Contract):
    """The number of essays in a phase, by progress."""

    total: NonNegativeInt = 0
    pending_dispatch_or_processing: NonNegativeInt = 0
    successful: NonNegativeInt = 0
    failed: NonNegativeInt = 0


def _progress(data: dict[str, Any]) -> float:
    counts: EssayProcessingCounts | None = data.get("essay_counts")
    if counts is None or not counts.total:
        return 0.0
    return round(100.0 * (counts.successful + counts.failed) / counts.total, 1)


class PipelineStateDetail(Contract):
    """One phase of a batch: its status, counts, times, and what went wrong with the phase as a whole.

    ``progress_percentage`` (0 to 100) is derived from the counts unless it is given.
    """

    status: PipelineExecutionStatus = PipelineExecutionStatus.REQUESTED_BY_USER
    essay_counts: EssayProcessingCounts = Field(default_factory=EssayProcessingCounts)
    started_at: datetime | None = None
    completed_at: datetime | None = None
    error_info: ErrorDetail | None = None
    progress_percentage: float = Field(default_factory=_progress, ge=0, le=100)


def _detail_per_phase(data: dict[str, Any]) -> dict[PhaseName, PipelineStateDetail]:
    return {phase: PipelineStateDetail() for phase in data.get("requested_pipelines", ())}


class ProcessingPipelineState(Contract):
    """Every requested phase of a batch, in order, with its detail; phases without one given get an empty one."""

    batch_id: str
    requested_pipelines: list[PhaseName]
    pipelines: dict[PhaseName, PipelineStateDetail] = Field(default_factory=_detail_per_phase)
    last_updated: datetime = Field(default_factory=lambda: datetime.now(UTC))

    def get_pipeline(self, name: PhaseName | str) -> PipelineStateDetail | None:
        """The detail of phase ``name``; None if the phase is not in the batch's pipeline."""
        return next((detail for phase, detail in self.pipelines.items() if phase == name), None)
