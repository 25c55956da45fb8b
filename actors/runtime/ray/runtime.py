"""The runtime on Ray: processes are named Ray actors, and mail travels in calls of their methods.

Each process is a Ray actor around a plain ``Host`` or ``Worker``. One more process holds the store, and is the only one
that writes to it.
"""

import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

import ray
from typing_extensions import override

from actors.core.addresses import QUEUE, batch_of
from actors.core.batch_state import BatchStage
from actors.runtime.activation import Blueprint
from actors.runtime.passivation import OPERATOR_MESSAGES
from actors.runtime.placement import FORKED, STARTED, Placement, ProcessCost
from actors.runtime.ray import cluster, engine, pulse
from actors.runtime.ray.engine_spec import EngineSpec, sealed
from actors.runtime.ray.forking import obstacle, why_not_forked
from actors.runtime.ray.identity import identity_of
from actors.runtime.ray.private_session import AUTH_MODE, disobeyed_mode
from actors.runtime.ray.processes import start_process
from actors.runtime.ray.remote_notifier import RemoteNotifier
from actors.runtime.ray.remote_store import RemoteStore
from actors.runtime.ray.sealed import all_phases
from actors.runtime.ray.starting import connected, stop_ray
from actors.runtime.ray.store_process import StoreLink
from actors.runtime.ray.transport import RayTransport
from actors.runtime.runtime import DEFAULT_NAMESPACE, Runtime, RuntimeUnavailableError
from actors.stores.notifier import Notice
from actors.stores.store import Store, StoreError
from contracts.messages import Message, RegisterBatch

# The time between two checks on a batch, if somebody watches it and if not; its end is noticed at once.
LOOK_SECONDS, UNWATCHED_SECONDS = 0.2, 1.0


class RayRuntime(Runtime):
    """Implements ``Runtime`` on Ray: on the cluster of ``RAY_ADDRESS``, or on a new one on this machine.

    Args:
        blueprint: services, policy and number of workers (0: one per core).
        store_url: an SQLAlchemy URL, which the store's process opens.
        placement: how new batches are placed; None: by the cluster's cores and memory.
        essay_processes: the largest batch whose essays get a process each (if ``placement`` is None).
        namespace: the engine's namespace, on a cluster that several engines share.
        brings_services: whether an engine already on the cluster must have the same services.
        job_name: the name of this program's job on the dashboard.

    Raises:
        RuntimeUnavailableError: no cluster answers, the store cannot be opened, or an engine already on the cluster
            has something else and is at work.
    """

    def __init__(  # noqa: PLR0913  (each is one way in which engines differ)
        self,
        blueprint: Blueprint,
        store_url: str,
        *,
        placement: Placement | None = None,
        essay_processes: int | None = None,
        namespace: str = DEFAULT_NAMESPACE,
        brings_services: bool = True,
        job_name: str = "",
    ) -> None:
        self._own_cluster = not ray.is_initialized() and not os.environ.get("RAY_ADDRESS")
        self._disobeyed = disobeyed_mode() if self._own_cluster else None
        self._context = connected(namespace, job_name)
        resources: dict[str, float] = pulse.guarded(ray.cluster_resources)
        cores = resources.get("CPU", 1.0)
        blueprint = replace(blueprint, workers=blueprint.workers or max(1, int(cores)))
        self.placement = placement or Placement.fitting(
            cores, resources.get("memory", 0.0), self._process_cost(), essay_processes
        )
        cpus = int(min(1.0, cores / blueprint.workers) * 100) / 100  # rounded down, or the last worker would not fit
        phases = all_phases(blueprint.phases)
        identity = identity_of(phases, blueprint.services, brings_services=brings_services)
        spec = EngineSpec(blueprint, store_url, namespace, cpus, self.placement.starting, identity)
        self._engine = sealed(spec, phases, ray.cloudpickle.dumps)
        self._link = StoreLink(self._engine)
        engine.agree(self._link, self._engine)
        self._notifiers = {notice: RemoteNotifier(self._link, notice) for notice in Notice}
        self._store = RemoteStore(self._link.ask)
        self._transport = RayTransport(self._engine, self._store, start_process)
        self._warm(blueprint)

    def _process_cost(self) -> ProcessCost:
        obstacle_here = obstacle() if self._own_cluster else why_not_forked()
        return STARTED if obstacle_here else FORKED

    def _warm(self, blueprint: Blueprint) -> None:
        """Start the queue and the workers now, so that they load while the essays are being read."""
        for address in (QUEUE, *blueprint.worker_addresses):
            self._transport.send(self._transport.process_of(address), [])

    @property
    @override
    def store(self) -> Store:
        return self._store

    @override
    def tell(self, address: str, message: Message) -> None:
        if isinstance(message, RegisterBatch):
            engine.check(self._link, self._engine)
            message = message._replace(packed=self.placement.of_batch(len(message.essays)).packed)
        mail = self._transport.noted([(address, message)])
        process = self._transport.process_of(address)
        if type(message) in OPERATOR_MESSAGES:
            self._make_ours(process.name, batch_of(address) or "")
        self._transport.send(process, mail)

    def _make_ours(self, process: str, batch_id: str) -> None:
        """If a batch has ended, let this job start its process anew, so that this job's page shows what follows."""
        line = self._store.summary(batch_id)
        if line is None or line.stage != BatchStage.ENDED:
            return
        with suppress(LookupError):
            if not cluster.is_of_this_job(cluster.found(process, self._engine.namespace)):
                cluster.kill(process, self._engine.namespace, restart=False)

    @override
    def run_until(
        self, done: Callable[[], bool], watch: Callable[[], None] | None = None, notice: Notice = Notice.REST
    ) -> None:
        """Check ``done`` as soon as the store's process tells of such a commit, and now and then."""
        heard = 0
        while not done():
            if self._transport.unreadable:
                raise RuntimeUnavailableError(f"The engine has other things installed: {self._transport.unreadable}.")
            if watch is not None:
                watch()
            heard = self._notifiers[notice].wait(heard, UNWATCHED_SECONDS if watch is None else LOOK_SECONDS)

    @override
    def describe(self, essays: int = 0) -> str:
        url = self._context.dashboard_url
        where = "a Ray cluster of its own" if self._own_cluster else f"the Ray cluster at {os.environ['RAY_ADDRESS']}"
        if self._disobeyed is not None:
            where += f" (with a token: {AUTH_MODE}={self._disobeyed} applies only to clusters started by others)"
        placed = f", {self.placement.of_batch(essays).describe()}" if essays else ""
        return f"on {where}{placed}" + (f"; dashboard: http://{url} (token: ray get-auth-token)" if url else "")

    @override
    def starting(self, batch_id: str) -> str:
        line = self._store.summary(batch_id)
        if line is not None and line.packed is False:
            told = sum(essay.position >= 0 for essay in self._store.essays(batch_id))  # each has its own process
            if told < line.essays:
                return f"{told} of {line.essays} essay processes have started"
        up, wanted = cluster.started(
            self._transport.process_of(address).name for address in self._engine.blueprint.worker_addresses
        )
        return "" if up else f"no core is free for a worker yet (0 of {wanted} have started)"

    @override
    def shutdown(self) -> None:
        """Disconnect from the cluster; stop it if this runtime started it, once the store is closed."""
        if self._own_cluster and not pulse.is_gone():
            with suppress(StoreError, RuntimeUnavailableError):
                self._store.close()
        stop_ray()
