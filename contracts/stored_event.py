"""Events as they are read back: typed by their topic, and with their place in the log."""

import json
from functools import cache
from typing import Any, Generic

from pydantic import PrivateAttr, ValidationError

from contracts.envelope import EventEnvelope, T
from contracts.events import payload_model_of
from contracts.phase_registry import names_on_trust


class StoredEvent(EventEnvelope[T], Generic[T]):
    """An envelope from the log of a store.

    ``sequence`` is its place there, for whoever wants to go on from it. It belongs to that store and not to the event:
    the JSON is that of the envelope alone.
    """

    _sequence: int = PrivateAttr(default=0)

    @property
    def sequence(self) -> int:
        """Its place in the log; later events have higher numbers."""
        return self._sequence

    @property
    def batch_id(self) -> str:
        """The batch that it is about."""
        return self._said("batch_id") or ""

    @property
    def essay_id(self) -> str | None:
        """The essay that it is about; None: the batch as a whole."""
        return self._said("essay_id")

    def _said(self, name: str) -> str | None:
        found: str | None = self.data.get(name) if isinstance(self.data, dict) else getattr(self.data, name, None)
        return found

    def __reduce__(self) -> tuple[Any, ...]:
        """By its JSON: no module has the class of an envelope with its parameter, so pickle would not find it."""
        return parse_event, (self.model_dump_json(), self.sequence)


def parse_event(document: str | bytes, sequence: int = 0) -> StoredEvent[Any]:
    """An envelope's JSON as a typed envelope: ``StoredEvent[BatchPhaseSkippedV1]``, as its topic says.

    Where another version has written what this one cannot read, ``data`` is a dict: nothing is left out.

    Raises:
        ValidationError: this is no envelope.
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
        return ""  # the model says what is wrong with it


_UNTYPED = StoredEvent[Any]


@cache  # pydantic forgets a parameterised model that nobody holds
def _model_of(topic: str) -> type[StoredEvent[Any]]:
    payload: Any = payload_model_of(topic)
    return _UNTYPED if payload is None else StoredEvent[payload]
