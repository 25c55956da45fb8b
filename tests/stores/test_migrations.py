"""Stores written by older and newer versions of the program."""

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import inspect

from actors.core.effects import correlation_id_of
from actors.runtime.activation import Blueprint
from actors.runtime.local import LocalRuntime
from actors.stores import open_store
from actors.stores.schema import METADATA, SCHEMA_VERSION
from actors.stores.sql import SqlStore
from actors.stores.store import StoreError
from contracts.phases import BatchStatus, PhaseName
from drivers.client.engine import Engine
from tests.services import services
from tests.stores.examples import event_ids, spellchecked_batch

_TEXTS = ("text-teh", "text-the", "text-mine", "text-orphan")


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A file written by version 6."""
    path = tmp_path / "essays.db"
    with sqlite3.connect(path) as connection:
        connection.executescript(Path(__file__).with_name("version_6.sql").read_text(encoding="utf-8"))
    connection.close()
    return path


@pytest.mark.parametrize("read_only", [True, False])
def test_a_store_of_version_6_is_read_as_it_was_written(old: Path, read_only: bool) -> None:
    """Nothing is lost on the way to the newest version; opening it only for reading does not migrate it."""
    store = open_store(str(old), read_only=read_only)
    counts = {"b1": 2, "b2": 1, "in-nlp": 4, "in-cj": 4, "again": 4}
    assert {line.batch_id: line.essays for line in store.batches()} == counts
    header, amira = store.batch("b1"), store.essay("b1", "amira")
    assert header is not None
    assert amira is not None
    assert (header.status, header.order, header.details[PhaseName.SPELLCHECK].successful) == (
        BatchStatus.COMPLETED_SUCCESSFULLY,
        ("amira", "bo"),
        1,
    )
    assert header.correlation_id == amira.correlation_id == correlation_id_of("b1")
    assert (amira.file, amira.results) == ("amira.txt", ((PhaseName.SPELLCHECK, "key-1"),))
    assert store.texts(_TEXTS) == {"text-teh": "teh", "text-the": "the", "text-mine": "mine", "text-orphan": "?"}
    assert (event_ids(store), event_ids(store, essay_id="amira")) == (["e1", "e2"], ["e2"])
    assert store.pieces("cohort") == {"amira|bo": "left"}
    store.close()
    with sqlite3.connect(old) as connection:
        version = 6 if read_only else SCHEMA_VERSION
        assert connection.execute("SELECT version FROM schema_version").fetchall() == [(version,)]
    connection.close()


def test_a_migrated_store_takes_what_a_new_one_takes(old: Path) -> None:
    """It is migrated once: the second opening has nothing to do."""
    for _ in range(2):
        store = open_store(str(old))
        store.commit(spellchecked_batch("b3", "hte", "the", "key-5"))
        store.close()
    with sqlite3.connect(old) as connection:
        assert connection.execute("SELECT version FROM schema_version").fetchall() == [(SCHEMA_VERSION,)]
    connection.close()


def test_a_migrated_store_has_the_tables_of_a_new_one(old: Path, tmp_path: Path) -> None:
    """Either way to the newest version leads to the same columns, keys and indexes."""
    migrated, new = open_store(str(old)), open_store(str(tmp_path / "new.db"))
    assert isinstance(migrated, SqlStore)
    assert isinstance(new, SqlStore)
    assert _shape(migrated) == _shape(new)
    migrated.close()
    new.close()


def _shape(store: SqlStore) -> dict[str, object]:
    seen = inspect(store._engine)
    return {
        table: (
            {column["name"]: (str(column["type"]), column["nullable"]) for column in seen.get_columns(table)},
            seen.get_pk_constraint(table)["constrained_columns"],
            {str(index["name"]): index["column_names"] for index in seen.get_indexes(table)},
        )
        for table in sorted(seen.get_table_names())
    }


@pytest.mark.parametrize(
    ("batch_id", "commanded"),
    [("in-nlp", ["anna", "bo", "cy", "dora"]), ("in-cj", ["anna", "cy", "dora"]), ("again", ["bo"]), ("b1", [])],
)
def test_the_command_of_a_phase_that_runs_is_in_the_header(old: Path, batch_id: str, commanded: list[str]) -> None:
    """Version 6 had it only in the log; the newest run's command counts."""
    store = open_store(str(old))
    header = store.batch(batch_id)
    assert header is not None
    assert list(header.commanded) == commanded
    assert not set(header.commanded.values()) - store.texts(header.commanded.values()).keys()
    store.close()


def test_a_batch_old_of_a_phase_goes_on_after_the_migration(old: Path) -> None:
    """No essay is left out, and what has succeeded is not done again."""
    store = open_store(str(old))
    engine = Engine(LocalRuntime(Blueprint(services()), store))
    done = {}
    for batch_id in ("in-nlp", "in-cj", "again"):
        engine.batch(batch_id).resume().until_ended()
        header = store.batch(batch_id)
        assert header is not None
        done[batch_id] = {phase: (each.successful, each.failed) for phase, each in header.details.items()}
    usual = {PhaseName.SPELLCHECK: (4, 0), PhaseName.NLP: (3, 1), PhaseName.CJ_ASSESSMENT: (3, 0)}
    assert done == dict.fromkeys(done, usual)
    of_anna = [logged.event.event_type for logged in store.events("in-nlp", essay_id="anna")]
    assert of_anna.count("huleedu.essay.nlp.completed.v1") == 1
    store.close()


def test_a_store_of_postgresql_is_migrated_as_well(postgres_url: str) -> None:
    """The header of a running phase gets its command from the log."""
    import psycopg

    store = open_store(postgres_url)
    engine = Engine(LocalRuntime(Blueprint(services()), store))
    engine.submit("b1", {"anna": "Anna's words.", "bo": "Bo's."}, pipeline="nlp", language="en")
    running = store.batch("b1")
    store.close()
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("UPDATE batches SET large = (large::jsonb - 'commanded')::text")
        connection.execute("UPDATE schema_version SET version = 6")
    store = open_store(postgres_url)
    assert running is not None
    assert running.commanded
    assert store.batch("b1") == running
    store.close()


@pytest.mark.parametrize("read_only", [True, False])
def test_a_store_of_a_newer_program_is_refused(old: Path, read_only: bool) -> None:
    """An old program must not write what it does not understand."""
    with sqlite3.connect(old) as connection:
        connection.execute("UPDATE schema_version SET version = 99")
    connection.close()
    with pytest.raises(StoreError, match=r"version 99 .* update the program"):
        open_store(str(old), read_only=read_only)


def test_a_store_that_is_too_old_is_refused(old: Path) -> None:
    """The version that wrote it was never released; nothing of the store is changed."""
    with sqlite3.connect(old) as connection:
        connection.execute("UPDATE schema_version SET version = 5")
    connection.close()
    before = _content(old)
    for read_only in (True, False):
        with pytest.raises(StoreError, match=r"version 5 .* never released"):
            open_store(str(old), read_only=read_only)
        assert _content(old) == before


def _content(path: Path) -> list[str]:
    with sqlite3.connect(path) as connection:
        lines = list(connection.iterdump())
    connection.close()
    return lines


def test_a_migration_that_fails_leaves_the_store_as_it_was(old: Path) -> None:
    """A migration happens as a whole or not at all, and can be attempted again."""
    with sqlite3.connect(old) as connection:
        connection.execute("ALTER TABLE events RENAME TO elsewhere")
    connection.close()
    with pytest.raises(StoreError, match="no such table"):
        open_store(str(old))
    with sqlite3.connect(old) as connection:
        assert not connection.execute("SELECT count(*) FROM batches WHERE large LIKE '%commanded%'").fetchone()[0]
        connection.execute("ALTER TABLE elsewhere RENAME TO events")
    connection.close()
    store = open_store(str(old))
    assert len(store.batches()) == 5
    store.close()


def test_tables_of_another_program_are_not_taken_for_a_store(tmp_path: Path) -> None:
    """Programs may share a database, but not tables."""
    path = tmp_path / "other.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE essays (title TEXT)")
    connection.close()
    with pytest.raises(StoreError, match=r"something else \(essays\)"):
        open_store(str(path))


def test_every_row_says_which_version_wrote_it() -> None:
    """Except in tables of ids and numbers, and of texts, whose hash identifies them."""
    unversioned = {table.name for table in METADATA.sorted_tables if "record_version" not in table.columns}
    assert unversioned == {"schema_version", "claims", "texts", "uses", "cursors"}
