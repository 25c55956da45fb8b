"""Statuses and the phase table, letter by letter: the expected values come from the contract and are not computed."""

from collections.abc import Callable
from enum import StrEnum
from typing import Any

import pytest
from pydantic import TypeAdapter

from contracts import (
    PHASE_COMMANDS,
    PHASE_RESULTS,
    PHASE_TABLE,
    BatchStatus,
    ContentType,
    EssayStatus,
    PhaseName,
    PhaseScope,
    PhaseStatus,
    PipelineExecutionStatus,
)

ESSAY_STATUSES = {
    "UPLOADED": "uploaded",
    "TEXT_EXTRACTED": "text_extracted",
    "CONTENT_INGESTING": "content_ingesting",
    "CONTENT_INGESTION_FAILED": "content_ingestion_failed",
    "READY_FOR_PROCESSING": "ready_for_processing",
    "AWAITING_SPELLCHECK": "awaiting_spellcheck",
    "SPELLCHECKING_IN_PROGRESS": "spellchecking_in_progress",
    "SPELLCHECKED_SUCCESS": "spellchecked_success",
    "SPELLCHECK_FAILED": "spellcheck_failed",
    "AWAITING_NLP": "awaiting_nlp",
    "NLP_IN_PROGRESS": "nlp_processing_in_progress",
    "NLP_SUCCESS": "nlp_success",
    "NLP_FAILED": "nlp_failed",
    "AWAITING_AI_FEEDBACK": "awaiting_ai_feedback",
    "AI_FEEDBACK_IN_PROGRESS": "ai_feedback_processing_in_progress",
    "AI_FEEDBACK_SUCCESS": "ai_feedback_success",
    "AI_FEEDBACK_FAILED": "ai_feedback_failed",
    "AWAITING_CJ_ASSESSMENT": "awaiting_cj_assessment",
    "CJ_ASSESSMENT_IN_PROGRESS": "cj_assessment_processing_in_progress",
    "CJ_ASSESSMENT_SUCCESS": "cj_assessment_success",
    "CJ_ASSESSMENT_FAILED": "cj_assessment_failed",
    "ALL_PROCESSING_COMPLETED": "all_processing_completed",
    "ESSAY_CRITICAL_FAILURE": "essay_critical_failure",
}
LOWER_CASE_VALUES: dict[type[StrEnum], str] = {
    BatchStatus: """awaiting_content_validation content_ingestion_failed awaiting_pipeline_configuration
        ready_for_pipeline_execution processing_pipelines completed_successfully completed_with_failures
        failed_critically cancelled""",
    PhaseName: "spellcheck ai_feedback cj_assessment nlp",
    PipelineExecutionStatus: """requested_by_user pending_dependencies dispatch_initiated in_progress
        completed_successfully completed_with_partial_success failed skipped_due_to_dependency_failure
        skipped_by_user_config cancelled""",
    ContentType: """original_essay corrected_text processing_log nlp_metrics_json student_facing_ai_feedback_text
        ai_detailed_analysis_json cj_results_json""",
}
FURTHER_PHASES = set(PhaseName) - set(LOWER_CASE_VALUES[PhaseName].split())  # written out in a copy of this project
PHASE_STATUSES = ["COMPLETED_SUCCESSFULLY", "COMPLETED_WITH_FAILURES", "FAILED_CRITICALLY"]


def test_every_essay_status_has_the_name_and_the_value_of_the_contract() -> None:
    """The enum has exactly these, apart from further phases; three have `processing` in their wire value only."""
    further = {status for phase in FURTHER_PHASES for status in PHASE_TABLE[phase].statuses}
    assert {status.name: status.value for status in EssayStatus if status not in further} == ESSAY_STATUSES


@pytest.mark.parametrize("enum", LOWER_CASE_VALUES)
def test_the_other_enums_have_the_members_of_the_contract(enum: type[StrEnum]) -> None:
    """Each value is the contract's; a member's name is its value in upper case."""
    members = {member.name: member.value for member in enum if member not in FURTHER_PHASES}
    assert members == {value.upper(): value for value in LOWER_CASE_VALUES[enum].split()}


def test_a_phase_ends_in_one_of_three_ways_written_in_upper_case() -> None:
    """The phase status has an enum of its own, whose wire values are in upper case."""
    assert {status.name: status.value for status in PhaseStatus} == {value: value for value in PHASE_STATUSES}


@pytest.mark.parametrize("value", PHASE_STATUSES)
@pytest.mark.parametrize("spelt", [str.lower, str.upper, str.title])
def test_a_phase_status_is_read_in_either_case(value: str, spelt: Callable[[str], str]) -> None:
    """From Python as from JSON; it is always written in upper case."""
    adapter = TypeAdapter(PhaseStatus)
    wire = spelt(value)
    assert (
        PhaseStatus(wire) is adapter.validate_python(wire) is adapter.validate_json(f'"{wire}"') is PhaseStatus[value]
    )
    assert adapter.dump_json(PhaseStatus(wire)) == f'"{value}"'.encode()


@pytest.mark.parametrize("value", ["done", "", "completed successfully", 1, None])
def test_another_phase_status_is_refused(value: Any) -> None:
    """Either case is read, but nothing else."""
    with pytest.raises(ValueError, match="is not a valid PhaseStatus"):
        PhaseStatus(value)


def test_every_phase_has_a_row_in_the_phase_table_a_command_and_a_result() -> None:
    """A phase must have all of these."""
    assert set(PHASE_TABLE) == set(PHASE_RESULTS) == set(PhaseName)
    assert set(PHASE_COMMANDS) == set(PhaseName) - FURTHER_PHASES  # further phases have the common command


def test_each_row_of_the_phase_table_has_four_different_statuses_that_name_its_phase() -> None:
    """Awaiting, in progress, success and failed, each of this phase alone."""
    for phase, row in PHASE_TABLE.items():
        four = (row.awaiting, row.in_progress, row.success, row.failed)
        assert len(set(four)) == 4
        assert all(phase.value.upper() in status.name for status in four)
        assert row.awaiting.name == f"AWAITING_{phase.name}"
        assert row.in_progress.name.endswith("_IN_PROGRESS")
        assert row.success.name.endswith("_SUCCESS")
        assert row.failed.name == f"{phase.name}_FAILED"


def test_every_status_that_belongs_to_a_phase_is_in_exactly_one_row() -> None:
    """A status that is in no row belongs to no phase."""
    in_rows = [
        status for row in PHASE_TABLE.values() for status in (row.awaiting, row.in_progress, row.success, row.failed)
    ]
    assert len(in_rows) == len(set(in_rows)) == 4 * len(PHASE_TABLE)
    assert {status.value for status in set(EssayStatus) - set(in_rows)} == {
        "uploaded",
        "text_extracted",
        "content_ingesting",
        "content_ingestion_failed",
        "ready_for_processing",
        "all_processing_completed",
        "essay_critical_failure",
    }


def test_only_comparative_judgement_is_about_the_whole_cohort() -> None:
    """A single essay cannot be compared; all other phases work on single essays."""
    assert [phase for phase, row in PHASE_TABLE.items() if row.scope is PhaseScope.COHORT] == [PhaseName.CJ_ASSESSMENT]


def test_a_batch_is_done_in_one_of_five_statuses() -> None:
    """After a terminal status, nothing happens unless an operator asks for it."""
    assert {status.value for status in BatchStatus if status.is_terminal} == {
        "content_ingestion_failed",
        "completed_successfully",
        "completed_with_failures",
        "failed_critically",
        "cancelled",
    }
