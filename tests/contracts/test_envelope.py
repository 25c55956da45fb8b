"""The envelope preserves its contents through every way of writing and reading it."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from contracts import (
    BatchServiceAIFeedbackInitiateCommandDataV1,
    Contract,
    EssayProcessingInputRefV1,
    EventEnvelope,
    InitiateCommandData,
)

REF = EssayProcessingInputRefV1(essay_id="essay-001", text_storage_id="sha256-0")
COMMAND = BatchServiceAIFeedbackInitiateCommandDataV1(
    batch_id="b", essays_to_process=[REF], language="sv", essay_instructions="Berätta om en resa."
)
LABEL: dict[str, Any] = {"event_type": "huleedu.test.v1", "source_service": "test"}
PARAMETERS: list[Any] = [Any, BaseModel, Contract, InitiateCommandData, BatchServiceAIFeedbackInitiateCommandDataV1]

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda children: st.lists(children) | st.dictionaries(st.text(), children),
    max_leaves=10,
)


@pytest.mark.parametrize("parameter", PARAMETERS)
def test_a_model_loses_nothing_whatever_the_envelope_is_generic_over(parameter: Any) -> None:
    """An envelope generic over BaseModel, or another base class, must not write only the base's fields."""
    written = EventEnvelope[parameter](data=COMMAND, **LABEL).model_dump_json()
    assert EventEnvelope[BatchServiceAIFeedbackInitiateCommandDataV1].model_validate_json(written).data == COMMAND


def test_an_unparameterised_envelope_keeps_a_model() -> None:
    """Read without the type, a model comes back as a dict of its JSON, from which it can be validated."""
    read: EventEnvelope[Any] = EventEnvelope.model_validate_json(EventEnvelope(data=COMMAND, **LABEL).model_dump_json())
    assert read.data == COMMAND.model_dump(mode="json")
    assert BatchServiceAIFeedbackInitiateCommandDataV1.model_validate(read.data) == COMMAND


@settings(max_examples=20)
@given(payload=st.dictionaries(st.text(), json_values))
def test_a_dict_survives_unchanged_with_and_without_a_parameter(payload: dict[str, Any]) -> None:
    """A dict may be any JSON object: no schema knows its keys, and none of them may vanish."""
    parameter: Any
    for parameter in (Any, BaseModel, dict, dict[str, Any]):  # drawing an object takes longer than writing it
        written = EventEnvelope[parameter](data=payload, **LABEL).model_dump_json()
        assert EventEnvelope[parameter].model_validate_json(written).data == payload
        assert EventEnvelope.model_validate_json(written).data == payload


def test_an_envelope_read_again_is_the_same_envelope() -> None:
    """Id, time and label come back as well as the payload."""
    envelope = EventEnvelope[InitiateCommandData](data=COMMAND, correlation_id=UUID(int=7), **LABEL)
    again = EventEnvelope[BatchServiceAIFeedbackInitiateCommandDataV1].model_validate_json(envelope.model_dump_json())
    assert again.model_dump() == envelope.model_dump()


def test_a_time_comes_out_in_utc() -> None:
    """A time in another zone is converted to the same moment; a default time is in UTC from the start."""
    noon_in_stockholm = datetime(2026, 7, 1, 12, tzinfo=timezone(timedelta(hours=2)))
    envelope: EventEnvelope[Any] = EventEnvelope(event_timestamp=noon_in_stockholm, data={}, **LABEL)
    assert envelope.event_timestamp == noon_in_stockholm
    assert envelope.event_timestamp.tzinfo is UTC
    assert '"event_timestamp":"2026-07-01T10:00:00Z"' in envelope.model_dump_json()
    assert EventEnvelope(data={}, **LABEL).event_timestamp.tzinfo is UTC


def test_a_time_without_a_zone_is_refused() -> None:
    """It would not be clear which moment is meant."""
    with pytest.raises(ValidationError, match="timezone"):
        EventEnvelope(event_timestamp=datetime(2026, 7, 1), data={}, **LABEL)  # noqa: DTZ001


def test_each_envelope_has_an_id_of_its_own_and_the_first_schema_version() -> None:
    """A missing id is drawn at random; no other version is accepted."""
    first, second = (EventEnvelope[Any](data={}, **LABEL) for _ in range(2))
    assert first.event_id != second.event_id
    assert first.schema_version == 1
    assert first.correlation_id is None
    with pytest.raises(ValidationError, match="schema_version"):
        EventEnvelope.model_validate({"data": {}, "schema_version": 2, **LABEL})
