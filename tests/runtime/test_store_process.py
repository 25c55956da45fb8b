"""The way to the store's process, on a cluster without processes."""

from typing import Any, cast

import pytest

from actors.runtime import store_process
from actors.runtime.cluster import Cluster, Handle, ProcessGoneError
from actors.runtime.store_process import Bell
from actors.runtime.wiring import Wiring


class _Ringing:
    """A cluster whose store has rung so often, as each of its processes in turn says; None: that one is gone."""

    def __init__(self, *processes: int | None) -> None:
        self._processes = processes
        self._now = -1
        self.heard: list[int] = []

    def next_process(self) -> Handle:
        """Start the next one."""
        self._now += 1
        return self._now

    def ask(self, handle: int, method: str, heard: int, seconds: float) -> int:
        """Answer as the store's process does."""
        self.heard.append(heard)
        rung = self._processes[handle]
        if rung is None:
            raise ProcessGoneError
        return rung


def _bell(cluster: _Ringing, monkeypatch: pytest.MonkeyPatch) -> Bell:
    monkeypatch.setattr(store_process, "store_handle", lambda *_: cluster.next_process())
    return Bell(cast("Cluster", cluster), cast("Wiring", None))


def test_each_waiting_says_what_was_heard_before(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that nothing is missed between two of them."""
    cluster = _Ringing(3)
    bell = _bell(cluster, monkeypatch)
    bell.wait(0.0)
    bell.wait(0.0)
    assert cluster.heard == [0, 3]


def test_who_waits_goes_over_to_the_successor_of_a_killed_store(monkeypatch: pytest.MonkeyPatch) -> None:
    """It has not rung yet, so its count is heard from the beginning."""
    cluster: Any = _Ringing(None, 1)
    bell = _bell(cluster, monkeypatch)
    bell.wait(0.0)
    bell.wait(0.0)
    bell.wait(0.0)
    assert cluster.heard == [0, 0, 1]
