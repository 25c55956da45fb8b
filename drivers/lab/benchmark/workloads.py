"""Runs of ours that are timed: no-op batches in each runtime, and batches with the real phases."""

import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from actors.core.addresses import batch_address
from actors.runtime.runtime import Runtime
from actors.stores.store import Store
from contracts.events import completed_event_of, topic_name
from contracts.messages import WakeUp
from contracts.phases import BatchStatus, PhaseName
from drivers.client.batches import Batches, Order
from drivers.client.bootstrap import RuntimeKind, Settings, start_runtime
from drivers.intake import Intake
from drivers.lab.benchmark import noop
from drivers.lab.benchmark.memory import PeakMemory


@dataclass(frozen=True, slots=True)
class Timing:
    """One timed batch. ``start_up`` is what came before the batch was submitted; megabytes are at the peak.

    ``first_result`` is when the first essay's first phase was stored, in seconds after the submission.
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
        """For JSON."""
        return {**asdict(self), "steps_per_second": round(self.steps_per_second)}


def noop_timing(what: str, count: int, settings: Callable[[str], Settings]) -> Timing:
    """A durable no-op batch of ``count`` essays in a fresh runtime, the second of two: the first warms it up."""
    essays = noop.essays(count, "timed")
    warm_up = noop.essays(30, "warm-up")
    begun = time.perf_counter()
    with PeakMemory() as memory, fresh(settings) as runtime:
        run(runtime, "warm-up", warm_up, noop.PHASES)
        prepare(runtime, "timed")
        start_up = time.perf_counter() - begun
        begun, submitted = time.perf_counter(), datetime.now(UTC)
        status = run(runtime, "timed", essays, noop.PHASES)
        wall = time.perf_counter() - begun
        first_result = (_first_result(runtime.store, "timed") - submitted).total_seconds()
    if status is not BatchStatus.COMPLETED_WITH_FAILURES and count > noop.FAILS:
        raise RuntimeError(f"the batch ended as {status}")
    return Timing(what, count, noop.steps(count), wall, start_up, memory.megabytes, first_result)


def _first_result(store: Store, batch_id: str) -> datetime:
    topic = topic_name(completed_event_of(noop.PHASES[0]))
    return next(logged.event.timestamp for logged in store.events(batch_id) if logged.event.event_type == topic)


@contextmanager
def fresh(settings: Callable[[str], Settings]) -> Iterator[Runtime]:
    """A runtime over a new SQLite file."""
    with tempfile.TemporaryDirectory() as folder:
        runtime = start_runtime(settings(f"sqlite:///{Path(folder) / 'store.db'}"))
        try:
            yield runtime
        finally:
            runtime.shutdown()


def prepare(runtime: Runtime, batch_id: str) -> None:
    """Have the orchestrator's process there: a process's start is start-up."""
    runtime.tell(batch_address(batch_id), WakeUp())
    time.sleep(2.0 if "Ray" in runtime.describe() else 0.0)


def run(runtime: Runtime, batch_id: str, essays: Sequence[Intake], phases: Sequence[PhaseName]) -> BatchStatus:
    """Submit and wait for the outcome."""
    batches = Batches(runtime)
    batches.register(Order(batch_id, phases, language="en"), essays)
    return batches.wait(batch_id)


def local(store: str) -> Settings:
    """In process."""
    return Settings(store, RuntimeKind.LOCAL, services=noop.services())


def packed(store: str) -> Settings:
    """On Ray, all essays packed."""
    return Settings(store, RuntimeKind.RAY, essay_processes=0, services=noop.services(), warm=noop.PHASES)


def process_per_essay(store: str) -> Settings:
    """On Ray, a process for each essay."""
    return Settings(store, RuntimeKind.RAY, essay_processes=1000, services=noop.services(), warm=noop.PHASES)
