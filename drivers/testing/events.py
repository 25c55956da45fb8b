"""Assertions about the events of a batch. Describe an event by its payload class and the fields that matter."""

from collections.abc import Sequence
from typing import Any

from contracts.base import Contract
from contracts.stored_event import StoredEvent
from drivers.client.stored_batch import StoredBatch


def events_like(batch: StoredBatch, payload: type[Contract], **fields: Any) -> list[StoredEvent[Any]]:
    """The batch's events with a payload of this class whose fields have these values."""
    return [
        event
        for event in batch.events()
        if isinstance(event.data, payload) and all(getattr(event.data, name) == each for name, each in fields.items())
    ]


def assert_event(batch: StoredBatch, payload: type[Contract], *, times: int = 1, **fields: Any) -> StoredEvent[Any]:
    """Assert that there are exactly ``times`` events like this, and return the last of them.

    Example:
        >>> assert_event(batch, ELSBatchPhaseOutcomeV1, phase_name="nlp", failed_essay_ids=["bo"])

    Raises:
        AssertionError: there are more or fewer; the message lists the batch's events.
    """
    found = events_like(batch, payload, **fields)
    if len(found) != times:
        raise AssertionError(
            f"{len(found)} events are {_described(payload, fields)}, not {times}. There are:\n{_log(batch)}"
        )
    return found[-1]


def assert_no_event(batch: StoredBatch, payload: type[Contract], **fields: Any) -> None:
    """Assert that there is no event like this.

    Raises:
        AssertionError: there is one.
    """
    if found := events_like(batch, payload, **fields):
        raise AssertionError(f"{len(found)} events are {_described(payload, fields)}. There are:\n{_log(batch)}")


def assert_order(batch: StoredBatch, payloads: Sequence[type[Contract]]) -> None:
    """Assert that events with these payloads come in this order; other events may come between them.

    Raises:
        AssertionError: one is missing, or comes too early.
    """
    awaited = iter(batch.events())
    for payload in payloads:
        if not any(isinstance(event.data, payload) for event in awaited):
            raise AssertionError(f"No {payload.__name__} comes after what is before it. There are:\n{_log(batch)}")


def _described(payload: type[Contract], fields: dict[str, Any]) -> str:
    wanted = ", ".join(f"{name}={value!r}" for name, value in fields.items())
    return f"{payload.__name__}({wanted})"


def _log(batch: StoredBatch) -> str:
    return "\n".join(f"  {event.sequence} {event.data!r}" for event in batch.events())
