"""What is read from a log is what was written, typed by its topic."""

import pickle

import pytest
from pydantic import ValidationError

from contracts import (
    BatchPhaseSkippedV1,
    ELSBatchPhaseOutcomeV1,
    EventEnvelope,
    PhaseName,
    ProcessingEvent,
    StoredEvent,
    parse_event,
    payload_model_of,
    topic_name,
    unknown_topics,
)
from contracts.base import Contract
from tests.contracts.examples import EXAMPLES

SKIPPED = topic_name(ProcessingEvent.BATCH_PHASE_SKIPPED)
PAYLOADS = [(event, model) for event in ProcessingEvent if (model := payload_model_of(topic_name(event))) is not None]


def _envelope(topic: str, data: object) -> EventEnvelope[object]:
    return EventEnvelope(event_type=topic, source_service="test", data=data)


@pytest.mark.parametrize(("event", "model"), PAYLOADS, ids=str)
def test_an_event_comes_back_as_the_model_of_its_topic(event: ProcessingEvent, model: type[Contract]) -> None:
    """Every published event is read with all of its fields."""
    example = next(one for one in EXAMPLES.values() if isinstance(one, model))
    data = model.model_validate(example.model_dump(include=set(model.model_fields)))
    written = _envelope(topic_name(event), data)
    read = parse_event(written.model_dump_json(), 7)
    assert type(read.data) is model
    assert read.data == data
    assert (read.event_id, read.event_timestamp, read.sequence) == (written.event_id, written.event_timestamp, 7)


def test_a_place_in_a_log_is_no_part_of_the_event() -> None:
    """Other systems receive exactly the envelope."""
    document = _envelope(SKIPPED, {"batch_id": "b", "phase_name": "nlp", "reason": "none", "position": 1, "run": 0})
    read = parse_event(document.model_dump_json(), 41)
    assert (read.sequence, "sequence" in read.model_dump()) == (41, False)
    assert EventEnvelope[BatchPhaseSkippedV1].model_validate_json(read.model_dump_json()).data == read.data


@pytest.mark.parametrize(
    ("topic", "data"),
    [(SKIPPED, {"batch_id": "b", "since_version_9": True}), ("huleedu.from.tomorrow.v1", {"x": [1]})],
)
def test_what_another_version_has_written_keeps_its_content(topic: str, data: dict[str, object]) -> None:
    """Data with unknown fields or of an unknown topic is read as a dict, with nothing left out."""
    assert parse_event(_envelope(topic, data).model_dump_json()).data == data


@pytest.mark.parametrize("document", ["", "[]", "{}", '{"event_type": 3}', "no JSON"])
def test_what_is_no_envelope_is_refused(document: str) -> None:
    """The validation error says what is missing."""
    with pytest.raises(ValidationError):
        parse_event(document)


@pytest.mark.parametrize("topic", [topic_name(ProcessingEvent.ESSAY_VALIDATION_FAILED), "huleedu.from.tomorrow.v1"])
def test_an_event_says_whose_it_is(topic: str) -> None:
    """It has its batch and, if it is about an essay, its essay, even if its topic is unknown."""
    error = {"error_code": "empty_content", "message": "Empty."}
    read = parse_event(_envelope(topic, {"batch_id": "b", "essay_id": "e", "error": error}).model_dump_json())
    assert (read.batch_id, read.essay_id) == ("b", "e")
    skipped = BatchPhaseSkippedV1(batch_id="b", phase_name=PhaseName.NLP, reason="none")
    assert parse_event(_envelope(SKIPPED, skipped).model_dump_json()).essay_id is None


def test_a_stored_event_survives_pickling() -> None:
    """Stored events travel between processes, although no module has their parametrised class."""
    skipped = BatchPhaseSkippedV1(batch_id="b", phase_name=PhaseName.NLP, reason="none")
    read = parse_event(_envelope(SKIPPED, skipped).model_dump_json(), 3)
    again = pickle.loads(pickle.dumps(read))  # noqa: S301  (our own)
    assert isinstance(again, StoredEvent)
    assert (again, again.sequence) == (read, 3)


def test_a_topic_without_events_is_unknown() -> None:
    """A misspelt topic, or one that only others publish: its subscriber would wait for ever."""
    outcome = topic_name(ProcessingEvent.ELS_BATCH_PHASE_OUTCOME)
    assert payload_model_of(outcome) is ELSBatchPhaseOutcomeV1
    assert unknown_topics([outcome, "huleedu.els.batch_phase.outcome.v2"]) == ["huleedu.els.batch_phase.outcome.v2"]
