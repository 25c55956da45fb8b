"""What a cohort's coordinator decides: plan a round, have its pieces done, plan again, and answer everyone."""

from functools import reduce

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.core.addresses import QUEUE, cohort_address
from actors.core.cohort import CohortState, step
from actors.core.effects import Decision, Remind, Tell
from actors.core.retry import Policy
from contracts import ErrorCode, ErrorDetail, PhaseName
from contracts.messages import Message, NudgeDue, WorkFailed, WorkStarted, WorkSucceeded
from contracts.work import (
    CohortFinished,
    CohortWork,
    CohortWorkDue,
    CohortWorkFailed,
    PieceDone,
    RoundPlanned,
    StartCohort,
    WorkRequested,
)

POLICY = Policy(max_attempts=2)
ME = cohort_address("b", 1, 2)
START = StartCohort("b", PhaseName.CJ_ASSESSMENT, 1, 2, ("x", "y", "z"))
ROUND = RoundPlanned(0, (("x|y", {"left": "x"}), ("x|z", {"left": "z"})))
WITH_PEOPLE = ROUND._replace(awaited=(("y|z", {"left": "y"}),))
PASSING = ErrorDetail(error_code=ErrorCode.RATE_LIMITED, message="Wait.", retryable=True)
LASTING = ErrorDetail(error_code=ErrorCode.INVALID_RESPONSE, message="No such answer.")
FINISHED = CohortFinished(1, {"x": ("tx", "kx"), "y": ("ty", "ky")}, {"z": LASTING})


def after(*messages: Message) -> CohortState:
    """The coordinator after these messages."""
    return reduce(lambda state, message: step(state, message, POLICY).state, messages, CohortState())


def when(state: CohortState, message: Message) -> Decision[CohortState]:
    """What the coordinator decides about a message."""
    return step(state, message, POLICY)


def requested(decision: Decision[CohortState]) -> list[CohortWork]:
    """The work that is asked for."""
    asked = [effect.message for effect in decision.effects if isinstance(effect, Tell) and effect.address == QUEUE]
    assert all(isinstance(request, WorkRequested) and request.reply_to == ME for request in asked)
    return [
        request.work for request in asked if isinstance(request, WorkRequested) and isinstance(request.work, CohortWork)
    ]


def plan(planning: int, attempt: int = 0, given_up: tuple[str, ...] = ()) -> CohortWork:
    """The work of planning."""
    return CohortWork("b", PhaseName.CJ_ASSESSMENT, 1, 2, attempt, step=planning, given_up=given_up)


def told(decision: Decision[CohortState]) -> dict[str, Message]:
    """What each essay is told."""
    return {
        effect.address.rsplit("/", 1)[1]: effect.message
        for effect in decision.effects
        if isinstance(effect, Tell) and effect.address.startswith("essay/b/")
    }


def test_a_cohort_that_is_started_tells_its_essays_and_asks_for_a_plan() -> None:
    """All essays of a cohort are in progress together."""
    decision = when(CohortState(), START)
    assert told(decision) == dict.fromkeys("xyz", WorkStarted(1, 2))
    assert requested(decision) == [plan(0)]


def test_a_planned_round_has_all_its_pieces_asked_for_at_once() -> None:
    """In a fixed order, for any worker to take; pieces that people decide are only waited for."""
    decision = when(after(START), WITH_PEOPLE)
    assert [(work.piece, work.payload) for work in requested(decision)] == [*ROUND.pieces]
    assert decision.state.awaited == {"y|z"}


def test_the_next_plan_is_asked_for_when_the_last_piece_is_done() -> None:
    """Whether the last piece to come in is a worker's or a person's."""
    almost = after(START, WITH_PEOPLE, PieceDone("y|z"), PieceDone("x|z"))
    assert requested(when(almost, PieceDone("x|y"))) == [plan(1)]
    waiting = after(START, WITH_PEOPLE, PieceDone("x|y"), PieceDone("x|z"))
    assert requested(when(waiting, PieceDone("y|z"))) == [plan(1)]


def test_a_piece_is_done_once() -> None:
    """Neither a duplicate nor a piece that nobody planned counts."""
    state = after(START, ROUND, PieceDone("x|y"))
    assert when(state, PieceDone("x|y")) == Decision(state)
    assert when(state, PieceDone("a|b")) == Decision(state)


def test_the_end_answers_every_essay() -> None:
    """Each with its result, or with the reason why it failed."""
    finished = after(START, ROUND, PieceDone("x|y"), PieceDone("x|z"))
    assert told(when(finished, FINISHED)) == {
        "x": WorkSucceeded(1, 2, "tx", "kx"),
        "y": WorkSucceeded(1, 2, "ty", "ky"),
        "z": WorkFailed(1, 2, 0, LASTING),
    }


@pytest.mark.parametrize(
    ("before", "owed"),
    [
        ((), [plan(0)]),
        ((ROUND, PieceDone("x|y")), ["x|z"]),
        ((ROUND, PieceDone("x|y"), PieceDone("x|z")), [plan(1)]),
    ],
)
def test_a_cohort_started_again_asks_again_for_what_is_outstanding(
    before: tuple[Message, ...], owed: list[CohortWork | str]
) -> None:
    """A request may have been lost; people are not asked again, and nothing finished is repeated."""
    state = after(START, *before)
    decision = when(state, START)
    assert decision.state is state
    assert [work.piece or work for work in requested(decision)] == owed


def test_a_cohort_that_only_awaits_people_looks_again_when_started_again() -> None:
    """Their decisions may be stored although the message was lost: making the next plan finds out."""
    state = after(START, WITH_PEOPLE, PieceDone("x|y"), PieceDone("x|z"))
    assert requested(when(state, START)) == [plan(1)]
    assert requested(when(when(state, START).state, START)) == [plan(1)]  # the same plan, which is still being made
    assert requested(when(after(START, WITH_PEOPLE), START)) != [plan(1)]


def test_a_plan_that_a_decision_has_overtaken_is_made_again() -> None:
    """If people decide a pair before its round is known here, the round would wait for it in vain."""
    state = after(START, PieceDone("y|z"))
    assert requested(when(state, WITH_PEOPLE)) == [plan(1)]
    assert requested(when(state, ROUND)) != [plan(1)]
    again = when(when(state, WITH_PEOPLE).state, WITH_PEOPLE._replace(step=1))
    assert again.state.awaited == {"y|z"}


def test_a_finished_cohort_started_again_answers_again() -> None:
    """Its answers may have been lost: every essay gets the same one again."""
    state = after(START, FINISHED._replace(step=0))
    decision = when(state, START)
    assert decision.state is state
    assert told(decision) == told(when(after(START), FINISHED._replace(step=0)))


def test_a_plan_or_an_end_of_an_earlier_step_is_stale() -> None:
    """A plan that was asked for twice is answered twice: the second answer starts no second round."""
    for state in (after(START, ROUND), after(START, ROUND, PieceDone("x|y"), PieceDone("x|z"))):
        assert when(state, ROUND) == Decision(state)
        assert when(state, FINISHED._replace(step=0)) == Decision(state)


def test_before_it_is_started_a_coordinator_knows_of_nothing() -> None:
    """Answers to its predecessor may still arrive; the first plan will start from what is stored."""
    early: list[Message] = [ROUND, FINISHED, PieceDone("x|y"), CohortWorkFailed(None, 0, PASSING), NudgeDue(0, 0, 0)]
    assert [when(CohortState(), message) for message in early] == [Decision(CohortState())] * 5


class TestFailing:
    """Plans and pieces are tried again; those that fail permanently are given up."""

    def test_a_failed_attempt_is_made_again_after_a_wait(self) -> None:
        """Both a plan and a piece, with the attempt's number."""
        for state, piece in ((after(START), None), (after(START, ROUND), "x|y")):
            decision = when(state, CohortWorkFailed(piece, 0, PASSING))
            wait = POLICY.wait_before(1, f"{ME}/{piece}")
            assert decision.effects == (Remind(wait, CohortWorkDue(piece, 1)),)
            [work] = requested(when(decision.state, CohortWorkDue(piece, 1)))
            assert (work.piece, work.attempt, work.payload) == (piece, 1, {"left": "x"} if piece else {})

    def test_a_later_plan_is_tried_again_as_that_plan_and_the_next_one_begins_with_its_first_attempt(self) -> None:
        """The reminder names its step: one for an earlier step would be stale, and nobody would plan."""
        second = after(START, ROUND, PieceDone("x|y"), PieceDone("x|z"))
        decision = when(second, CohortWorkFailed(None, 0, PASSING, step=1))
        [reminder] = [effect.message for effect in decision.effects if isinstance(effect, Remind)]
        assert requested(when(decision.state, reminder)) == [plan(1, attempt=1)]
        third = when(decision.state, ROUND._replace(step=1)).state
        assert requested(when(when(third, PieceDone("x|y")).state, PieceDone("x|z"))) == [plan(2)]

    def test_an_attempts_failure_counts_once(self) -> None:
        """A duplicate is stale, and so is the reminder of an earlier attempt."""
        state = after(START, ROUND, CohortWorkFailed("x|y", 0, PASSING))
        stale: list[Message] = [CohortWorkFailed("x|y", 0, PASSING), CohortWorkDue("x|y", 0), CohortWorkDue(None, 0)]
        assert [when(state, message) for message in stale] == [Decision(state)] * 3

    def test_a_piece_that_fails_for_good_is_given_up_and_the_plan_is_told(self) -> None:
        """One comparison that cannot be made must not fail a class."""
        state = after(START, ROUND, PieceDone("x|z"))
        for decision in (
            when(state, CohortWorkFailed("x|y", 0, LASTING)),
            when(
                after(START, ROUND, PieceDone("x|z"), CohortWorkFailed("x|y", 0, PASSING)),
                CohortWorkFailed("x|y", 1, PASSING),
            ),
        ):
            assert requested(decision) == [plan(1, given_up=("x|y",))]
            assert told(decision) == {}

    def test_a_piece_that_fails_of_wrong_settings_fails_every_essay_with_the_reason(self) -> None:
        """No other piece would fare better, so no more work is asked for, and nobody is waited for."""
        wrong = ErrorDetail(error_code=ErrorCode.INVALID_SETTINGS, message="No such key.")
        decision = when(after(START, WITH_PEOPLE), CohortWorkFailed("x|y", 0, wrong))
        assert [effect.message for effect in decision.effects if isinstance(effect, Tell)] == [
            WorkFailed(1, 2, 0, wrong)
        ] * 3
        for piece in ("x|z", "y|z"):
            assert when(decision.state, PieceDone(piece)) == Decision(decision.state)
        assert told(when(decision.state, START)) == dict.fromkeys("xyz", WorkFailed(1, 2, 0, wrong))

    def test_a_plan_that_fails_for_good_fails_every_essay_with_the_reason(self) -> None:
        """Every essay is answered, with the same answer whenever the cohort is started again."""
        decision = when(after(START), CohortWorkFailed(None, 0, LASTING))
        assert told(decision) == dict.fromkeys("xyz", WorkFailed(1, 2, 0, LASTING))
        assert told(when(decision.state, START)) == told(decision)
        assert when(decision.state, ROUND) == Decision(decision.state)  # an answer that comes after it was given up

    def test_a_failure_of_an_earlier_step_is_stale(self) -> None:
        """The plan that failed has been made since."""
        state = after(START, ROUND, PieceDone("x|y"), PieceDone("x|z"))
        assert when(state, CohortWorkFailed(None, 0, LASTING, step=0)) == Decision(state)


steps, pieces = st.integers(0, 2), st.sampled_from(["x|y", "x|z", "y|z"])
messages: st.SearchStrategy[Message] = st.one_of(
    st.just(START),
    st.builds(
        lambda at, asked, awaited: RoundPlanned(at, tuple((p, {}) for p in asked), tuple((p, {}) for p in awaited)),
        steps,
        st.sets(pieces, min_size=1),
        st.sets(pieces),
    ),
    st.builds(lambda at: FINISHED._replace(step=at), steps),
    st.builds(PieceDone, pieces),
    st.builds(CohortWorkFailed, st.none() | pieces, st.integers(0, 2), st.sampled_from([PASSING, LASTING]), steps),
    st.builds(CohortWorkDue, st.none() | pieces, st.integers(0, 2), steps),
)


@given(st.lists(messages, max_size=40))
def test_whatever_comes_a_started_cohort_always_waits_for_something_or_is_finished(story: list[Message]) -> None:
    """It always has something outstanding until it finishes, and its end never changes."""
    state = after(START)
    for message in story:
        before, state = state, step(state, message, POLICY).state
        waits = state.planning or state.pending or state.awaited
        assert bool(waits) is (state.finished is None)
        assert before.finished is None or state.finished is before.finished
