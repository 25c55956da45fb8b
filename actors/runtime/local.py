"""The local runtime: everything in this process and thread, with virtual time for reminders.

Time stands still while there is a message to deliver, and then leaps to the next reminder: a wait costs nothing,
and a run is as deterministic as its services. All messages that are in the mailbox are handled as one group with
one commit.

In real time (where people are waited for) a wait takes as long as it says, and other threads may tell the actors
something meanwhile.
"""

import heapq
import threading
import time
from collections import deque
from collections.abc import Callable, Collection, Iterable
from itertools import count
from typing import Any, Final

from actors.actor import Actor, Shell
from actors.core.addresses import essay_address
from actors.core.essay import EssayState
from actors.execution.call_ledger import StoreLedger
from actors.phases.llm.desk import Desk, install, uninstall
from actors.runtime.activation import Activator, Blueprint
from actors.runtime.passivation import all_of_its_batch, is_outdated
from actors.runtime.runtime import StalledError
from actors.stores.notifier import Notice
from actors.stores.store import FencedOffError, Store
from contracts.messages import Message

LOOK_SECONDS: Final = 0.2
"""In real time: how long it may take at most until what is waited for is looked at again."""


class LocalRuntime:
    """Implements ``Runtime`` in this process; it is its actors' ``Outbox`` as well.

    Args:
        blueprint: services and policy.
        store: what the actors are saved in.
        real_time: reminders come after as many seconds as they say, and ``tell`` may be called from any thread.
    """

    def __init__(self, blueprint: Blueprint, store: Store, *, real_time: bool = False) -> None:
        self._store = store
        self._activator = Activator(blueprint, store)
        self._shell = Shell(store, self)
        self._actors: dict[str, Actor[Any]] = {}
        self._fenced_off: set[str] = set()
        self._mailbox: deque[tuple[str, Message]] = deque()
        self._reminders: list[tuple[float, int, str, Message]] = []
        self._real_time = real_time
        self._mail_came = threading.Event()
        self._driving = threading.Lock()  # several threads may wait; one of them at a time does the work
        self._now = 0.0  # virtual time
        self._ticket = count()
        self._desk = Desk(StoreLedger(store))
        install(self._desk)
        self._activate(blueprint.worker_addresses)

    @property
    def store(self) -> Store:
        """The store given."""
        return self._store

    def tell(self, address: str, message: Message) -> None:
        """Into the mailbox."""
        self._mailbox.append((address, message))
        if not self._mail_came.is_set():  # to set it costs as much as the rest of telling
            self._mail_came.set()

    def remind(self, address: str, after: float, message: Message) -> None:
        """Into the calendar."""
        now = time.monotonic() if self._real_time else self._now
        heapq.heappush(self._reminders, (now + after, next(self._ticket), address, message))

    def restart(self, address: str) -> None:
        """Forget the actor and its reminders; it is activated again at once."""
        self._actors.pop(address, None)
        self._forget_reminders({address})
        self._activate([address])

    def newborn(self, essay: EssayState) -> Actor[Any] | None:
        """Its actor: all live here."""
        is_new = essay_address(essay.batch_id, essay.essay_id) not in self._actors
        return self._activator.essay(essay) if is_new else None

    def house(self, actor: Actor[Any]) -> None:
        """One more lives here."""
        self._actors[actor.address] = actor

    def run(
        self,
        until: Callable[[], bool],
        watch: Callable[[], None] | None = None,
        notice: Notice = Notice.REST,  # noqa: ARG002
    ) -> None:
        """Deliver wave after wave, in the thread that calls."""
        with self._driving:
            while not until():
                if self._real_time:
                    self._wait()
                elif not self._mailbox:
                    self._leap()
                self._deliver_all()
                if watch is not None:
                    watch()

    @property
    def now(self) -> float:
        """The virtual time, in seconds since the start."""
        return self._now

    def leap(self, seconds: float) -> None:
        """Let virtual time go by: what a service does that takes long, or makes believe."""
        self._now += seconds

    def describe(self, essays: int = 0) -> str:  # noqa: ARG002  (all of them are in this process)
        """One line."""
        return "in this process (one thread)"

    def shutdown(self) -> None:
        """Drop everything and close the store."""
        self._mailbox.clear()
        self._reminders.clear()
        self._actors.clear()
        uninstall(self._desk)
        self._store.close()

    def _leap(self) -> None:
        if not self._reminders:
            raise StalledError("no message is under way and no reminder is set")
        due, _, address, message = heapq.heappop(self._reminders)
        self._now = max(self._now, due)
        self._mailbox.append((address, message))

    def _wait(self) -> None:
        """Until there is mail or a reminder is due; not for long, because what is waited for may come from outside.

        Mail goes first: a deadline that fell due while the thread was at work must not overtake the answer.
        """
        if self._mailbox:
            return
        due = self._reminders[0][0] - time.monotonic() if self._reminders else LOOK_SECONDS
        self._mail_came.wait(min(max(due, 0.0), LOOK_SECONDS))
        self._mail_came.clear()
        while self._reminders and self._reminders[0][0] <= time.monotonic():
            _, _, address, message = heapq.heappop(self._reminders)
            self._mailbox.append((address, message))

    def _deliver_all(self) -> None:
        wave = [self._mailbox.popleft() for _ in range(len(self._mailbox))]  # others may be telling meanwhile
        for address, message in wave:
            if address in self._actors and is_outdated(self._actors[address], message):
                self._put_away(address)
        self._activate({address for address, _ in wave if address not in self._actors})
        deliveries = [(self._actors[address], message) for address, message in wave if address in self._actors]
        self._handle(deliveries)

    def _forget_reminders(self, addresses: Collection[str]) -> None:
        self._reminders = [reminder for reminder in self._reminders if reminder[2] not in addresses]
        heapq.heapify(self._reminders)

    def _put_away(self, address: str) -> None:
        gone = all_of_its_batch(address, self._actors)
        self._actors = {each: actor for each, actor in self._actors.items() if each not in gone}
        self._forget_reminders(gone)

    def _handle(self, deliveries: list[tuple[Actor[Any], Message]]) -> None:
        """As one group; where one of its actors is fenced off, actor by actor, without that one."""
        try:
            self._shell.handle(deliveries)
        except FencedOffError:
            actors = dict.fromkeys(actor for actor, _ in deliveries)
            if len(actors) == 1:
                self._fenced_off.update(actor.address for actor in actors)
                return
            for actor in actors:
                self._handle([delivery for delivery in deliveries if delivery[0] is actor])

    def _activate(self, addresses: Iterable[str]) -> None:
        actors = self._activator.activate(address for address in addresses if address not in self._fenced_off)
        self._actors.update(actors)
        self._shell.resume(actors.values())
