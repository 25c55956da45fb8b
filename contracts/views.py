"""Views of a batch and its essays, read from the store at one moment."""

from datetime import datetime

from pydantic import NonNegativeInt

from contracts.base import Contract
from contracts.failures import ErrorDetail
from contracts.phases import BatchStatus, EssayStatus, PhaseName
from contracts.pipeline import ProcessingPipelineState


class BatchView(Contract):
    """The state of a batch. ``pipeline`` has the counts of every phase."""

    batch_id: str
    status: BatchStatus
    has_ended: bool
    is_paused: bool
    essays: NonNegativeInt
    updated_at: datetime
    pipeline: ProcessingPipelineState


class EssayView(Contract):
    """The state of an essay.

    ``number`` is its place in the batch, counted from 1. ``phase`` is the last phase it was told to start (None if
    none yet), ``attempt`` how often that was retried, ``results`` the phases it has results from, and ``failure`` why
    it last failed.
    """

    batch_id: str
    essay_id: str
    number: int
    status: EssayStatus
    phase: PhaseName | None = None
    attempt: NonNegativeInt = 0
    results: tuple[PhaseName, ...] = ()
    failure: ErrorDetail | None = None
