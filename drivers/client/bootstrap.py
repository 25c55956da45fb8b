"""Wires everything together: services, policy, store and runtime."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from actors.core.retry import Policy
from actors.phases.registry import Services, services_of
from actors.runtime.activation import Blueprint
from actors.runtime.garbage import collect_rarely
from actors.runtime.runtime import DEFAULT_NAMESPACE, Runtime
from actors.stores.opening import file_of, open_store
from contracts.phase_definition import PhaseDefinition
from contracts.phases import PhaseName
from drivers.client.joining import check_cluster

if TYPE_CHECKING:
    from actors.runtime.ray.engine import EngineOnCluster

SERVICES: Final[Services] = MappingProxyType(services_of())

PATIENCE_SECONDS: Final = 30 * 24 * 3600.0
"""How long a phase may take. It is long because people may be judging."""


IDLE_SECONDS: Final = 15.0
"""How long workers on a cluster keep their cores when there is nothing to do."""


class RuntimeKind(StrEnum):
    """Where a batch runs."""

    RAY = "ray"
    LOCAL = "local"


@dataclass(frozen=True, slots=True)
class Settings:
    """How a runtime is set up.

    ``store`` is an SQLAlchemy URL or ``memory://``. ``workers`` None means one per core. In batches of up to
    ``essay_processes`` essays, each essay gets a Ray process of its own; None chooses a number for this machine.
    ``phases`` are added to the built-in ones and to those of installed packages. ``namespace`` tells engines apart on a
    cluster that several of them share. With ``brings_services`` false, an engine that already runs there keeps the
    services it has. With ``real_time`` false, the local runtime skips every wait, even for human judges, and works only
    while a caller waits for it. ``job_name`` is what Ray's dashboard calls this program.
    """

    store: str
    runtime: RuntimeKind = RuntimeKind.RAY
    workers: int | None = None
    essay_processes: int | None = None
    policy: Policy = field(default_factory=lambda: Policy(phase_deadline=PATIENCE_SECONDS))
    services: Services = field(default_factory=lambda: dict(SERVICES))  # a plain dict: it travels by pickle
    warm: tuple[PhaseName, ...] = ()
    phases: tuple[PhaseDefinition, ...] = ()
    real_time: bool = True
    namespace: str = DEFAULT_NAMESPACE
    brings_services: bool = True
    job_name: str = ""


def start_runtime(settings: Settings) -> Runtime:
    """Start a runtime over its store. Also makes Python's garbage collector run less often in this process.

    Raises:
        StoreError: the store could not be opened.
        RuntimeUnavailableError: Ray did not start or answer.
    """
    collect_rarely()
    if settings.runtime is RuntimeKind.LOCAL:
        return _local(settings)
    check_cluster(os.environ.get("RAY_ADDRESS", ""))
    from actors.runtime.ray.runtime import RayRuntime  # noqa: PLC0415

    policy = replace(settings.policy, release_after=IDLE_SECONDS)
    blueprint = Blueprint(settings.services, policy, settings.workers or 0, settings.warm, settings.phases)
    return RayRuntime(
        blueprint,
        settings.store,
        essay_processes=settings.essay_processes,
        namespace=settings.namespace,
        brings_services=settings.brings_services,
        job_name=settings.job_name,
    )


@contextmanager
def engine_on_cluster(namespace: str) -> "Iterator[EngineOnCluster]":
    """Connect to the engine on the cluster at ``RAY_ADDRESS``. Does not start one.

    Raises:
        RuntimeUnavailableError: the cluster does not answer.
    """
    check_cluster(os.environ.get("RAY_ADDRESS", ""))
    from actors.runtime.ray.engine import EngineOnCluster  # noqa: PLC0415
    from actors.runtime.ray.starting import connected, stop_ray  # noqa: PLC0415

    connected(namespace)
    try:
        yield EngineOnCluster(namespace)
    finally:
        stop_ray()


def _local(settings: Settings) -> Runtime:
    from actors.execution.lease_notes import LeaseNotes  # noqa: PLC0415
    from actors.runtime.background import BackgroundRuntime  # noqa: PLC0415  (not needed on Ray)
    from actors.runtime.local import LocalRuntime  # noqa: PLC0415

    blueprint = Blueprint(settings.services, settings.policy, 1, phases=settings.phases)
    store, file = open_store(settings.store), file_of(settings.store)
    notes = None if file is None else LeaseNotes(file.with_name(f"{file.name}.in-hand.json"))
    runtime = LocalRuntime(blueprint, store, real_time=settings.real_time, notes=notes)
    return BackgroundRuntime(runtime) if settings.real_time else runtime
