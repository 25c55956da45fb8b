"""Makes a worker from the services of a blueprint and the gateway of its process."""

from concurrent.futures import Executor

from actors.execution.executors import Executors
from actors.execution.lease_notes import LeaseNotes
from actors.execution.service_registry import ServiceRegistry
from actors.execution.worker import Worker
from actors.runtime.activation import Blueprint, Outside
from actors.runtime.gateway import Gateway
from actors.stores.store import Store


def worker_behind(  # noqa: PLR0913  (each is one way in which the world reaches a worker)
    gateway: Gateway,
    blueprint: Blueprint,
    store: Store,
    outside: Outside,
    *,
    background: Executor | None = None,
    notes: LeaseNotes | None = None,
) -> Worker:
    """The worker of a process.

    Args:
        gateway: leads out of the process.
        blueprint: has the services.
        store: has the texts and results it needs.
        outside: time and names.
        background: a thread that writes its answers while it works.
        notes: notes its work under way, if no queue outlives it.
    """
    blueprint.register_phases()
    (address,) = gateway.process.addresses
    return Worker(
        address,
        outside.new_name(),
        Executors(ServiceRegistry(blueprint.services, store), outside.stopwatch, notes),
        gateway,
        announce_after=blueprint.policy.announce_after,
        stopwatch=outside.stopwatch,
        background=background,
    )
