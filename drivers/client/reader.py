"""Reads the batches and events of a store without running anything."""

from collections.abc import Collection, Mapping, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from actors.core.batch import fingerprint_of
from actors.stores.opening import MEMORY_URL
from actors.stores.store import BatchSummary, Store
from drivers.client.errors import BatchExistsError, BatchPausedError
from drivers.client.stored_batch import StoredBatch
from drivers.client.stores import holders_in
from drivers.client.submission import Submission
from drivers.client.waiting import Polling, Waiter

if TYPE_CHECKING:
    from drivers.client.events import EventStream


class Reader:
    """Read access to a store, while another program runs its batches or after it has ended.

    It is a context manager. It never disturbs the program that runs the batches.

    Example:
        >>> with Engine.reader("sqlite:///school.db") as reader:
        ...     for batch in reader.batches():
        ...         print(batch.batch_id, batch.status)
    """

    def __init__(self, store: Store, url: str = MEMORY_URL) -> None:
        self._store = store
        self._url = url

    @property
    def store(self) -> Store:
        """The underlying store, for programs that need more than this class offers."""
        return self._store

    def batch(self, batch_id: str) -> StoredBatch:
        """The batch with this name.

        Raises:
            BatchNotFoundError: the store has no such batch.
        """
        return self._found(StoredBatch(batch_id, self._store, Polling()))

    def batches(self) -> Sequence[StoredBatch]:
        """All batches, oldest first."""
        return [StoredBatch(line.batch_id, self._store, Polling()) for line in self._store.batches()]

    def summaries(self) -> list[BatchSummary]:
        """A summary of each batch, oldest first, from a single read."""
        return self._store.batches()

    def class_words(self, class_name: str) -> list[str]:
        """A class's word list: words whose correction a teacher has rejected, in any batch of the class.

        To use it in the next batch: ``options={"spellcheck": {"word_list": reader.class_words("8b")}}``.
        """
        from drivers.review.kept import decisions_in  # noqa: PLC0415  (imports the models of results)
        from drivers.review.word_list import each_once  # noqa: PLC0415  (as above)

        wanted, words = class_name.strip().casefold(), list[str]()
        for line in self._store.batches() if wanted else ():
            header = self._store.batch(line.batch_id, with_order=False)
            request = header.request if header else None
            if request is not None and request.class_designation.strip().casefold() == wanted:
                words += decisions_in(self._store, line.batch_id).word_list
        return each_once(words)

    def holder(self, batch_id: str) -> Mapping[str, Any] | None:
        """The process that is running a batch: ``pid``, ``host``, ``since``, ``owner``; None if there is none."""
        return holders_in(self._url, self._store)(batch_id)

    def check(self, submission: Submission) -> None:
        """Check that ``Engine.submit`` would take this batch, without opening an engine, which may take seconds.

        Raises:
            BatchExistsError: another batch, with different essays or settings, has its name.
            BatchPausedError: the batch exists already and is paused.
        """
        known = self._store.batch(submission.batch_id, with_order=False)
        if known is None or not known.fingerprint:
            return
        if known.fingerprint != fingerprint_of(submission.message):
            raise BatchExistsError(
                f"This store already has a batch {submission.batch_id!r} with other essays or settings: give this one "
                "another name, or another store."
            )
        if known.paused:
            raise BatchPausedError(
                f"Batch {submission.batch_id!r} exists already and is paused: resume it to continue."
            )

    def events(
        self,
        *,
        after: int = 0,
        topics: Collection[str] = (),
        batches: Collection[str] = (),
        follow: bool = False,
        cursor: str | None = None,
    ) -> "EventStream":
        """The events of all batches, in commit order. Iterate over them with ``for`` or ``async for``.

        Args:
            after: skip events up to and including this ``sequence``.
            topics: only events of these topics; all if empty.
            batches: only events of these batches; all if empty.
            follow: keep waiting for new events, and never end.
            cursor: a name under which the store remembers how far you have read, so that a program that was killed
                continues there. An event counts as handled when the next one is requested; unhandled ones come again.

        Example:
            >>> for event in engine.events(topics=["huleedu.els.batch_phase.outcome.v1"], follow=True):
            ...     print(event.sequence, event.data.phase_name, event.data.phase_status)
        """
        from drivers.client.events import EventStream  # noqa: PLC0415  (loads the models of all events)

        until = (lambda: False) if follow else None
        return EventStream(self._store, self._waiter, after, topics, batches, until, cursor)

    @property
    def _waiter(self) -> Waiter:
        return Polling()

    @staticmethod
    def _found(batch: StoredBatch) -> StoredBatch:
        batch.summary  # noqa: B018  (raises where there is no such batch)
        return batch

    def close(self) -> None:
        """Close the store."""
        self._store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()
