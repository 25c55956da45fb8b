"""PostgreSQL: outages, and writers side by side."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from actors.stores import open_store
from actors.stores.group_commit import GroupCommit
from actors.stores.store import StoreError, StoreUnavailableError
from tests.stores.examples import batch, essay, event, event_ids, header
from tests.stores.postgres import PostgresServer


def test_an_outage_of_the_server_is_outlasted(postgres: PostgresServer, postgres_url: str) -> None:
    """Commits, and reads, that come while it is down succeed when it is back."""
    store = GroupCommit(open_store(postgres_url), patience=60)
    store.commit([event("before")])
    postgres.stop()
    with ThreadPoolExecutor(4) as threads:
        commits = [threads.submit(store.commit, [event(f"during-{number}"), essay()]) for number in range(3)]
        read = threads.submit(store.essays, "b2")
        time.sleep(0.3)
        assert not any(one.done() for one in commits)
        postgres.start()
        assert [one.result(60) for one in commits] == [None] * 3
        assert read.result(60) == []
    assert sorted(event_ids(store)) == ["before", "during-0", "during-1", "during-2"]
    store.close()


def test_a_server_that_goes_away_is_unavailable_for_now(postgres: PostgresServer, postgres_url: str) -> None:
    """Without group commit, the caller hears of it, and the next call finds the server again."""
    store = open_store(postgres_url)
    postgres.stop()
    try:
        with pytest.raises(StoreUnavailableError, match="does not answer"):
            store.commit([event("e1")])
        with pytest.raises(StoreUnavailableError, match="does not answer"):
            store.batches()
    finally:
        postgres.start()
    store.commit([event("e1")])
    assert event_ids(store) == ["e1"]
    store.close()


def test_processes_side_by_side_neither_deadlock_nor_hide_events(postgres_url: str) -> None:
    """Two stores write the same essays in opposite order; who follows the log sees every number once, in order."""
    one, other = open_store(postgres_url), open_store(postgres_url)
    names = [f"essay-{number}" for number in range(20)]

    def write(store_and_order: tuple[int, list[str]]) -> None:
        which, order = store_and_order
        for run in range(25):
            states = [essay(name, run=run) for name in order]
            (one, other)[which].commit([*states, event(f"{which}-{run}")])

    seen: list[int] = []
    with ThreadPoolExecutor(2) as threads:
        writing = [threads.submit(write, (0, names)), threads.submit(write, (1, names[::-1]))]
        while not all(work.done() for work in writing):
            seen += [logged.sequence for logged in one.events("b1", after=seen[-1] if seen else 0)]
        for work in writing:
            work.result()
    seen += [logged.sequence for logged in one.events("b1", after=seen[-1] if seen else 0)]
    assert seen == [logged.sequence for logged in one.events("b1")]
    assert len(seen) == 50
    one.close()
    other.close()


def test_a_reader_of_postgresql_writes_nothing(postgres_url: str) -> None:
    """Neither through the store nor past it."""
    writer = open_store(postgres_url)
    writer.commit([batch(header())])
    reader = open_store(postgres_url, read_only=True)
    assert [line.batch_id for line in reader.batches()] == ["b1"]
    with pytest.raises(StoreError, match="read only"):
        reader.forget("b1")
    reader.close()
    writer.close()


def test_a_reader_of_postgresql_needs_a_store(postgres_url: str) -> None:
    """Reading does not make tables."""
    with pytest.raises(StoreError, match="no store in this database"):
        open_store(postgres_url, read_only=True)
