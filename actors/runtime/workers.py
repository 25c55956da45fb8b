"""How a worker comes to life: the services of a blueprint, behind the gateway of its process."""

from concurrent.futures import Executor

from actors.execution.executors import Executors
from actors.execution.service_registry import ServiceRegistry
from actors.execution.worker import Worker
from actors.runtime.activation import Blueprint, Outside
from actors.runtime.gateway import Gateway
from actors.stores.store import Store


def worker_behind(
    gateway: Gateway, blueprint: Blueprint, store: Store, outside: Outside, background: Executor | None = None
) -> Worker:
    """The worker of a process; ``background`` is a thread that writes its answers while it works."""
    blueprint.register_phases()
    (address,) = gateway.process.addresses
    return Worker(
        address,
        outside.new_name(),
        Executors(ServiceRegistry(blueprint.services, store), outside.stopwatch),
        gateway,
        announce_after=blueprint.policy.announce_after,
        stopwatch=outside.stopwatch,
        background=background,
    )
