"""PostgreSQL: outages, and concurrent writers."""

import os
import subprocess
import sys
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy.exc import DBAPIError

from actors.core.batch_state import BatchStage
from actors.core.records import Record
from actors.stores import advisory_lock, open_store
from actors.stores.group_commit import GroupCommit
from actors.stores.lock_note import note_of
from actors.stores.sql import SqlStore
from actors.stores.store import StoreError, StoreInUseError, StoreUnavailableError
from drivers.lab.postgres import PostgresServer
from tests.stores.examples import batch, essay, event, event_ids, header, text


def test_an_outage_of_the_server_is_outlasted(postgres: PostgresServer, postgres_url: str) -> None:
    """Commits and reads that come during the outage succeed when the server is back."""
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
    """Without group commit, the caller gets an error, and the next call finds the server again."""
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
    """Two stores write the same essays in opposite order; a follower sees every event once, in order."""
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
    """Its store refuses to write, and so does the server, should anything else write on its connections."""
    writer = open_store(postgres_url)
    writer.commit([batch(header())])
    reader = open_store(postgres_url, read_only=True)
    assert [line.batch_id for line in reader.batches()] == ["b1"]
    with pytest.raises(StoreError, match="read only"):
        reader.forget("b1")
    assert isinstance(reader, SqlStore)
    with pytest.raises(DBAPIError, match="read-only transaction"), reader._engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM batches")
    assert [line.batch_id for line in reader.batches()] == ["b1"]
    reader.close()
    writer.close()


def test_a_reader_of_postgresql_needs_a_store(postgres_url: str) -> None:
    """Reading does not create tables."""
    with pytest.raises(StoreError, match="no store in this database"):
        open_store(postgres_url, read_only=True)


@pytest.mark.parametrize("since", ["1970-01-01T00:00:00+00:00", "2999-01-01T00:00:00+00:00"])
def test_a_batch_that_is_claimed_has_a_holder_that_everyone_can_see(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch, since: str
) -> None:
    """``status`` can tell a running batch from an interrupted one, even if its machine's clock is wrong."""
    monkeypatch.setattr(advisory_lock, "note_of", lambda owner: {**note_of(owner), "since": since})
    writer = open_store(postgres_url, owner={"ray_address": "10.0.0.1:6379"})
    writer.claim("b1")
    reader = open_store(postgres_url, read_only=True)
    assert isinstance(reader, SqlStore)
    (found,) = reader.holders().items()
    assert (found[0], found[1]["pid"], found[1]["owner"]) == ("b1", os.getpid(), {"ray_address": "10.0.0.1:6379"})
    assert found[1]["since"] == since
    writer.close()
    assert reader.holders() == {}
    reader.close()


def test_a_batch_is_run_by_one_program_at_a_time_in_postgresql_too(postgres_url: str) -> None:
    """A second program is refused with the name of the first; they may run different batches concurrently."""
    one, other = open_store(postgres_url), open_store(postgres_url)
    assert one.claim("b1") == 1
    with pytest.raises(StoreInUseError, match=rf"Batch b1 is being run by process {os.getpid()} on "):
        other.claim("b1")
    assert (one.claim("b1"), other.claim("b2")) == (2, 1)
    one.close()
    assert other.claim("b1") == 3
    other.close()


def test_a_batch_that_has_ended_may_be_taken_up_by_anyone(postgres_url: str) -> None:
    """A cluster outlives its batch, and must not keep others from retrying what failed."""
    one, other = open_store(postgres_url), open_store(postgres_url)
    one.commit([batch(header(epoch=one.claim("b1"), stage=BatchStage.ENDED))])
    assert other.claim("b1") == 2
    one.close()
    other.close()


def test_a_killed_process_holds_nothing(postgres_url: str) -> None:
    """A dead process does not count as running a batch."""
    program = (
        "import sys; from actors.stores import open_store; s = open_store(sys.argv[1]); s.claim('b1');"
        "print('held', flush=True); sys.stdin.read()"
    )
    held = subprocess.Popen(  # noqa: S603  (a fixed program)
        [sys.executable, "-c", program, postgres_url], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert held.stdout is not None
    assert held.stdout.readline() == "held\n"
    held.kill()
    held.communicate()
    store = open_store(postgres_url)
    assert store.claim("b1") == 2
    store.close()


def test_a_holder_is_there_again_after_an_outage_of_the_server(
    postgres: PostgresServer, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even if nothing is written meanwhile, for example while people judge."""
    monkeypatch.setattr(advisory_lock, "PULSE_SECONDS", 0.1)
    store = open_store(postgres_url)
    assert isinstance(store, SqlStore)
    store.claim("b1")
    postgres.stop()
    postgres.start()
    late = time.monotonic() + 10
    while not _holders(store):
        assert time.monotonic() < late
        time.sleep(0.1)
    store.close()


def test_a_holder_takes_its_lock_as_soon_as_the_server_has_noticed_that_its_connection_is_dead(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Until then, to the server, the dead connection still holds the lock."""
    import psycopg

    monkeypatch.setattr(advisory_lock, "PULSE_SECONDS", 0.3)
    store = open_store(postgres_url)
    assert isinstance(store, SqlStore)
    store.claim("b1")
    (note,) = store.holders().values()
    with psycopg.connect(postgres_url, autocommit=True) as dead:
        dead.execute("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'")
        while not dead.execute("SELECT pg_try_advisory_lock(%s)", [note["number"]]).fetchone()[0]:  # type: ignore[index]
            time.sleep(0.001)
        time.sleep(1.0)
    late = time.monotonic() + 10
    while not store.holders():
        assert time.monotonic() < late
        time.sleep(0.1)
    store.close()


def test_what_another_program_has_forgotten_is_not_taken_for_noted(postgres_url: str) -> None:
    """If a batch is registered again, its texts are its own, whatever others forget."""
    running, other = open_store(postgres_url), open_store(postgres_url)
    shared = text("A text of two batches.")
    founded: list[Record] = [shared, essay(text_id=shared.text_id, original_text_id=shared.text_id)]
    running.claim("b1")
    running.commit([*founded, batch(header(epoch=1, stage=BatchStage.ENDED))])
    other.commit([essay("bo", "b2", text_id=shared.text_id)])
    other.forget("b1")
    running.claim("b1")
    running.commit(founded)
    other.forget("b2")
    assert running.texts([shared.text_id])
    running.close()
    other.close()


def _holders(store: SqlStore) -> Mapping[str, object]:
    try:
        return store.holders()
    except StoreUnavailableError:
        return {}


def test_who_writes_a_batch_is_its_holder(postgres_url: str) -> None:
    """After a cluster's store process was restarted, nobody claims its batches again, but they still run."""
    first = open_store(postgres_url)
    epoch = first.claim("b1")
    first.close()
    second = open_store(postgres_url)
    assert isinstance(second, SqlStore)
    assert second.holders() == {}
    second.commit([batch(header(epoch=epoch))])
    assert set(second.holders()) == {"b1"}
    second.close()
