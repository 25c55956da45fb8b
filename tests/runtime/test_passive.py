"""Which processes of finished batches are ended."""

from actors.runtime.activation import Blueprint
from actors.runtime.local import LocalRuntime
from actors.runtime.ray.passive import beyond
from actors.stores.memory import MemoryStore
from drivers.client.engine import Engine
from tests.runtime.pipelines import NLP, essays, run
from tests.services import services

PROCESSES = ["store", "work queue", "worker 0", "essay 1/e", "batch 3", "batch 1", "batch 2"]


def _store(*ended: str) -> MemoryStore:
    store = MemoryStore()
    runtime = LocalRuntime(Blueprint(services()), store)
    for batch_id in ended:
        run(runtime, essays("a"), NLP, batch_id=batch_id)
    Engine(runtime).submit("running", essays("a"), pipeline=[NLP], language="en")
    return store


def test_the_batches_that_ended_first_go_first() -> None:
    """People ask about recent batches."""
    assert beyond(2, PROCESSES, _store("1", "2", "3")) == ["batch 1"]
    assert beyond(1, PROCESSES, _store("2", "1", "3")) == ["batch 2", "batch 1"]


def test_as_many_as_there_may_be_stay() -> None:
    """Only processes of batches count."""
    assert beyond(3, PROCESSES, _store("1", "2", "3")) == []


def test_what_is_forgotten_goes_before_all_others() -> None:
    """Nobody can ask about it any more."""
    assert beyond(1, PROCESSES, _store("1", "2")) == ["batch 3", "batch 1"]


def test_a_batch_that_has_not_ended_stays() -> None:
    """It stays even if there are too many."""
    assert beyond(1, ["batch running", "batch 1", "batch 2"], _store("1", "2")) == ["batch 1"]
