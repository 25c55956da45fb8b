"""The runtime on Ray: processes are named Ray actors, mail travels in their method calls.

Every process is a ``RayHost`` around a plain ``Host``, under the name of what lives in it, so that the dashboard
shows batches, essays and workers. One more process holds the store; it is the only one that writes to it.
"""

import os
import pickle
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from typing import Any, Final, cast

from actors.core.addresses import QUEUE
from actors.observability.meter import QueueGauges
from actors.phases.llm.desk import install
from actors.runtime.activation import Activator, Blueprint
from actors.runtime.host import Host
from actors.runtime.placement import Place, Placement
from actors.runtime.process import begin_process, warm_up_aside
from actors.runtime.ray.budget_process import DeskProcess, remote_desk
from actors.runtime.ray.cluster import Handle, Mail, ProcessGoneError
from actors.runtime.ray.metrics import MadeInstruments
from actors.runtime.ray.process_spec import Wiring, sealed
from actors.runtime.ray.remote_notifier import RemoteNotifier
from actors.runtime.ray.starting import connected, set_variables_of_ray
from actors.runtime.ray.store_process import StoreProcess, remote_store, store_handle
from actors.runtime.ray.transport import WORKER, Post
from actors.runtime.runtime import RuntimeUnavailableError, cause_in
from actors.runtime.timers import Timers
from actors.stores.notifier import Notice
from actors.stores.opening import shown_url
from actors.stores.store import Store
from contracts.messages import Message

set_variables_of_ray()

import ray  # noqa: E402
from ray.exceptions import RayActorError, RayError  # noqa: E402
from ray.util.metrics import Counter, Gauge, Histogram  # noqa: E402

NAMESPACE: Final = "essay-pipelines"
# Between looks at how a batch goes on, for who watches it and for who does not; its end is told at once.
LOOK_SECONDS, UNWATCHED_SECONDS = 0.2, 1.0


class RayCluster:
    """Implements ``Cluster``: a process is a detached, named Ray actor."""

    def __init__(self, namespace: str) -> None:
        self._namespace = namespace

    @property
    def address(self) -> str:
        """That of the cluster which this process belongs to."""
        return str(ray.get_runtime_context().gcs_address)

    def process(  # noqa: PLR0913  (the protocol's)
        self, name: str, kind: str, arguments: tuple[Any, ...], *, cpus: float = 0, again: bool = True, threads: int = 1
    ) -> Handle:
        """Found by its name, or made."""
        options = {"name": name, "namespace": self._namespace, "get_if_exists": True, "lifetime": "detached"}
        limits = {"num_cpus": cpus, "max_restarts": -1, "max_task_retries": -1 if again else 0}
        threaded = {"max_concurrency": threads} if threads > 1 else {}
        return ray.remote(KINDS[kind]).options(**options, **limits, **threaded).remote(*arguments)

    def ask(self, handle: Handle, method: str, *arguments: Any) -> Any:
        """A call that is waited for."""
        try:
            return ray.get(getattr(handle, method).remote(*arguments))
        except RayActorError as error:
            raise ProcessGoneError(str(error)) from None

    def deliver(self, handle: Handle, mail: Mail, name: str, done: Callable[[BaseException | None], None]) -> None:
        """A call that is not."""
        sent = handle.deliver.options(name=name).remote(pickle.dumps(mail, pickle.HIGHEST_PROTOCOL)).future()
        sent.add_done_callback(lambda future: done(_how_it_went(future)))

    def kill(self, name: str, *, restart: bool) -> bool:
        """By its name."""
        try:
            ray.kill(ray.get_actor(name, self._namespace), no_restart=not restart)
        except ValueError:
            return False
        return True


def _remind(own: Handle, mail: Mail) -> None:
    """Call oneself, and once only: a process that ends waits for such calls, and they would be made again for ever."""
    own.deliver.options(name="reminders", max_task_retries=0).remote(pickle.dumps(mail, pickle.HIGHEST_PROTOCOL))


def _how_it_went(future: "Future[None]") -> BaseException | None:
    error = future.exception() if ray.is_initialized() else None
    return ProcessGoneError(str(error)) if isinstance(error, RayActorError) else error


def ray_instruments() -> MadeInstruments:
    """Telemetry's instruments as Ray's metrics: each node's agent exports them to Prometheus."""
    return MadeInstruments(Counter, Gauge, Histogram)


class RayHost:
    """A Ray actor process that actors live in."""

    def __init__(self, wiring: Wiring, place: Place) -> None:
        begin_process(wiring.phases)
        self._place = place
        cluster = RayCluster(wiring.namespace)
        store = remote_store(cluster, wiring)
        self._post = post = Post(cluster, wiring, store)
        own = ray.get_runtime_context().current_actor
        timers = Timers(partial(_remind, own))
        activator = Activator(wiring.blueprint, store)
        aside = ThreadPoolExecutor(1, "writing") if place.kind == WORKER else None
        self._host = Host(place, activator, store, post.place_of, post.send, post.restart, timers, post.retire, aside)
        if place.kind == WORKER:
            install(remote_desk(cluster, wiring))
            warm_up_aside(activator.bench.shelf, wiring.blueprint.warm)
        self._host.start()

    def deliver(self, mail: bytes) -> None:
        """Handle mail (pickled by ``RayCluster``: Ray's own way to pickle takes it ten times as long)."""
        self._host.deliver(self._post.noted(pickle.loads(mail)))  # noqa: S301  (from our own processes)
        if self._host.is_over:
            ray.actor.exit_actor()  # type: ignore[no-untyped-call]

    def __repr__(self) -> str:
        return self._place.title or self._place.name


class BatchOrchestrator(RayHost):
    """The process of one batch's orchestrator, and of the batch's essays where they are packed."""


class EssayActor(RayHost):
    """The process of one essay."""


class PhaseWorker(RayHost):
    """The process of one phase worker."""


class WorkQueue(RayHost):
    """The process of the work queue. Shows how it stands after each group of messages."""

    def __init__(self, wiring: Wiring, place: Place) -> None:
        super().__init__(wiring, place)
        self._gauges = QueueGauges(ray_instruments())

    def deliver(self, mail: bytes) -> None:
        """Handle mail."""
        super().deliver(mail)
        self._gauges.show(self._host.state_of(QUEUE))


class StoreHost(StoreProcess):
    """The process of the store."""

    def __init__(self, wiring: Wiring, address: str) -> None:
        super().__init__(wiring, address, ray_instruments())


class DeskHost(DeskProcess):
    """The process of the language model's desk."""

    def __init__(self, wiring: Wiring) -> None:
        super().__init__(remote_store(RayCluster(wiring.namespace), wiring))


KINDS: Final[dict[str, type]] = {
    kind.__name__: kind for kind in (BatchOrchestrator, EssayActor, PhaseWorker, WorkQueue, StoreHost, DeskHost)
}


class RayRuntime:
    """Implements ``Runtime`` on Ray: on the cluster of ``RAY_ADDRESS``, or on one of its own in this machine.

    Args:
        blueprint: services, policy and number of workers.
        store_url: an SQLAlchemy URL; the store's process opens it.
        placement: how essays share processes; None: by the cluster's cores and memory. On a cluster that is at work
            already, its own stays.
        essay_processes: the most essays a batch may have to get a process each (with ``placement`` None).

    Raises:
        RuntimeUnavailableError: no cluster answers, or the store could not be opened.
    """

    def __init__(
        self,
        blueprint: Blueprint,
        store_url: str,
        *,
        placement: Placement | None = None,
        essay_processes: int | None = None,
        namespace: str = NAMESPACE,
    ) -> None:
        self._own_cluster = not ray.is_initialized() and not os.environ.get("RAY_ADDRESS")
        self._context = connected(namespace)
        resources: dict[str, float] = ray.cluster_resources()  # type: ignore[no-untyped-call]
        cores = resources.get("CPU", 1.0)
        placement = placement or Placement.fitting(cores, resources.get("memory", 0.0), essay_processes)
        cpus = int(min(1.0, cores / blueprint.workers) * 100) / 100  # rounded up, the last would never start
        wiring = sealed(Wiring(blueprint, placement, store_url, namespace, cpus), ray.cloudpickle.dumps)
        cluster = RayCluster(namespace)
        self.placement = _agreed_placement(cluster, wiring)
        self._wiring = replace(wiring, placement=self.placement)
        self._notifiers = {notice: RemoteNotifier(cluster, self._wiring, notice) for notice in Notice}
        self._store = remote_store(cluster, self._wiring)
        self._post = Post(cluster, self._wiring, self._store)
        self._warm(blueprint)

    def _warm(self, blueprint: Blueprint) -> None:
        """Start the queue and the workers now, so that they load while the batch is being read."""
        for address in (QUEUE, *blueprint.worker_addresses):
            self._post.send(self._post.place_of(address), [])

    @property
    def store(self) -> Store:
        """The store's process, as a store."""
        return self._store

    def tell(self, address: str, message: Message) -> None:
        """By a call to the process where the address lives."""
        mail = self._post.noted([(address, message)])
        self._post.send(self._post.place_of(address), mail)

    def run(
        self, until: Callable[[], bool], watch: Callable[[], None] | None = None, notice: Notice = Notice.REST
    ) -> None:
        """Look again as soon as the store's process tells of it, and now and then."""
        heard = 0
        while not until():
            if watch is not None:
                watch()
            heard = self._notifiers[notice].wait(heard, UNWATCHED_SECONDS if watch is None else LOOK_SECONDS)

    def describe(self, essays: int = 0) -> str:
        """One line, with the placement and the dashboard's address."""
        url = self._context.dashboard_url
        where = "a Ray cluster of its own" if self._own_cluster else f"the Ray cluster at {os.environ['RAY_ADDRESS']}"
        placed = f", {self.placement.describe(essays)}" if essays else ""
        return f"on {where}{placed}" + (f"; dashboard: http://{url} (token: ray get-auth-token)" if url else "")

    def shutdown(self) -> None:
        """Let go of the cluster; one of its own is stopped, once the store is closed."""
        if self._own_cluster:
            self._store.close()
        ray.shutdown()


def _agreed_placement(cluster: RayCluster, wiring: Wiring) -> Placement:
    """That of the cluster: the wanted one, or where an earlier driver has started the store, the one it wanted."""
    handle = store_handle(cluster, wiring)
    try:
        url, placement = cast("tuple[str, Placement]", ray.get(handle.rules.remote()))
    except RayError as error:
        ray.kill(handle)
        raise RuntimeUnavailableError(cause_in(error)) from None
    if url != wiring.store_url:
        raise RuntimeUnavailableError(
            f"this cluster's store is {shown_url(url)}: name it with --store, or use another cluster"
        )
    return placement
