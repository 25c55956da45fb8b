"""Batches to be timed: no-op batches in each runtime, and batches with real phases."""

import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from actors.core.addresses import batch_address
from actors.runtime.activation import Blueprint
from actors.runtime.local import LocalRuntime
from actors.stores.opening import open_store
from actors.stores.store import Store
from contracts.events import completed_event_of, topic_name
from contracts.messages import WakeUp
from contracts.phases import BatchStatus, PhaseName
from drivers.client.engine import Engine
from drivers.intake import Intake
from drivers.lab.benchmark import noop
from drivers.lab.benchmark.memory import PeakMemory


@dataclass(frozen=True, slots=True)
class Timing:
    """One timed batch. ``start_up`` is the time before the batch was submitted; ``megabytes`` is the peak.

    ``first_result`` is when the first result of the first phase was stored, in seconds after the submission.
    """

    what: str
    essays: int
    steps: int
    wall: float
    start_up: float
    megabytes: float
    first_result: float

    @property
    def steps_per_second(self) -> float:
        """Essay-phases a second."""
        return self.steps / self.wall

    def as_dict(self) -> dict[str, Any]:
        """The timing, for JSON."""
        return {**asdict(self), "steps_per_second": round(self.steps_per_second)}


def noop_timing(what: str, count: int, opened: Callable[[Path], Engine]) -> Timing:
    """Time a durable no-op batch of ``count`` essays in a fresh engine, after a first batch that warms it up."""
    essays = noop.essays(count, "timed")
    warm_up = noop.essays(30, "warm-up")
    begun = time.perf_counter()
    with PeakMemory() as memory, fresh(opened) as engine:
        run(engine, "warm-up", warm_up, noop.PHASES)
        prepare(engine, "timed")
        start_up = time.perf_counter() - begun
        begun, submitted = time.perf_counter(), datetime.now(UTC)
        status = run(engine, "timed", essays, noop.PHASES)
        wall = time.perf_counter() - begun
        first_result = (_first_result(engine.store, "timed") - submitted).total_seconds()
    if status is not BatchStatus.COMPLETED_WITH_FAILURES and count > noop.FAILS:
        raise RuntimeError(f"the batch ended as {status}")
    return Timing(what, count, noop.steps(count), wall, start_up, memory.megabytes, first_result)


def _first_result(store: Store, batch_id: str) -> datetime:
    topic = topic_name(completed_event_of(noop.PHASES[0]))
    return next(logged.event.timestamp for logged in store.events(batch_id) if logged.event.event_type == topic)


@contextmanager
def fresh(opened: Callable[[Path], Engine]) -> Iterator[Engine]:
    """An engine over a new SQLite file."""
    with tempfile.TemporaryDirectory() as folder, opened(Path(folder) / "store.db") as engine:
        yield engine


def prepare(engine: Engine, batch_id: str) -> None:
    """Start the orchestrator's process in advance, as the start of a process belongs to start-up."""
    engine.runtime.tell(batch_address(batch_id), WakeUp())
    time.sleep(2.0 if "Ray" in engine.describe() else 0.0)


def run(engine: Engine, batch_id: str, essays: Sequence[Intake], phases: Sequence[PhaseName]) -> BatchStatus:
    """Submit a batch, and wait for its end."""
    return engine.submit(batch_id, essays, pipeline=phases, language="en").until_ended()


def local(store: Path) -> Engine:
    """An engine in this process."""
    return Engine.open(store, runtime="local", services=noop.services())


def in_this_thread(store: Path) -> Engine:
    """An engine in this process and in the thread that waits, because a profiler sees only one thread."""
    return Engine(LocalRuntime(Blueprint(noop.services()), open_store(str(store))), noop.services())


def packed(store: Path) -> Engine:
    """An engine on Ray, with all essays packed."""
    return Engine.open(store, essay_processes=0, services=noop.services(), warm=noop.PHASES)


def process_per_essay(store: Path) -> Engine:
    """An engine on Ray, with a process for each essay."""
    return Engine.open(store, essay_processes=1000, services=noop.services(), warm=noop.PHASES)
