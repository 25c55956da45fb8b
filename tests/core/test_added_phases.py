"""Decisions treat an added phase like the built-in ones."""

import pytest

from actors.core.essay_machine import EssayStateMachine, IllegalTransition, triggers
from contracts import (
    PHASE_TABLE,
    BatchServicePhaseInitiateCommandDataV1,
    BatchStatus,
    EssayPhaseCompletedV1,
    EssayStatus,
    PhaseDefinition,
    PhaseName,
    PhaseResultData,
    PhaseScope,
    ProcessingEvent,
    registered,
)
from contracts.work import StartCohort
from tests.core.play import NLP, SPELLCHECK, play


class _Found(PhaseResultData):
    """A result with no fields of its own."""


UPPER_CASING = PhaseDefinition("upper_casing", _Found, "a:B")
RIVALRY = PhaseDefinition("rivalry", _Found, "a:B", PhaseScope.COHORT)


def test_the_machine_follows_a_phase_that_is_added_after_it_was_asked() -> None:
    """Once the phase is registered, its triggers are legal, and every other phase can follow its success."""
    # A phase that no other test uses: the machine caches what it has answered about a phase.
    machine = EssayStateMachine("e", EssayStatus.NLP_SUCCESS)
    with pytest.raises(IllegalTransition):
        machine.trigger_event("CMD_INITIATE_LATE_CASING")
    with registered(PhaseDefinition("late_casing", _Found, "a:B")) as phase:
        row = PHASE_TABLE[phase]
        for trigger, status in (
            ("CMD_INITIATE_LATE_CASING", row.awaiting),
            ("EVT_LATE_CASING_FAILED", row.failed),
            ("CMD_RETRY_LATE_CASING", row.awaiting),
            ("EVT_LATE_CASING_STARTED", row.in_progress),
            ("EVT_LATE_CASING_SUCCEEDED", row.success),
        ):
            assert machine.trigger_event(trigger)
            assert machine.current_status is status
        assert set(machine.get_valid_triggers()) >= {"CMD_INITIATE_NLP", "CMD_MARK_PIPELINE_COMPLETE"}
        assert EssayStateMachine("e", row.awaiting).can_trigger("EVT_CRITICAL_FAILURE")
    assert "CMD_INITIATE_LATE_CASING" not in triggers()


def test_a_batch_goes_through_it_and_its_events_say_which_phase_it_is() -> None:
    """A phase without events of its own uses the generic events for its command and for its settlement."""
    with registered(UPPER_CASING) as phase:
        played = play("ab", SPELLCHECK, phase, NLP, fails=lambda name, at: (name, at) == ("b", phase)).to_the_end()
        assert played.status is BatchStatus.COMPLETED_WITH_FAILURES
        assert played.outcomes == [(SPELLCHECK, ["a", "b"], []), (phase, ["a"], ["b"]), (NLP, ["a"], [])]
        [command] = played.events(BatchServicePhaseInitiateCommandDataV1)
        assert (command.phase_name, command.essay_instructions) == (phase, "Write about a journey.")
        settled = [event.data for event in played.published if event.event is ProcessingEvent.ESSAY_PHASE_COMPLETED]
        row = PHASE_TABLE[phase]
        told = [(data.phase_name, data.status) for data in settled if isinstance(data, EssayPhaseCompletedV1)]
        assert told == [(phase, row.success), (phase, row.failed)]
        assert played.essays["b"].status is row.failed


def test_a_phase_of_cohort_scope_is_begun_for_all_essays_together() -> None:
    """A registered phase of cohort scope starts one cohort, as comparative judgement does."""
    with registered(RIVALRY) as phase:
        played = play("abc", phase)
        [asked] = played.waiting
        assert isinstance(asked, StartCohort)
        assert asked.essay_ids == ("a", "b", "c")
        assert played.to_the_end().status is BatchStatus.COMPLETED_SUCCESSFULLY


def test_its_name_may_be_written_as_a_string() -> None:
    """A pipeline read from a file names its phases by strings."""
    with registered(UPPER_CASING):
        assert play("a", PhaseName("upper_casing")).to_the_end().status is BatchStatus.COMPLETED_SUCCESSFULLY
