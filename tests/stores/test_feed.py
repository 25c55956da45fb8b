"""The feed of every store: the events of all batches, in commit order, from a given number."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from actors.stores import open_store
from actors.stores.event_log import EventLog
from actors.stores.store import Store
from tests.stores.conftest import Opener
from tests.stores.examples import batch, essay, event, header

OUTCOME, DONE = "huleedu.els.batch_phase.outcome.v1", "huleedu.essay.nlp.completed.v1"
BATCHES = ("b1", "b2", "b3")


def _ids(store: EventLog, after: int = 0, **which: object) -> list[str]:
    return [logged.event.event_id for logged in store.feed(after, **which)]  # type: ignore[arg-type]


def _fill(store: Store) -> None:
    """Nine commits, for three batches in turn, each with an outcome and an essay's event."""
    for number in range(9):
        of = BATCHES[number % 3]
        outcome = event(f"outcome-{number}", of)._replace(event_type=OUTCOME)
        store.commit([outcome, event(f"done-{number}", of, "amira")._replace(event_type=DONE)])


def test_the_feed_has_the_events_of_all_batches_in_commit_order(store: Store) -> None:
    """It begins after the given number, and has no more events than asked for."""
    _fill(store)
    everything = store.feed()
    assert [logged.event.event_id for logged in everything] == [
        f"{what}-{number}" for number in range(9) for what in ("outcome", "done")
    ]
    numbers = [logged.sequence for logged in everything]
    assert numbers == sorted(set(numbers))
    assert store.last_sequence() == numbers[-1]
    assert store.feed(numbers[4]) == everything[5:]
    assert store.feed(numbers[4], limit=3) == everything[5:8]
    assert store.feed(numbers[-1]) == []


@pytest.mark.parametrize("batches", [(), ("b2",), ("b3", "b1"), ("unknown",), [f"b{n}" for n in range(1, 99, 2)]])
@pytest.mark.parametrize("topics", [(), (DONE,), (OUTCOME, DONE), ("unknown",), [OUTCOME, *map(str, range(60))]])
def test_the_feed_is_narrowed_to_topics_and_batches(
    store: Store, topics: tuple[str, ...], batches: tuple[str, ...]
) -> None:
    """With few or many of either, the order stays, and pages join without a gap."""
    _fill(store)
    wanted = [
        logged
        for logged in store.feed()
        if (not topics or logged.event.event_type in topics) and (not batches or logged.event.batch_id in batches)
    ]
    assert store.feed(topics=topics, batches=batches) == wanted
    paged, after = [], 0
    while page := store.feed(after, topics=topics, batches=batches, limit=2):
        paged += page
        after = page[-1].sequence
    assert paged == wanted


def test_a_topic_or_batch_named_twice_counts_once(store: Store) -> None:
    """No event is repeated."""
    _fill(store)
    assert _ids(store, topics=[DONE, DONE], batches=["b1", "b1"]) == ["done-0", "done-3", "done-6"]
    assert _ids(store, batches=["b1", "b1"]) == [f"{what}-{n}" for n in (0, 3, 6) for what in ("outcome", "done")]


def test_an_empty_log_has_an_empty_feed(store: Store) -> None:
    """It has no sequence number yet."""
    assert (store.feed(), store.feed(7, topics=[DONE], batches=["b1"]), store.last_sequence()) == ([], [], 0)


def test_what_is_forgotten_leaves_the_feed_and_its_numbers_are_not_given_again(reopen: Opener) -> None:
    """A reader that follows from a number must not mistake a new event for one it has seen."""
    store = reopen()
    _fill(store)
    last = store.last_sequence()
    for name in BATCHES[1:]:
        store.forget(name)
    assert {logged.event.batch_id for logged in store.feed()} == {"b1"}
    assert _ids(store, after=last) == []
    store = reopen()
    store.commit([event("new", "b4")])
    assert _ids(store, after=last) == ["new"]


def test_a_forgotten_essay_leaves_the_feed(store: Store) -> None:
    """Other essays' events keep their numbers."""
    store.commit([essay("amira", file="a"), essay("bo", ordinal=1, file="b"), batch(header(order=("amira", "bo")))])
    store.commit([event("of-amira", essay_id="amira"), event("other", "b2"), event("of-bo", essay_id="bo")])
    numbers = [logged.sequence for logged in store.feed()]
    store.forget("b1", "amira")
    assert [(logged.sequence, logged.event.event_id) for logged in store.feed()] == [
        (numbers[1], "other"),
        (numbers[2], "of-bo"),
    ]


def test_a_reader_of_a_file_sees_the_feed_while_another_writes(tmp_path: Path) -> None:
    """A forwarder is a program of its own."""
    writer = open_store(str(tmp_path / "essays.db"))
    reader = open_store(str(tmp_path / "essays.db"), read_only=True)
    writer.commit([event("e1")])
    assert _ids(reader) == ["e1"]
    writer.commit([event("e2", "b2")])
    assert _ids(reader, after=reader.feed()[0].sequence) == ["e2"]
    writer.close()
    reader.close()


def test_whoever_follows_two_writers_at_once_misses_nothing(postgres_url: str) -> None:
    """When programs commit concurrently, no number becomes visible after a higher one.

    Numbers are drawn before a commit, so without an order among writing transactions one could overtake another.
    """
    stores = [open_store(postgres_url) for _ in range(3)]
    reader = open_store(postgres_url, read_only=True)

    def write(which: int) -> None:
        for number in range(60):
            large = "x" * (200_000 if (number + which) % 3 == 0 else 10)  # some transactions take longer
            stores[which].commit([event(f"{which}-{number}-{part}", f"b{which}") for part in range(3)])
            stores[which].commit([event(f"{which}-{number}-large", f"b{which}")._replace(document=large)])

    seen: list[str] = []
    after = 0
    with ThreadPoolExecutor(3) as threads:
        writing = [threads.submit(write, which) for which in range(3)]
        is_over = False
        while not is_over:
            is_over = all(work.done() for work in writing)
            while page := reader.feed(after, limit=7):
                seen += [logged.event.event_id for logged in page]
                after = page[-1].sequence
        assert [work.result() for work in writing] == [None] * 3
    assert len(seen) == 3 * 60 * 4
    assert seen == _ids(reader, limit=10_000)
    for store in (*stores, reader):
        store.close()
