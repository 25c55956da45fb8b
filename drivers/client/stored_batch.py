"""One batch as its store knows it: to be read, watched and waited for."""

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
    """A batch as its store knows it: to be read, watched and waited for. What is asked for is as it stands now.

    Example:
        >>> with Engine.reader("sqlite:///school.db") as reader:
        ...     print(reader.batch("8b").status)
    """

    def __init__(self, batch_id: str, store: Store, waiter: Waiter) -> None:
        self.batch_id = batch_id
        self._store = store
        self._waiter = waiter
        self._observer = Observer(store, batch_id)

    # ------------------------------------------------------------ how it stands

    @property
    def summary(self) -> BatchSummary:
        """Its line in a list of batches; quick, whatever its size.

        Raises:
            BatchNotFoundError: it is not in the store (any more).
        """
        found = self._store.summary(self.batch_id)
        if found is None:
            raise not_found(self.batch_id)
        return found

    @property
    def status(self) -> BatchStatus:
        """Where it stands."""
        return BatchStatus(self.summary.status)

    @property
    def has_ended(self) -> bool:
        """Nothing more will happen to it, unless somebody retries or extends it."""
        return self.summary.stage == BatchStage.ENDED

    @property
    def is_paused(self) -> bool:
        """Somebody has paused it, and nobody has resumed it."""
        return self.summary.paused

    @property
    def pipeline(self) -> tuple[PhaseName, ...]:
        """Its phases, in order."""
        return self.header.pipeline

    @property
    def header(self) -> BatchHeader:
        """What is stored of the batch as a whole: its registration, its pipeline, and where in it the batch is."""
        found = self._store.batch(self.batch_id)
        if found is None:
            raise not_found(self.batch_id)
        return found

    @property
    def progress(self) -> BatchProgress:
        """Each phase in numbers: done, failed, retrying, the rate (from the second look on) and the time left."""
        found = self._observer.look()
        if found is None:
            raise not_found(self.batch_id)
        return found

    @property
    def essays(self) -> list[Essay]:
        """All its essays, in order."""
        return [Essay(each, self._store, self.batch_id) for each in batch_result(self._store, self.batch_id).essays]

    def essay(self, essay_id: str) -> Essay:
        """One essay.

        Raises:
            EssayNotFoundError: the batch has none of this id.
        """
        found = essay_result(self._store, self.batch_id, essay_id)
        if found is None:
            raise EssayNotFoundError(f"Batch {self.batch_id!r} has no essay {essay_id!r}.")
        return Essay(found, self._store, self.batch_id)

    @property
    def essay_states(self) -> list[EssayState]:
        """Where each of its essays stands, in order; quick: neither texts nor results are read."""
        return self._store.essays(self.batch_id)

    def failed_essays(self, phase: str | None = None) -> tuple[str, ...]:
        """The ids of the essays that a ``retry`` would try again: those that failed, in ``phase`` or in any."""
        wanted = known_phases([phase])[0] if phase else None
        return failed_in(stored_batch(self.batch_id, self._store), wanted)

    def check(self, command: OperatorCommand) -> None:
        """Whether a command (of ``drivers.client.commands``) makes sense for the batch as it stands.

        Raises:
            CommandRefusedError: it makes none; with the reason.
        """
        self.summary  # noqa: B018  (raises where there is no such batch)
        if (reason := refusal(stored_batch(self.batch_id, self._store), command)) is not None:
            raise CommandRefusedError(f"Not done: {reason}.")

    def history(self) -> "Iterator[NarratedEvent]":
        """What happened to it and its essays, with a sentence for each event, in the order of the log."""
        from drivers.client.narration import narrated  # noqa: PLC0415  (loads the models of all events)

        return narrated(self._store, self.batch_id)

    def pending_pairs(self) -> "PendingPairs":
        """The comparisons that wait for people now, to be read; ``Engine.batch(...).judging()`` takes decisions.

        Raises:
            RequestError: nobody but machines judges this batch, or its settings are wrong.
        """
        from drivers.client.bootstrap import SERVICES  # noqa: PLC0415
        from drivers.judging.pending_pairs import PendingPairsReader  # noqa: PLC0415  (most batches need no numpy)

        return PendingPairsReader(self.batch_id, self._store, SERVICES).read()

    def snapshot(self, students: Mapping[str, str] = MappingProxyType({})) -> BatchResult:
        """Everything about it as it stands now, ended or not; ``students`` are names by essay id, where known."""
        return batch_result(self._store, self.batch_id, students)

    def events(self, *, after: int = 0, topics: Collection[str] = (), follow: bool = False) -> "EventStream":
        """Its events, in the order of the log; with ``follow``, on to its end. For ``for`` and for ``async for``.

        Args:
            after: the ``sequence`` of the last event that is not wanted.
            topics: only these; none: all.
            follow: wait for what is still to come, until the batch has ended.
        """
        from drivers.client.events import EventStream  # noqa: PLC0415  (loads the models of all events)

        if follow and not self._is_settled():
            self._wake()
        return EventStream(
            self._store, self._waiter, after, topics, (self.batch_id,), until=self._is_settled if follow else None
        )

    def _is_settled(self) -> bool:
        """Ended, or forgotten meanwhile."""
        line = self._store.summary(self.batch_id)
        return line is None or line.stage == BatchStage.ENDED

    # ------------------------------------------------------------ to wait for it

    def result(self, timeout: float | None = None, watch: Callable[[], None] | None = None) -> BatchResult:
        """Wait for its end; everything about it then.

        Args:
            timeout: seconds; None: for as long as it takes.
            watch: called now and then meanwhile, in this thread.

        Raises:
            BatchTimeoutError: it has not ended by then, and goes on.
            BatchPausedError: it is paused.
            BatchNotFoundError: it is not in the store (any more).
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
        """As ``result``, but for the result, which takes a while to read of a large batch: its status then.

        With ``through_pauses``, a paused batch is waited for until its phase has ended: what is in hand is finished,
        and somebody may resume it.
        """
        if not self._wait(timeout, watch, through_pauses=through_pauses):
            raise BatchTimeoutError(f"Batch {self.batch_id!r} has not ended after {timeout:g} seconds; it goes on.")
        return self.status

    async def wait(self, timeout: float | None = None) -> BatchResult:
        """As ``result``, for asyncio: other tasks go on meanwhile, and a task that is cancelled waits no longer.

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
        """Before it is waited for: nothing here, a reader has nobody to wake."""

    def _rests(self, through_pauses: bool) -> bool:
        line = self.summary
        if line.stage != BatchStage.ENDED and line.paused and (line.stage == BatchStage.PAUSED or not through_pauses):
            raise BatchPausedError(f"Batch {self.batch_id!r} is paused: it goes on when it is resumed.")
        return line.stage == BatchStage.ENDED

    # ------------------------------------------------------------ to take it away

    def export(
        self,
        folder: str | Path,
        formats: Iterable[str] = ("results", "page"),
        *,
        language: str = "",
        students: Mapping[str, str] = MappingProxyType({}),
        intake: Mapping[str, Any] = MappingProxyType({}),
    ) -> list[Path]:
        """Write what the store holds of it now; the files and folders written.

        Args:
            folder: where to; it is made.
            formats: ``results`` (results.json, results.csv, texts), ``page`` (report.html), ``json``, ``csv``,
                ``xlsx``, ``parquet``, ``report`` (with a handout for each student).
            language: of the report: ``en`` or ``sv``; without it, the batch's.
            students: their names by essay id, where they are to stand in what is written: the store has none.
            intake: what was noticed when the essays were read (``IntakeReport.document()``): nor has it that.

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
