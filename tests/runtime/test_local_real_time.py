"""The local runtime in real time, as when it waits for people."""

import threading
import time

from actors.core.addresses import batch_address
from actors.runtime.activation import Blueprint
from actors.runtime.local import LocalRuntime
from actors.stores.memory import MemoryStore
from contracts import BatchStatus
from contracts.messages import WakeUp
from drivers.client.engine import Engine
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
