"""Activates actors: makes an actor from its address and from what the store knows about it.

Actors are virtual: a message activates its receiver if necessary, wherever the runtime places it. So an actor that was
killed or passivated is activated again by its next message.
"""

import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from actors.actor import Actor, Clock, utc_now
from actors.batch_orchestrator import BatchOrchestrator
from actors.cohort_coordinator import CohortCoordinator
from actors.core.addresses import QUEUE, kind_of, worker_address
from actors.core.essay_state import EssayState
from actors.core.retry import Policy
from actors.essay_actor import EssayActor
from actors.phases.registry import Services
from actors.stores.store import Store
from actors.work_queue import WorkQueue
from contracts.phase_definition import PhaseDefinition
from contracts.phase_registry import register_phase
from contracts.phases import PhaseName


@dataclass(frozen=True, slots=True)
class Blueprint:
    """What every process needs to know to activate actors; it is pickled to reach them.

    ``warm`` names the phases whose services workers load at once. ``phases`` are added to the built-in ones.
    """

    services: Services
    policy: Policy = field(default_factory=Policy)
    workers: int = 1
    warm: tuple[PhaseName, ...] = ()
    phases: tuple[PhaseDefinition, ...] = ()

    def register_phases(self) -> None:
        """Make the added phases known in this process."""
        for definition in self.phases:
            register_phase(definition)

    @property
    def worker_addresses(self) -> list[str]:
        """The addresses of all workers."""
        return [worker_address(number) for number in range(self.workers)]


def _new_name() -> str:
    return uuid4().hex


@dataclass(frozen=True, slots=True)
class Outside:
    """Time and new names, which a process gets from outside the engine; the simulation has its own.

    ``ticket`` gives numbers that grow from process to process. ``stopwatch`` and ``sleep`` are in seconds.
    """

    clock: Clock = utc_now
    stopwatch: Callable[[], float] = time.perf_counter
    sleep: Callable[[float], None] = time.sleep
    new_name: Callable[[], str] = _new_name
    ticket: Callable[[], int] = time.time_ns


class Activator:
    """Makes actors over one store."""

    def __init__(self, blueprint: Blueprint, store: Store, outside: Outside | None = None) -> None:
        blueprint.register_phases()
        self._blueprint = blueprint
        self._store = store
        self.policy = blueprint.policy
        self.outside = outside or Outside()

    def activate(self, addresses: Iterable[str]) -> dict[str, Actor[Any]]:
        """The actors at these addresses, by address; essays that are not in the store are left out."""
        essays: defaultdict[str, list[str]] = defaultdict(list)
        actors: dict[str, Actor[Any]] = {}
        for address in addresses:
            if kind_of(address) == "essay":
                _, batch_id, essay_id = address.split("/", 2)
                essays[batch_id].append(essay_id)
            else:
                actors[address] = self._one(address)
        for batch_id, essay_ids in essays.items():
            actors.update({actor.address: actor for actor in self._essays(batch_id, essay_ids)})
        return actors

    def essay(self, state: EssayState) -> EssayActor:
        """The actor of an essay in this state."""
        return EssayActor(state, self.policy)

    def _essays(self, batch_id: str, essay_ids: list[str]) -> Iterable[EssayActor]:
        return [self.essay(state) for state in self._store.essays(batch_id, among=essay_ids)]

    def _one(self, address: str) -> Actor[Any]:
        policy = self.policy
        match kind_of(address):
            case "batch":
                return BatchOrchestrator.activated(address.split("/", 1)[1], self._store, policy, self.outside.clock)
            case "cohort":
                return CohortCoordinator(address, policy)
            case _ if address == QUEUE:
                return WorkQueue(policy, self._blueprint.worker_addresses, first_lease=self.outside.ticket())
            case _:
                raise LookupError(f"there is no kind of actor with the address {address!r}")
