"""A process that actors live in: it activates them, hands them their mail in groups, and sends theirs on.

Plain Python: what is particular to Ray (how mail travels, how a process is killed) comes in as functions.
"""

import logging
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from concurrent.futures import Executor
from functools import partial
from typing import Any, Final, Protocol

from actors.actor import Actor, Shell
from actors.core.addresses import essay_address
from actors.core.effects import Effect
from actors.core.essay import EssayState
from actors.execution.incremental_commit import Portions
from actors.runtime.activation import Activator
from actors.runtime.passivation import all_of_its_batch, is_outdated
from actors.runtime.placement import Place
from actors.runtime.ray.cluster import Mail
from actors.stores.store import Fence, FencedOffError, Store, StoreInUseError, StoreUnavailableError
from contracts.messages import Message, RestDue

log = logging.getLogger(__name__)

STORE_PATIENCE_SECONDS: Final = 1.0
MESSAGES_PER_COMMIT: Final = 1000


class Calendar(Protocol):
    """Where a process sets its timers."""

    def set(self, after: float, address: str, message: Message) -> None:
        """Deliver ``message`` to ``address`` in ``after`` seconds."""
        ...

    def drop(self, addresses: Collection[str]) -> None:
        """Deliver nothing any more of what was set for these."""
        ...


class Host:
    """The actors of one process.

    Args:
        place: which process this is; its residents are activated at once and resume what they owe.
        activator: makes actors.
        store: what they are saved in.
        place_of: where an address lives.
        send: hands mail to another process; at least once where it is healthy.
        restart: kills another process and starts it anew.
        timers: delivers mail to this process later.
        retire: ends the processes of essays whose batch has ended.
        aside: one thread, which writes (and sends) the portions of a decision while the next are decided; None: each
            decision is made whole first.
    """

    def __init__(  # noqa: PLR0913, PLR0917  (each is one way in which the world reaches a process)
        self,
        place: Place,
        activator: Activator,
        store: Store,
        place_of: Callable[[str], Place],
        send: Callable[[Place, Mail], None],
        restart: Callable[[Place], None],
        timers: Calendar,
        retire: Callable[[Iterable[Place]], None] = lambda _: None,
        aside: Executor | None = None,
    ) -> None:
        self.place = place
        self._activator = activator
        self._shell = Shell(store, self, activator.outside.clock, self._fences)
        self._sleep = activator.outside.sleep
        self._stopwatch = activator.outside.stopwatch
        self._place_of = place_of
        self._send = send
        self._restart = restart
        self._timers = timers
        self._retire = retire
        self._aside = aside
        self._actors: dict[str, Actor[Any]] = {}
        self._outgoing: defaultdict[Place, Mail] = defaultdict(list)
        self._here: Mail = []
        self._fenced_off: set[str] = set()
        self._has_successor = False
        self._at_rest: set[str] = set()
        self._is_rest_due = False

    @property
    def is_over(self) -> bool:
        """This process has a successor, or has had nothing to do for long: it should end."""
        return self._has_successor or self._is_rest_due

    def start(self) -> None:
        """Bring the residents to life."""
        self._patiently(lambda: self._activate(self.place.residents))
        self._lay_to_rest(self.place.residents)
        self._settle()

    def deliver(self, mail: Mail) -> None:
        """Handle a group of messages with one commit, and whatever they cause within this process."""
        self._here.extend(mail)
        self._settle()

    def state_of(self, address: str) -> Any:
        """The state of an actor that lives here now.

        Raises:
            KeyError: it does not.
        """
        return self._actors[address].state

    # ------------------------------------------------------------ what the shell asks of an outbox

    def tell(self, address: str, message: Message) -> None:
        """Keep the message for the process it goes to; this one is served next."""
        if address in self._actors or (place := self._place_of(address)).name == self.place.name:
            self._here.append((address, message))
        else:
            self._outgoing[place].append((address, message))

    def remind(self, address: str, after: float, message: Message) -> None:
        """Set a timer."""
        self._timers.set(after, address, message)

    def restart(self, address: str) -> None:
        """Kill and start anew the process of an actor."""
        self._restart(self._place_of(address))

    def newborn(self, essay: EssayState) -> Actor[Any] | None:
        """Its actor, where it is to live here."""
        address = essay_address(essay.batch_id, essay.essay_id)
        is_mine = address not in self._actors and self._place_of(address).name == self.place.name
        return self._activator.essay(essay) if is_mine else None

    def house(self, actor: Actor[Any]) -> None:
        """One more lives here."""
        self._actors[actor.address] = actor

    # ------------------------------------------------------------

    def _settle(self) -> None:
        self._post()
        while self._here and not self._has_successor:
            mail = self._next_group()
            self._patiently(lambda mail=mail: self._handle_mail(mail))  # type: ignore[misc]
            self._post()

    def _next_group(self) -> Mail:
        """Of all that is here a commit's worth: others are at work on it while the next ones are decided.

        Of a worker's leases the first, so that its results are safe before the next begins.
        """
        size = 1 if self.place.kind == "PhaseWorker" else MESSAGES_PER_COMMIT
        group, self._here = self._here[:size], self._here[size:]
        return group

    def _fences(self) -> Sequence[Fence]:
        residents = (self._actors[address] for address in self.place.residents if address in self._actors)
        return [fence for resident in residents if (fence := resident.fence) is not None]

    def _post(self) -> None:
        outgoing, self._outgoing = self._outgoing, defaultdict(list)
        for place, mail in outgoing.items():
            self._send(place, mail)

    def _patiently(self, act: Callable[[], None]) -> None:
        """Nothing can go on without the store, or beside another program that runs the batch: wait, and try again."""
        while True:
            try:
                return act()
            except (StoreUnavailableError, StoreInUseError) as error:
                log.warning(
                    "cannot go on with the store now, trying again: %s", error, extra={"place": self.place.name}
                )
                self._sleep(STORE_PATIENCE_SECONDS)

    def _handle_mail(self, mail: Mail) -> None:
        for address, message in mail:
            if address in self._at_rest:
                self._is_rest_due |= isinstance(message, RestDue)
                if is_outdated(self._actors[address], message):
                    self._put_away(address)
        if any(address not in self._actors for address, _ in mail):  # with all the others that are needed soon
            self._activate(dict.fromkeys(address for address, _ in (*mail, *self._here)))
        self._handle([(self._actors[address], message) for address, message in mail if address in self._actors])
        told = (address for address, _ in mail)
        self._lay_to_rest((*told, *self.place.residents))  # who may have been told from near by

    def _lay_to_rest(self, addresses: Iterable[str]) -> None:
        """Actors with nothing left to do are forgotten, and those that were there for them: a message revives them."""
        for address in dict.fromkeys(addresses):
            if (actor := self._actors.get(address)) is None:
                continue
            if not actor.is_at_rest:
                self._at_rest.discard(address)
            elif address not in self.place.residents:
                del self._actors[address]
            elif address not in self._at_rest:
                self._rest(actor)

    def _rest(self, resident: Actor[Any]) -> None:
        self._at_rest.add(resident.address)
        self._timers.set(self._activator.policy.rest_after, resident.address, RestDue())
        elsewhere = (place for place in map(self._place_of, resident.dependants) if place.residents)
        self._retire(place for place in elsewhere if place.name != self.place.name)

    def _put_away(self, resident: str) -> None:
        """It is to be read anew, with all of its batch; what it wanted to be reminded of is over."""
        self._at_rest.discard(resident)
        self._is_rest_due = False
        gone = all_of_its_batch(resident, self._actors)
        self._timers.drop(gone)
        for address in gone:
            del self._actors[address]

    def _handle(self, deliveries: Sequence[tuple[Actor[Any], Message]], *, together: bool = True) -> None:
        """As one group, ``together`` with what it says to others in this process.

        Where that fails for a reason of one actor, actor by actor, so that the others go on.
        """
        try:
            if self._aside is None:
                self._shell.handle(deliveries, *((self._actors.get, MESSAGES_PER_COMMIT) if together else ()))
            else:
                self._handle_in_portions(deliveries, self._aside)
        except StoreUnavailableError:
            raise
        except Exception as error:  # noqa: BLE001  (a bug in one decision must not stop the others)
            if together or len(deliveries) > 1:
                for actor, message in deliveries:
                    if actor.address not in self._fenced_off and not self._has_successor:
                        self._handle([(actor, message)], together=False)
            elif deliveries:
                self._give_up(*deliveries[0], error)

    def _handle_in_portions(self, deliveries: Iterable[tuple[Actor[Any], Message]], aside: Executor) -> None:
        """Write what is decided while the next is being decided; what gathers meanwhile is written together."""
        for actor, message in deliveries:
            state, write = actor.state, partial(self._settle_portions, actor.address)
            portions = Portions(write, actor.held_up, aside, self._stopwatch)
            try:
                for portion in actor.portions(actor.state, message):
                    state = portion.state
                    portions.add(portion.effects)
            finally:
                portions.end()
            write(portions.rest)
            actor.state = state

    def _settle_portions(self, address: str, effects: Sequence[Effect]) -> None:
        self._patiently(lambda: self._shell.settle(address, effects))
        self._post()

    def _give_up(self, actor: Actor[Any], message: Message, error: Exception) -> None:
        if isinstance(error, FencedOffError):
            log.warning("%s has a successor and stops: %s", actor.address, error)
            self._fenced_off.add(actor.address)
            del self._actors[actor.address]
            self._has_successor = actor.address in self.place.residents or actor.fence is None
        else:
            log.error("%s could not handle %r", actor.address, message, exc_info=error)

    def _activate(self, addresses: Iterable[str]) -> None:
        absent = (address for address in addresses if address not in self._actors)
        actors = self._activator.activate(address for address in absent if address not in self._fenced_off)
        self._shell.resume(actors.values())  # first: where the store fails at it, they are activated again
        self._actors.update(actors)
