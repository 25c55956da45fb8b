"""Whoever waits for a commit is notified at once."""

import threading

import pytest

from actors.core.batch_state import BatchStage
from actors.core.records import Record
from actors.stores.memory import MemoryStore
from actors.stores.notifier import Notice, NotifyingStore
from actors.stores.store import FencedOffError
from tests.stores.examples import batch, essay, event, header

PATIENCE = 10.0


def _counts(store: NotifyingStore) -> tuple[int, int]:
    return store.wait_for(Notice.REST, 0, 0.0), store.wait_for(Notice.EVENTS, 0, 0.0)


def test_it_tells_where_a_batch_ends_or_is_held_and_not_before() -> None:
    """A batch that is still running does not count."""
    store = NotifyingStore(MemoryStore())
    store.commit([essay(), batch(header(stage=BatchStage.RUNNING))])
    assert _counts(store) == (0, 0)
    store.commit([batch(header(stage=BatchStage.PAUSED))])
    store.commit([batch(header(stage=BatchStage.ENDED))])
    assert _counts(store) == (2, 0)


def test_it_tells_of_events() -> None:
    """Once per commit, however many events it has; each kind is counted separately."""
    store = NotifyingStore(MemoryStore())
    store.commit([event("e1"), event("e2"), essay()])
    store.commit([event("e3"), batch(header(stage=BatchStage.ENDED))])
    assert _counts(store) == (1, 2)


@pytest.mark.parametrize("notice", Notice)
def test_who_waits_is_woken(notice: Notice) -> None:
    """The wait ends long before its time is over."""
    store = NotifyingStore(MemoryStore())
    heard: list[int] = []
    waiting = threading.Thread(target=lambda: heard.append(store.wait_for(notice, 0, PATIENCE)))
    waiting.start()
    store.commit([event("e1"), batch(header(stage=BatchStage.ENDED))])
    waiting.join(PATIENCE / 2)
    assert heard == [1]


def test_what_was_refused_is_not_told() -> None:
    """Of a group, only the commits that succeeded are told."""
    store = NotifyingStore(MemoryStore())
    epoch = store.claim("b1")
    late: list[Record] = [batch(header(stage=BatchStage.ENDED, epoch=0)), event("e1")]
    with pytest.raises(FencedOffError):
        store.commit(late)
    assert _counts(store) == (0, 0)
    answers = store.commit_group([late, [batch(header(epoch=epoch)), event("e2")]])
    assert [answer is None for answer in answers] == [False, True]
    assert _counts(store) == (0, 1)
