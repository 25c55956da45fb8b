"""A process of actors, looked into: who is at home in it, who is forgotten, and what it says where one breaks."""

import logging

import pytest

from actors.core.addresses import batch_address, essay_address
from actors.core.essay_state import EssayState
from actors.essay_actor import EssayActor
from actors.stores.memory import MemoryStore
from contracts.messages import Message, WorkFailed, WorkSucceeded
from tests.core.play import DAMAGED
from tests.runtime.test_packed import NotedStore, Packed

BATCH, X, Y = batch_address("b"), essay_address("b", "x"), essay_address("b", "y")


@pytest.fixture
def store() -> MemoryStore:
    """What the process saves in."""
    return NotedStore()


@pytest.fixture
def packed(store: MemoryStore) -> Packed:
    """A batch of two, which have asked for work."""
    begun = Packed(store, 2).register("xy")
    begun.requests()
    return begun


def test_the_state_of_an_actor_can_be_asked_for_while_it_lives_here(packed: Packed, store: MemoryStore) -> None:
    """The dashboard shows it."""
    assert packed.host.state_of(X) == store.essay("b", "x")
    assert packed.host.state_of(BATCH).header == store.batch("b")
    assert packed.host.state_of(essay_address("b", "nobody")) is None


def test_an_essay_that_has_failed_is_forgotten_and_the_others_stay(packed: Packed) -> None:
    """It takes no memory until somebody tells it something; its batch is at work, and stays."""
    packed.host.deliver([(X, WorkFailed(0, 0, 0, DAMAGED))])
    assert packed.host.state_of(X) is None
    assert packed.host.state_of(Y) is not None
    assert packed.host.state_of(BATCH) is not None


def test_a_process_that_is_passivated_forgets_all_and_wants_to_be_reminded_of_nothing(packed: Packed) -> None:
    """Another may have the batch in hand by now."""
    assert packed.timers.set_for
    packed.host.passivate()
    assert [packed.host.state_of(address) for address in (BATCH, X, Y)] == [None] * 3
    assert packed.timers.set_for == []


def test_a_process_that_starts_again_asks_for_what_it_still_owes(packed: Packed) -> None:
    """The essays that have settled are left alone."""
    packed.done("x", 0)
    packed.host.passivate()
    packed.requests()
    packed.host.start()
    assert set(packed.requests()) == {"y"}
    packed.done("y", 0)
    assert set(packed.requests()) == {"x", "y"}


def _breaking(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    step = EssayActor.step

    def breaks(self: EssayActor, state: EssayState, message: Message) -> object:
        if state.essay_id == name:
            raise RuntimeError("a bug")
        return step(self, state, message)

    monkeypatch.setattr(EssayActor, "step", breaks)


def test_who_could_not_handle_what_is_logged_with_the_error(
    packed: Packed, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Nothing else tells of the bug: the others go on."""
    _breaking(monkeypatch, "y")
    with caplog.at_level(logging.ERROR):
        packed.done("xy", 0)
    message = WorkSucceeded(0, 0, "text of y", "y 0")
    assert [record.getMessage() for record in caplog.records] == [f"{Y} could not handle {message!r}"]
    assert str(caplog.records[0].exc_info[1]) == "a bug"  # type: ignore[index]


def test_who_stops_because_of_a_successor_says_so(
    packed: Packed, store: MemoryStore, caplog: pytest.LogCaptureFixture
) -> None:
    """Whoever runs two programs on one store by mistake reads of it."""
    store.claim("b")
    with caplog.at_level(logging.WARNING):
        packed.done("xy", 0)
    why = "batch 'b' was taken over by a newer orchestrator"
    assert [record.getMessage() for record in caplog.records] == [f"{X} has a successor and stops: {why}"]


def test_what_actors_have_told_each_other_is_nothing_more_where_there_is_a_successor(store: MemoryStore) -> None:
    """It knows better, and has its own."""
    packed = Packed(store, 30, messages_per_commit=3, commits_at_a_time=1).register([f"e{n}" for n in range(30)])
    assert packed.host.has_more
    store.claim("b")
    packed.host.deliver([])
    assert packed.host.has_successor
    assert packed.host.is_over
    assert not packed.host.has_more
