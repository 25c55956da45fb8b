"""Waiting for commits of the store's process, on a cluster without processes."""

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any, cast

from actors.runtime.ray.cluster import ProcessGoneError
from actors.runtime.ray.remote_notifier import RemoteNotifier
from actors.runtime.ray.store_process import StoreLink
from actors.stores.notifier import Notice, Notifier

PATIENCE = 10.0


class _Link:
    """Leads to a series of store processes, each with a count of commits; None is a process that is gone."""

    def __init__(self, *processes: int | None) -> None:
        self._processes = processes
        self._now = 0
        self.heard: list[int] = []

    def renew(self) -> None:
        self._now += 1

    def wait_for(self, notice: Notice, heard: int, seconds: float) -> int:
        self.heard.append(heard)
        count = self._processes[self._now]
        if count is None:
            raise ProcessGoneError
        return count


class _Busy:
    """Leads to one process, and notes how many ask it at a time."""

    def __init__(self) -> None:
        self.notifier = Notifier()
        self.asking = 0
        self.most_asking = 0
        self.is_asked = threading.Event()

    def wait_for(self, notice: Notice, heard: int, seconds: float) -> int:
        self.asking += 1
        self.most_asking = max(self.most_asking, self.asking)
        self.is_asked.set()
        count = self.notifier.wait(heard, seconds)
        self.asking -= 1
        return count


def _notifier(link: Any) -> RemoteNotifier:
    return RemoteNotifier(cast("StoreLink", link), Notice.EVENTS)


def test_each_waiting_says_what_was_heard_before() -> None:
    """Nothing is missed between two waits."""
    cluster = _Link(3)
    notifier = _notifier(cluster)
    assert notifier.wait(0, 0.0) == 1
    assert notifier.wait(1, 0.0) == 1
    assert cluster.heard == [0, 3]


def test_who_waits_goes_over_to_the_successor_of_a_killed_store() -> None:
    """The successor counts from the beginning, so nothing has been heard from it yet."""
    cluster = _Link(None, 1)
    notifier = _notifier(cluster)
    heard = 0
    for _ in range(3):
        heard = notifier.wait(heard, 0.0)
    assert cluster.heard == [0, 0, 1]


def test_all_who_wait_hear_of_a_commit_and_one_of_them_asks() -> None:
    """The store's process has few threads: a hundred followers must not take them all."""
    cluster = _Busy()
    notifier = _notifier(cluster)
    with ThreadPoolExecutor(20) as threads:
        waiting = [threads.submit(notifier.wait, 0, PATIENCE) for _ in range(20)]
        assert cluster.is_asked.wait(PATIENCE)
        cluster.notifier.tell()
        assert [each.result(PATIENCE / 2) for each in waiting] == [1] * 20
    assert cluster.most_asking == 1


def test_where_the_one_who_asks_has_enough_another_goes_on() -> None:
    """The one who asks may have had less time to wait."""
    cluster = _Busy()
    notifier = _notifier(cluster)
    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(notifier.wait, 0, 0.05)
        assert cluster.is_asked.wait(PATIENCE)
        second = threads.submit(notifier.wait, 0, PATIENCE)
        assert first.result(PATIENCE) == 0
        cluster.notifier.tell()
        assert second.result(PATIENCE / 2) == 1
