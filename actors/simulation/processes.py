"""Simulated processes: what lives in them, their inbox, and whether they live."""

from collections import deque
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeAlias

from typing_extensions import override

from actors.actor import Actor
from actors.execution.worker import Worker
from actors.runtime.activation import Activator, Blueprint, Outside
from actors.runtime.gateway import Gateway
from actors.runtime.host import Host
from actors.runtime.placement import WORKER, ProcessSpec
from actors.runtime.transport import Calendar, Mail
from actors.runtime.workers import worker_behind
from actors.stores.store import Store
from contracts.messages import Message

Heard: TypeAlias = Callable[[str, Message], None]


class Overheard(Gateway):
    """A process's edge with an eye on what is told: ``heard(address, message)`` before it leaves."""

    def __init__(self, *args: Any, heard: Heard) -> None:
        super().__init__(*args)
        self._heard = heard

    @override
    def tell(self, address: str, message: Message) -> None:
        self._heard(address, message)
        super().tell(address, message)


class SimulatedHost(Overheard, Host):
    """An overheard host, whose actors may be looked at."""

    @property
    def actors(self) -> dict[str, Actor[Any]]:
        """Who lives here now."""
        return self._actors


class SimulatedTransport(NamedTuple):
    """Implements ``Transport`` by functions of the runtime."""

    process_of: Callable[[str], ProcessSpec]
    send: Callable[[ProcessSpec, Mail], None]
    restart: Callable[[ProcessSpec], None]
    end: Callable[[ProcessSpec], None] = lambda _: None

    def retire(self, processes: Iterable[ProcessSpec]) -> None:
        """Workers only: processes of essays that are done stay, and do nothing."""
        for process in processes:
            if process.kind == WORKER:
                self.end(process)


def inhabitant(  # noqa: PLR0913, PLR0917  (each is one way in which the world reaches a process)
    spec: ProcessSpec,
    store: Store,
    transport: SimulatedTransport,
    timers: "SimulatedTimers",
    blueprint: Blueprint,
    outside: Outside,
    heard: Heard,
) -> SimulatedHost | Worker:
    """What lives in a process: actors, or a worker."""
    if spec.kind != WORKER:
        return SimulatedHost(spec, Activator(blueprint, store, outside), store, transport, timers, heard=heard)
    gateway = Overheard(spec, store, transport, timers, outside.sleep, heard=heard)
    return worker_behind(gateway, blueprint, store, outside)


@dataclass(eq=False, slots=True)
class Process:
    """One process. ``inhabitant`` is None while it starts; ``busy`` until what it is at has taken its (virtual) time.

    ``current`` is the mail in hand, ``is_zombie`` that it has a successor and does not know it.
    """

    spec: ProcessSpec
    inhabitant: SimulatedHost | Worker | None = None
    inbox: deque[Mail] = field(default_factory=deque)
    current: Mail = field(default_factory=list)
    busy: bool = True
    alive: bool = True
    is_zombie: bool = False

    @property
    def resident_actors(self) -> list[Actor[Any]]:
        """Those who live here from its start, as far as they do."""
        actors = self.inhabitant.actors if isinstance(self.inhabitant, SimulatedHost) else {}
        return [actors[address] for address in self.spec.addresses if address in actors]

    @property
    def is_worker(self) -> bool:
        """Its mail dies with it: the queue has it done again."""
        return self.spec.kind == WORKER


class SimulatedTimers(Calendar):
    """Implements the timers of a host: ``remind(after, mail)`` brings mail back to the process."""

    def __init__(self, remind: Callable[[float, Mail], None]) -> None:
        self._remind = remind

    @override
    def set(self, after: float, address: str, message: Message) -> None:
        self._remind(after, [(address, message)])

    @override
    def drop(self, addresses: Collection[str]) -> None:
        """Not here: what was set comes all the same, late, as reminders may."""
