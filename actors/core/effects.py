"""The effects that a decision may ask for. They are values; the shell performs them after the state is saved.

| effect    | performed                                                                                          |
|-----------|----------------------------------------------------------------------------------------------------|
| Tell      | after the commit: the message goes to the address, at least once where the runtime is healthy       |
| Remind    | after the commit: the message comes back to the actor itself, ``after`` seconds later               |
| Publish   | *with* the commit: the event is appended to the event log, once per ``event_id``                    |
| Keep      | *with* the commit: a record besides the actor's own state is stored (a new essay)                    |
| Restart   | after the commit: the process behind the address is killed and started anew                         |
| Retire    | after the commit: the process behind the address ends, until somebody tells it something            |
"""

import hashlib
from collections.abc import Callable, Generator, Iterable, Iterator
from itertools import groupby
from typing import Any, Generic, NamedTuple, Protocol, TypeAlias, TypeVar
from uuid import NAMESPACE_URL, UUID, uuid5

from actors.core.records import Record
from contracts.events import ProcessingEvent
from contracts.messages import Message

S = TypeVar("S")
_NAMESPACE = uuid5(NAMESPACE_URL, "huleedu:essay-pipelines")
_NAMESPACE_OCTETS = _NAMESPACE.bytes


class EventData(Protocol):
    """What an event carries. It says itself to which request it belongs, and its envelope says the same."""

    @property
    def correlation_id(self) -> UUID | None:
        """The id of the request, never None in what is published."""
        ...

    def model_dump_json(self) -> str:
        """As JSON."""
        ...


class Tell(NamedTuple):
    """Send ``message`` to ``address``."""

    address: str
    message: Message


class Remind(NamedTuple):
    """Deliver ``message`` to oneself after so many seconds."""

    after: float
    message: Message


class Publish(NamedTuple):
    """Append ``event`` to the log. ``key`` makes its id: the same key is the same event, and is logged once."""

    event: ProcessingEvent
    key: str
    batch_id: str
    data: EventData
    essay_id: str | None = None


class Restart(NamedTuple):
    """Kill the process behind ``address``; what restarts announces itself."""

    address: str


class Retire(NamedTuple):
    """End the process behind ``address``; who tells it something later has it started again."""

    address: str


class Keep(NamedTuple):
    """Store ``record``."""

    record: Record


Effect: TypeAlias = Tell | Remind | Publish | Keep | Restart | Retire


class Decision(NamedTuple, Generic[S]):
    """The new state (the same object where nothing changed), and what follows from it."""

    state: S
    effects: tuple[Effect, ...] = ()


def one_by_one(
    step: Callable[[S, Message], Decision[S]], state: S, messages: Iterable[Message]
) -> Generator[Decision[S], None, S]:
    """Decide on each of these messages with the state that the decision before left; returns the last state."""
    for message in messages:
        decided = step(state, message)
        state = decided.state
        yield decided
    return state


def in_groups(
    state: S,
    messages: Iterable[Message],
    kind: type,
    together: Callable[[S, list[Any]], Decision[S]],
    step: Callable[[S, Message], Decision[S]],
) -> Iterator[Decision[S]]:
    """Decide on messages in their order: on those of one ``kind`` that come in a row ``together``, else one by one."""
    for is_group, in_a_row in groupby(messages, lambda message: isinstance(message, kind)):
        if is_group:
            decided = together(state, [*in_a_row])
            state = decided.state
            yield decided
        else:
            state = yield from one_by_one(step, state, in_a_row)


def event_id_of(key: str) -> str:
    """The id of the event with this key: derived, not drawn, so that a repetition is recognised.

    A UUID of version 5 (RFC 9562) in letters. Thousands are made at a time, and ``uuid.uuid5`` takes three times as
    long, to go by way of a number.
    """
    octets = bytearray(hashlib.sha1(_NAMESPACE_OCTETS + key.encode(), usedforsecurity=False).digest()[:16])
    octets[6] = octets[6] & 0x0F | 0x50
    octets[8] = octets[8] & 0x3F | 0x80
    letters = octets.hex()
    return "-".join((letters[:8], letters[8:12], letters[12:16], letters[16:20], letters[20:]))


def correlation_id_of(batch_id: str, run: int = 0) -> UUID:
    """The id that ties together everything said about one run of a batch, where the caller has given none.

    Derived, as ids of events are: a registration or an order that comes twice means the same.
    """
    return uuid5(_NAMESPACE, f"batch:{batch_id}/run:{run}" if run else f"batch:{batch_id}")
