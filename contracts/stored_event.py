"""Events read back from the log: typed by their topic, with their sequence number."""

import json
from functools import cache
from typing import Any, Generic

from pydantic import PrivateAttr, ValidationError

from contracts.envelope import EventEnvelope, T
from contracts.events import payload_model_of
from contracts.phase_registry import names_on_trust


class StoredEvent(EventEnvelope[T], Generic[T]):
    """An envelope from the log of a store.

    ``sequence`` is its place in the log, from which reading can continue later. It belongs to the store, not to the
    event, so it is not in the event's JSON.
    """

    _sequence: int = PrivateAttr(default=0)

    @property
    def sequence(self) -> int:
        """The event's place in the log; later events have higher numbers."""
        return self._sequence

    @property
    def batch_id(self) -> str:
        """The batch that the event is about."""
        return self._said("batch_id") or ""

    @property
    def essay_id(self) -> str | None:
        """The essay that the event is about; None if it is about the batch as a whole."""
        return self._said("essay_id")

    def _said(self, name: str) -> str | None:
        found: str | None = self.data.get(name) if isinstance(self.data, dict) else getattr(self.data, name, None)
        return found

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle by JSON, because pickle could not find the parameterised class in any module."""
        return parse_event, (self.model_dump_json(), self.sequence)


def parse_event(document: str | bytes, sequence: int = 0) -> StoredEvent[Any]:
    """Parse an envelope's JSON into the type that its topic says, such as ``StoredEvent[BatchPhaseSkippedV1]``.

    If another version wrote a payload that this one cannot read, ``data`` is a dict of all its fields.

    Raises:
        ValidationError: the document is not an envelope.
    """
    try:
        with names_on_trust():
            event = _model_of(_topic_in(document)).model_validate_json(document)
    except ValidationError:
        event = _UNTYPED.model_validate_json(document)
    event._sequence = sequence  # noqa: SLF001  (set here and nowhere else)
    return event


def _topic_in(document: str | bytes) -> str:
    try:
        return str(json.loads(document)["event_type"])
    except (ValueError, KeyError, TypeError):
        return ""  # validation by the model will say what is wrong


_UNTYPED = StoredEvent[Any]


@cache  # pydantic drops a parameterised model to which nothing refers
def _model_of(topic: str) -> type[StoredEvent[Any]]:
    payload: Any = payload_model_of(topic)
    return _UNTYPED if payload is None else StoredEvent[payload]
