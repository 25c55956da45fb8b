"""The processes that actors and workers live in, each a Ray actor around a plain ``Host`` or ``Worker``.

They have the names of what lives in them, so that the dashboard shows batches, essays and workers.
"""

import logging
import pickle
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

import ray

from actors.core.addresses import QUEUE
from actors.execution.worker import Worker
from actors.observability.meter import QueueGauges
from actors.phases.llm.call_budget import install
from actors.runtime.activation import Activator, Outside
from actors.runtime.gateway import Gateway
from actors.runtime.host import Host
from actors.runtime.placement import WORKER, ProcessSpec
from actors.runtime.ray.budget_process import remote_call_budget
from actors.runtime.ray.cluster import Handle, named_process
from actors.runtime.ray.engine_spec import EngineSpec
from actors.runtime.ray.metrics import RayMetrics
from actors.runtime.ray.process_setup import set_up_process, warm_up_beside
from actors.runtime.ray.store_process import remote_store
from actors.runtime.ray.transport import RayTransport
from actors.runtime.timers import Timers
from actors.runtime.transport import Mail
from actors.runtime.workers import worker_behind

log = logging.getLogger(__name__)


class HostProcess:
    """A process that actors live in."""

    def __init__(self, engine: EngineSpec, process: ProcessSpec) -> None:
        set_up_process(engine.phases)
        self._engine = engine
        self._process = process
        self._store = remote_store(engine)
        self._transport = RayTransport(engine, self._store, start_process)
        self._own: Handle = ray.get_runtime_context().current_actor
        self._handling = threading.RLock()  # calls and reminders come in threads of their own
        self._timers = Timers(self._remind)
        self._host = self._living_here()
        with self._handling:
            self._host.start()

    def _living_here(self) -> Host | Worker:
        activator = Activator(self._engine.blueprint, self._store)
        return Host(self._process, activator, self._store, self._transport, self._timers)

    def deliver(self, mail: bytes) -> None:
        """Handle mail (pickled by the transport: Ray's own way to pickle takes it ten times as long)."""
        self._handle(self._transport.noted(pickle.loads(mail)))  # noqa: S301  (from our own processes)
        if self._host.is_over:
            ray.actor.exit_actor()  # type: ignore[no-untyped-call]

    def _handle(self, mail: Mail) -> None:
        with self._handling:
            self._host.deliver(mail)

    def _remind(self, due: Mail) -> None:
        """Handle reminders, in the timers' thread.

        No calls to oneself: an actor that exits waits for its calls to end, and one to itself never does.
        """
        try:
            self._handle(due)
        except Exception:
            log.exception("%r could not handle its reminders", self)
        if self._host.is_over:
            ray.kill(self._own, no_restart=True)

    def __repr__(self) -> str:
        return self._process.title or self._process.name


class BatchOrchestratorProcess(HostProcess):
    """The process of one batch's orchestrator, and of the batch's essays where they are packed."""


class EssayActorProcess(HostProcess):
    """The process of one essay."""


class WorkQueueProcess(HostProcess):
    """The process of the work queue. Shows how it stands after each group of messages."""

    def __init__(self, engine: EngineSpec, process: ProcessSpec) -> None:
        self._gauges = QueueGauges(RayMetrics())
        super().__init__(engine, process)

    def _handle(self, mail: Mail) -> None:
        super()._handle(mail)
        if isinstance(self._host, Host):
            self._gauges.show(self._host.state_of(QUEUE))


class PhaseWorkerProcess(HostProcess):
    """The process of one worker."""

    def _living_here(self) -> Worker:
        outside, blueprint = Outside(), self._engine.blueprint
        gateway = Gateway(self._process, self._store, self._transport, self._timers, outside.sleep)
        writing = ThreadPoolExecutor(1, "writing")
        worker = worker_behind(gateway, blueprint, self._store, outside, background=writing)
        install(remote_call_budget(self._engine))
        warm_up_beside(worker.executors.registry, blueprint.warm)
        return worker


KINDS: Final[dict[str, type[HostProcess]]] = {
    "BatchOrchestrator": BatchOrchestratorProcess,
    "EssayActor": EssayActorProcess,
    "WorkQueue": WorkQueueProcess,
    WORKER: PhaseWorkerProcess,
}


def start_process(engine: EngineSpec, process: ProcessSpec) -> Handle:
    """The process, which is started where it is not there."""
    options: dict[str, Any] = {}
    if process.kind == WORKER:
        # Its work is the queue's to repeat: what a dead one had in hand may be what killed it.
        options = {"num_cpus": engine.worker_cpus, "max_task_retries": 0}
    return named_process(KINDS[process.kind], process.name, engine.namespace, engine, process, **options)
