"""Any number of messages, in any order, leaves an essay in a sane state."""

from hypothesis import given
from hypothesis import strategies as st

from actors.core.essay import resume, step
from actors.core.essay_state import EssayState, outcome_of
from actors.core.retry import Policy
from contracts import ErrorCode, ErrorDetail, EssayStatus, PhaseName
from contracts.messages import (
    AskAgainDue,
    CompletePipeline,
    EssayOutcome,
    GiveUp,
    InitiatePhase,
    Message,
    WorkFailed,
    WorkStarted,
    WorkSucceeded,
)

PIPELINE = [PhaseName.SPELLCHECK, PhaseName.CJ_ASSESSMENT, PhaseName.NLP]
POLICY = Policy(max_attempts=2)
ERRORS = [
    ErrorDetail(error_code=ErrorCode.WORKER_DIED, message="It died.", retryable=True),
    ErrorDetail(error_code=ErrorCode.TEXT_TOO_LONG, message="Too long."),
]

runs, positions, attempts, errors = (
    st.integers(0, 2),
    st.sampled_from(range(len(PIPELINE))),
    st.integers(0, 2),
    st.sampled_from(ERRORS),
)
places = st.tuples(runs, positions)
messages: st.SearchStrategy[Message] = st.one_of(
    st.builds(lambda at, last: InitiatePhase(PIPELINE[at[1]], at[0], at[1], "t", last), places, st.booleans()),
    st.builds(lambda at, error: GiveUp(PIPELINE[at[1]], at[0], at[1], "t", error), places, errors),
    st.builds(CompletePipeline, runs, st.integers(1, len(PIPELINE))),
    st.builds(WorkStarted, runs, positions, attempts),
    st.builds(WorkSucceeded, runs, positions, st.sampled_from(["t", "u"]), st.sampled_from(["key", "other key"])),
    st.builds(WorkFailed, runs, positions, attempts, errors),
    st.builds(AskAgainDue, runs, positions, attempts),
)
founded = st.sampled_from(
    [
        EssayState("b", "e", EssayStatus.READY_FOR_PROCESSING, "t"),
        EssayState("b", "e", EssayStatus.CONTENT_INGESTION_FAILED, failure=ERRORS[1]),
    ]
)


def _what_counts(outcome: EssayOutcome) -> tuple[object, ...]:
    """Everything that an outcome says, except whether the pipeline has been marked complete since."""
    return outcome.succeeded, outcome.text_id, outcome.error


@given(founded, st.lists(messages, max_size=40))
def test_whatever_comes_the_essay_keeps_a_status_and_its_settled_outcomes(
    state: EssayState, story: list[Message]
) -> None:
    """It never raises, never goes back to an older command, and has one lasting outcome for each run and position."""
    settled: dict[tuple[int, int], tuple[object, ...]] = {}
    for message in story:
        before = state
        state = step(state, message, POLICY).state
        assert isinstance(state.status, EssayStatus)
        assert (state.run, state.position) >= (before.run, before.position)
        outcome = outcome_of(state)
        here = (state.run, state.position)
        assert here not in settled or outcome is not None
        if outcome is not None:
            assert settled.setdefault(here, _what_counts(outcome)) == _what_counts(outcome)


@given(founded, st.lists(messages, max_size=40))
def test_a_message_that_comes_twice_changes_nothing_the_second_time(state: EssayState, story: list[Message]) -> None:
    """Messages are delivered at least once; the attempt's number tells a duplicate failure from a new one."""
    for message in story:
        state = step(state, message, POLICY).state
        assert step(state, message, POLICY).state == state


@given(founded, st.lists(messages, max_size=40))
def test_a_restart_at_any_time_changes_nothing(state: EssayState, story: list[Message]) -> None:
    """The state is what it was, apart from what is not stored."""
    for message in story:
        state = step(state, message, POLICY).state
        resumed = resume(state).state
        assert resumed == state.as_stored
        assert resumed is state or state.waits or state.early is not None
