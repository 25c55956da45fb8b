"""The shell around every actor: decide, persist, perform. The only loop.

An actor is a state and a function of it. The shell takes a group of deliveries, has each actor decide on its
messages in order, writes everything that the decisions want kept in *one* commit, and only then performs the
effects. If the commit fails, nothing has happened: no state has changed, nobody was told anything.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from functools import lru_cache, partial
from typing import Any, Final, Generic, Protocol, TypeAlias, TypeVar

from actors.core.addresses import kind_of
from actors.core.effects import Decision, Effect, Keep, Publish, Remind, Restart, Tell, correlation_id_of, event_id_of
from actors.logs import log_published
from actors.stores.store import EventRecord, Record, Store
from contracts.events import topic_name
from contracts.messages import Message

S = TypeVar("S")
Clock: TypeAlias = Callable[[], datetime]

_SOURCES: Final = {
    "batch": "batch-orchestrator",
    "essay": "essay-actor",
    "cohort": "cohort-coordinator",
    "queue": "work-queue",
    "worker": "phase-worker",
}


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

    def conclude(self, state: S) -> Decision[S] | None:  # noqa: ARG002  (most actors decide message by message)
        """What follows from a group of messages as a whole, decided after the last of them; None: nothing."""
        return None

    def portions(self, state: S, message: Message) -> Iterator[Decision[S]]:
        """The same decision as ``step``'s bit by bit, where deciding takes long: what is decided may be performed."""
        yield self.step(state, message)

    def held_up(self) -> Sequence[Effect]:
        """What to say when a portion takes so long that it holds up the next ones; another thread asks."""
        return ()

    def resume(self, state: S) -> Decision[S]:
        """What is still owed after a (re)start, told from the state."""
        return Decision(state)

    def records(self, before: S, after: S) -> Iterable[Record]:  # noqa: ARG002  (most actors are not durable)
        """What must be stored when the state changes."""
        return ()

    @property
    def is_at_rest(self) -> bool:
        """Nothing is left to do, as far as it knows: it may be put away, to be activated again by its next message."""
        return False

    @property
    def dependants(self) -> Sequence[str]:
        """The actors that are there for this one only: they are put away with it."""
        return ()

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


class Shell:
    """Runs actors over a store and an outbox."""

    def __init__(self, store: Store, outbox: Outbox, clock: Clock = utc_now) -> None:
        self._store = store
        self._outbox = outbox
        self._clock = clock

    def handle(self, deliveries: Sequence[tuple[Actor[Any], Message]]) -> None:
        """Decide on all of them, persist once, perform.

        Raises:
            StoreError: the commit failed; nothing has changed, and the deliveries may be handled again.
        """
        self._run((actor, partial(_stepped, actor, message)) for actor, message in deliveries)

    def resume(self, actors: Iterable[Actor[Any]]) -> None:
        """Have freshly activated actors do what they still owe."""
        self._run((actor, actor.resume) for actor in actors)

    def settle(self, address: str, effects: Iterable[Effect]) -> None:
        """Persist and perform effects of a decision that changes no durable state (a portion of a worker's)."""
        settled = [(address, effect) for effect in effects]
        self._persist({}, settled)
        self._perform_all(settled)

    def _run(self, turns: Iterable[tuple[Actor[Any], Callable[[Any], Decision[Any]]]]) -> None:
        states: dict[Actor[Any], Any] = {}
        effects: list[tuple[str, Effect]] = []
        for actor, decide in turns:
            decision = decide(states.get(actor, actor.state))
            states[actor] = decision.state
            effects.extend((actor.address, effect) for effect in decision.effects)
        for actor, state in states.items():
            if (conclusion := actor.conclude(state)) is not None:
                states[actor] = conclusion.state
                effects.extend((actor.address, effect) for effect in conclusion.effects)
        self._persist(states, effects)
        for actor, state in states.items():
            actor.state = state
        self._perform_all(effects)

    def _persist(self, states: dict[Actor[Any], Any], effects: Sequence[tuple[str, Effect]]) -> None:
        records: list[Record] = []
        for address, effect in effects:
            match effect:
                case Keep():
                    records.append(effect.record)
                case Publish():
                    records.append(_event_record(address, effect, self._clock()))
        for actor, state in states.items():
            if state is not actor.state:
                records.extend(actor.records(actor.state, state))
        if records:
            self._store.commit(records)
        for _, effect in effects:
            if isinstance(effect, Publish):
                log_published(effect)

    def _perform_all(self, effects: Iterable[tuple[str, Effect]]) -> None:
        for address, effect in effects:
            self._perform(address, effect)

    def _perform(self, address: str, effect: Effect) -> None:
        match effect:
            case Tell():
                self._outbox.tell(effect.address, effect.message)
            case Remind():
                self._outbox.remind(address, effect.after, effect.message)
            case Restart():
                self._outbox.restart(effect.address)
            case Keep() | Publish():
                pass  # done with the commit


def _stepped(actor: Actor[S], message: Message, state: S) -> Decision[S]:
    return actor.step(state, message)


_correlation_id_of = lru_cache(maxsize=1024)(correlation_id_of)


def _event_record(address: str, effect: Publish, now: datetime) -> EventRecord:
    event_id = str(event_id_of(effect.key))
    topic = topic_name(effect.event)
    return EventRecord(
        event_id=event_id,
        batch_id=effect.batch_id,
        essay_id=effect.essay_id,
        event_type=topic,
        timestamp=now,
        document=envelope_json(event_id, topic, now, _SOURCES[kind_of(address)], effect),
    )


def envelope_json(event_id: str, topic: str, now: datetime, source: str, effect: Publish) -> str:
    """The JSON of the event's ``EventEnvelope``, put together from parts that need no validation.

    Events are published by the ten thousand; this takes a quarter of the time of making the envelope, and a test
    holds it to the same letters.
    """
    timestamp = now.isoformat().replace("+00:00", "Z")
    return (
        f'{{"event_id":"{event_id}","event_type":"{topic}","event_timestamp":"{timestamp}",'
        f'"source_service":"{source}","schema_version":1,'
        f'"correlation_id":"{_correlation_id_of(effect.batch_id)}","data":{effect.data.model_dump_json()}}}'
    )
