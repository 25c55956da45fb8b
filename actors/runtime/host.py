"""A host runs the actors of one process: it activates them, delivers messages to them in groups, and sends theirs.

Every runtime runs its actors in hosts. The transport decides how messages travel and how a process is killed, and the
calendar when a reminder comes.
"""

import logging
import sys
from collections.abc import Iterable, Sequence
from operator import itemgetter
from typing import Any, Final

from typing_extensions import override

from actors.actor import Actor, Outbox, Shell
from actors.batch_orchestrator import BatchOrchestrator
from actors.core.addresses import batch_address, batch_of, essay_address
from actors.core.essay_state import EssayState
from actors.core.records import Fence
from actors.runtime.activation import Activator
from actors.runtime.gateway import FOREVER, Gateway
from actors.runtime.passivation import OPERATOR_MESSAGES, is_outdated
from actors.runtime.placement import ProcessSpec
from actors.runtime.transport import Calendar, Mail, Transport
from actors.stores.store import NO_ACTORS_FAULT, FencedOffError, Store
from contracts.messages import Message, PassivationDue

log = logging.getLogger(__name__)

MESSAGES_PER_COMMIT: Final = 1000
_address: Final = itemgetter(0)


class Host(Gateway, Outbox):
    """The actors of one process. It is their shell's ``Outbox``.

    Args:
        process: the process this is; the actors that live in it from its start are activated and resume their work.
        activator: makes actors.
        store: where they are saved.
        transport: leads to the other processes.
        calendar: brings reminders back.
        patience: how many seconds to wait for a store that is away before giving up.
        messages_per_commit: the most messages in one commit; others work on its outcome while the next is decided.
        commits_at_a_time: after so many commits, messages between actors here are left until the next ``deliver``, so
            that thousands of them do not keep others waiting; None: nobody else waits.
    """

    def __init__(  # noqa: PLR0913  (each is one way in which the world reaches a process)
        self,
        process: ProcessSpec,
        activator: Activator,
        store: Store,
        transport: Transport,
        calendar: Calendar,
        *,
        patience: float = FOREVER,
        messages_per_commit: int = MESSAGES_PER_COMMIT,
        commits_at_a_time: int | None = None,
    ) -> None:
        super().__init__(process, store, transport, calendar, activator.outside.sleep, patience)
        self._activator = activator
        self._shell = Shell(store, self, activator.outside.clock, self._fences)
        self._messages_per_commit = messages_per_commit
        self._commits_at_a_time = commits_at_a_time or sys.maxsize
        self._actors: dict[str, Actor[Any]] = {}
        self._fenced_off: set[str] = set()
        self._has_successor = False
        self._idle: set[str] = set()
        self._is_passivation_due = False

    @property
    def has_successor(self) -> bool:
        """Whether another process has taken over the actors that lived here from the start."""
        return self._has_successor

    @property
    def is_over(self) -> bool:
        """Whether this process should end: it has a successor, or has had nothing to do for long."""
        return self._has_successor or (self._is_passivation_due and not self._inbox)

    def start(self) -> None:
        """Activate the actors that live here from the start."""
        self.patiently(lambda: self._activate(self.process.addresses))
        self._passivate(self.process.addresses)
        self._settle()

    @property
    def has_more(self) -> bool:
        """Whether messages between actors here are left to handle. If those are lost, the actors will ask again."""
        return bool(self._inbox) and not self._has_successor

    def deliver(self, mail: Mail) -> None:
        """Handle a group of messages and those that they cause here, up to ``commits_at_a_time`` further commits."""
        self._inbox[:0] = mail  # before messages between actors here, of which there may be thousands
        self._settle(len(mail))

    def passivate(self) -> None:
        """Forget the actors that live here from the start, and their batches; ``start`` activates them again."""
        for address in self.process.addresses:
            self._forget_batch_of(address)

    def state_of(self, address: str) -> Any:
        """The state of an actor, or None if it is not active here."""
        actor = self._actors.get(address)
        return None if actor is None else actor.state

    # ------------------------------------------------------------ Outbox: what the shell calls

    @override
    def tell(self, address: str, message: Message) -> None:
        if address in self._actors:
            self._inbox.append((address, message))
        else:
            super().tell(address, message)

    @override
    def create_essay(self, essay: EssayState) -> Actor[Any] | None:
        address = essay_address(essay.batch_id, essay.essay_id)
        is_mine = address not in self._actors and self._transport.process_of(address).name == self.process.name
        return self._activator.essay(essay) if is_mine else None

    @override
    def register(self, actor: Actor[Any]) -> None:
        self._actors[actor.address] = actor

    # ------------------------------------------------------------

    def _settle(self, coming: int = 0) -> None:
        """Handle the ``coming`` first messages of the inbox, then some commits' worth of others."""
        self.flush()
        left = -(-coming // self._messages_per_commit) + self._commits_at_a_time
        while self.has_more and left:
            left -= 1
            mail = self._inbox[: self._messages_per_commit]
            del self._inbox[: self._messages_per_commit]
            self.patiently(lambda mail=mail: self._handle_mail(mail))  # type: ignore[misc]
            self.flush()

    def _fences(self, actors: Iterable[Actor[Any]]) -> Sequence[Fence]:
        """The claims of those orchestrators here whose batches these actors belong to."""
        batches = {batch_of(actor.address) for actor in actors} - {None}
        orchestrators = (self._actors.get(batch_address(batch_id)) for batch_id in batches if batch_id)
        return [each.fence for each in orchestrators if isinstance(each, BatchOrchestrator)]

    def _handle_mail(self, mail: Mail) -> None:
        for address, message in mail:
            if type(message) in OPERATOR_MESSAGES:
                self._asked_for(address, message)
            elif isinstance(message, PassivationDue) and address in self._idle:
                self._is_passivation_due = True
        if not all(map(self._actors.__contains__, map(_address, mail))):  # activate those needed soon as well, at once
            self._activate(dict.fromkeys(address for address, _ in (*mail, *self._inbox)))
        actors = self._actors
        deliveries = [(actors[address], message) for address, message in mail if address in actors]
        self._passivate([actor.address for actor in self._handle(deliveries)])

    def _asked_for(self, address: str, message: Message) -> None:
        """A driver asks for something: a batch that was fenced off is let in again, an outdated one is read again."""
        self._fenced_off.discard(address)
        if (actor := self._actors.get(address)) is not None and is_outdated(actor, message):
            self._forget_batch_of(address)

    def _passivate(self, addresses: Iterable[str]) -> None:
        """Forget idle actors, an orchestrator with its whole batch; the next message activates them again.

        Actors that live here from the start stay as long as the process, which may end after a while.
        """
        for address in addresses:
            if (actor := self._actors.get(address)) is None:
                continue
            if not actor.is_idle:
                self._idle.discard(address)
            elif address in self.process.addresses:
                if address not in self._idle:
                    self._end_soon(actor)
            elif isinstance(actor, BatchOrchestrator):
                self._forget_batch_of(address)
            else:
                del self._actors[address]

    def _end_soon(self, actor: Actor[Any]) -> None:
        self._idle.add(actor.address)
        self._calendar.set(self._activator.policy.passivate_after, actor.address, PassivationDue())
        if isinstance(actor, BatchOrchestrator):
            elsewhere = (self._transport.process_of(address) for address in actor.essay_addresses)
            self._transport.retire(
                process for process in elsewhere if process.addresses and process.name != self.process.name
            )

    def _forget_batch_of(self, address: str) -> None:
        """Forget an actor and its whole batch, to be read again when needed; their reminders are dropped."""
        batch_id = batch_of(address)
        gone = {other for other in self._actors if batch_of(other) == batch_id}
        self._idle -= gone
        self._is_passivation_due = False
        self._calendar.drop(gone)
        for each in gone:
            del self._actors[each]

    def _handle(
        self, deliveries: Sequence[tuple[Actor[Any], Message]], *, together: bool = True
    ) -> Iterable[Actor[Any]]:
        """Handle deliveries as one group, ``together`` with messages they cause here; returns actors that decided.

        If that fails because of one actor, handle them one by one, so that the others go on.
        """
        try:
            return self._shell.handle(deliveries, *((self._actors.get, self._messages_per_commit) if together else ()))
        except NO_ACTORS_FAULT:
            raise
        except Exception as error:  # noqa: BLE001  (a bug in one decision must not stop the others)
            if together or len(deliveries) > 1:
                return self._handle_one_by_one(deliveries)
            if deliveries:
                self._give_up(*deliveries[0], error)
            return ()

    def _handle_one_by_one(self, deliveries: Sequence[tuple[Actor[Any], Message]]) -> Iterable[Actor[Any]]:
        decided: dict[Actor[Any], None] = {}
        for actor, message in deliveries:
            if self._has_successor:
                break
            if self._actors.get(actor.address) is actor:
                decided.update(dict.fromkeys(self._handle([(actor, message)], together=False)))
            elif type(message) in OPERATOR_MESSAGES:
                self._inbox.append((actor.address, message))
        return decided

    def _give_up(self, actor: Actor[Any], message: Message, error: Exception) -> None:
        if not isinstance(error, FencedOffError):
            log.error("%s could not handle %r", actor.address, message, exc_info=error)
            return
        log.warning("%s has a successor and stops: %s", actor.address, error)
        orchestrator = batch_address(batch_of(actor.address) or "")
        self._forget_batch_of(actor.address)
        self._has_successor = orchestrator in self.process.addresses
        if type(message) in OPERATOR_MESSAGES and not self._has_successor:
            self._inbox.append((actor.address, message))  # our own driver asks for it: claim the batch back
        else:
            self._fenced_off.add(orchestrator)

    def _activate(self, addresses: Iterable[str]) -> None:
        absent = (address for address in addresses if address not in self._actors)
        actors = self._activator.activate(address for address in absent if not self._is_fenced_off(address))
        self._shell.resume(actors.values())  # before they are registered: if the store fails, they are activated again
        self._actors.update(actors)

    def _is_fenced_off(self, address: str) -> bool:
        return bool(self._fenced_off) and batch_address(batch_of(address) or "") in self._fenced_off
