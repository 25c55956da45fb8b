"""The runtime on Ray: processes are named Ray actors, mail travels in their method calls.

Every process is a Ray actor around a plain ``Host`` or ``Worker``. One more process holds the store; it is the only
one that writes to it.
"""

import os
from collections.abc import Callable
from dataclasses import replace
from typing import Final, cast

import ray
from ray.exceptions import RayError
from typing_extensions import override

from actors.core.addresses import QUEUE
from actors.runtime.activation import Blueprint
from actors.runtime.placement import Placement
from actors.runtime.ray.engine_spec import EngineSpec, sealed
from actors.runtime.ray.private_session import AUTH_MODE, disobeyed_mode
from actors.runtime.ray.processes import start_process
from actors.runtime.ray.remote_notifier import RemoteNotifier
from actors.runtime.ray.remote_store import RemoteStore
from actors.runtime.ray.starting import connected
from actors.runtime.ray.store_process import StoreLink
from actors.runtime.ray.transport import RayTransport
from actors.runtime.runtime import Runtime, RuntimeUnavailableError, cause_in
from actors.stores.notifier import Notice
from actors.stores.opening import shown_url
from actors.stores.store import Store
from contracts.messages import Message

NAMESPACE: Final = "essay-pipelines"
# Between looks at how a batch goes on, for who watches it and for who does not; its end is told at once.
LOOK_SECONDS, UNWATCHED_SECONDS = 0.2, 1.0


class RayRuntime(Runtime):
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
        self._disobeyed = disobeyed_mode() if self._own_cluster else None
        self._context = connected(namespace)
        resources: dict[str, float] = ray.cluster_resources()  # type: ignore[no-untyped-call]
        cores = resources.get("CPU", 1.0)
        placement = placement or Placement.fitting(cores, resources.get("memory", 0.0), essay_processes)
        cpus = int(min(1.0, cores / blueprint.workers) * 100) / 100  # rounded up, the last would never start
        engine = sealed(EngineSpec(blueprint, placement, store_url, namespace, cpus), ray.cloudpickle.dumps)
        link = StoreLink(engine)
        self.placement = _agreed_placement(link, engine)
        self._notifiers = {notice: RemoteNotifier(link, notice) for notice in Notice}
        self._store = RemoteStore(link.ask)
        self._transport = RayTransport(replace(engine, placement=self.placement), self._store, start_process)
        self._warm(blueprint)

    def _warm(self, blueprint: Blueprint) -> None:
        """Start the queue and the workers now, so that they load while the batch is being read."""
        for address in (QUEUE, *blueprint.worker_addresses):
            self._transport.send(self._transport.process_of(address), [])

    @property
    @override
    def store(self) -> Store:
        return self._store

    @override
    def tell(self, address: str, message: Message) -> None:
        mail = self._transport.noted([(address, message)])
        self._transport.send(self._transport.process_of(address), mail)

    @override
    def run_until(
        self, done: Callable[[], bool], watch: Callable[[], None] | None = None, notice: Notice = Notice.REST
    ) -> None:
        """Look again as soon as the store's process tells of it, and now and then."""
        heard = 0
        while not done():
            if watch is not None:
                watch()
            heard = self._notifiers[notice].wait(heard, UNWATCHED_SECONDS if watch is None else LOOK_SECONDS)

    @override
    def describe(self, essays: int = 0) -> str:
        url = self._context.dashboard_url
        where = "a Ray cluster of its own" if self._own_cluster else f"the Ray cluster at {os.environ['RAY_ADDRESS']}"
        if self._disobeyed is not None:
            where += f" (with a token: {AUTH_MODE}={self._disobeyed} is for clusters that are started for others)"
        placed = f", {self.placement.describe(essays)}" if essays else ""
        return f"on {where}{placed}" + (f"; dashboard: http://{url} (token: ray get-auth-token)" if url else "")

    @override
    def shutdown(self) -> None:
        """Let go of the cluster; one of its own is stopped, once the store is closed."""
        if self._own_cluster:
            self._store.close()
        ray.shutdown()


def _agreed_placement(store: StoreLink, engine: EngineSpec) -> Placement:
    """That of the cluster: the wanted one, or where an earlier driver has started the store, the one it wanted."""
    try:
        url, placement = cast("tuple[str, Placement]", ray.get(store.handle.rules.remote()))
    except RayError as error:
        ray.kill(store.handle)
        raise RuntimeUnavailableError(cause_in(error)) from None
    if url != engine.store_url:
        raise RuntimeUnavailableError(
            f"this cluster's store is {shown_url(url)}: name it with --store, or use another cluster"
        )
    return placement
