"""What other systems hear about a cohort as a whole: that it is requested, and how it ended."""

import pytest

from contracts import (
    COHORT_EVENTS,
    PHASE_TABLE,
    CohortPhaseCompletedV1,
    CohortPhaseFailedV1,
    CohortPhaseRequestedV1,
    InitiateCommandData,
    PhaseName,
    PhaseScope,
    ProcessingEvent,
)
from contracts.messages import CancelBatch, RetryFailed
from tests.core.play import CJ, NLP, SPELLCHECK, Play, play

REQUESTED, COMPLETED, FAILED = COHORT_EVENTS[CJ]


def told(played: Play) -> list[ProcessingEvent]:
    """The cohort events that were published, in order."""
    return [effect.event for effect in played.published if effect.event in COHORT_EVENTS[CJ]]


def test_only_phases_that_work_on_a_cohort_have_events_of_it() -> None:
    """An essay's request is only a message between actors: an event for each would double the log."""
    assert CJ in COHORT_EVENTS
    assert set(COHORT_EVENTS) <= {phase for phase, row in PHASE_TABLE.items() if row.scope is PhaseScope.COHORT}


def test_a_cohort_is_requested_with_its_command_and_says_the_same() -> None:
    """The essays that got this far, their current texts, and the assignment."""
    played = play("abc", SPELLCHECK, CJ, fails=lambda name, phase: (name, phase) == ("b", SPELLCHECK)).work()
    [request] = played.events(CohortPhaseRequestedV1)
    command = played.events(InitiateCommandData)[-1]
    common = {*type(command).model_fields} & {*CohortPhaseRequestedV1.model_fields}
    assert request.model_dump(include=common) == command.model_dump(include=common)
    assert (request.phase_name, [ref.essay_id for ref in request.essays_to_process]) == (CJ, ["a", "c"])
    assert (request.essay_instructions, request.language) == ("Write about a journey.", "sv")


def test_a_cohort_of_which_some_came_through_is_completed() -> None:
    """Its event has the same two lists as the phase's outcome, and follows it."""
    played = play("abc", CJ, NLP, fails=lambda name, phase: (name, phase) == ("b", CJ)).to_the_end()
    [end] = played.events(CohortPhaseCompletedV1)
    assert ([ref.essay_id for ref in end.processed_essays], end.failed_essay_ids) == (["a", "c"], ["b"])
    events = [effect.event for effect in played.published]
    assert events.index(COMPLETED) == events.index(ProcessingEvent.ELS_BATCH_PHASE_OUTCOME) + 1
    assert told(played) == [REQUESTED, COMPLETED]


def test_a_cohort_of_which_nobody_came_through_has_failed() -> None:
    """The event tells whoever waits for the cohort's end, also when it was cancelled."""
    failed = play("ab", CJ, fails=lambda _, phase: phase is CJ).to_the_end()
    cancelled = play("ab", CJ).tell(CancelBatch())
    for played in (failed, cancelled):
        [end] = played.events(CohortPhaseFailedV1)
        assert end.failed_essay_ids == ["a", "b"]
        assert told(played) == [REQUESTED, FAILED]


def test_a_cohort_that_is_tried_again_is_requested_again() -> None:
    """A new run is a new request, with a key of its own; a restart is not."""
    broken = {"a", "b"}
    played = play("ab", CJ, fails=lambda name, _: name in broken).unheard().work().restart()
    broken.clear()
    played.tell(RetryFailed(1)).to_the_end()
    assert told(played) == [REQUESTED, FAILED, REQUESTED, COMPLETED]
    keys = [effect.key for effect in played.published if effect.event in COHORT_EVENTS[CJ]]
    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize("phase", [SPELLCHECK, NLP])
def test_a_phase_that_works_essay_by_essay_has_no_event_of_a_cohort(phase: PhaseName) -> None:
    """The phase's command and its outcome say it all."""
    assert told(play("ab", phase).to_the_end()) == []
