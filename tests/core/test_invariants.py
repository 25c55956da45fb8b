"""What an invariant says when it does not hold."""

import pickle

import pytest
from immutables import Map

from actors.core.addresses import essay_address, worker_address
from actors.core.invariants import Violated, demand
from actors.core.queue_invariants import queue_forgets_nothing
from actors.core.work_queue_state import Lease, QueueState, Worker, identity_of
from contracts.messages import Message
from contracts.phases import PhaseName
from contracts.work import EssayWork, LeaseFinished, PauseWork, WorkerReady, WorkRequested, WorkReturned


class _Untold:
    """Something that must not be formatted."""

    def __format__(self, spec: str) -> str:
        raise AssertionError("nothing is wrong, and it was put into words")


def test_a_violation_says_what_was_found() -> None:
    """It gives the invariant's number and the facts; sets are sorted, so that a seed repeats its message."""
    with pytest.raises(Violated, match=r"^invariant 4: e1 counts as a: \['b', 'c'\]$"):
        demand(False, 4, "{} counts as {}: {}", "e1", "a", {"c", "b"})


def test_a_violation_can_be_told_in_another_process() -> None:
    """Seeds are tried in processes of their own."""
    told = pickle.loads(pickle.dumps(Violated(4, "e1 counts as a")))  # noqa: S301  (what was pickled here)
    assert (told.number, told.how) == told.args == (4, "e1 counts as a")


def test_words_are_made_only_where_something_is_wrong() -> None:
    """An invariant holds a thousand times for each time that it has something to say."""
    demand(True, 4, "{} is wrong", _Untold())


ANNA, BERT = worker_address(0), worker_address(1)
FIRST, SECOND = (
    WorkRequested(EssayWork("b", name, PhaseName.NLP, 0, 0, 0, "t"), essay_address("b", name)) for name in ("a", "c")
)
LEASED = QueueState(
    leases=Map({7: Lease(ANNA, (FIRST, SECOND))}),
    workers=Map({ANNA: Worker("a1", (7,))}),
    known=Map({identity_of(FIRST): None, identity_of(SECOND): None}),
)
EMPTY = QueueState(workers=Map({ANNA: Worker("a1")}))


@pytest.mark.parametrize(
    "heard",
    [
        LeaseFinished(7, ANNA, "a1", 0.1),
        LeaseFinished(7, ANNA, "a1", 0.1, done=2),
        WorkReturned(ANNA, "a1", 1, 7, 2),
        WorkerReady(ANNA, "a1", finished=7),
    ],
)
def test_what_was_leased_may_go_when_its_worker_says_that_it_is_done(heard: Message) -> None:
    """The worker may report the whole lease as done, or as many pieces."""
    queue_forgets_nothing(LEASED, EMPTY, [heard], (), ())


@pytest.mark.parametrize(
    "heard",
    [
        LeaseFinished(6, ANNA, "a1", 0.1),
        LeaseFinished(7, ANNA, "a1", 0.1, done=1),
        WorkReturned(ANNA, "a1", 1, 7, 1),
        WorkReturned(ANNA, "a1", 1, 6, 2),
        WorkerReady(ANNA, "a1", finished=6),
        WorkerReady(BERT, "b1", finished=7),
        PauseWork("b", 0, 1),
    ],
)
def test_what_was_leased_and_is_gone_without_a_word_is_forgotten(heard: Message) -> None:
    """A report about another lease, from another worker or of fewer pieces does not account for the work."""
    with pytest.raises(Violated, match="was leased, and is neither there nor answered nor done"):
        queue_forgets_nothing(LEASED, EMPTY, [heard], (), ())


def test_what_was_leased_or_waited_may_be_there_answered_or_of_a_batch_that_ended() -> None:
    """Work that is neither may not disappear from the queue."""
    waiting = QueueState().with_last([FIRST, SECOND])
    both = {identity_of(FIRST), identity_of(SECOND)}
    for before in (LEASED, waiting):
        queue_forgets_nothing(before, waiting, [], (), ())
        queue_forgets_nothing(before, EMPTY, [], both, ())
        queue_forgets_nothing(before, EMPTY, [], (), {"b"})
        with pytest.raises(Violated, match=r"^invariant 9: .*neither there nor answered"):
            queue_forgets_nothing(before, EMPTY, [], both - {identity_of(SECOND)}, {"other"})
