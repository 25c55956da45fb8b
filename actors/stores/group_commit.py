"""Group commit: many threads write, and share the cost of making their writes durable.

A commit waits for the disk, whatever its size. So one thread does all writing: while it waits for the disk, the
commits of all other threads gather, and go into the next transaction together (*group commit*: DeWitt et al.,
"Implementation techniques for main memory database systems", SIGMOD 1984). There is no deliberate delay: a commit
that is alone is written at once.
"""

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock
from typing import Any, Final, TypeAlias

from tenacity import Retrying, retry_if_exception_type, stop_after_delay, wait_random_exponential
from typing_extensions import override

from actors.core.records import Record
from actors.stores.proxy import StoreProxy, repeatable
from actors.stores.store import Store, StoreError, StoreUnavailableError

_FIRST_WAIT: Final = 0.05
_LONGEST_WAIT: Final = 5.0

Answers: TypeAlias = list[StoreError | None]


class _Gathering:
    """Commits that go into one transaction, and their answers in the same order."""

    answers: Future[Answers]

    def __init__(self) -> None:
        self.commits: list[Sequence[Record]] = []


class GroupCommit(StoreProxy):
    """Implements ``Store`` over another store, for many threads.

    While the store is unavailable, calls are repeated with exponentially growing random waits for ``patience`` seconds;
    only then does the caller get the error.

    Args:
        store: the other store; closed with this one.
        patience: in seconds; 0 tries once.
    """

    def __init__(self, store: Store, patience: float = 60.0) -> None:
        super().__init__(store)
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

    def commit(self, records: Sequence[Record]) -> None:
        """Make these records durable, together with those of other waiting threads."""
        (answer,) = self.commit_group([records])
        if answer is not None:
            raise answer

    def commit_group(self, groups: Sequence[Sequence[Record]]) -> Answers:
        """Make these commits durable; each of them may be refused by itself."""
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
            self._gathering = None  # later commits join the next one
        return self._patiently(self._store.commit_group, gathering.commits)

    @override
    def _forward(self, method: str, *args: Any, **kwargs: Any) -> Any:
        """Call the store directly, as it allows any number of threads; repeatedly while it is unavailable."""
        return self._patiently(getattr(self._store, method), *map(repeatable, args), **kwargs)

    def close(self) -> None:
        """Write all waiting commits, then close the store."""
        with self._lock:
            self._closed = True
        self._writer.shutdown(wait=True)
        self._store.close()
