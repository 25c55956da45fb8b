"""Waiting for commits of the store's process, on a cluster without processes."""

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any, cast

import pytest

from actors.runtime.ray import remote_notifier
from actors.runtime.ray.cluster import Cluster, Handle, ProcessGoneError
from actors.runtime.ray.process_spec import Wiring
from actors.runtime.ray.remote_notifier import RemoteNotifier
from actors.stores.notifier import Notice, Notifier

PATIENCE = 10.0


class _Cluster:
    """A cluster in which each of its store's processes in turn has counted so far; None: that one is gone."""

    def __init__(self, *processes: int | None) -> None:
        self._processes = processes
        self._now = -1
        self.heard: list[int] = []

    def next_process(self) -> Handle:
        """Start the next one."""
        self._now += 1
        return self._now

    def ask(self, handle: int, method: str, notice: Notice, heard: int, seconds: float) -> int:
        """Answer as the store's process does."""
        self.heard.append(heard)
        count = self._processes[handle]
        if count is None:
            raise ProcessGoneError
        return count


class _Busy:
    """A cluster with one process, which counts; how many ask it at a time is noted."""

    def __init__(self) -> None:
        self.notifier = Notifier()
        self.asking = 0
        self.most_asking = 0
        self.is_asked = threading.Event()

    def next_process(self) -> Handle:
        """Always the same one."""
        return None

    def ask(self, handle: None, method: str, notice: Notice, heard: int, seconds: float) -> int:
        """Wait there."""
        self.asking += 1
        self.most_asking = max(self.most_asking, self.asking)
        self.is_asked.set()
        count = self.notifier.wait(heard, seconds)
        self.asking -= 1
        return count


def _notifier(cluster: Any, monkeypatch: pytest.MonkeyPatch) -> RemoteNotifier:
    monkeypatch.setattr(remote_notifier, "store_handle", lambda *_: cluster.next_process())
    return RemoteNotifier(cast("Cluster", cluster), cast("Wiring", None), Notice.EVENTS)


def test_each_waiting_says_what_was_heard_before(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that nothing is missed between two of them."""
    cluster = _Cluster(3)
    notifier = _notifier(cluster, monkeypatch)
    assert notifier.wait(0, 0.0) == 1
    assert notifier.wait(1, 0.0) == 1
    assert cluster.heard == [0, 3]


def test_who_waits_goes_over_to_the_successor_of_a_killed_store(monkeypatch: pytest.MonkeyPatch) -> None:
    """It has not told anything yet, so its count is heard from the beginning."""
    cluster = _Cluster(None, 1)
    notifier = _notifier(cluster, monkeypatch)
    heard = 0
    for _ in range(3):
        heard = notifier.wait(heard, 0.0)
    assert cluster.heard == [0, 0, 1]


def test_all_who_wait_hear_of_a_commit_and_one_of_them_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    """The store's process has so many threads: a hundred who follow must not take them all."""
    cluster = _Busy()
    notifier = _notifier(cluster, monkeypatch)
    with ThreadPoolExecutor(20) as threads:
        waiting = [threads.submit(notifier.wait, 0, PATIENCE) for _ in range(20)]
        assert cluster.is_asked.wait(PATIENCE)
        cluster.notifier.tell()
        assert [each.result(PATIENCE / 2) for each in waiting] == [1] * 20
    assert cluster.most_asking == 1


def test_where_the_one_who_asks_has_enough_another_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """It may have waited for a shorter time."""
    cluster = _Busy()
    notifier = _notifier(cluster, monkeypatch)
    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(notifier.wait, 0, 0.05)
        assert cluster.is_asked.wait(PATIENCE)
        second = threads.submit(notifier.wait, 0, PATIENCE)
        assert first.result(PATIENCE) == 0
        cluster.notifier.tell()
        assert second.result(PATIENCE / 2) == 1
