"""The runtime on Ray: processes are named Ray actors, mail travels in their method calls.

Only this file imports ray, and those beside it whose names begin like its own.
Every process is a ``RayHost`` around a plain ``Host``, under the name of what lives in it, so that the dashboard
shows batches, essays and workers. One more process holds the store; it is the only one that writes to it.
"""

import logging
import os
import threading
import time
import traceback
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Any, ClassVar, Final, cast

from actors.activation import Activator, Blueprint
from actors.core.addresses import QUEUE
from actors.logs import set_up_logging
from actors.phases.llm.desk import install
from actors.runtime.host import Host, Mail
from actors.runtime.loopback import is_loopback_only
from actors.runtime.placement import Place, Placement
from actors.runtime.runtime import RuntimeUnavailableError
from actors.runtime.task_names import task_name
from actors.runtime.timers import Timers
from actors.runtime.wiring import Wiring
from actors.stores.opening import shown_url
from actors.stores.store import Store
from actors.telemetry.meter import QueueGauges
from contracts.messages import Message, RegisterBatch

# Ray reads these when it is imported: no usage report, no autoscaler's chatter, and not a word on how many
# processes were started (a batch starts one per essay, on purpose).
os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
os.environ.setdefault("RAY_SCHEDULER_EVENTS", "0")
os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
os.environ.setdefault("RAY_DEDUP_LOGS_SKIP_REGEX", "worker processes have been started")
# Ray listens on all addresses of a machine, on Linux, unless this says that there are no clusters of several nodes.
# What stands there from a program that started this one says nothing of the cluster that this one joins.
os.environ["RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER"] = "0" if is_loopback_only(os.environ.get("RAY_ADDRESS")) else "1"

import ray
from ray.actor import ActorHandle
from ray.exceptions import RayActorError, RayError

from actors.runtime.on_ray_desk import remote_desk
from actors.runtime.on_ray_metrics import RayInstruments
from actors.runtime.on_ray_store import remote_store, store_handle

NAMESPACE: Final = "essay-pipelines"
POLL_SECONDS: Final = 0.1
log = logging.getLogger(__name__)


class Post:
    """Carries mail to other processes, which it creates where they are not there yet."""

    def __init__(self, wiring: Wiring, store: Store) -> None:
        self._wiring = wiring
        self._store = store
        self._handles: dict[str, ActorHandle[Any]] = {}
        self._sizes: dict[str, int] = {}

    def place_of(self, address: str) -> Place:
        """Where an address lives; the size of its batch is asked for once."""
        size = self._size(address.split("/", 2)[1]) if address.startswith("essay/") else 0
        return self._wiring.placement.place_of(address, size)

    def _size(self, batch_id: str) -> int:
        if batch_id not in self._sizes:
            summary = self._store.summary(batch_id)
            self._sizes[batch_id] = summary.essays if summary else 0
        return self._sizes[batch_id]

    def send(self, place: Place, mail: Mail) -> None:
        """One call for all of it. Mail to a process that is gone for good goes to its successor."""
        call: Any = self._handle(place).deliver.options(name=task_name(mail))
        call.remote(mail).future().add_done_callback(partial(self._sent, place, mail))

    def _sent(self, place: Place, mail: Mail, future: "Future[None]") -> None:
        error = future.exception()
        if error is None or not ray.is_initialized():
            return
        log.warning("mail to %s came back: %s", place.name, error)
        self._handles.pop(place.name, None)
        if isinstance(error, RayActorError) and place.kind != "PhaseWorker":  # a worker's work is the queue's to repeat
            threading.Thread(target=self.send, args=(place, mail), daemon=True).start()

    def _handle(self, place: Place) -> ActorHandle[Any]:
        if place.name not in self._handles:
            self._handles[place.name] = self._created(place)
        return self._handles[place.name]

    def _created(self, place: Place) -> ActorHandle[Any]:
        host = RayHost.KINDS[place.kind]
        is_worker = place.kind == "PhaseWorker"
        options = {
            "name": place.name,
            "namespace": self._wiring.namespace,
            "get_if_exists": True,
            "lifetime": "detached",
            "num_cpus": self._wiring.worker_cpus if is_worker else 0,
            "max_restarts": -1,
            "max_task_retries": 0 if is_worker else -1,
        }
        return cast("ActorHandle[Any]", ray.remote(host).options(**options).remote(self._wiring, place))

    def restart(self, place: Place) -> None:
        """Kill the process; Ray starts it anew."""
        try:
            ray.kill(ray.get_actor(place.name, self._wiring.namespace), no_restart=False)
        except ValueError:
            log.warning("%s is not there to be restarted", place.name)

    def retire(self, places: Iterable[Place]) -> None:
        """End processes for good; who is told something there later gets a new one."""
        for place in places:
            self._handles.pop(place.name, None)
            with suppress(ValueError):  # it was not there
                ray.kill(ray.get_actor(place.name, self._wiring.namespace), no_restart=True)


class RayHost:
    """A Ray actor process that actors live in."""

    KINDS: ClassVar[dict[str, type["RayHost"]]] = {}

    def __init_subclass__(cls) -> None:
        RayHost.KINDS[cls.__name__] = cls

    def __init__(self, wiring: Wiring, place: Place) -> None:
        set_up_logging()
        self._place = place
        store = remote_store(wiring)
        post = Post(wiring, store)
        own = ray.get_runtime_context().current_actor
        timers = Timers(lambda mail: own.deliver.options(name="reminders").remote(mail))
        activator = Activator(wiring.blueprint, store)
        self._host = Host(place, activator, store, post.place_of, post.send, post.restart, timers, post.retire)
        if place.kind == "PhaseWorker":
            install(remote_desk(wiring))
            warm_up = partial(activator.bench.shelf.warm_up, wiring.blueprint.warm)
            threading.Thread(target=warm_up, name="warm-up", daemon=True).start()
        self._host.start()

    def deliver(self, mail: Mail) -> None:
        """Handle mail."""
        self._host.deliver(mail)

    def __repr__(self) -> str:
        return self._place.name


class BatchOrchestrator(RayHost):
    """The process of one batch's orchestrator."""


class EssayActor(RayHost):
    """The process of one essay, or of a pack of them."""


class PhaseWorker(RayHost):
    """The process of one phase worker."""


class WorkQueue(RayHost):
    """The process of the work queue. Shows how it stands after each group of messages."""

    def __init__(self, wiring: Wiring, place: Place) -> None:
        super().__init__(wiring, place)
        self._gauges = QueueGauges(RayInstruments())

    def deliver(self, mail: Mail) -> None:
        """Handle mail."""
        super().deliver(mail)
        self._gauges.show(self._host.state_of(QUEUE))


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
        self._context = _connected(namespace)
        resources: dict[str, float] = ray.cluster_resources()  # type: ignore[no-untyped-call]
        cores = resources.get("CPU", 1.0)
        placement = placement or Placement.fitting(cores, resources.get("memory", 0.0), essay_processes)
        cpus = round(min(1.0, cores / blueprint.workers), 2)
        wiring = Wiring(blueprint, placement, store_url, namespace, cpus)
        self.placement = _agreed_placement(wiring)
        self._wiring = replace(wiring, placement=self.placement)
        self._store = remote_store(self._wiring)
        self._post = Post(self._wiring, self._store)
        self._warm(blueprint)

    def _warm(self, blueprint: Blueprint) -> None:
        """Start the queue and the workers now, so that they load while the batch is being read."""
        for address in ("queue", *blueprint.worker_addresses):
            self._post.send(self._post.place_of(address), [])

    @property
    def store(self) -> Store:
        """The store's process, as a store."""
        return self._store

    def tell(self, address: str, message: Message) -> None:
        """By a call to the process where the address lives."""
        if isinstance(message, RegisterBatch) and self.placement.is_packed(len(message.essays)):
            for number in range(self.placement.packs):  # they start while the orchestrator does
                self._post.send(self.placement.pack(number), [])
        self._post.send(self._post.place_of(address), [(address, message)])

    def run(self, until: Callable[[], bool], watch: Callable[[], None] | None = None) -> None:
        """Look again and again."""
        while not until():
            if watch is not None:
                watch()
            time.sleep(POLL_SECONDS)

    def describe(self) -> str:
        """One line, with the dashboard's address."""
        url = self._context.dashboard_url
        where = "a Ray cluster of its own" if self._own_cluster else f"the Ray cluster at {os.environ['RAY_ADDRESS']}"
        return f"on {where}" + (f"; dashboard: http://{url} (token: ray get-auth-token)" if url else "")

    def shutdown(self) -> None:
        """Let go of the cluster; one of its own is stopped, once the store is closed."""
        if self._own_cluster:
            self._store.close()
        ray.shutdown()


def _agreed_placement(wiring: Wiring) -> Placement:
    """That of the cluster: the wanted one, or where an earlier driver has started the store, the one it wanted."""
    handle = store_handle(wiring)
    try:
        url, placement = cast("tuple[str, Placement]", ray.get(handle.rules.remote()))
    except RayError as error:
        ray.kill(handle)
        raise RuntimeUnavailableError(_cause(error)) from None
    if url != wiring.store_url:
        raise RuntimeUnavailableError(
            f"this cluster's store is {shown_url(url)}: name it with --store, or use another cluster"
        )
    return placement


def _connected(namespace: str) -> Any:
    joins = bool(os.environ.get("RAY_ADDRESS"))
    try:
        return ray.init(
            None if joins else "local",  # not just any cluster that somebody has started on this machine
            namespace=namespace,
            ignore_reinit_error=True,
            log_to_driver=False,
            logging_level=logging.ERROR,
            include_dashboard=None if joins else True,
        )
    except Exception as error:  # noqa: BLE001  (a node that does not start in time is a bare Exception of Ray's)
        raise RuntimeUnavailableError(f"Ray did not start or answer: {error}") from None


def _cause(error: BaseException) -> str:
    lines = [line for line in str(error).splitlines() if line.strip()]
    return lines[-1].strip() if lines else traceback.format_exception_only(error)[-1]
