"""Many threads write through one."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import monotonic

import pytest

from actors.core.records import Record
from actors.stores import open_store
from actors.stores.group_commit import GroupCommit
from actors.stores.memory import MemoryStore
from actors.stores.store import FencedOffError, StoreError, StoreUnavailableError
from tests.stores.examples import batch, essay, event, event_ids, header


class _SlowStore(MemoryStore):
    """Holds up every transaction until it is released, and counts the commits in each; refuses it if it is down."""

    def __init__(self, *, is_down: bool = False) -> None:
        super().__init__()
        self._is_down = is_down
        self.entered = threading.Event()
        self.let_go = threading.Event()
        self.sizes: list[int] = []
        self.threads: set[str] = set()
        self.sizes_at_the_end: list[int] = []

    def commit_group(self, groups: Sequence[Sequence[Record]]) -> list[StoreError | None]:
        self.threads.add(threading.current_thread().name)
        self.entered.set()
        assert self.let_go.wait(10)
        self.sizes.append(len(groups))
        if self._is_down:
            raise StoreUnavailableError("down")
        return super().commit_group(groups)

    def close(self) -> None:
        self.sizes_at_the_end = [*self.sizes]


class _FlakyStore(MemoryStore):
    """Is unavailable for a number of calls."""

    def __init__(self, failures: int) -> None:
        super().__init__()
        self._failures = failures

    def commit_group(self, groups: Sequence[Sequence[Record]]) -> list[StoreError | None]:
        self._fail()
        return super().commit_group(groups)

    def claim(self, batch_id: str) -> int:
        self._fail()
        return super().claim(batch_id)

    def _fail(self) -> None:
        self._failures -= 1
        if self._failures >= 0:
            raise StoreUnavailableError("down")


def test_commits_of_fifty_threads_are_all_durable_when_they_return(tmp_path: Path) -> None:
    """Each thread's commits are in the file, in its own order."""
    path = str(tmp_path / "essays.db")
    store = GroupCommit(open_store(path))

    def write(thread: int) -> list[str]:
        names = [f"{thread}-{number}" for number in range(20)]
        for number, name in enumerate(names):
            store.commit([event(name, essay_id=str(thread)), essay(str(thread), run=number)])
        return names

    with ThreadPoolExecutor(50) as threads:
        written = list(threads.map(write, range(50)))
    reader = open_store(path, read_only=True)
    assert all(event_ids(reader, essay_id=str(thread)) == names for thread, names in enumerate(written))
    assert [state.run for state in reader.essays("b1")] == [19] * 50
    reader.close()
    store.close()


def test_who_waits_at_the_same_time_shares_a_transaction() -> None:
    """Ten threads that come during one transaction are all served by the next."""
    slow = _SlowStore()
    store = GroupCommit(slow)
    with ThreadPoolExecutor(11) as threads:
        first = threads.submit(store.commit, [event("first")])
        assert slow.entered.wait(10)
        others = [threads.submit(store.commit, [event(str(number))]) for number in range(10)]
        _until(lambda: store._gathering is not None and len(store._gathering.commits) == 10)
        assert not any(one.done() for one in [first, *others])
        slow.let_go.set()
        for one in [first, *others]:
            one.result(10)
    store.close()
    assert slow.sizes == [1, 10]
    assert slow.threads == {"store-writer_0"}


def _until(condition: Callable[[], bool]) -> None:
    deadline = monotonic() + 10
    while not condition():
        assert monotonic() < deadline


def test_a_refused_commit_fails_for_its_own_thread_only() -> None:
    """Other commits in the same transaction are not affected."""
    memory = MemoryStore()
    store = GroupCommit(memory)
    store.claim("b1")
    answers = store.commit_group([[event("e1")], [batch(header(epoch=0))], [event("e2")]])
    assert [type(answer) for answer in answers] == [type(None), FencedOffError, type(None)]
    with pytest.raises(FencedOffError):
        store.commit([batch(header(epoch=0))])
    store.commit([event("e3")])
    assert event_ids(store) == ["e1", "e2", "e3"]


def test_an_outage_is_waited_for() -> None:
    """The caller notices only the delay."""
    store = GroupCommit(_FlakyStore(failures=3))
    store.commit([event("e1")])
    assert event_ids(store) == ["e1"]
    assert GroupCommit(_FlakyStore(failures=2)).claim("b1") == 1


def test_patience_ends() -> None:
    """Then the caller gets an error, and the next commit is a new attempt."""
    store = GroupCommit(_FlakyStore(failures=2), patience=0)
    for _ in range(2):
        with pytest.raises(StoreUnavailableError, match="down"):
            store.commit([event("e1")])
    store.commit([event("e2")])
    assert event_ids(store) == ["e2"]


def test_the_end_of_patience_is_an_error_for_every_caller() -> None:
    """All whose commits are in the transaction that failed get it."""
    down = _SlowStore(is_down=True)
    store = GroupCommit(down, patience=0)
    with ThreadPoolExecutor(4) as threads:
        callers = [threads.submit(store.commit, [event("first")])]
        assert down.entered.wait(10)
        callers += [threads.submit(store.commit, [event(str(number))]) for number in range(3)]
        _until(lambda: store._gathering is not None and len(store._gathering.commits) == 3)
        down.let_go.set()
        for one in callers:
            assert isinstance(one.exception(10), StoreUnavailableError)
    store.close()
    assert down.sizes == [1, 3]
    assert event_ids(down) == []


def test_what_waiting_does_not_mend_is_not_waited_for() -> None:
    """A caller hears of it at once."""

    class Broken(MemoryStore):
        """Cannot be written."""

        def claim(self, batch_id: str) -> int:
            raise StoreError(f"no room for {batch_id}")

    store, naps = GroupCommit(Broken(), patience=1), list[float]()
    store._patiently.sleep = naps.append
    with pytest.raises(StoreError, match="no room for b1"):
        store.claim("b1")
    assert naps == []


def test_closing_writes_what_is_waiting() -> None:
    """Only then is the store behind it closed; after that, no more is accepted."""
    slow = _SlowStore()
    store = GroupCommit(slow)
    with ThreadPoolExecutor(3) as threads:
        commits = [threads.submit(store.commit, [event("e1")])]
        assert slow.entered.wait(10)
        commits.append(threads.submit(store.commit, [event("e2")]))
        _until(lambda: store._gathering is not None)
        closing = threads.submit(store.close)
        slow.let_go.set()
        closing.result(10)
    assert [one.result() for one in commits] == [None, None]
    assert event_ids(slow) == ["e1", "e2"]
    assert slow.sizes_at_the_end == [1, 1]
    with pytest.raises(StoreError, match=r"^This store is closed\.$"):
        store.commit([event("e3")])


def test_an_outage_is_waited_for_longer_each_time_and_never_long() -> None:
    """By chance, so that many who wait do not come back all at once; from a blink up to seconds."""
    store, naps = GroupCommit(_FlakyStore(failures=20)), list[float]()
    store._patiently.sleep = naps.append
    store.commit([event("e1")])
    assert len(naps) == 20
    assert all(0 <= nap <= min(5.0, 0.05 * 2**number) for number, nap in enumerate(naps))
    assert len({*naps}) > 10
