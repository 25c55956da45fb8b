"""A batch's progress, speed and time left, computed from the store. Works in any process."""

from collections import Counter, deque
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, Final

from actors.core.batch_state import BatchStage
from actors.stores.store import Store
from contracts.phases import BatchStatus, PhaseName, PipelineExecutionStatus
from contracts.pipeline import PipelineStateDetail

WINDOW_SECONDS: Final = 30.0
"""The rate is measured over this window, because other batches share the queue and change the pace."""
_WORDS: Final = {
    PipelineExecutionStatus.REQUESTED_BY_USER: "waiting",
    PipelineExecutionStatus.PENDING_DEPENDENCIES: "waiting",
    PipelineExecutionStatus.DISPATCH_INITIATED: "starting",
    PipelineExecutionStatus.IN_PROGRESS: "running",
    PipelineExecutionStatus.COMPLETED_SUCCESSFULLY: "done",
    PipelineExecutionStatus.COMPLETED_WITH_PARTIAL_SUCCESS: "done, with failures",
    PipelineExecutionStatus.FAILED: "failed for all",
    PipelineExecutionStatus.SKIPPED_DUE_TO_DEPENDENCY_FAILURE: "skipped: no essay got this far",
    PipelineExecutionStatus.SKIPPED_BY_USER_CONFIG: "dropped",
    PipelineExecutionStatus.CANCELLED: "cancelled",
}


@dataclass(frozen=True, slots=True)
class PhaseProgress:
    """Progress of one phase, counted in essays. ``rate`` is essays per second, ``left`` and ``elapsed`` are seconds."""

    phase: PhaseName
    status: PipelineExecutionStatus
    total: int
    successful: int
    failed: int
    retrying: int = 0
    rate: float | None = None
    left: float | None = None
    elapsed: float | None = None
    has_begun: bool = False
    has_ended: bool = False

    @property
    def settled(self) -> int:
        """How many essays are finished, successfully or not."""
        return self.successful + self.failed

    @property
    def word(self) -> str:
        """The status in a word or two, for people."""
        return _WORDS[self.status]


@dataclass(frozen=True, slots=True)
class BatchProgress:
    """Progress of a batch, phase by phase, at the moment it was read."""

    batch_id: str
    status: BatchStatus
    stage: BatchStage
    paused: bool
    phases: tuple[PhaseProgress, ...]

    @property
    def has_ended(self) -> bool:
        """Whether the batch has ended."""
        return self.stage is BatchStage.ENDED

    def as_document(self) -> dict[str, Any]:
        """The progress as a document, for JSON."""
        return asdict(self)


class Observer:
    """Reads a batch's progress repeatedly, and computes its rate from what it saw before."""

    def __init__(self, store: Store, batch_id: str) -> None:
        self._store = store
        self._batch_id = batch_id
        self._seen: dict[PhaseName, deque[tuple[datetime, int]]] = {}

    def look(self, now: datetime | None = None) -> BatchProgress | None:
        """The batch's progress now; None if the store does not have the batch (yet)."""
        header = self._store.batch(self._batch_id)
        state = self._store.pipeline_state(self._batch_id)
        if header is None or state is None:
            return None
        moment = now or datetime.now(UTC)
        retrying = self._retrying() if header.stage is BatchStage.RUNNING else Counter[PhaseName]()
        phases = tuple(self._phase(phase, detail, retrying[phase], moment) for phase, detail in state.pipelines.items())
        return BatchProgress(self._batch_id, header.status, header.stage, header.paused, phases)

    def _retrying(self) -> Counter[PhaseName]:
        """How many essays of each phase have failed an attempt and wait for, or are in, another one."""
        essays = self._store.essays(self._batch_id)
        return Counter(essay.phase for essay in essays if essay.phase and essay.is_under_way and essay.attempt > 0)

    def _phase(self, phase: PhaseName, detail: PipelineStateDetail, retrying: int, now: datetime) -> PhaseProgress:
        counts = detail.essay_counts
        settled = counts.successful + counts.failed
        running = detail.started_at is not None and detail.completed_at is None
        rate = self._rate(phase, settled, detail.started_at, now) if running and detail.started_at else None
        until = detail.completed_at or now
        return PhaseProgress(
            phase=phase,
            status=detail.status,
            total=counts.total,
            successful=counts.successful,
            failed=counts.failed,
            retrying=retrying,
            rate=rate,
            left=(counts.total - settled) / rate if rate else None,
            has_begun=detail.started_at is not None,
            has_ended=detail.completed_at is not None,
            elapsed=(until - detail.started_at).total_seconds() if detail.started_at else None,
        )

    def _rate(self, phase: PhaseName, settled: int, started: datetime, now: datetime) -> float | None:
        """Essays per second within the window, or since the phase began if that was later."""
        seen = self._seen.setdefault(phase, deque([(started, 0)]))
        seen.append((now, settled))
        while len(seen) > 2 and (now - seen[1][0]).total_seconds() >= WINDOW_SECONDS:
            seen.popleft()
        seconds = (now - seen[0][0]).total_seconds()
        done = settled - seen[0][1]
        return done / seconds if seconds > 0 and done > 0 else None


def duration_text(seconds: float | None) -> str:
    """``75`` as ``1:15``, ``3675`` as ``1:01:15``; empty for None."""
    if seconds is None:
        return ""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
