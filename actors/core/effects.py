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
    """An event's payload. Like its envelope, it names the request it belongs to."""

    @property
    def correlation_id(self) -> UUID | None:
        """The id of the request; never None in a published event."""
        ...

    def model_dump_json(self) -> str:
        """The payload as JSON."""
        ...


class Tell(NamedTuple):
    """Send ``message`` to ``address``."""

    address: str
    message: Message


class Remind(NamedTuple):
    """Deliver ``message`` to the deciding actor itself in ``after`` seconds."""

    after: float
    message: Message


class Publish(NamedTuple):
    """Append ``event`` to the log. Its id is derived from ``key``: an event published twice is logged once."""

    event: ProcessingEvent
    key: str
    batch_id: str
    data: EventData
    essay_id: str | None = None


class Restart(NamedTuple):
    """Kill the process behind ``address`` and start it anew; the new process announces itself."""

    address: str


class Retire(NamedTuple):
    """End the process behind ``address``; the next message to it starts it again."""

    address: str


class Keep(NamedTuple):
    """Store ``record``."""

    record: Record


Effect: TypeAlias = Tell | Remind | Publish | Keep | Restart | Retire


class Decision(NamedTuple, Generic[S]):
    """The new state (the same object if nothing changed), and the effects that follow."""

    state: S
    effects: tuple[Effect, ...] = ()


def one_by_one(
    step: Callable[[S, Message], Decision[S]], state: S, messages: Iterable[Message]
) -> Generator[Decision[S], None, S]:
    """Decide on these messages in order, each with the state left by the decision before; returns the last state."""
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
    """Decide on messages in order: consecutive messages of this ``kind`` ``together``, all others one by one."""
    for is_group, in_a_row in groupby(messages, lambda message: isinstance(message, kind)):
        if is_group:
            decided = together(state, [*in_a_row])
            state = decided.state
            yield decided
        else:
            state = yield from one_by_one(step, state, in_a_row)


def event_id_of(key: str) -> str:
    """The id of the event with this key: derived rather than random, so that a repetition is recognised.

    It is the text of a version 5 UUID (RFC 9562). Thousands are made at a time, and ``uuid.uuid5`` takes three times
    as long because it converts to an integer and back.
    """
    octets = bytearray(hashlib.sha1(_NAMESPACE_OCTETS + key.encode(), usedforsecurity=False).digest()[:16])
    octets[6] = octets[6] & 0x0F | 0x50
    octets[8] = octets[8] & 0x3F | 0x80
    letters = octets.hex()
    return "-".join((letters[:8], letters[8:12], letters[12:16], letters[16:20], letters[20:]))


def correlation_id_of(batch_id: str, run: int = 0) -> UUID:
    """The correlation id of one run of a batch, for use if the caller gave none.

    It is derived, as event ids are, so that a registration or command that arrives twice gets the same id.
    """
    return uuid5(_NAMESPACE, f"batch:{batch_id}/run:{run}" if run else f"batch:{batch_id}")
