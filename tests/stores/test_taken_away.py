"""A database file that is deleted, moved or replaced while open; odd paths, odd folders and odd records."""

import errno
import fcntl
import re
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from actors.runtime.activation import Blueprint
from actors.runtime.local import LocalRuntime
from actors.stores import open_store
from actors.stores.opening import file_of, shown_url, url_of_file
from actors.stores.store import Store, StoreError, StoreLostError
from contracts.phases import PhaseName
from drivers.client.engine import Engine
from tests.runtime.pipelines import NLP, SPELLCHECK, essays
from tests.services import services
from tests.stores.examples import essay, event, event_ids


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """The path of the store."""
    return tmp_path / "essays.db"


@pytest.fixture
def store(path: Path) -> Store:
    """A store in which something was written."""
    store = open_store(str(path))
    store.commit([essay(), event("e1")])
    return store


def _delete(path: Path) -> None:
    path.unlink()


def _move_away(path: Path) -> None:
    path.rename(path.with_name("elsewhere.db"))


def _replace(path: Path) -> None:
    other = path.with_name("other.db")
    sqlite3.connect(other).close()
    other.replace(path)


def _delete_folder(path: Path) -> None:
    for file in path.parent.iterdir():
        file.unlink()
    path.parent.rmdir()


TAKEN_AWAY = {_delete: "is gone", _move_away: "is gone", _replace: "was replaced", _delete_folder: "is gone"}


@pytest.mark.parametrize(("take_away", "what"), TAKEN_AWAY.items())
def test_a_file_that_is_taken_away_is_noticed_with_the_next_commit(
    store: Store, path: Path, take_away: Callable[[Path], None], what: str
) -> None:
    """The commit fails and says what to do, so nobody acts on what is lost."""
    take_away(path)
    with pytest.raises(StoreLostError, match=rf"essays\.db {what}.*resume"):
        store.commit([event("e2")])
    (answer,) = store.commit_group([[event("e3")]])
    assert isinstance(answer, StoreLostError)


@pytest.mark.parametrize(("take_away", "what"), TAKEN_AWAY.items())
def test_a_file_that_is_taken_away_is_noticed_by_who_reads(
    store: Store, path: Path, take_away: Callable[[Path], None], what: str
) -> None:
    """At the end of a batch, nothing more is written, but its results are read."""
    reader = open_store(str(path), read_only=True)
    assert event_ids(reader) == ["e1"]
    take_away(path)
    for each in (store, reader):
        with pytest.raises(StoreLostError, match=what):
            each.summary("b1")


def test_a_write_ahead_log_that_is_deleted_is_noticed(store: Store, path: Path) -> None:
    """It alone has the newest commits."""
    path.with_name("essays.db-wal").unlink()
    with pytest.raises(StoreLostError, match=r"essays\.db-wal is gone"):
        store.commit([event("e2")])


def test_a_file_that_is_put_back_is_the_store_again(store: Store, path: Path) -> None:
    """It is still the same file."""
    path.rename(path.with_name("elsewhere.db"))
    with pytest.raises(StoreLostError):
        store.commit([event("e2")])
    path.with_name("elsewhere.db").rename(path)
    store.commit([event("e3")])
    store.close()
    assert event_ids(open_store(str(path), read_only=True))[-1] == "e3"


def test_forgetting_and_long_use_are_no_loss(store: Store, path: Path) -> None:
    """Both empty the write-ahead log, but it remains the same file."""
    for number in range(30):
        store.commit([event(f"n{number}-{each}") for each in range(100)])
    store.forget("b1")
    store.commit([event("last")])
    assert event_ids(store) == ["last"]
    store.close()
    assert path.exists()


def _deleting(path: Path, phase: PhaseName, essay_id: str) -> dict[PhaseName, Callable[[], Any]]:
    """Services that delete the store's file while they work on one essay in one phase."""
    made = services()

    def make() -> Any:
        service = made[phase]()
        process = service.process

        def processing(task: Any) -> Any:
            if task.essay_id == essay_id:
                path.unlink(missing_ok=True)
            return process(task)

        service.process = processing
        return service

    return {**made, phase: make}


@pytest.mark.parametrize("real_time", [False, True])
@pytest.mark.parametrize(("phase", "essay_id"), [(SPELLCHECK, "essay-01"), (NLP, "essay-03")])
def test_a_run_ends_with_the_loss_of_its_store(path: Path, real_time: bool, phase: PhaseName, essay_id: str) -> None:
    """It does not go on to an end that nobody could read, and no essay fails because of it."""
    blueprint = Blueprint(_deleting(path, phase, essay_id))
    with Engine(LocalRuntime(blueprint, open_store(str(path)), real_time=real_time)) as engine:
        batch = engine.submit("b", essays("a", "b", "c"), pipeline=[SPELLCHECK, NLP], language="en")
        with pytest.raises(StoreLostError, match=r"essays\.db is gone"):
            batch.result()


@pytest.mark.parametrize("name", ["what?.db", "no#1.db", "100%.db", "a%20b.db", "a%3Fb.db", "å ö.db", "a&b=c;d@e:f.db"])
def test_each_path_is_a_store_of_its_own(tmp_path: Path, name: str) -> None:
    """Special characters of URLs have no meaning in a path."""
    url = url_of_file(tmp_path / name)
    open_store(url).close()
    assert file_of(url) == file_of(str(tmp_path / name)) == tmp_path / name
    assert "*" not in shown_url(url)
    assert (tmp_path / name).is_file()


def test_a_question_mark_in_a_url_of_sqlite_is_asked_about(tmp_path: Path) -> None:
    """Otherwise two batches could share the file named before it; in a path, it may be used, or escaped in a URL."""
    with pytest.raises(StoreError, match=r"question mark.*what%3F\.db"):
        open_store(f"sqlite:///{tmp_path}/what?.db")
    assert list(tmp_path.iterdir()) == []
    open_store(f"sqlite:///{tmp_path}/what%3F.db").close()
    assert (tmp_path / "what?.db").is_file()


@pytest.mark.parametrize("number", [errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP])
def test_a_folder_that_cannot_lock_is_said_as_that(path: Path, number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is mostly a network folder, for which advice about permissions would be wrong."""

    def cannot(*_: Any) -> None:
        raise OSError(number, "no locks here")

    monkeypatch.setattr(fcntl, "flock", cannot)
    with pytest.raises(StoreError, match=r"cannot lock files \(a network folder"):
        open_store(str(path))


ODD = {
    "UPDATE batches SET header = '{}'": lambda store: store.batches(),
    "UPDATE batches SET header = 'no JSON'": lambda store: store.summary("b1"),
    "UPDATE batches SET large = '{\"order\": 3}', header = '[]'": lambda store: store.batch("b1"),
    "UPDATE essays SET status = 'asleep'": lambda store: store.essays("b1"),
    "UPDATE essays SET results = '3'": lambda store: store.essay("b1", "amira"),
    "UPDATE events SET timestamp = 'yesterday'": lambda store: list(store.events("b1")),
    "UPDATE pieces SET value = 'no JSON'": lambda store: store.pieces("cohort"),
    "UPDATE results SET phase = 'No Phase!'": lambda store: store.results(["key-1"]),
}


def _old(path: Path) -> Path:
    with sqlite3.connect(path) as connection:
        connection.executescript(Path(__file__).with_name("version_6.sql").read_text(encoding="utf-8"))
    connection.close()
    return path


@pytest.mark.parametrize(("deed", "read"), ODD.items())
def test_a_record_that_nobody_can_have_written_is_told_in_a_sentence(
    path: Path, deed: str, read: Callable[[Store], object]
) -> None:
    """It does not end in a KeyError from within."""
    open_store(str(_old(path))).close()
    with sqlite3.connect(path) as connection:
        connection.execute(deed)
    connection.close()
    said = r"^A stored record cannot be read; another version may have written it \((\w+Error|InvalidPhase): .+\)\.$"
    with pytest.raises(StoreError, match=re.compile(said, re.DOTALL)):
        read(open_store(str(path), read_only=True))


@pytest.mark.parametrize("header", ["{}", "no JSON", "[]"])
def test_an_old_store_that_is_not_as_its_version_writes_it_is_left_as_it_is(path: Path, header: str) -> None:
    """The error says what is wrong, and nothing is migrated."""
    with sqlite3.connect(_old(path)) as connection:
        connection.execute("UPDATE batches SET header = ? WHERE stage = 'running'", (header,))
    connection.close()
    with pytest.raises(StoreError, match=r"not as that version writes it.*restore a backup"):
        open_store(str(path))
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT version FROM schema_version").fetchall() == [(6,)]
    connection.close()
