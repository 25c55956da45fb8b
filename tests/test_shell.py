"""The shell around every actor."""

from datetime import UTC, datetime
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from actors.core.effects import Publish, event_id_of
from actors.envelopes import envelope_json
from contracts import BatchPhaseSkippedV1, EventEnvelope, PhaseName, ProcessingEvent, topic_name


@given(st.text())
def test_the_id_of_an_event_is_the_uuid_of_its_key(key: str) -> None:
    """Version 5, made by hand, for speed; other systems know it as what their libraries make of the same name."""
    assume(not any("\ud800" <= letter <= "\udfff" for letter in key))
    assert event_id_of(key) == str(uuid5(uuid5(NAMESPACE_URL, "huleedu:essay-pipelines"), key))


@pytest.mark.parametrize("microsecond", [0, 1, 120_000, 999_999])
def test_a_logged_event_is_the_envelope_to_the_letter(microsecond: int) -> None:
    """The log's JSON is put together by hand, for speed; it must be what the envelope itself would write."""
    data = BatchPhaseSkippedV1(
        batch_id='b"\\', phase_name=PhaseName.NLP, reason='said "no" – nej\n', correlation_id=UUID(int=7)
    )
    effect = Publish(ProcessingEvent.BATCH_PHASE_SKIPPED, "key", 'b"\\', data)
    now = datetime(2026, 3, 14, 9, 26, 53, microsecond, tzinfo=UTC)
    event_id, topic = event_id_of("key"), topic_name(effect.event)
    envelope = EventEnvelope[Any](
        event_id=UUID(event_id),
        event_type=topic,
        event_timestamp=now,
        source_service="test",
        correlation_id=UUID(int=7),
        data=data,
    )
    assert envelope_json(event_id, topic, now, "test", effect) == envelope.model_dump_json()
