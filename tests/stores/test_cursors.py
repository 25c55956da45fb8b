"""Named positions in the log: durable, never moved back by accident, and movable while others write."""

import json
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from actors.stores import open_store
from actors.stores.store import Store, StoreError
from tests.stores.conftest import Opener

NAMES = ["webhook", "to Kafka/8b", "ä.ö", "..", "\u65e5\u672c", "CON"]


def test_a_cursor_is_at_the_beginning_until_it_is_moved(store: Store) -> None:
    """Moving it does not affect other cursors."""
    assert store.cursor("webhook") == 0
    store.move_cursor("webhook", 7)
    assert (store.cursor("webhook"), store.cursor("kafka")) == (7, 0)


def test_a_cursor_does_not_move_back_unless_that_is_meant(store: Store) -> None:
    """If two programs move it, the slower one does not undo the other's move."""
    for position in (5, 3):
        store.move_cursor("webhook", position)
        assert store.cursor("webhook") == 5
    store.move_cursor("webhook", 2, reset=True)
    assert store.cursor("webhook") == 2
    store.move_cursor("webhook", 0, reset=True)
    assert store.cursor("webhook") == 0


def test_a_cursor_outlives_the_program_that_moved_it(reopen: Opener) -> None:
    """Whatever its name contains, because a name is not a path."""
    store = reopen()
    for number, name in enumerate(NAMES, 1):
        store.move_cursor(name, number)
    store = reopen()
    assert [store.cursor(name) for name in NAMES] == [1, 2, 3, 4, 5, 6]


def test_many_who_move_a_cursor_at_once_leave_it_at_the_highest(store: Store) -> None:
    """No move fails or is lost."""
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda number: store.move_cursor("webhook", number), range(1, 41)))
    assert store.cursor("webhook") == 40


@pytest.mark.parametrize("name", ["", "  ", "x" * 201, "\u65e5" * 30, "a\0b"])
def test_what_cannot_name_a_cursor_is_refused(store: Store, name: str) -> None:
    """Names that are empty, too long, or contain NUL; the error says what can name one."""
    refusal = "cannot name a cursor: use 1 to 200 letters, digits, dots or dashes"
    with pytest.raises(StoreError, match=refusal):
        store.cursor(name)
    with pytest.raises(StoreError, match=refusal):
        store.move_cursor(name, 1)


def test_the_longest_name_names_a_cursor(store: Store) -> None:
    """Two hundred letters, as the refusal of longer ones says."""
    store.move_cursor("x" * 200, 1)
    assert store.cursor("x" * 200) == 1


def test_a_cursor_cannot_stand_before_the_beginning(store: Store) -> None:
    """A negative position is a mistake in the caller's arithmetic."""
    with pytest.raises(StoreError, match="not at -1"):
        store.move_cursor("webhook", -1)


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_a_reader_moves_cursors_while_another_program_writes(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """A forwarder runs beside the program that runs the batches, and writes nothing but its cursor."""
    url = str(tmp_path / "essays.db") if kind == "sqlite" else request.getfixturevalue("postgres_url")
    writer, reader = open_store(url), open_store(url, read_only=True)
    reader.move_cursor("webhook", 3)
    assert (writer.cursor("webhook"), reader.cursor("webhook")) == (3, 3)
    with pytest.raises(StoreError, match="read only"):
        reader.commit([])
    reader.close()
    writer.close()


def test_a_cursor_of_a_store_that_is_gone_says_nothing_of_a_new_one_in_its_place(tmp_path: Path) -> None:
    """The new log begins again, so continuing from the old number would skip all of it."""
    path = tmp_path / "essays.db"
    store = open_store(str(path))
    store.move_cursor("webhook", 5000)
    store.close()
    path.unlink()
    store = open_store(str(path))
    assert store.cursor("webhook") == 0
    store.move_cursor("webhook", 1)
    assert store.cursor("webhook") == 1
    store.close()


def test_a_cursor_that_somebody_has_spoilt_is_said_with_its_file(tmp_path: Path) -> None:
    """It is not read as the beginning, because a forwarder would then send everything again."""
    store = open_store(str(tmp_path / "essays.db"))
    store.move_cursor("webhook", 1)
    file = tmp_path / "essays.db-cursors" / "webhook.json"
    assert json.loads(file.read_text())["sequence"] == 1
    file.write_text("{")
    with pytest.raises(StoreError, match=r"webhook\.json is no cursor"):
        store.cursor("webhook")
    store.close()


def test_a_name_that_is_no_proper_unicode_names_a_cursor_beside_a_file(tmp_path: Path) -> None:
    """As a folder's name can be; it is asked for by whoever takes names from there."""
    store = open_store(str(tmp_path / "essays.db"))
    store.move_cursor("klass \udcff", 3)
    assert (store.cursor("klass \udcff"), store.cursor("klass \udcfe")) == (3, 0)
    store.close()


def test_a_cursor_that_cannot_be_read_or_written_is_said_with_its_file_and_why(tmp_path: Path) -> None:
    """A disk's errors are a store's."""
    store, folder = open_store(str(tmp_path / "essays.db")), tmp_path / "essays.db-cursors"
    folder.write_text("no folder")
    written = rf"^The cursor 'webhook' cannot be written to {folder}/webhook\.json: File exists\.$"
    with pytest.raises(StoreError, match=written):
        store.move_cursor("webhook", 1)
    folder.unlink()
    (folder / "webhook.json").mkdir(parents=True)
    with pytest.raises(StoreError, match=rf"^The cursor 'webhook' cannot be read from {folder}/webhook\.json: Is a "):
        store.cursor("webhook")
    store.close()


def test_a_cursor_is_a_file_for_its_owner_alone(tmp_path: Path) -> None:
    """And says which cursor it is, for whoever finds it."""
    store, folder = open_store(str(tmp_path / "essays.db")), tmp_path / "essays.db-cursors"
    store.move_cursor("to Kafka/8b", 3)
    assert sorted(file.name for file in folder.iterdir()) == ["to%20Kafka%2F8b.json", "to%20Kafka%2F8b.lock"]
    assert {stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()} == {0o600}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    note = json.loads((folder / "to%20Kafka%2F8b.json").read_text())
    assert (note["name"], note["sequence"]) == ("to Kafka/8b", 3)
    store.close()


def test_a_program_that_is_killed_while_it_moves_a_cursor_leaves_it_whole(tmp_path: Path) -> None:
    """It is at the last promised number, or the one after."""
    url = str(tmp_path / "essays.db")
    open_store(url).close()
    program = (
        "import sys; from actors.stores import open_store; s = open_store(sys.argv[1], read_only=True)\n"
        "for n in range(1, 10**6): s.move_cursor('webhook', n); print(n, flush=True)"
    )
    for _ in range(3):
        moving = subprocess.Popen([sys.executable, "-c", program, url], stdout=subprocess.PIPE, text=True)  # noqa: S603
        assert moving.stdout is not None
        first = [moving.stdout.readline() for _ in range(25)]
        moving.kill()
        promised = max(map(int, (*first, *moving.communicate()[0].splitlines())))
        reader = open_store(url, read_only=True)
        assert reader.cursor("webhook") in {promised, promised + 1}
        reader.move_cursor("webhook", 0, reset=True)
        reader.close()
