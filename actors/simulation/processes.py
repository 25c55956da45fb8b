"""Simulated processes: a host, its inbox, and whether it lives."""

from collections import deque
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from actors.actor import Actor
from actors.core.effects import Effect
from actors.execution.incremental_commit import HELD_UP_SECONDS
from actors.runtime.host import Host
from actors.runtime.placement import Place
from actors.runtime.ray.cluster import Mail
from contracts.messages import Message


class SimulatedHost(Host):
    """The host of the Ray runtime, with an eye on what is said: ``heard(address, message)`` before it leaves."""

    def __init__(self, *args: Any, heard: Callable[[str, Message], None], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._heard = heard

    @property
    def actors(self) -> dict[str, Actor[Any]]:
        """Who lives here now."""
        return self._actors

    def tell(self, address: str, message: Message) -> None:
        """Be heard, and tell."""
        self._heard(address, message)
        super().tell(address, message)

    def _handle(self, deliveries: Sequence[tuple[Actor[Any], Message]], *, together: bool = True) -> None:
        """A worker gives back what waits behind a slow piece; there is no second thread: all is written at the end."""
        if self.place.kind != "PhaseWorker":
            super()._handle(deliveries, together=together)
            return
        for actor, message in deliveries:
            state, effects = actor.state, list[Effect]()
            begun = self._stopwatch()
            for portion in actor.portions(actor.state, message):
                if self._stopwatch() - begun >= HELD_UP_SECONDS:
                    effects.extend(actor.held_up())
                effects.extend(portion.effects)
                state, begun = portion.state, self._stopwatch()
            self._settle_portions(actor.address, effects)
            actor.state = state


@dataclass(eq=False, slots=True)
class Process:
    """One process. ``host`` is None while it starts; ``busy`` until what it is at has taken its (virtual) time.

    ``current`` is the mail in hand, ``is_zombie`` that it has a successor and does not know it.
    """

    place: Place
    host: SimulatedHost | None = None
    inbox: deque[Mail] = field(default_factory=deque)
    current: Mail = field(default_factory=list)
    busy: bool = True
    alive: bool = True
    is_zombie: bool = False

    @property
    def residents(self) -> list[Actor[Any]]:
        """Those who live here from its start, as far as they do."""
        actors = {} if self.host is None else self.host.actors
        return [actors[address] for address in self.place.residents if address in actors]

    @property
    def is_worker(self) -> bool:
        """Its mail dies with it: the queue has it done again."""
        return self.place.kind == "PhaseWorker"


class SimulatedTimers:
    """Implements the timers of a host: ``remind(after, mail)`` brings mail back to the process."""

    def __init__(self, remind: Callable[[float, Mail], None]) -> None:
        self._remind = remind

    def set(self, after: float, address: str, message: Message) -> None:
        """In so many virtual seconds."""
        self._remind(after, [(address, message)])

    def drop(self, addresses: Collection[str]) -> None:
        """Not here: what was set comes all the same, late, as reminders may."""
