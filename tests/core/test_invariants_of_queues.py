"""Each invariant of the queue holds in a sound state, and fails in a state with one thing wrong."""

from collections.abc import Callable
from functools import partial

import pytest
from immutables import Map

from actors.core.addresses import worker_address
from actors.core.invariants import Violated
from actors.core.queue_invariants import queue_is_fair, queue_is_whole, queue_works
from actors.core.work_queue_state import Lease, QueueState, Worker, identity_of
from contracts.work import WorkRequested
from tests.core.play import NLP
from tests.core.requests import cohort_work, work

ANNA, BERT = worker_address(0), worker_address(1)


ONE, TWO, THREE = (work(name) for name in "123")


def _leased(*requests: WorkRequested, waiting: tuple[WorkRequested, ...] = ()) -> QueueState:
    """A queue with one lease, number 7, held by Anna."""
    known = Map({identity_of(request): None for request in requests})
    anna = Map({ANNA: Worker("a1", (7,))})
    return QueueState(8, leases=Map({7: Lease(ANNA, requests)}), workers=anna, known=known).with_last(waiting)


BUSY = _leased(ONE, TWO, waiting=(THREE,))


def test_a_sound_queue_violates_nothing() -> None:
    """No worker is idle while work waits, and leases are taken from the head of the turn."""
    urgent = (BUSY._replace(urgent=Map({"b": 0})), BUSY._replace(urgent=Map({"b": 1}), told=Map({"b": (1, 2)})))
    for state in (QueueState(), BUSY, *urgent):
        queue_is_whole(state)
    queue_works(BUSY._replace(workers=Map({ANNA: Worker("a1", (6, 7))})))
    queue_works(BUSY._replace(workers=Map({ANNA: Worker("a1", stalled=True)})))  # a stalled worker gets no more
    queue_works(BUSY._replace(paused=frozenset("b")))
    queue_works(BUSY._replace(workers=Map()))
    for handed_out in ((ONE, TWO), (cohort_work(None),), (cohort_work("x"), cohort_work("y")), (work("1", attempt=1),)):
        queue_is_fair(QueueState(), _leased(*handed_out), set())
    waits = QueueState(turn=("b", "c"))
    queue_is_fair(waits, _leased(ONE)._replace(turn=("c", "b")), set())
    queue_is_fair(waits, _leased(ONE)._replace(turn=("c",)), set())
    queue_is_fair(QueueState(paused=frozenset("b")), _leased(ONE), {"b"})
    queue_is_fair(QueueState(turn=("b",)), _leased(ONE)._replace(turn=("b", "new")), set())
    other_paused = frozenset("c")
    held = QueueState(turn=("b", "c"), paused=other_paused)
    queue_is_fair(held, _leased(ONE)._replace(turn=("b", "c"), paused=other_paused), set())


def _whole(state: QueueState) -> Callable[[], None]:
    return partial(queue_is_whole, state)


def _fair(before: QueueState, after: QueueState) -> Callable[[], None]:
    return partial(queue_is_fair, before, after, set[str]())


_PAUSED = frozenset("b")
WRONG: dict[str, tuple[str, Callable[[], None]]] = {
    "work is there twice": (
        "twice, or forgotten",
        _whole(BUSY._replace(leases=Map({7: Lease(ANNA, (ONE, TWO, THREE))}))),
    ),
    "work that is there is not known": (
        "twice, or forgotten",
        _whole(BUSY._replace(known=BUSY.known.delete(identity_of(ONE)))),
    ),
    "work is there twice in the place of other work": (
        "known is not what waits",
        _whole(BUSY._replace(leases=Map({7: Lease(ANNA, (ONE, THREE))}))),
    ),
    "a batch whose work waits has no turn": ("are not the lines", _whole(BUSY._replace(turn=()))),
    "a run that is over is urgent": (
        "is urgent since run 0, and run 1 has been heard of",
        _whole(BUSY._replace(urgent=Map({"b": 0}), told=Map({"b": (1, 0)}))),
    ),
    "nobody holds a lease": ("leased is", _whole(BUSY._replace(workers=Map({ANNA: Worker("a1")})))),
    "another one holds a lease": (
        "leased is",
        _whole(BUSY._replace(workers=Map({ANNA: Worker("a1"), BERT: Worker("b1", (7,))}))),
    ),
    "a lease is held twice": ("held twice", _whole(BUSY._replace(workers=Map({ANNA: Worker("a1", (7, 7))})))),
    "work waits and a worker has room": ("a worker is free", partial(queue_works, BUSY)),
    "a worker has more than was agreed": (
        "too many",
        partial(queue_works, QueueState(workers=Map({ANNA: Worker("a1", (1, 2, 3))}))),
    ),
    "work of a paused batch is handed out": (
        "of a paused batch",
        _fair(QueueState(paused=_PAUSED), _leased(ONE)._replace(paused=_PAUSED)),
    ),
    "who was served stands before who was not": (
        "were served before",
        _fair(QueueState(turn=("b", "c")), _leased(ONE)._replace(turn=("b", "c"))),
    ),
    "a lease has work of two batches": ("mixes", _fair(QueueState(), _leased(ONE, work("2", "c")))),
    "a lease has work of two phases": ("mixes", _fair(QueueState(), _leased(ONE, work("2", phase=NLP)))),
    "a second attempt is not alone": ("must be done alone", _fair(QueueState(), _leased(ONE, work("2", attempt=1)))),
    "a suspect is not alone": (
        "must be done alone",
        _fair(QueueState(alone=Map({identity_of(TWO): None})), _leased(ONE, TWO)),
    ),
    "a plan is not alone": ("must be done alone", _fair(QueueState(), _leased(cohort_work("x"), cohort_work(None)))),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_one_thing_that_is_wrong_violates_the_invariant_of_queues(wrong: str) -> None:
    """It violates invariant 9, with a message that says which part of it."""
    how, look = WRONG[wrong]
    with pytest.raises(Violated, match=how) as caught:
        look()
    assert caught.value.number == 9
