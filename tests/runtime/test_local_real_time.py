"""The local runtime in real time, as when it waits for people."""

import threading
import time
from collections.abc import Sequence

from actors.core.addresses import batch_address
from actors.core.records import Record
from actors.runtime.activation import Blueprint
from actors.runtime.gateway import PATIENCE_SECONDS
from actors.runtime.local import LOOK_SECONDS, LocalRuntime
from actors.stores.memory import MemoryStore
from actors.stores.store import StoreUnavailableError
from contracts import BatchStatus
from contracts.messages import WakeUp
from drivers.client.engine import Engine
from tests.core.play import registration
from tests.runtime.pipelines import NLP, SPELLCHECK, essays, run
from tests.services import services


def test_a_batch_runs_in_real_time_as_in_virtual_time() -> None:
    """A batch without waits is done at once."""
    runtime = LocalRuntime(Blueprint(services("")), MemoryStore(), real_time=True)
    assert run(runtime, essays("a", "b"), SPELLCHECK, NLP) is BatchStatus.COMPLETED_SUCCESSFULLY


def test_a_wait_takes_as_long_as_it_says() -> None:
    """A reminder never comes early."""
    runtime = LocalRuntime(Blueprint({}, workers=0), MemoryStore(), real_time=True)
    began = time.monotonic()
    runtime._reminders.set(0.3, batch_address("nobody"), WakeUp())
    runtime.run_until(lambda: runtime._reminders.next_due is None)
    assert 0.25 < time.monotonic() - began < 1.5


def test_a_deadline_does_not_overtake_the_answer_that_was_under_way() -> None:
    """Mail goes before reminders that fell due while the only thread was busy, lest work be asked for twice."""
    runtime = LocalRuntime(Blueprint({}, workers=0), MemoryStore(), real_time=True)
    runtime._reminders.set(0.0, batch_address("nobody"), WakeUp())
    runtime.tell(batch_address("somebody"), WakeUp())
    waves: list[int] = []
    runtime.run_until(lambda: runtime._reminders.next_due is None, lambda: waves.append(len(runtime._reminders._heap)))
    assert waves == [1, 0]


def test_another_thread_may_register_a_batch_while_the_runtime_waits() -> None:
    """It is handled at once, although the runtime was asleep."""
    runtime = LocalRuntime(Blueprint(services("")), MemoryStore(), real_time=True)
    engine = Engine(runtime)
    threading.Timer(0.2, lambda: engine.submit("late", essays("a"), pipeline=[SPELLCHECK], language="en")).start()
    began = time.monotonic()
    runtime.run_until(lambda: runtime.store.summary("late") is not None)
    assert engine.batch("late").until_ended() is BatchStatus.COMPLETED_SUCCESSFULLY
    assert time.monotonic() - began < 2


def test_who_watches_is_called_while_nothing_happens() -> None:
    """A terminal can show that the program is alive while it waits for people."""
    runtime = LocalRuntime(Blueprint({}, workers=0), MemoryStore(), real_time=True)
    looks: list[float] = []
    runtime.run_until(lambda: len(looks) >= 3, lambda: looks.append(time.monotonic()))
    assert looks[-1] - looks[0] < 2


def test_a_store_that_is_away_is_waited_for_in_real_time() -> None:
    """A leap of virtual time would be over before the disk has room again."""

    class AwayOnce(MemoryStore):
        """Fails at its first commit."""

        is_away = True

        def commit(self, records: Sequence[Record]) -> None:
            if self.is_away:
                self.is_away = False
                raise StoreUnavailableError("The disk is full.")
            super().commit(records)

    runtime = LocalRuntime(Blueprint({}, workers=0), AwayOnce(), real_time=True, patience=60.0)
    began = time.monotonic()
    runtime.tell(batch_address("b"), registration("x", [SPELLCHECK]))
    runtime.run_until(lambda: runtime.store.summary("b") is not None)
    assert time.monotonic() - began >= PATIENCE_SECONDS
    assert runtime.now == 0.0


class Naps(threading.Event):
    """Notes how long it was to be waited for, and is over at once."""

    def __init__(self) -> None:
        super().__init__()
        self.seconds: list[float] = []

    def wait(self, timeout: float | None = None) -> bool:
        assert timeout is not None
        self.seconds.append(timeout)
        return self.is_set()


def test_it_sleeps_until_the_next_reminder_and_no_longer_than_from_look_to_look() -> None:
    """What is waited for may come from outside, and where there is mail nobody sleeps at all."""
    runtime = LocalRuntime(Blueprint({}, workers=0), MemoryStore(), real_time=True)
    runtime._transport.mail_came = naps = Naps()

    def one_wave() -> list[float]:
        naps.seconds.clear()
        looks = iter((False, True))
        runtime.run_until(lambda: next(looks))
        return naps.seconds

    assert one_wave() == [LOOK_SECONDS]
    runtime._reminders.set(600.0, batch_address("nobody"), WakeUp())
    assert one_wave() == [LOOK_SECONDS]
    runtime._reminders.set(0.1, batch_address("nobody"), WakeUp())
    (until_then,) = one_wave()
    assert until_then <= 0.1
    runtime.tell(batch_address("nobody"), WakeUp())
    assert one_wave() == []
