"""What is forgotten is gone from the database files, byte for byte, even when there are many rows."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from actors.core.records import Record, TextRecord
from actors.runtime.activation import Blueprint
from actors.runtime.local import LocalRuntime
from actors.stores import open_store
from actors.stores.store import Store, TracesLeftError
from drivers.client.deletion import forget_essay
from drivers.client.engine import Engine
from drivers.intake import Intake
from drivers.lab.postgres import PostgresServer
from tests.services import services
from tests.stores.examples import batch, essay, event, header

PUPILS = 100
STUDENT, BATCH = "kerstin-ahlqvist", "klass-9c"


def _name(number: int) -> str:
    return STUDENT if number == PUPILS // 2 else f"elev-{number * 7919 % 10007:05}-{number}"


def _words(name: str, number: int) -> str:
    return f"{name} skriver. " * random.Random(number).randrange(1, 100)


def _left(folder: Path, *words: str) -> set[str]:
    files = [path for path in folder.rglob("*") if path.is_file() and "pg_wal" not in path.parts]
    data = [path.read_bytes() for path in files]
    return {word for word in words if any(word.encode() in each for each in data)}


@pytest.fixture
def finished(tmp_path: Path) -> Iterator[tuple[Store, list[str]]]:
    """A store with a batch that has ended, whose pages were split many times, and the names of its essays."""
    store, names = open_store(str(tmp_path / "store.db"), synchronous="OFF"), [_name(each) for each in range(PUPILS)]
    essays = [Intake(name, f"8b/{name}.txt", _words(name, number), None) for number, name in enumerate(names)]
    engine = Engine(LocalRuntime(Blueprint(services()), store))
    engine.submit(BATCH, essays, pipeline=("spellcheck", "nlp", "cj_assessment")).until_ended()
    yield store, names
    store.close()


def test_no_byte_of_a_student_is_left_in_sqlite(tmp_path: Path, finished: tuple[Store, list[str]]) -> None:
    """While the store is open, not even copies remain that were left behind when a page was split."""
    store, names = finished
    gone = names[::2]
    assert _left(tmp_path, *gone) == set(gone)
    for name in gone:
        forget_essay(store, BATCH, name, [])
    assert _left(tmp_path, *gone) == set()
    assert _left(tmp_path, *names) == set(names) - set(gone)


def test_no_byte_of_a_batch_is_left_in_sqlite(tmp_path: Path, finished: tuple[Store, list[str]]) -> None:
    """Only the batch's own name remains, with the number that fences off late writers."""
    store, names = finished
    store.forget(BATCH)
    assert _left(tmp_path, "skriver", *names) == set()


def _records(batch_id: str, name: str) -> list[Record]:
    text = TextRecord(f"{batch_id}-{name}", _words(name, 1))
    events = [event(f"{batch_id}-{name}-{step}", batch_id, essay_id=name) for step in range(4)]
    return [text, essay(name, batch_id, text_id=text.text_id, original_text_id=text.text_id), *events]


def test_a_reader_that_keeps_old_pages_in_the_log_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The batch is forgotten all the same, and the copies go once the reader has ended."""
    monkeypatch.setattr("actors.stores.databases.BUSY_SECONDS", 0.1)
    store = open_store(str(tmp_path / "store.db"))
    store.commit([*_records("b1", STUDENT), batch(header("b1"))])
    reader = open_store(str(tmp_path / "store.db"), read_only=True)
    with reader._engine.connect() as reading:  # type: ignore[attr-defined]
        reading.exec_driver_sql("SELECT count(*) FROM texts").all()
        with pytest.raises(TracesLeftError, match="another program is reading"):
            store.forget("b1")
    assert store.batches() == []
    reader.close()
    store.forget("b1")
    assert _left(tmp_path, STUDENT) == set()
    store.close()


def test_no_byte_of_a_student_or_a_batch_is_left_in_the_tables_of_postgresql(
    postgres: PostgresServer, postgres_url: str
) -> None:
    """A deleted row stays in its page until the table is rewritten; the server's own log is for its administrator."""
    import psycopg

    def written() -> Path:
        with psycopg.connect(postgres.url, autocommit=True) as connection:
            connection.execute("CHECKPOINT")
        return postgres._data / "base"

    store, names = open_store(postgres_url), [_name(number) for number in range(PUPILS)]
    for batch_id in ("b1", BATCH):
        store.commit([batch(header(batch_id, order=tuple(names)))])
        for name in names:
            store.commit(_records(batch_id, name))
    assert _left(written(), STUDENT, f"{BATCH}-elev") == {STUDENT, f"{BATCH}-elev"}
    store.forget(BATCH)
    forget_essay(store, "b1", STUDENT, [])
    assert _left(written(), STUDENT, f"{BATCH}-elev") == set()
    store.close()
