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
    """The clock of the world."""
    return datetime.now(UTC)


class Actor(ABC, Generic[S]):
    """A state with an address. Subclasses say how it decides and what of it is durable."""

    def __init__(self, address: str, state: S) -> None:
        self.address = address
        self.state = state

    @abstractmethod
    def step(self, state: S, message: Message) -> Decision[S]:
        """Decide: what becomes of ``state``, and what follows."""

    def steps(self, state: S, messages: Iterable[Message]) -> Iterator[Decision[S]]:
        """Decide on several messages in a row: what ``step`` would decide on them one after the other.

        An actor that hears the same from thousands decides on them at once, which takes it a fraction of the time.
        """
        return one_by_one(self.step, state, messages)

    def conclude(self, state: S) -> Decision[S] | None:  # noqa: ARG002  (most actors decide message by message)
        """What follows from a group of messages as a whole, decided after the last of them; None: nothing."""
        return None

    def resume(self, state: S) -> Decision[S]:
        """What is still owed after a (re)start, told from the state."""
        return Decision(state)

    def records(self, before: S, after: S) -> Iterable[Record]:  # noqa: ARG002  (most actors are not durable)
        """What must be stored when the state changes."""
        return ()

    @property
    def is_idle(self) -> bool:
        """Nothing is left to do, as far as it knows: it may be passivated, and is activated by its next message."""
        return False

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.address}>"


class Outbox(Protocol):
    """Through which effects leave the shell."""

    def tell(self, address: str, message: Message) -> None:
        """Deliver ``message`` to ``address``, at least once."""
        ...

    def remind(self, address: str, after: float, message: Message) -> None:
        """Deliver ``message`` to ``address`` itself after so many seconds, as long as its process lives."""
        ...

    def restart(self, address: str) -> None:
        """Kill the process behind ``address`` and start it anew."""
        ...

    def retire(self, address: str) -> None:
        """End the process behind ``address``, until it is told something."""
        ...

    def create_essay(self, essay: EssayState) -> Actor[Any] | None:
        """The actor of a new essay, if it is to live near; it is registered once it is stored."""
        ...

    def register(self, actor: Actor[Any]) -> None:
        """Stored: a created actor lives here from now on, and need not be read back."""
        ...


def _nobody(_address: str) -> None:
    return None


def _no_fences(_actors: Iterable[Actor[Any]]) -> Sequence[Fence]:
    return ()


class Shell:
    """Runs actors over a store and an outbox.

    Args:
        store: where everything is kept.
        outbox: through which effects leave.
        clock: of the events.
        fences: what a commit of these actors is to say of who writes; a writer that has a successor is refused by it.
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
        """Decide on all of them, persist once, perform. Returns who has decided something.

        What they say to actors that live ``near`` (in this process, and fall with it) is decided in the same go, up
        to ``most`` messages in all: one commit has all of it or nothing, so nobody outside can tell the difference.

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
        """Have freshly activated actors do what they still owe."""
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
                log_published(effect)  # kept with the commit
            case Keep():
                pass  # done with the commit


class Draft:
    """What a group of decisions comes to, before it is stored: new states, records and effects, in their order.

    Essays that are created in it may be told something in it already.
    """

    def __init__(self, clock: Clock, create_essay: Callable[[EssayState], Actor[Any] | None]) -> None:
        self.states: dict[Actor[Any], Any] = {}
        self.created: dict[str, Actor[Any]] = {}
        self._clock = clock
        self._create_essay = create_essay
        self._records: list[Record] = []
        self._recorded: dict[Actor[Any], Any] = {}
        self._leaving: list[tuple[str, Effect]] = []
        self._newest: list[tuple[str, Effect]] = []  # not looked through yet for what is said near by

    def hear(self, deliveries: Sequence[tuple[Actor[Any], Message]]) -> None:
        """Have each actor decide on its messages, beginning with the state that its last decision left."""
        if len(deliveries) == 1:  # as most are where each actor has a process of its own
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
            self._record(actor)  # what follows is about the state that it was decided in
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
        """Take what was said last to actors near by out of the effects, up to ``most`` messages."""
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
        """What is to be performed, each with the address of who wants it."""
        return [*self._leaving, *self._newest]

    def records(self) -> list[Record]:
        """All that is to be stored, the newest states included."""
        for actor in self.states:
            self._record(actor)
        return self._records
