"""The processes that actors and workers live in, each a Ray actor around a plain ``Host`` or ``Worker``.

They are named after what lives in them, so that the dashboard shows batches, essays and workers.
"""

import gc
import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from types import MappingProxyType
from typing import Any, Final

import ray

from actors.core.addresses import QUEUE, batch_of
from actors.execution.worker import Worker
from actors.observability.meter import QueueGauges
from actors.phases.llm.call_budget import install
from actors.runtime.activation import Activator, Outside
from actors.runtime.gateway import Gateway
from actors.runtime.host import Host
from actors.runtime.placement import BATCH, ESSAY, WORKER, ProcessSpec
from actors.runtime.ray.budget_process import remote_call_budget
from actors.runtime.ray.cluster import Handle, exit_for, named_process
from actors.runtime.ray.engine_spec import EngineSpec
from actors.runtime.ray.metrics import RayMetrics
from actors.runtime.ray.passive import end_oldest
from actors.runtime.ray.phase_bars import PhaseBars
from actors.runtime.ray.process_setup import set_up_process, warm_up_beside
from actors.runtime.ray.store_process import remote_store
from actors.runtime.ray.transport import RayTransport, read
from actors.runtime.timers import Timers
from actors.runtime.transport import Mail
from actors.runtime.workers import worker_behind
from actors.stores import views
from contracts.phases import PhaseName
from contracts.stored_event import StoredEvent
from contracts.views import BatchView, EssayView

log = logging.getLogger(__name__)


class HostProcess:
    """A process that actors live in."""

    def __init__(self, engine: EngineSpec, process: ProcessSpec) -> None:
        set_up_process(engine.phases)
        self._engine = engine
        self._process = process
        self._store = remote_store(engine)
        self._transport = RayTransport(engine, self._store, start_process, lives_in=process)
        self._own: Handle = ray.get_runtime_context().current_actor
        self._handling = threading.RLock()  # calls and reminders come in different threads
        self._timers = Timers(self._remind)
        self._host = self._living_here()
        with self._handling:
            self._host.start()
            self._let_others_go_first()

    def _living_here(self) -> Host | Worker:
        activator = Activator(self._engine.blueprint, self._store)
        return Host(self._process, activator, self._store, self._transport, self._timers, commits_at_a_time=2)

    @ray.method(enable_task_events=False)
    def deliver(self, mail: bytes) -> None:
        """Handle mail; the transport has pickled it, because Ray's own pickling takes ten times as long."""
        self._handle(self._transport.noted(read(mail)))
        if self._is_over():
            exit_for(self._reason_to_end())

    @ray.method(enable_task_events=False)
    def go_on(self) -> None:
        """Handle what is left, after calls that were waiting have had their turn."""
        if self._has_more():
            self._handle([])

    @ray.method(enable_task_events=False)
    def end(self) -> None:
        """Exit; earlier calls have been handled by then."""
        exit_for(self._reason_to_end())

    @ray.method(enable_task_events=False)
    def retire(self, process: ProcessSpec) -> None:
        """End another process, which has asked for it."""
        self._transport.retire([process])

    def _handle(self, mail: Mail) -> None:
        with self._handling:
            self._host.deliver(mail)
            self._let_others_go_first()

    def _let_others_go_first(self) -> None:
        if self._has_more():
            self._own.go_on.options(num_returns=0).remote()

    def _has_more(self) -> bool:
        return isinstance(self._host, Host) and self._host.has_more

    def _remind(self, due: Mail) -> None:
        """Handle reminders, in the timers' thread; if the process is over, have the queue's process end it.

        It cannot call its own ``end``: it would wait for its own calls to finish first, and so for ever. And after
        ``ray.kill``, the dashboard would show a death without a reason.
        """
        try:
            self._handle(due)
        except Exception:
            log.exception("%r could not handle its reminders", self)
        if self._is_over():
            queue = self._transport.process_of(QUEUE)
            start_process(self._engine, queue).retire.options(num_returns=0).remote(self._process)

    def _is_over(self) -> bool:
        return self._host.is_over

    def _reason_to_end(self) -> str:
        return f"{self!r} has nothing left to do"

    def __repr__(self) -> str:
        return self._process.title or self._process.name


class BatchOrchestratorProcess(HostProcess):
    """The process of one batch's orchestrator, and of the batch's essays if they are packed.

    ``ray.get_actor("batch 8b", "essay-pipelines")`` finds it. It answers questions about the batch from the store, even
    while it is at work.
    """

    CONCURRENCY_GROUPS: Final = MappingProxyType({"bars": 1, "reading": 2})

    def __init__(self, engine: EngineSpec, process: ProcessSpec) -> None:
        (self._address,) = process.addresses
        self._batch_id = batch_of(self._address) or ""
        self._is_passive = False
        self._bars = PhaseBars(self._begin_share)
        super().__init__(engine, process)
        self._show()

    @ray.method(concurrency_group="reading", enable_task_events=False)
    def status(self) -> BatchView | None:
        """The batch, with the numbers of each phase; None if it is no longer in the store."""
        return views.batch_view(self._store, self._batch_id)

    @ray.method(concurrency_group="reading", enable_task_events=False)
    def essays(self) -> list[EssayView]:
        """All essays of the batch, in order."""
        return views.essay_views(self._store, self._batch_id)

    @ray.method(concurrency_group="reading", enable_task_events=False)
    def essay(self, essay_id: str) -> EssayView | None:
        """One essay, or None if there is none with this id."""
        return views.essay_view(self._store, self._batch_id, essay_id)

    @ray.method(concurrency_group="reading", enable_task_events=False)
    def events(self, after: int = 0) -> list[StoredEvent[Any]]:
        """The batch's events after this ``sequence``, at most a thousand; for more, ask with the last one's."""
        return views.events_of(self._store, self._batch_id, after)

    @ray.method(concurrency_group="bars")
    def wait_for_share(self, run: int, position: int, share: int) -> None:
        """Last as long as a share of a phase; the dashboard's bars are made of these calls (see ``phase_bars.py``)."""
        self._bars.wait(run, position, share)

    def _begin_share(self, phase: PhaseName, run: int, position: int, share: int) -> None:
        self._own.wait_for_share.options(name=phase, num_returns=0).remote(run, position, share)

    def _handle(self, mail: Mail) -> None:
        with self._handling:
            if self._is_passive:
                self._is_passive = False
                self._host.start()
            super()._handle(mail)
            self._show()

    def _show(self) -> None:
        if isinstance(self._host, Host) and (state := self._host.state_of(self._address)) is not None:
            self._bars.show(state.header)

    def _is_over(self) -> bool:
        """Whether to end. An idle batch is only passivated: its process stays, to be found by name."""
        with self._handling:
            if isinstance(self._host, Host) and self._host.is_over and not self._host.has_successor:
                self._host.passivate()
                self._is_passive = True
                gc.collect()
                end_oldest(self._engine.namespace, self._store)
            return self._host.is_over

    @ray.method(enable_task_events=False)
    def end(self) -> None:
        """Exit, unless the batch has been given something to do meanwhile."""
        if self._is_passive:
            exit_for(self._reason_to_end())


class EssayActorProcess(HostProcess):
    """The process of one essay."""

    def _reason_to_end(self) -> str:
        state = self._host.state_of(*self._process.addresses) if isinstance(self._host, Host) else None
        return f"{self!r} is done: {state.status}" if state is not None else super()._reason_to_end()


class WorkQueueProcess(HostProcess):
    """The process of the work queue. It updates the queue's gauges after each group of messages."""

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
    BATCH: BatchOrchestratorProcess,
    ESSAY: EssayActorProcess,
    "WorkQueue": WorkQueueProcess,
    WORKER: PhaseWorkerProcess,
}


def start_process(engine: EngineSpec, process: ProcessSpec) -> Handle:
    """The handle of a process, which is started if need be."""
    options: dict[str, Any] = {}
    if process.kind == WORKER:
        # Repeating a dead worker's work is up to the queue: that work may be what killed it.
        options = {"num_cpus": engine.worker_cpus, "max_task_retries": 0}
    if process.kind == BATCH:
        options = {"enable_task_events": True}  # its calls belong on the page of the job that starts it: phase_bars.py
    return named_process(KINDS[process.kind], process.name, engine.namespace, engine, process, **options)
