"""SQLite: one writer, any number of readers, and how a disk can fail it."""

import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy.event import listens_for

from actors.core.records import Record
from actors.stores import open_store
from actors.stores.file_lock import owner_of
from actors.stores.sql import SqlStore
from actors.stores.store import StoreError, StoreInUseError, StoreUnavailableError
from tests.stores.examples import batch, essay, event, event_ids, header, text

_NOBODY = 65534


def _open(path: Path, *, read_only: bool = False) -> SqlStore:
    store = open_store(str(path), read_only=read_only)
    assert isinstance(store, SqlStore)
    return store


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A file that does not exist yet."""
    return tmp_path / "essays.db"


def test_a_second_writer_is_told_who_holds_the_store(path: Path) -> None:
    """It gets the store once the first writer has closed it."""
    first = open_store(str(path), owner={"ray": "127.0.0.1:6379"})
    with pytest.raises(StoreInUseError, match=rf"process {os.getpid()} on .*ray 127\.0\.0\.1:6379.*stop it"):
        _open(path)
    first.close()
    _open(path).close()
    assert owner_of(path) is None


def test_a_writer_of_another_process_is_refused_as_well(path: Path) -> None:
    """The lock is the operating system's."""
    store = _open(path)
    program = f"from actors.stores import open_store; open_store({str(path)!r})"
    other = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)  # noqa: S603
    store.close()
    assert f"StoreInUseError: {path} is being written by process {os.getpid()}" in other.stderr


def test_a_reader_sees_what_is_committed_while_a_writer_writes(path: Path) -> None:
    """It sees each commit as soon as it is done, and nothing of one under way."""
    writer = _open(path)
    writer.commit([essay(), event("e1")])
    reader = _open(path, read_only=True)
    assert event_ids(reader) == ["e1"]
    writer.commit([event("e2")])
    with writer._transaction() as connection:
        writer._writer.write(connection, [[event("e3")]])
        assert event_ids(reader) == ["e1", "e2"]
    assert event_ids(reader) == ["e1", "e2", "e3"]
    writer.close()
    assert event_ids(reader) == ["e1", "e2", "e3"]
    reader.close()


def test_a_reader_writes_nothing(path: Path) -> None:
    """The reader says so, and the file stays as it was."""
    _open(path).close()
    reader = _open(path, read_only=True)
    for write in (lambda: reader.commit([essay()]), lambda: reader.claim("b1"), lambda: reader.forget("b1")):
        with pytest.raises(StoreError, match=r"^This store was opened as read only\.$"):
            write()
    assert reader.essays("b1") == []
    reader.close()


def test_a_long_log_is_read_a_part_at_a_time(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The log of a year is never in memory as a whole."""
    monkeypatch.setattr("actors.stores.sql._EVENTS_AT_ONCE", 2)
    store, asked = _open(path), list[str]()
    store.commit([event(f"e{number}") for number in range(5)])
    listens_for(store._engine, "before_cursor_execute")(lambda *call: asked.append(call[2]))
    assert event_ids(store) == ["e0", "e1", "e2", "e3", "e4"]
    assert sum("FROM events" in query for query in asked) == 4  # two, two, the last one, and no more
    store.close()


def test_a_full_disk_is_reported_and_overcome(path: Path) -> None:
    """Nothing of the refused commit is there, and once there is room the same commit succeeds."""
    store = _open(path)
    store.commit([event("e1")])
    _limit_pages(store, 60)
    large: list[Record] = [text(os.urandom(400_000).hex()), event("e2")]
    with pytest.raises(StoreUnavailableError, match="full"):
        store.commit(large)
    with pytest.raises(StoreUnavailableError, match="full"):
        store.commit_group([[event("e3")], large])
    assert event_ids(store) == ["e1"]
    _limit_pages(store, 1_000_000)
    store.commit(large)
    assert event_ids(store) == ["e1", "e2"]
    store.close()


def _limit_pages(store: SqlStore, pages: int) -> None:
    with store._engine.connect() as connection:
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")


def test_a_database_that_another_program_holds_locked_is_unavailable(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The lock is temporary."""
    monkeypatch.setattr("actors.stores.databases.BUSY_SECONDS", 0.05)
    store = _open(path)
    with sqlite3.connect(path, isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreUnavailableError, match="locked"):
            store.commit([essay()])
        other.execute("ROLLBACK")
    other.close()
    store.commit([essay()])
    store.close()


@contextmanager
def _without_privileges() -> Iterator[None]:
    """Root may write anywhere, so become another user for a while."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(_NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def read_only_folder() -> Iterator[Path]:
    """A folder with a store, in which nothing can be written; it is outside pytest's own, which is root's."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        store = _open(folder / "essays.db")
        store.commit([event("e1")])
        store.close()
        folder.chmod(0o555)
        yield folder
        folder.chmod(0o755)


def test_a_store_in_a_read_only_folder_cannot_be_written(read_only_folder: Path) -> None:
    """The message says why."""
    with _without_privileges(), pytest.raises(StoreError, match="folder writable"):
        _open(read_only_folder / "essays.db")


def test_a_store_in_a_read_only_folder_can_be_read(read_only_folder: Path) -> None:
    """For example an archive, or a colleague's folder whose store was opened to others."""
    (read_only_folder / "essays.db").chmod(0o644)
    with _without_privileges():
        reader = _open(read_only_folder / "essays.db", read_only=True)
        assert event_ids(reader) == ["e1"]
        reader.close()


def test_a_damaged_file_is_reported_in_a_sentence(path: Path) -> None:
    """Instead of a traceback from the database package."""
    store = _open(path)
    store.commit([event(f"e{number}") for number in range(2000)])
    store.close()
    content = bytearray(path.read_bytes())
    content[20 * 4096 : 60 * 4096] = os.urandom(40 * 4096)
    path.write_bytes(content)
    with pytest.raises(StoreError, match="damaged"):
        event_ids(_open(path, read_only=True))


def test_commits_are_synced_to_the_disk_by_default(path: Path) -> None:
    """FULL survives a power cut; a lower level must be asked for."""
    levels = []
    for store in (open_store(str(path)), open_store(str(path.with_name("fast.db")), synchronous="normal")):
        assert isinstance(store, SqlStore)
        with store._engine.connect() as connection:
            levels.append(connection.exec_driver_sql("PRAGMA synchronous").scalar())
        store.close()
    assert levels == [2, 1]


def test_a_store_may_have_any_path(tmp_path: Path) -> None:
    """Even one with spaces, special characters of URLs, or letters of other scripts."""
    odd = tmp_path / "klass 9b #1 100% åäö?.db"
    store = _open(odd)
    store.commit([batch(header())])
    store.close()
    assert odd.exists()
    assert [line.batch_id for line in _open(odd, read_only=True).batches()] == ["b1"]
