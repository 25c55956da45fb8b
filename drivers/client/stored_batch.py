"""A batch in a store: read it, watch it, wait for it."""

import asyncio
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from actors.batch_orchestrator import stored_batch
from actors.core.batch_state import BatchHeader, BatchStage
from actors.core.essay_state import EssayState
from actors.core.operator_commands import failed_in, refusal
from actors.stores.store import BatchSummary, Store
from contracts.messages import OperatorCommand
from contracts.phases import BatchStatus, PhaseName
from drivers.client.errors import (
    BatchPausedError,
    BatchTimeoutError,
    CommandRefusedError,
    EssayNotFoundError,
    not_found,
)
from drivers.client.essay import Essay
from drivers.client.extras import needs
from drivers.client.progress import BatchProgress, Observer
from drivers.client.requested_phases import known_phases
from drivers.client.results import BatchResult, batch_result, essay_result
from drivers.client.waiting import SLICE_SECONDS, Waiter

if TYPE_CHECKING:
    from drivers.client.events import EventStream
    from drivers.client.narration import NarratedEvent
    from drivers.judging.pending_pairs import PendingPairs


class StoredBatch:
    """A batch in a store, to read, to watch and to wait for. Every property reads the store anew.

    Example:
        >>> with Engine.reader("sqlite:///school.db") as reader:
        ...     print(reader.batch("8b").status)
    """

    def __init__(self, batch_id: str, store: Store, waiter: Waiter) -> None:
        self.batch_id = batch_id
        self._store = store
        self._waiter = waiter
        self._observer = Observer(store, batch_id)

    # ------------------------------------------------------------ its state

    @property
    def summary(self) -> BatchSummary:
        """A short summary of the batch. Fast, whatever the size of the batch.

        Raises:
            BatchNotFoundError: the batch is not (or no longer) in the store.
        """
        found = self._store.summary(self.batch_id)
        if found is None:
            raise not_found(self.batch_id)
        return found

    @property
    def status(self) -> BatchStatus:
        """The batch's status."""
        return BatchStatus(self.summary.status)

    @property
    def has_ended(self) -> bool:
        """Whether the batch has ended. Nothing more happens to it unless somebody retries or extends it."""
        return self.summary.stage == BatchStage.ENDED

    @property
    def is_paused(self) -> bool:
        """Whether the batch is paused."""
        return self.summary.paused

    @property
    def pipeline(self) -> tuple[PhaseName, ...]:
        """The phases of its pipeline, in order."""
        return self.header.pipeline

    @property
    def header(self) -> BatchHeader:
        """What is stored about the batch as a whole: its registration, its pipeline, and its position in it."""
        found = self._store.batch(self.batch_id)
        if found is None:
            raise not_found(self.batch_id)
        return found

    @property
    def progress(self) -> BatchProgress:
        """Each phase in numbers: done, failed, retrying, the rate and the time left."""
        found = self._observer.look()
        if found is None:
            raise not_found(self.batch_id)
        return found

    @property
    def essays(self) -> list[Essay]:
        """All essays of the batch, in order."""
        return [Essay(each, self._store, self.batch_id) for each in batch_result(self._store, self.batch_id).essays]

    def essay(self, essay_id: str) -> Essay:
        """The essay with this id.

        Raises:
            EssayNotFoundError: the batch has no such essay.
        """
        found = essay_result(self._store, self.batch_id, essay_id)
        if found is None:
            raise EssayNotFoundError(f"Batch {self.batch_id!r} has no essay {essay_id!r}.")
        return Essay(found, self._store, self.batch_id)

    @property
    def essay_states(self) -> list[EssayState]:
        """The state of each essay, in order. Fast, because neither texts nor results are read."""
        return self._store.essays(self.batch_id)

    def failed_essays(self, phase: str | None = None) -> tuple[str, ...]:
        """The ids of the essays that ``retry`` would retry: those that failed, in ``phase`` or in any phase."""
        wanted = known_phases([phase])[0] if phase else None
        return failed_in(stored_batch(self.batch_id, self._store), wanted)

    def check(self, command: OperatorCommand) -> None:
        """Check that the batch would accept a command (built by ``drivers.client.commands``) in its current state.

        Raises:
            CommandRefusedError: it would not; the message says why.
        """
        self.summary  # noqa: B018  (raises where there is no such batch)
        if (reason := refusal(stored_batch(self.batch_id, self._store), command)) is not None:
            raise CommandRefusedError(f"Not done: {reason}.")

    def history(self) -> "Iterator[NarratedEvent]":
        """The events of the batch and its essays, oldest first, each with a sentence for people."""
        from drivers.client.narration import narrated  # noqa: PLC0415  (loads the models of all events)

        return narrated(self._store, self.batch_id)

    def pending_pairs(self) -> "PendingPairs":
        """The comparisons that people still have to make, for reading; decide them by ``Engine.batch(...).judging()``.

        Raises:
            RequestError: no people judge this batch, or its settings are wrong.
        """
        from drivers.client.bootstrap import SERVICES  # noqa: PLC0415
        from drivers.judging.pending_pairs import PendingPairsReader  # noqa: PLC0415  (most batches need no numpy)

        return PendingPairsReader(self.batch_id, self._store, SERVICES).read()

    def snapshot(self, students: Mapping[str, str] = MappingProxyType({})) -> BatchResult:
        """The results so far, whether the batch has ended or not; ``students`` maps essay ids to names, where known."""
        return batch_result(self._store, self.batch_id, students)

    def events(self, *, after: int = 0, topics: Collection[str] = (), follow: bool = False) -> "EventStream":
        """The batch's events, in commit order. Iterate over them with ``for`` or ``async for``.

        Args:
            after: skip events up to and including this ``sequence``.
            topics: only events of these topics; all if empty.
            follow: keep waiting for new events until the batch has ended.
        """
        from drivers.client.events import EventStream  # noqa: PLC0415  (loads the models of all events)

        if follow and not self._is_settled():
            self._wake()
        return EventStream(
            self._store, self._waiter, after, topics, (self.batch_id,), until=self._is_settled if follow else None
        )

    def _is_settled(self) -> bool:
        """Whether the batch has ended, or was deleted meanwhile."""
        line = self._store.summary(self.batch_id)
        return line is None or line.stage == BatchStage.ENDED

    # ------------------------------------------------------------ waiting for it

    def result(self, timeout: float | None = None, watch: Callable[[], None] | None = None) -> BatchResult:
        """Wait until the batch has ended, and return its results.

        Args:
            timeout: in seconds; None waits as long as it takes.
            watch: called from time to time while waiting, in this thread.

        Raises:
            BatchTimeoutError: the batch did not end in time; it is still running.
            BatchPausedError: the batch is paused.
            BatchNotFoundError: the batch is not (or no longer) in the store.
            StoreError: the store does not answer.

        Example:
            >>> result = batch.result(timeout=600)
            >>> result.status, len(result.failed)
        """
        self.until_ended(timeout, watch)
        return self.snapshot()

    def until_ended(
        self,
        timeout: float | None = None,
        watch: Callable[[], None] | None = None,
        *,
        through_pauses: bool = False,
    ) -> BatchStatus:
        """Like ``result``, but return only the status: reading the results of a large batch takes a while.

        With ``through_pauses``, do not raise as soon as the batch is paused, but only once its phase has ended: work
        in progress is finished first, and somebody may resume the batch.
        """
        if not self._wait(timeout, watch, through_pauses=through_pauses):
            raise BatchTimeoutError(f"Batch {self.batch_id!r} has not ended after {timeout:g} seconds; it goes on.")
        return self.status

    async def wait(self, timeout: float | None = None) -> BatchResult:
        """Like ``result``, for asyncio: other tasks run meanwhile, and cancelling the task ends the wait.

        Example:
            >>> first, second = await asyncio.gather(engine.batch("8a").wait(), engine.batch("8b").wait())
        """
        late = None if timeout is None else time.monotonic() + timeout
        while not await asyncio.to_thread(self._wait, SLICE_SECONDS):
            if late is not None and time.monotonic() >= late:
                raise BatchTimeoutError(f"Batch {self.batch_id!r} has not ended after {timeout:g} seconds; it goes on.")
        return await asyncio.to_thread(self.snapshot)

    def _wait(
        self, timeout: float | None, watch: Callable[[], None] | None = None, *, through_pauses: bool = False
    ) -> bool:
        if self._rests(through_pauses):
            return True
        self._wake()
        late = None if timeout is None else time.monotonic() + timeout
        self._waiter.run_until(
            lambda: self._rests(through_pauses) or (late is not None and time.monotonic() >= late), watch
        )
        return self._rests(through_pauses)

    def _wake(self) -> None:
        """Start the batch's orchestrator before waiting. Does nothing here, because a reader runs nothing."""

    def _rests(self, through_pauses: bool) -> bool:
        line = self.summary
        if line.stage != BatchStage.ENDED and line.paused and (line.stage == BatchStage.PAUSED or not through_pauses):
            raise BatchPausedError(f"Batch {self.batch_id!r} is paused: resume it to continue.")
        return line.stage == BatchStage.ENDED

    # ------------------------------------------------------------ writing its results

    def export(
        self,
        folder: str | Path,
        formats: Iterable[str] = ("results", "page"),
        *,
        language: str = "",
        students: Mapping[str, str] = MappingProxyType({}),
        intake: Mapping[str, Any] = MappingProxyType({}),
    ) -> list[Path]:
        """Write the batch's current results to files, and return the paths of the files and folders written.

        Args:
            folder: the folder to write into; it is created if necessary.
            formats: ``results`` (results.json, results.csv, texts), ``page`` (report.html), ``json``, ``csv``,
                ``xlsx``, ``parquet``, ``report`` (with a handout for each student).
            language: the report's language, ``en`` or ``sv``; the default is the batch's.
            students: names by essay id, to appear in the files; the store does not have them.
            intake: notes from reading the essays (``IntakeReport.document()``); the store does not have them either.

        Raises:
            RequestError: a format is unknown, a package for it is missing, or the folder cannot be written to.
        """
        from drivers.report.outputs import export  # noqa: PLC0415  (templates and plots load slowly)

        with needs("standard", "The report"):
            return export(
                self._store, self.batch_id, Path(folder), formats, language=language, students=students, intake=intake
            )

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.batch_id!r})"
