"""The shell around every actor: decide, persist, perform.

An actor is a state and a function of it. The shell takes a group of deliveries, has each actor decide on its messages
in order, writes everything that the decisions keep in *one* commit, and only then performs their effects. If the commit
fails, nothing has happened: no state has changed, and no message was sent.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import groupby
from operator import itemgetter
from typing import Any, Final, Generic, Protocol, TypeAlias, TypeVar

from actors.core.effects import Decision, Effect, Keep, Publish, Remind, Restart, Retire, Tell, one_by_one
from actors.core.essay_state import EssayState
from actors.core.records import Fence, NewEssayRecord, Record
from actors.envelopes import event_record
from actors.observability.logs import log_published
from actors.stores.store import Store
from contracts.messages import Message

S = TypeVar("S")
Clock: TypeAlias = Callable[[], datetime]
_receiver: Final = itemgetter(0)


def utc_now() -> datetime:
    """The current time."""
    return datetime.now(UTC)


class Actor(ABC, Generic[S]):
    """A state with an address. Subclasses define how it decides, and which parts of it are durable."""

    def __init__(self, address: str, state: S) -> None:
        self.address = address
        self.state = state

    @abstractmethod
    def step(self, state: S, message: Message) -> Decision[S]:
        """Decide on a message: the new state, and the effects that follow."""

    def steps(self, state: S, messages: Iterable[Message]) -> Iterator[Decision[S]]:
        """Decide on several messages in a row, with the same outcome as ``step`` on each in turn.

        An actor that hears the same from thousands overrides this to decide on all at once, in a fraction of the time.
        """
        return one_by_one(self.step, state, messages)

    def conclude(self, state: S) -> Decision[S] | None:  # noqa: ARG002  (most actors decide message by message)
        """A decision after the last of a group of messages, on the group as a whole; None if there is none to make."""
        return None

    def resume(self, state: S) -> Decision[S]:
        """What the actor still owes after a (re)start, judging by its state."""
        return Decision(state)

    def records(self, before: S, after: S) -> Iterable[Record]:  # noqa: ARG002  (most actors are not durable)
        """What must be stored when the state changes."""
        return ()

    @property
    def is_idle(self) -> bool:
        """Whether it knows of nothing left to do: then it may be passivated, and its next message activates it."""
        return False

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.address}>"


class Outbox(Protocol):
    """Carries effects out of the shell."""

    def tell(self, address: str, message: Message) -> None:
        """Deliver ``message`` to ``address``, at least once."""
        ...

    def remind(self, address: str, after: float, message: Message) -> None:
        """Deliver ``message`` back to ``address`` in ``after`` seconds, if its process lives that long."""
        ...

    def restart(self, address: str) -> None:
        """Kill the process behind ``address`` and start it anew."""
        ...

    def retire(self, address: str) -> None:
        """End the process behind ``address``; the next message to it starts it again."""
        ...

    def create_essay(self, essay: EssayState) -> Actor[Any] | None:
        """The actor of a new essay, or None if it is to live in another process; it is registered once it is stored."""
        ...

    def register(self, actor: Actor[Any]) -> None:
        """Host a created actor, now that it is stored, so that it need not be read back from the store."""
        ...


def _nobody(_address: str) -> None:
    return None


def _no_fences(_actors: Iterable[Actor[Any]]) -> Sequence[Fence]:
    return ()


class Shell:
    """Runs actors over a store and an outbox.

    Args:
        store: where everything is kept.
        outbox: carries effects out.
        clock: the time of the events.
        fences: the fences that a commit of these actors must hold, so that a writer with a successor is refused.
    """

    def __init__(
        self,
        store: Store,
        outbox: Outbox,
        clock: Clock = utc_now,
        fences: Callable[[Iterable[Actor[Any]]], Sequence[Fence]] = _no_fences,
    ) -> None:
        self._store = store
        self._outbox = outbox
        self._clock = clock
        self._fences = fences

    def handle(
        self,
        deliveries: Sequence[tuple[Actor[Any], Message]],
        near: Callable[[str], Actor[Any] | None] = _nobody,
        most: int = 0,
    ) -> Iterable[Actor[Any]]:
        """Decide on all deliveries, persist once, then perform. Returns the actors that have decided something.

        Messages from these decisions to actors that are ``near`` (in this process, so that they fail together) are
        decided in the same commit, up to ``most`` messages in all: it has all of it or nothing, so nobody outside can
        tell the difference.

        Raises:
            StoreError: the commit failed; nothing has changed, and the deliveries may be handled again.
        """
        draft = self._draft()
        handled = 0
        while deliveries:
            handled += len(deliveries)
            draft.hear(deliveries)
            deliveries = draft.said_to(near, most - handled)
        self._carry_out(draft)
        return draft.states

    def resume(self, actors: Iterable[Actor[Any]]) -> None:
        """Have newly activated actors do what they still owe."""
        draft = self._draft()
        draft.resume(actors)
        self._carry_out(draft)

    def _draft(self) -> "Draft":
        return Draft(self._clock, self._outbox.create_essay)

    def _carry_out(self, draft: "Draft") -> None:
        self._persist(draft.records(), draft.states)
        for actor, state in draft.states.items():
            actor.state = state
        for created in draft.created.values():
            self._outbox.register(created)
        for address, effect in draft.effects():
            self._perform(address, effect)

    def _persist(self, records: Sequence[Record], actors: Iterable[Actor[Any]]) -> None:
        if records:
            self._store.commit([*self._fences(actors), *records])

    def _perform(self, address: str, effect: Effect) -> None:
        match effect:
            case Tell():
                self._outbox.tell(effect.address, effect.message)
            case Remind():
                self._outbox.remind(address, effect.after, effect.message)
            case Restart():
                self._outbox.restart(effect.address)
            case Retire():
                self._outbox.retire(effect.address)
            case Publish():
                log_published(effect)  # stored by the commit
            case Keep():
                pass  # stored by the commit


class Draft:
    """The outcome of a group of decisions before it is stored: new states, records and effects, in order.

    An essay created by one of the decisions can receive messages from the others.
    """

    def __init__(self, clock: Clock, create_essay: Callable[[EssayState], Actor[Any] | None]) -> None:
        self.states: dict[Actor[Any], Any] = {}
        self.created: dict[str, Actor[Any]] = {}
        self._clock = clock
        self._create_essay = create_essay
        self._records: list[Record] = []
        self._recorded: dict[Actor[Any], Any] = {}
        self._leaving: list[tuple[str, Effect]] = []
        self._newest: list[tuple[str, Effect]] = []  # not yet searched for messages to actors near by

    def hear(self, deliveries: Sequence[tuple[Actor[Any], Message]]) -> None:
        """Have each actor decide on its messages, starting from the state that its last decision left."""
        if len(deliveries) == 1:  # the common case if each actor has its own process
            self._hear_one(*deliveries[0])
            return
        group: dict[Actor[Any], None] = {}
        for actor, in_a_row in groupby(deliveries, _receiver):
            group[actor] = None
            for decision in actor.steps(self.states.get(actor, actor.state), (message for _, message in in_a_row)):
                self._decided(actor, decision)
        for actor in group:
            self._conclude(actor)

    def _hear_one(self, actor: Actor[Any], message: Message) -> None:
        self._decided(actor, actor.step(self.states.get(actor, actor.state), message))
        self._conclude(actor)

    def _conclude(self, actor: Actor[Any]) -> None:
        if (conclusion := actor.conclude(self.states[actor])) is not None:
            self._decided(actor, conclusion)

    def resume(self, actors: Iterable[Actor[Any]]) -> None:
        """Have each actor decide what it still owes."""
        for actor in actors:
            self._decided(actor, actor.resume(actor.state))

    def _decided(self, actor: Actor[Any], decision: Decision[Any]) -> None:
        self.states[actor], effects = decision
        if effects:
            self._record(actor)  # in the order of records, the new state comes before what follows from it
            self._take(actor.address, effects)

    def _take(self, address: str, effects: Iterable[Effect]) -> None:
        for effect in effects:
            match effect:
                case Tell():
                    pass
                case Keep(record=record):
                    self._records.append(record)
                    if isinstance(record, NewEssayRecord) and (actor := self._create_essay(record.essay)) is not None:
                        self.created[actor.address] = actor
                case Publish():
                    self._records.append(event_record(address, effect, self._clock()))
            self._newest.append((address, effect))

    def _record(self, actor: Actor[Any]) -> None:
        before, after = self._recorded.get(actor, actor.state), self.states[actor]
        if after is not before:
            self._records.extend(actor.records(before, after))
            self._recorded[actor] = after

    def said_to(self, near: Callable[[str], Actor[Any] | None], most: int) -> list[tuple[Actor[Any], Message]]:
        """Take the newest messages to actors near by out of the effects, up to ``most`` of them."""
        said: list[tuple[Actor[Any], Message]] = []
        newest, self._newest = self._newest, []
        for number, (address, effect) in enumerate(newest):
            if len(said) >= most:
                self._leaving.extend(newest[number:])
                break
            if isinstance(effect, Tell) and (actor := near(effect.address) or self.created.get(effect.address)):
                said.append((actor, effect.message))
            else:
                self._leaving.append((address, effect))
        return said

    def effects(self) -> list[tuple[str, Effect]]:
        """The effects to perform, each with the address of the actor that asked for it."""
        return [*self._leaving, *self._newest]

    def records(self) -> list[Record]:
        """All records to store, including those of the newest states."""
        for actor in self.states:
            self._record(actor)
        return self._records
