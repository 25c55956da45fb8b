"""Opening a store: URLs, and what can be wrong with them."""

import subprocess
import sys
from pathlib import Path

import pytest

from actors.stores import open_store
from actors.stores.store import StoreError, StoreUnavailableError
from tests.stores.examples import essay


def test_a_path_and_a_url_name_the_same_file(tmp_path: Path) -> None:
    """Whichever is more convenient."""
    store = open_store(str(tmp_path / "essays.db"))
    store.commit([essay()])
    store.close()
    store = open_store(f"sqlite:///{tmp_path}/essays.db")
    assert store.essays("b1") == [essay()]
    store.close()


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("mysql://host/essays", "No store can be kept in 'mysql'.*sqlite:///path"),
        ("://", "no URL of a store"),
        ("sqlite://", "say memory://"),
        ("sqlite:///:memory:", "say memory://"),
        ("missing/folder/essays.db", "The folder missing/folder is not there"),
        ("tests", "tests is a folder"),
    ],
)
def test_a_url_that_is_not_right_is_explained(url: str, sentence: str) -> None:
    """The message says what is wrong, and what would be right."""
    with pytest.raises(StoreError, match=sentence):
        open_store(url)


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    """It is left unchanged."""
    path = tmp_path / "notes.txt"
    path.write_text("Not a database, but long enough to be taken for one. " * 100)
    before = path.read_bytes()
    with pytest.raises(StoreError, match="no SQLite database"):
        open_store(str(path))
    assert path.read_bytes() == before


def test_a_store_to_be_read_must_be_there(tmp_path: Path) -> None:
    """Reading does not create files."""
    with pytest.raises(StoreError, match="There is no store at"):
        open_store(str(tmp_path / "essays.db"), read_only=True)
    (tmp_path / "empty.db").touch()
    with pytest.raises(StoreError, match="no store in this database"):
        open_store(str(tmp_path / "empty.db"), read_only=True)
    assert not (tmp_path / "essays.db").exists()


def test_an_unknown_level_of_synchronous_is_refused(tmp_path: Path) -> None:
    """SQLite would silently accept any word for it."""
    with pytest.raises(StoreError, match="FULL, NORMAL"):
        open_store(str(tmp_path / "essays.db"), synchronous="sometimes")


def test_a_server_that_does_not_answer_is_unavailable() -> None:
    """It may answer later; the message does not contain the password."""
    pytest.importorskip("psycopg", reason="psycopg is not installed (the extra [postgres])")
    with pytest.raises(StoreUnavailableError, match="does not answer") as caught:
        open_store("postgresql://someone:hidden-word@127.0.0.1:1/essays")
    assert "hidden-word" not in str(caught.value)


def test_a_missing_driver_is_named_with_its_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    """PostgreSQL is an extra."""
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(StoreError, match=r"pip install 'essay-pipelines\[postgres\]'"):
        open_store("postgresql://localhost/essays")


def test_a_store_in_memory_loads_no_database_package() -> None:
    """The simulation and unit tests must start fast."""
    program = (
        "import sys; from actors.stores import open_store; open_store('memory://'); print('sqlalchemy' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)  # noqa: S603
    assert done.stdout.strip() == "False"
