"""Who waits for a batch hears of its rest at once."""

import threading

import pytest

from actors.core.batch_state import Stage
from actors.stores.memory import MemoryStore
from actors.stores.notifier import BelledStore
from actors.stores.store import FencedOffError
from tests.stores.examples import batch, essay, header

PATIENCE = 10.0


def test_it_rings_where_a_batch_ends_or_is_held_and_not_before() -> None:
    """All else is no rest."""
    store = BelledStore(MemoryStore())
    store.commit([essay(), batch(header(stage=Stage.RUNNING))])
    assert store.wait_for_rest(0, 0.0) == 0
    store.commit([batch(header(stage=Stage.HELD))])
    store.commit([batch(header(stage=Stage.ENDED))])
    assert store.wait_for_rest(0, 0.0) == 2


def test_who_waits_is_woken() -> None:
    """Long before the time is over."""
    store = BelledStore(MemoryStore())
    heard: list[int] = []
    waiting = threading.Thread(target=lambda: heard.append(store.wait_for_rest(0, PATIENCE)))
    waiting.start()
    store.commit([batch(header(stage=Stage.ENDED))])
    waiting.join(PATIENCE / 2)
    assert heard == [1]


def test_what_was_refused_does_not_ring() -> None:
    """The batch goes on elsewhere."""
    store = BelledStore(MemoryStore())
    store.claim("b1")
    with pytest.raises(FencedOffError):
        store.commit([batch(header(stage=Stage.ENDED, epoch=0))])
    assert store.wait_for_rest(0, 0.0) == 0
