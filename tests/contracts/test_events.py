"""Events and their topics, letter by letter; outcomes and commands refuse what makes no sense."""

from typing import Any, cast

import pytest
from pydantic import ValidationError

from contracts import (
    COMMAND_EVENTS,
    COMPLETED_EVENTS,
    EVENTS,
    PHASE_COMMANDS,
    TOPICS,
    ELSBatchPhaseOutcomeV1,
    EssayProcessingInputRefV1,
    InitiateCommandData,
    PhaseName,
    PhaseStatus,
    ProcessingEvent,
    command_event_of,
    completed_event_of,
    payload_model_of,
    topic_name,
)

TABLE = """
BATCH_ESSAYS_REGISTERED batch.essays.registered huleedu.batch.essays.registered.v1
ESSAY_CONTENT_PROVISIONED essay.content.provisioned huleedu.file.essay.content.provisioned.v1
ESSAY_VALIDATION_FAILED essay.validation.failed huleedu.file.essay.validation.failed.v1
BATCH_ESSAYS_READY batch.essays.ready huleedu.els.batch.essays.ready.v1
BATCH_SPELLCHECK_INITIATE_COMMAND batch.spellcheck.initiate.command huleedu.els.spellcheck.initiate.command.v1
BATCH_CJ_ASSESSMENT_INITIATE_COMMAND batch.cj_assessment.initiate.command huleedu.batch.cj_assessment.initiate.command.v1
BATCH_AI_FEEDBACK_INITIATE_COMMAND batch.ai_feedback.initiate.command huleedu.batch.ai_feedback.initiate.command.v1
BATCH_NLP_INITIATE_COMMAND batch.nlp.initiate.command huleedu.batch.nlp.initiate.command.v1
ESSAY_SPELLCHECK_REQUESTED essay.spellcheck.requested huleedu.essay.spellcheck.requested.v1
ESSAY_SPELLCHECK_COMPLETED essay.spellcheck.completed huleedu.essay.spellcheck.completed.v1
ELS_CJ_ASSESSMENT_REQUESTED els.cj_assessment.requested huleedu.els.cj_assessment.requested.v1
CJ_ASSESSMENT_COMPLETED cj_assessment.completed huleedu.cj_assessment.completed.v1
CJ_ASSESSMENT_FAILED cj_assessment.failed huleedu.cj_assessment.failed.v1
ESSAY_NLP_COMPLETED essay.nlp.completed huleedu.essay.nlp.completed.v1
ESSAY_AIFEEDBACK_COMPLETED essay.aifeedback.completed huleedu.essay.aifeedback.completed.v1
ELS_BATCH_PHASE_OUTCOME els.batch.phase.outcome huleedu.els.batch_phase.outcome.v1
BATCH_PHASE_SKIPPED batch.phase.skipped huleedu.batch.phase.skipped.v1
BATCH_PIPELINE_COMPLETED batch.pipeline.completed huleedu.batch.pipeline.completed.v1
"""  # noqa: E501  (a row of the table)
ROWS = [line.split() for line in TABLE.strip().splitlines()]
# Events that the system needs beyond the table follow the same pattern.
ADDED = {
    "BATCH_PHASE_INITIATE_COMMAND": "batch.phase.initiate.command",
    "ESSAY_PHASE_COMPLETED": "essay.phase.completed",
    "ESSAY_CJ_ASSESSMENT_COMPLETED": "essay.cj_assessment.completed",
    "BATCH_OPERATOR_ACTED": "batch.operator.acted",
}


@pytest.mark.parametrize(("name", "value", "topic"), ROWS)
def test_an_event_has_the_value_and_the_topic_of_the_contract(name: str, value: str, topic: str) -> None:
    """Other systems subscribe to these topics, so none may change."""
    event = ProcessingEvent[name]
    assert event.value == value
    assert topic_name(event) == topic


def test_every_event_has_a_topic_of_its_own_and_added_ones_follow_the_pattern() -> None:
    """An event without a topic could not be published."""
    assert set(TOPICS) == set(ProcessingEvent)
    assert len(set(TOPICS.values())) == len(ProcessingEvent)
    assert {event.name: event.value for event in ProcessingEvent if event.name not in {row[0] for row in ROWS}} == ADDED
    assert all(topic_name(ProcessingEvent[name]) == f"huleedu.{value}.v1" for name, value in ADDED.items())


@pytest.mark.parametrize("unmapped", ["essay.teleported", "", None, 3, ["batch.essays.ready"]])
def test_an_event_without_a_topic_is_an_error_that_names_it_and_lists_the_mapped_ones(unmapped: object) -> None:
    """It is a ValueError, for whoever adds an event and forgets its topic."""
    with pytest.raises(ValueError, match="no topic") as caught:
        topic_name(cast("Any", unmapped))
    assert repr(unmapped) in str(caught.value)
    assert all(event.name in str(caught.value) for event in ProcessingEvent)


def test_each_phase_has_its_command_event_and_its_completed_event() -> None:
    """They are looked up by phase; phases without their own have the generic ones."""
    assert {phase: event.name for phase, event in COMMAND_EVENTS.items()} == {
        PhaseName.SPELLCHECK: "BATCH_SPELLCHECK_INITIATE_COMMAND",
        PhaseName.AI_FEEDBACK: "BATCH_AI_FEEDBACK_INITIATE_COMMAND",
        PhaseName.CJ_ASSESSMENT: "BATCH_CJ_ASSESSMENT_INITIATE_COMMAND",
        PhaseName.NLP: "BATCH_NLP_INITIATE_COMMAND",
    }
    assert set(COMPLETED_EVENTS) == set(COMMAND_EVENTS)
    assert len(set(COMPLETED_EVENTS.values())) == len(COMPLETED_EVENTS)
    for phase in set(PhaseName) - set(COMMAND_EVENTS):
        assert command_event_of(phase) is ProcessingEvent.BATCH_PHASE_INITIATE_COMMAND
        assert completed_event_of(phase) is ProcessingEvent.ESSAY_PHASE_COMPLETED


@pytest.mark.parametrize(
    ("processed", "failed"), [(["a", "b"], ["b"]), (["a", "a"], []), ([], ["c", "c"]), (["a"], ["a"])]
)
def test_an_essay_in_both_lists_of_an_outcome_or_twice_in_one_is_refused(
    processed: list[str], failed: list[str]
) -> None:
    """An essay is in exactly one of the two lists, once."""
    refs = [EssayProcessingInputRefV1(essay_id=name, text_storage_id="t") for name in processed]
    with pytest.raises(ValidationError, match="exactly one of processed_essays and failed_essay_ids"):
        ELSBatchPhaseOutcomeV1(
            batch_id="b",
            phase_name=PhaseName.NLP,
            phase_status=PhaseStatus.COMPLETED_WITH_FAILURES,
            processed_essays=refs,
            failed_essay_ids=failed,
        )


def outcome(status: PhaseStatus, processed: int, failed: int) -> ELSBatchPhaseOutcomeV1:
    """An outcome with this many essays in its lists."""
    return ELSBatchPhaseOutcomeV1(
        batch_id="b",
        phase_name=PhaseName.NLP,
        phase_status=status,
        processed_essays=[
            EssayProcessingInputRefV1(essay_id=f"good {number}", text_storage_id="t") for number in range(processed)
        ],
        failed_essay_ids=[f"bad {number}" for number in range(failed)],
    )


@pytest.mark.parametrize(
    ("status", "processed", "failed"),
    [
        (PhaseStatus.COMPLETED_SUCCESSFULLY, 2, 1),
        (PhaseStatus.COMPLETED_SUCCESSFULLY, 0, 1),
        (PhaseStatus.COMPLETED_WITH_FAILURES, 2, 0),
        (PhaseStatus.COMPLETED_WITH_FAILURES, 0, 2),
        (PhaseStatus.COMPLETED_WITH_FAILURES, 0, 0),
        (PhaseStatus.FAILED_CRITICALLY, 1, 2),
        (PhaseStatus.FAILED_CRITICALLY, 1, 0),
    ],
)
def test_an_outcome_whose_status_contradicts_its_lists_is_refused(
    status: PhaseStatus, processed: int, failed: int
) -> None:
    """Readers of the status and readers of the lists must come to the same conclusion."""
    with pytest.raises(ValidationError, match=f"{status} contradicts the lists: {processed} .* and {failed} "):
        outcome(status, processed, failed)


@pytest.mark.parametrize(
    ("status", "processed", "failed"),
    [
        (PhaseStatus.COMPLETED_SUCCESSFULLY, 2, 0),
        (PhaseStatus.COMPLETED_WITH_FAILURES, 1, 2),
        (PhaseStatus.FAILED_CRITICALLY, 0, 2),
        (PhaseStatus.COMPLETED_SUCCESSFULLY, 0, 0),
        (PhaseStatus.FAILED_CRITICALLY, 0, 0),
    ],
)
def test_an_outcome_whose_status_agrees_with_its_lists_is_taken(
    status: PhaseStatus, processed: int, failed: int
) -> None:
    """If all essays of an outcome were erased, both of the statuses without essays are right."""
    assert outcome(status, processed, failed).phase_status is status


@pytest.mark.parametrize("model", PHASE_COMMANDS.values())
def test_a_command_without_essays_is_refused(model: type[InitiateCommandData]) -> None:
    """A phase without essays to work on is skipped, never commanded."""
    with pytest.raises(ValidationError, match="essays_to_process"):
        model(batch_id="b", essays_to_process=[], language="en")


def test_a_command_brings_what_its_phase_needs() -> None:
    """Feedback and comparative judgement depend on the assignment, spellcheck and NLP only on the language."""
    assignment = {"essay_instructions", "course_code", "class_designation"}
    needs_it = {phase for phase, model in PHASE_COMMANDS.items() if assignment <= set(model.model_fields)}
    assert needs_it == {PhaseName.AI_FEEDBACK, PhaseName.CJ_ASSESSMENT}
    common = {"batch_id", "essays_to_process", "language"}
    assert all(common <= set(model.model_fields) for model in PHASE_COMMANDS.values())


def test_each_row_of_the_table_says_what_it_tells_and_an_unpublished_one_says_why() -> None:
    """Each has a topic and a sentence; those without a payload, and only those, have a remark."""
    assert [event for event, row in EVENTS.items() if not row.sentence.endswith(".")] == []
    assert {event for event, row in EVENTS.items() if row.payload is None} == {
        event for event, row in EVENTS.items() if row.remark
    }
    assert all(payload_model_of(row.topic) is row.payload for row in EVENTS.values())
