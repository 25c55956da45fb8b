"""A local runtime in its own thread: whoever waits for it is told when it ends, however it ends."""

import threading
from collections.abc import Callable
from typing import Any

import pytest

from actors.runtime.background import BackgroundRuntime
from actors.runtime.runtime import RuntimeUnavailableError
from actors.stores.memory import MemoryStore
from actors.stores.notifier import Notice
from actors.stores.store import Store, StoreUnavailableError
from contracts.messages import Message, WakeUp


class Scripted:
    """A runtime that does one step, or fails, each time it is told something."""

    def __init__(self) -> None:
        self.store: Store = MemoryStore()
        self.steps = 0
        self.has_stepped = threading.Event()
        self.told: list[str] = []
        self.is_shut_down = False
        self._told = threading.Semaphore(0)
        self._fault: BaseException | None = None

    def tell(self, address: str, message: Any) -> None:
        self.told.append(address)
        self._fault = message if isinstance(message, BaseException) else None
        self._told.release()

    def run_until(
        self, done: Callable[[], bool], watch: Callable[[], None] | None = None, notice: Notice = Notice.REST
    ) -> None:
        while not done():
            if self._told.acquire(timeout=0.05):
                if self._fault is not None:
                    raise self._fault
                self.steps += 1
                self.has_stepped.set()
            if watch is not None:
                watch()

    def describe(self, essays: int = 0) -> str:
        return f"nowhere, {essays} essays"

    def starting(self, batch_id: str) -> str:
        return f"{batch_id} waits for a seat"

    def shutdown(self) -> None:
        self.is_shut_down = True


class Opened:
    """A background runtime over a scripted one."""

    def __init__(self) -> None:
        self.scripted = Scripted()
        self.runtime = BackgroundRuntime(self.scripted)

    def tell(self, message: Message | BaseException) -> None:
        self.runtime.tell("batch/8b", message)  # type: ignore[arg-type]


@pytest.fixture
def opened() -> Opened:
    """A background runtime that is already running."""
    return Opened()


def test_it_works_without_being_waited_for_and_tells_who_waits(opened: Opened) -> None:
    """Any number of threads may wait at once; ``watch`` is called in the thread that waits."""
    opened.tell(WakeUp())
    assert opened.scripted.has_stepped.wait(10)  # and nobody has asked it to run
    watched: list[int] = []

    def watch() -> None:
        watched.append(threading.get_ident())
        opened.tell(WakeUp())

    waiting = threading.Thread(target=lambda: opened.runtime.run_until(lambda: opened.scripted.steps >= 2))
    waiting.start()
    opened.runtime.run_until(lambda: opened.scripted.steps >= 2, watch)
    waiting.join(10)
    assert not waiting.is_alive()
    assert set(watched) == {threading.get_ident()}
    opened.runtime.shutdown()
    assert opened.scripted.is_shut_down


def test_an_error_that_ends_the_work_is_raised_where_it_is_waited_for(opened: Opened) -> None:
    """Every wait raises it, not just the first."""
    opened.tell(StoreUnavailableError("the disk is full"))
    for _ in range(2):
        with pytest.raises(StoreUnavailableError, match="disk is full"):
            opened.runtime.run_until(lambda: False)


@pytest.mark.parametrize("end", [SystemExit(1), KeyboardInterrupt()])
def test_what_would_end_a_program_ends_the_wait(opened: Opened, end: BaseException) -> None:
    """A service's ``sys.exit`` ends only the thread that it is called in, so the waiting thread must be told."""
    opened.tell(end)
    with pytest.raises(type(end)):
        opened.runtime.run_until(lambda: False)


def test_who_waits_while_it_is_shut_down_waits_no_longer(opened: Opened) -> None:
    """What it waits for can no longer happen."""
    ended: list[Exception] = []

    def wait() -> None:
        try:
            opened.runtime.run_until(lambda: False)
        except RuntimeUnavailableError as error:
            ended.append(error)

    waiting = threading.Thread(target=wait)
    waiting.start()
    opened.runtime.shutdown()
    waiting.join(10)
    assert str(ended[0]) == "the engine was closed while it was waited for; finished work is saved"


def test_what_is_asked_of_it_is_answered_by_the_runtime_behind_it(opened: Opened) -> None:
    """It is that runtime, in a thread."""
    assert opened.runtime.store is opened.scripted.store
    assert opened.runtime.describe(30) == "nowhere, 30 essays"
    assert opened.runtime.describe() == "nowhere, 0 essays"
    assert opened.runtime.starting("8b") == "8b waits for a seat"
    opened.tell(WakeUp())
    assert opened.scripted.told == ["batch/8b"]


def test_a_program_may_end_while_its_runtime_is_at_work() -> None:
    """The thread keeps nobody alive, and has a name for who looks at what a program does."""
    before = {*threading.enumerate()}
    Opened()
    (thread,) = {*threading.enumerate()} - before
    assert (thread.name, thread.daemon) == ("engine", True)


def test_who_waits_is_told_of_a_move_and_does_not_wait_for_the_next_look(monkeypatch: pytest.MonkeyPatch) -> None:
    """A batch that has ended is known to have ended at once."""
    monkeypatch.setattr("actors.runtime.background.LOOK_SECONDS", 600.0)
    opened = Opened()
    threading.Timer(0.1, lambda: opened.tell(WakeUp())).start()
    waiting = threading.Thread(target=lambda: opened.runtime.run_until(lambda: opened.scripted.steps >= 1), daemon=True)
    waiting.start()
    waiting.join(30)
    assert not waiting.is_alive()


class Stuck(Scripted):
    """Is at something that does not come back until it is released."""

    def __init__(self) -> None:
        super().__init__()
        self.release = threading.Event()

    def run_until(
        self, done: Callable[[], bool], watch: Callable[[], None] | None = None, notice: Notice = Notice.REST
    ) -> None:
        self.release.wait(60)


def test_what_comes_from_outside_is_seen_while_the_runtime_is_stuck() -> None:
    """It is looked at now and then, also where nothing moves, and slept between two looks."""
    stuck, has_come, looks = Stuck(), threading.Event(), list[None]()
    runtime = BackgroundRuntime(stuck)
    threading.Timer(0.3, has_come.set).start()
    waiting = threading.Thread(
        target=lambda: runtime.run_until(has_come.is_set, lambda: looks.append(None)), daemon=True
    )
    waiting.start()
    waiting.join(30)
    assert not waiting.is_alive()
    assert 1 <= len(looks) < 20
    stuck.release.set()


def test_the_end_does_not_wait_for_ever_for_what_does_not_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """What it has in hand is not saved, and is done again by the next program."""
    monkeypatch.setattr("actors.runtime.background.GRACE_SECONDS", 0.1)
    stuck = Stuck()
    ending = threading.Thread(target=BackgroundRuntime(stuck).shutdown, daemon=True)
    ending.start()
    ending.join(30)
    assert stuck.is_shut_down
    stuck.release.set()
