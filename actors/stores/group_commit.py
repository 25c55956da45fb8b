"""Many threads write, and share the cost of making it durable.

A commit waits for the disk, whatever its size. So one thread does all writing: while it waits for the disk, the
commits of all other threads gather, and go together into the next transaction (*group commit*: DeWitt et al.,
"Implementation techniques for main memory database systems", SIGMOD 1984). Nobody waits on purpose: a thread
that is alone is served at once.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock
from typing import Any, Final, TypeAlias

from tenacity import Retrying, retry_if_exception_type, stop_after_delay, wait_random_exponential

from actors.core.batch_state import BatchHeader
from actors.core.essay_state import EssayState
from actors.core.records import EventRecord, Record, ResultRecord
from actors.stores.event_log import LoggedEvent
from actors.stores.store import BatchSummary, GivesMaterial, Store, StoreError, StoreUnavailableError
from contracts.pipeline import ProcessingPipelineState

_FIRST_WAIT: Final = 0.05
_LONGEST_WAIT: Final = 5.0

Answers: TypeAlias = list[StoreError | None]


class _Gathering:
    """Commits that go into one transaction, and their answers in the same order."""

    answers: Future[Answers]

    def __init__(self) -> None:
        self.commits: list[Sequence[Record]] = []


class GroupCommit(GivesMaterial):
    """Implements ``Store`` over another store, for many threads.

    What a store that is unavailable refuses is tried again, with exponentially growing random waits, for
    ``patience`` seconds; only then do callers hear of it.

    Args:
        store: where it is kept; closed with this one.
        patience: seconds; 0 tries once.
    """

    def __init__(self, store: Store, patience: float = 60.0) -> None:
        self._store = store
        self._writer = ThreadPoolExecutor(max_workers=1, thread_name_prefix="store-writer")
        self._lock = Lock()
        self._gathering: _Gathering | None = None
        self._closed = False
        self._patiently = Retrying(
            retry=retry_if_exception_type(StoreUnavailableError),
            wait=wait_random_exponential(multiplier=_FIRST_WAIT, max=_LONGEST_WAIT),
            stop=stop_after_delay(patience),
            reraise=True,
        )

    # --- writing ------------------------------------------------------------------------------------------------

    def commit(self, records: Sequence[Record]) -> None:
        """Wait until these are durable, together with those of whoever waits at the same time."""
        (answer,) = self.commit_group([records])
        if answer is not None:
            raise answer

    def commit_group(self, groups: Sequence[Sequence[Record]]) -> Answers:
        """Wait until these are durable, or refused each by itself."""
        gathering, start = self._join(groups)
        return gathering.answers.result()[start : start + len(groups)]

    def _join(self, groups: Sequence[Sequence[Record]]) -> tuple[_Gathering, int]:
        with self._lock:
            if self._closed:
                raise StoreError("This store is closed.")
            if self._gathering is None:
                self._gathering = _Gathering()
                self._gathering.answers = self._writer.submit(self._write, self._gathering)
            start = len(self._gathering.commits)
            self._gathering.commits.extend(groups)
            return self._gathering, start

    def _write(self, gathering: _Gathering) -> Answers:
        with self._lock:
            self._gathering = None  # who comes now joins the next one
        return self._patiently(self._store.commit_group, gathering.commits)

    def claim(self, batch_id: str) -> int:
        """The next number."""
        return self._patiently(self._store.claim, batch_id)

    def forget(self, batch_id: str, essay_id: str | None = None) -> None:
        """As the store does it."""
        self._patiently(self._store.forget, batch_id, essay_id)

    def close(self) -> None:
        """Write what is waiting, then close the store."""
        with self._lock:
            self._closed = True
        self._writer.shutdown(wait=True)
        self._store.close()

    # --- reading: straight from the store, which takes any number of threads ------------------------------------

    def batch(self, batch_id: str, *, with_order: bool = True) -> BatchHeader | None:
        """As the store has it."""
        return self._patiently(lambda: self._store.batch(batch_id, with_order=with_order))

    def pipeline_state(self, batch_id: str) -> ProcessingPipelineState | None:
        """As the store has it."""
        return self._patiently(self._store.pipeline_state, batch_id)

    def batches(self) -> list[BatchSummary]:
        """As the store has them."""
        return self._patiently(self._store.batches)

    def summary(self, batch_id: str) -> BatchSummary | None:
        """As the store has it."""
        return self._patiently(lambda: self._store.summary(batch_id))

    def essay(self, batch_id: str, essay_id: str) -> EssayState | None:
        """As the store has it."""
        return self._patiently(self._store.essay, batch_id, essay_id)

    def essays(self, batch_id: str) -> list[EssayState]:
        """As the store has them."""
        return self._patiently(self._store.essays, batch_id)

    def texts(self, text_ids: Iterable[str]) -> Mapping[str, str]:
        """As the store has them."""
        return self._patiently(self._store.texts, tuple(text_ids))

    def results(self, keys: Iterable[str]) -> Mapping[str, ResultRecord]:
        """As the store has them."""
        return self._patiently(self._store.results, tuple(keys))

    def pieces(self, cohort_key: str, among: Collection[str] | None = None) -> Mapping[str, Any]:
        """As the store has them."""
        return self._patiently(self._store.pieces, cohort_key, among)

    def event(self, batch_id: str, event_id: str) -> EventRecord | None:
        """As the store has it."""
        return self._patiently(self._store.event, batch_id, event_id)

    def feed(
        self, after: int = 0, *, topics: Collection[str] = (), batches: Collection[str] = (), limit: int = 1000
    ) -> list[LoggedEvent]:
        """As the store has it."""
        return self._patiently(lambda: self._store.feed(after, topics=topics, batches=batches, limit=limit))

    def last_sequence(self) -> int:
        """As the store has it."""
        return self._patiently(self._store.last_sequence)

    def cursor(self, name: str) -> int:
        """As the store has it."""
        return self._patiently(self._store.cursor, name)

    def move_cursor(self, name: str, sequence: int, *, reset: bool = False) -> None:
        """As the store does it."""
        self._patiently(lambda: self._store.move_cursor(name, sequence, reset=reset))

    def events(self, batch_id: str, after: int = 0, essay_id: str | None = None) -> Iterator[LoggedEvent]:
        """As the store has them; not tried again, because the reader may go on from the last sequence number."""
        return self._store.events(batch_id, after, essay_id)
