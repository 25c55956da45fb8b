"""Wraps published events in their envelopes, as they are stored."""

from datetime import datetime
from functools import lru_cache
from typing import Final
from uuid import UUID

from actors.core.addresses import kind_of
from actors.core.effects import Publish, event_id_of
from actors.core.records import EventRecord
from contracts.events import topic_name

_SOURCES: Final = {
    "batch": "batch-orchestrator",
    "essay": "essay-actor",
    "cohort": "cohort-coordinator",
    "queue": "work-queue",
    "worker": "phase-worker",
}


@lru_cache(maxsize=1024)
def _as_json(correlation_id: UUID | None) -> str:
    return "null" if correlation_id is None else f'"{correlation_id}"'


def event_record(address: str, effect: Publish, now: datetime) -> EventRecord:
    """The record of an event that the actor at ``address`` publishes ``now``."""
    event_id = event_id_of(effect.key)
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
    """The JSON of the event's ``EventEnvelope``, assembled from parts that need no validation.

    Events are published by the ten thousand. This takes a quarter of the time of building the model, and a test
    checks that both give the same JSON.
    """
    timestamp = now.isoformat().replace("+00:00", "Z")
    return (
        f'{{"event_id":"{event_id}","event_type":"{topic}","event_timestamp":"{timestamp}",'
        f'"source_service":"{source}","schema_version":1,'
        f'"correlation_id":{_as_json(effect.data.correlation_id)},"data":{effect.data.model_dump_json()}}}'
    )
