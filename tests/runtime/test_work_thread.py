"""A thread for work that may never come back: who asked for it goes on without it."""

import threading
import time
from collections.abc import Callable

import pytest

from actors.core.addresses import batch_address
from actors.runtime.placement import process_of
from actors.runtime.work_thread import LeftBehind, ThreadsGateway, WorkThread
from contracts.messages import WakeUp
from tests.runtime.test_gateway import THERE, World
from tests.stores.examples import essay


def _never() -> bool:
    return False


def _at_once() -> bool:
    return True


class Stuck:
    """A thread that was left behind at its work, until it is released."""

    def __init__(self) -> None:
        before = {*threading.enumerate()}
        self.world = World()
        self.thread = WorkThread("worker/3")
        (self.python_thread,) = {*threading.enumerate()} - before
        self.release = threading.Event()
        self.gateway = ThreadsGateway(
            self.thread, process_of(batch_address("here")), self.world.store, self.world, self.world.reminders, _none
        )
        self.done = self.thread.run(self.release.wait, _at_once)  # type: ignore[arg-type]


def _none(_: float) -> None:
    raise AssertionError("nobody waits here")


def test_work_is_done_while_who_asked_for_it_waits() -> None:
    """One thing after the other, in a thread of its own that keeps no program alive."""
    threads: list[threading.Thread] = []
    thread = WorkThread("worker/3")
    for _ in range(2):
        assert thread.run(lambda: threads.append(threading.current_thread()), _never)
    assert threads[0] is threads[1]
    assert threads[0] is not threading.current_thread()
    assert (threads[0].name, threads[0].daemon) == ("worker/3", True)
    assert thread.is_left_behind is False


def test_work_that_takes_long_and_is_not_stuck_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """However often it is looked at meanwhile."""
    monkeypatch.setattr("actors.runtime.work_thread.LOOK_SECONDS", 0.01)
    looks: list[None] = []

    def is_stuck() -> bool:
        looks.append(None)
        return False

    thread = WorkThread("worker/3")
    assert thread.run(lambda: time.sleep(0.2), is_stuck) is True
    assert len(looks) > 1


def test_what_work_has_raised_is_raised_where_it_is_waited_for() -> None:
    """And the thread goes on with what it is asked for next."""
    thread, done = WorkThread("worker/3"), threading.Event()

    def breaks() -> None:
        raise SystemExit("enough")

    with pytest.raises(SystemExit, match="enough"):
        thread.run(breaks, _never)
    assert thread.run(done.set, _never)
    assert done.is_set()


def test_work_that_is_stuck_is_left_behind_and_its_thread_ends_when_it_comes_back() -> None:
    """Nothing else is begun there."""
    stuck = Stuck()
    assert stuck.done is False
    assert stuck.thread.is_left_behind
    assert stuck.python_thread.is_alive()
    stuck.release.set()
    stuck.python_thread.join(10)
    assert not stuck.python_thread.is_alive()


@pytest.mark.parametrize(
    "act",
    [
        lambda gateway: gateway.commit([essay("x")]),
        lambda gateway: gateway.flush(),
        lambda gateway: gateway.remind(THERE, 1.0, WakeUp()),
    ],
    ids=["commit", "flush", "remind"],
)
def test_who_was_left_behind_says_nothing_more(act: Callable[[ThreadsGateway], None]) -> None:
    """Somebody else does its work by now: what comes late is neither stored nor sent, and reminds nobody."""
    stuck = Stuck()
    stuck.gateway.tell(THERE, WakeUp())
    with pytest.raises(LeftBehind):
        act(stuck.gateway)
    assert stuck.world.sent == []
    assert stuck.world.store.essays("b1") == []
    assert stuck.world.reminders.next_due is None


def test_who_was_not_left_behind_stores_sends_and_reminds() -> None:
    """As any other gateway does."""
    world = World()
    gateway = ThreadsGateway(
        WorkThread("worker/3"), process_of(batch_address("here")), world.store, world, world.reminders, _none
    )
    gateway.tell(THERE, WakeUp())
    gateway.flush()
    gateway.commit([essay("x")])
    gateway.remind(THERE, 1.0, WakeUp())
    assert world.sent == [("batch there", [(THERE, WakeUp())])]
    assert world.store.essays("b1") == [essay("x")]
    assert world.reminders.next_due == 1.0
    world.now = 1.0
    assert world.reminders.take_due() == [(THERE, WakeUp())]
