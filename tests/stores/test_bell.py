"""The bell on a store: whoever waits for a batch hears at once that it has come to rest."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from actors.core.batch_state import Stage
from actors.stores.bell import BelledStore
from actors.stores.memory import MemoryStore
from actors.stores.store import FencedOffError
from tests.stores.examples import batch, essay, event, header


@pytest.fixture
def store() -> BelledStore:
    """A store with a bell."""
    return BelledStore(MemoryStore())


@pytest.mark.parametrize("stage", [Stage.ENDED, Stage.HELD])
def test_who_waits_hears_of_a_batch_that_comes_to_rest_meanwhile(store: BelledStore, stage: Stage) -> None:
    """Ended, or held between two phases; and not after the time that would have been waited at most."""
    with ThreadPoolExecutor(1) as threads:
        waiting = threads.submit(store.wait_for_rest, 0, 30)
        begun = time.monotonic()
        store.commit([batch(header(stage=stage))])
        assert waiting.result() == 1
    assert time.monotonic() - begun < 10


def test_what_rang_before_somebody_came_is_heard_all_the_same(store: BelledStore) -> None:
    """A batch may end between two looks; what was heard already is not heard twice."""
    store.commit([batch(header(stage=Stage.ENDED))])
    assert store.wait_for_rest(0, 30) == 1
    assert store.wait_for_rest(1, 0.01) == 1


def test_what_goes_on_does_not_ring(store: BelledStore) -> None:
    """Essays, events, and a batch that runs."""
    store.commit([essay(), event("e1"), batch(header(stage=Stage.RUNNING))])
    assert store.wait_for_rest(0, 0.01) == 0


def test_what_was_not_saved_does_not_ring() -> None:
    """First durable, then said."""

    class Refusing(MemoryStore):
        def commit(self, records: object) -> None:  # noqa: ARG002  (the protocol's)
            raise FencedOffError("a newer one")

    store = BelledStore(Refusing())
    with pytest.raises(FencedOffError):
        store.commit([batch(header(stage=Stage.ENDED))])
    assert store.wait_for_rest(0, 0.01) == 0


def test_a_store_with_a_bell_is_the_store_in_everything_else(store: BelledStore) -> None:
    """What is committed through it is read through it."""
    store.commit([batch(header())])
    assert [line.batch_id for line in store.batches()] == ["b1"]
