"""Live progress of a batch in a terminal: a bar for each phase, with the essays that failed."""

import time
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from actors.stores.store import Store
from contracts.phases import PhaseName, PipelineExecutionStatus
from contracts.pipeline import PipelineStateDetail

_SECONDS_BETWEEN_LOOKS = 0.1
_WORDS = {
    PipelineExecutionStatus.REQUESTED_BY_USER: "waits",
    PipelineExecutionStatus.PENDING_DEPENDENCIES: "waits",
    PipelineExecutionStatus.DISPATCH_INITIATED: "begins",
    PipelineExecutionStatus.IN_PROGRESS: "runs",
    PipelineExecutionStatus.COMPLETED_SUCCESSFULLY: "done",
    PipelineExecutionStatus.COMPLETED_WITH_PARTIAL_SUCCESS: "done, with failures",
    PipelineExecutionStatus.FAILED: "failed for all",
    PipelineExecutionStatus.SKIPPED_DUE_TO_DEPENDENCY_FAILURE: "skipped: no essay got this far",
    PipelineExecutionStatus.SKIPPED_BY_USER_CONFIG: "dropped",
    PipelineExecutionStatus.CANCELLED: "cancelled",
}


class BatchProgress:
    """Shows how far a batch is, as its pipeline's state in the store says. A context manager."""

    def __init__(self, store: Store, batch_id: str, console: Console) -> None:
        self._store = store
        self._batch_id = batch_id
        self._progress = Progress(
            TextColumn("{task.description:<14}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("[red]{task.fields[failures]}[/red]"),
            TimeElapsedColumn(),
            TextColumn("[dim]{task.fields[word]}[/dim]"),
            console=console,
        )
        self._bars: dict[PhaseName, TaskID] = {}
        self._looked = 0.0

    def __enter__(self) -> Self:
        self._progress.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.look()
        self._progress.__exit__(kind, error, traceback)

    def watch(self) -> None:
        """Look, but not all the time."""
        if time.monotonic() - self._looked >= _SECONDS_BETWEEN_LOOKS:
            self.look()

    def look(self) -> None:
        """Show the state as it is now."""
        self._looked = time.monotonic()
        state = self._store.pipeline_state(self._batch_id)
        for phase, detail in (state.pipelines if state else {}).items():
            self._show(phase, detail)

    def _show(self, phase: PhaseName, detail: PipelineStateDetail) -> None:
        counts = detail.essay_counts
        if phase not in self._bars:
            self._bars[phase] = self._progress.add_task(phase, start=False, failures="", word="")
        bar = self._bars[phase]
        if detail.started_at is not None and not self._progress.tasks[bar].started:
            self._progress.start_task(bar)
        self._progress.update(
            bar,
            total=counts.total or None,
            completed=counts.successful + counts.failed,
            failures=f"{counts.failed} failed" if counts.failed else "",
            word=_WORDS[detail.status],
        )
        if detail.completed_at is not None:
            self._progress.stop_task(bar)
