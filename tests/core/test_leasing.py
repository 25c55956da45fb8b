"""What one lease holds, whose turn it is, and when an essay is told that its work has started."""

import pytest
from immutables import Map

from actors.core.addresses import cohort_address, essay_address, worker_address
from actors.core.effects import Tell
from actors.core.leasing import hand_out, next_batch
from actors.core.retry import Policy
from actors.core.work_queue import step
from actors.core.work_queue_state import QueueState, failed_answer, failed_identity, identity_of
from contracts import ErrorCode, ErrorDetail
from contracts.messages import Message, WorkFailed, WorkStarted
from contracts.work import (
    CohortWork,
    CohortWorkFailed,
    EssayWork,
    HurryWork,
    LeaseFinished,
    PauseWork,
    WorkerReady,
    WorkRequested,
)
from tests.core.play import CJ, SPELLCHECK
from tests.core.requests import cohort_work, work

ANNA = worker_address(0)
QUICK = Map({SPELLCHECK: 0.001, CJ: 0.001})


def waiting(*messages: Message, state: QueueState) -> QueueState:
    """The queue after these messages, before it hands anything out."""
    for message in messages:
        state = step(state, message, Policy()).state
    return state


def leases(state: QueueState) -> list[list[WorkRequested]]:
    """The leases that are handed out next, in order."""
    given = hand_out(state).state.leases
    return [[*given[number].requests] for number in sorted(given)]


READY = waiting(WorkerReady(ANNA, "a1"), state=QueueState(seconds=QUICK))


def test_a_suspect_has_a_lease_to_itself_and_the_others_share_theirs() -> None:
    """If its worker dies, nothing else is to blame; and one suspect does not slow down the others."""
    a, b, suspect, d = map(work, "abcd")
    state = READY._replace(alone=Map({identity_of(suspect): None}))
    assert leases(waiting(a, b, suspect, d, state=state)) == [[a, b], [suspect]]


@pytest.mark.parametrize("piece", ["p", None])
def test_a_plan_has_a_lease_to_itself_where_pieces_share_theirs(piece: str | None) -> None:
    """However quick a piece is, it says nothing about planning."""
    first, second = cohort_work(piece), cohort_work("q")
    together = [[first, second]] if piece else [[first], [second]]
    assert leases(waiting(first, second, state=READY)) == together


def test_where_no_urgent_batch_can_be_served_it_is_the_next_ones_turn() -> None:
    """An urgent batch that is paused keeps nobody waiting, even when the lease would be its own."""
    state = waiting(PauseWork("class", 0, 1), HurryWork("class"), work("a", "class"), work("a", "exam"), state=READY)
    assert {next_batch(state._replace(next_lease=number)) for number in range(8)} == {"exam"}


@pytest.mark.parametrize(("seconds", "is_told"), [(0.49, False), (0.5, True), (None, True)])
def test_an_essay_is_told_of_the_start_of_long_work_as_what_it_asked_for(seconds: float | None, is_told: bool) -> None:
    """The message has the request's run, position and attempt; work of unknown duration counts as long."""
    asked = EssayWork("b", "a", SPELLCHECK, 2, 1, 3, "t")
    state = READY._replace(seconds=Map() if seconds is None else Map({SPELLCHECK: seconds}))
    effects = hand_out(waiting(WorkRequested(asked, "essay/b/a"), state=state)).effects
    told = [effect for effect in effects if isinstance(effect, Tell) and isinstance(effect.message, WorkStarted)]
    assert told == ([Tell("essay/b/a", WorkStarted(2, 1, 3))] if is_told else [])


ERROR = ErrorDetail(error_code=ErrorCode.WORKER_DIED, message="It died.")


@pytest.mark.parametrize(
    ("work", "address", "answer"),
    [
        (EssayWork("b", "a", SPELLCHECK, 2, 1, 3, "t"), essay_address("b", "a"), WorkFailed(2, 1, 3, ERROR)),
        (CohortWork("b", CJ, 2, 1, 3, "p"), cohort_address("b", 2, 1), CohortWorkFailed("p", 3, ERROR)),
        (CohortWork("b", CJ, 2, 1, 3, None, step=4), cohort_address("b", 2, 1), CohortWorkFailed(None, 3, ERROR, 4)),
    ],
)
def test_a_failure_is_of_the_work_that_was_asked_for(
    work: EssayWork | CohortWork, address: str, answer: WorkFailed | CohortWorkFailed
) -> None:
    """The requester can tell which of its requests has failed."""
    assert failed_identity(address, answer) == identity_of(WorkRequested(work, address))
    assert failed_answer(work, ERROR) == answer


def test_the_time_of_a_piece_is_a_mean_in_which_the_newest_leases_count_most() -> None:
    """One slow lease does not change the size of later ones for good."""
    state = READY
    for number, seconds in enumerate((2.0, 0.1)):
        state = hand_out(waiting(work(str(number)), state=state)).state
        state = waiting(LeaseFinished(number, ANNA, "a1", seconds), state=state)
        assert state.seconds[SPELLCHECK] < 0.7 * 2.0
    assert state.seconds[SPELLCHECK] == pytest.approx(0.7 * (0.7 * 0.001 + 0.3 * 2.0) + 0.3 * 0.1)
