"""A batch and its essays as whoever asks sees them: read off the store, at one moment."""

from datetime import datetime

from pydantic import NonNegativeInt

from contracts.base import Contract
from contracts.failures import ErrorDetail
from contracts.phases import BatchStatus, EssayStatus, PhaseName
from contracts.pipeline import ProcessingPipelineState


class BatchView(Contract):
    """How a batch stands. ``pipeline`` has every phase in numbers."""

    batch_id: str
    status: BatchStatus
    has_ended: bool
    is_paused: bool
    essays: NonNegativeInt
    updated_at: datetime
    pipeline: ProcessingPipelineState


class EssayView(Contract):
    """How an essay stands.

    ``number`` is its place in the batch, from 1 on. ``phase`` is the one it was last told to go through (None: none
    yet), ``attempt`` how often that was begun anew, ``results`` the phases it has results of, ``failure`` why it
    failed last.
    """

    batch_id: str
    essay_id: str
    number: int
    status: EssayStatus
    phase: PhaseName | None = None
    attempt: NonNegativeInt = 0
    results: tuple[PhaseName, ...] = ()
    failure: ErrorDetail | None = None
