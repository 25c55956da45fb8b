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
from contracts.messages import Message


class Scripted:
    """A runtime that does one step, or fails, each time it is told something."""

    def __init__(self) -> None:
        self.store: Store = MemoryStore()
        self.steps = 0
        self.is_shut_down = False
        self._told = threading.Semaphore(0)
        self._fault: BaseException | None = None

    def tell(self, address: str, message: Any) -> None:
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
            if watch is not None:
                watch()

    def describe(self, essays: int = 0) -> str:
        return f"nowhere, {essays} essays"

    def starting(self, batch_id: str) -> str:
        return ""

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
    from contracts.messages import WakeUp

    watched: list[int] = []
    waiting = threading.Thread(target=lambda: opened.runtime.run_until(lambda: opened.scripted.steps >= 2))
    waiting.start()
    opened.tell(WakeUp())
    opened.tell(WakeUp())
    opened.runtime.run_until(lambda: opened.scripted.steps >= 2, lambda: watched.append(threading.get_ident()))
    waiting.join(10)
    assert not waiting.is_alive()
    assert set(watched) <= {threading.get_ident()}
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
    assert "closed while it was waited for" in str(ended[0])
