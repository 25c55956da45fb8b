"""Simulated processes: what runs in them, their inbox, and whether they are alive."""

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
    """A gateway that calls ``heard(address, message)`` before each message that it sends."""

    def __init__(self, *args: Any, heard: Heard) -> None:
        super().__init__(*args)
        self._heard = heard

    @override
    def tell(self, address: str, message: Message) -> None:
        self._heard(address, message)
        super().tell(address, message)


class SimulatedHost(Overheard, Host):
    """An overheard host whose actors can be inspected."""

    @property
    def actors(self) -> dict[str, Actor[Any]]:
        """The actors that are active here, by address."""
        return self._actors


class SimulatedTransport(NamedTuple):
    """Implements ``Transport`` with functions of the runtime."""

    process_of: Callable[[str], ProcessSpec]
    send: Callable[[ProcessSpec, Mail], None]
    restart: Callable[[ProcessSpec], None]
    end: Callable[[ProcessSpec], None] = lambda _: None

    def retire(self, processes: Iterable[ProcessSpec]) -> None:
        """End workers only: processes of essays that are done stay, and do nothing."""
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
    """What runs in a process: a host with actors, or a worker."""
    if spec.kind != WORKER:
        return SimulatedHost(spec, Activator(blueprint, store, outside), store, transport, timers, heard=heard)
    gateway = Overheard(spec, store, transport, timers, outside.sleep, heard=heard)
    return worker_behind(gateway, blueprint, store, outside)


@dataclass(eq=False, slots=True)
class Process:
    """One process. ``inhabitant`` is None while it starts; it is ``busy`` until its current step has taken its time.

    ``current`` is the mail being handled. A process that ``is_zombie`` has a successor and does not know it.
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
        """Those actors that live here from the start and are active."""
        actors = self.inhabitant.actors if isinstance(self.inhabitant, SimulatedHost) else {}
        return [actors[address] for address in self.spec.addresses if address in actors]

    @property
    def is_worker(self) -> bool:
        """Whether it is a worker, whose mail dies with it: the queue has its work done again."""
        return self.spec.kind == WORKER


class SimulatedTimers(Calendar):
    """Implements a host's ``Calendar``: ``remind(after, mail)`` brings mail back to the process."""

    def __init__(self, remind: Callable[[float, Mail], None]) -> None:
        self._remind = remind

    @override
    def set(self, after: float, address: str, message: Message) -> None:
        self._remind(after, [(address, message)])

    @override
    def drop(self, addresses: Collection[str]) -> None:
        """Do nothing: the reminders come all the same, as late reminders may."""
