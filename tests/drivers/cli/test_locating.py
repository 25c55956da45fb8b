"""Finding the store of a batch, showing it, and joining a cluster that is guarded by a token."""

import os
import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from actors.stores.opening import open_store
from drivers.cli.locating import BatchPlace, store_urls
from drivers.client.errors import RequestError
from drivers.client.stores import join_cluster_of, shown


@pytest.fixture
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A store's URL; what joining leaves in the environment is undone."""
    for name in ("RAY_ADDRESS", "RAY_AUTH_MODE"):
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)
    return f"sqlite:///{tmp_path / 'store.db'}"


@pytest.fixture
def port() -> Iterator[int]:
    """A port at which something listens, as a cluster's head does."""
    with socket.create_server(("127.0.0.1", 0)) as head:
        yield head.getsockname()[1]


def test_a_cluster_that_a_run_has_started_for_itself_is_joined_with_its_token(url: str, port: int) -> None:
    """Ray guards it with one, and does not offer it for an address unless asked to: pausing from elsewhere failed."""
    with closing(open_store(url, owner={"ray_address": f"127.0.0.1:{port}"})):
        assert join_cluster_of(url, "b") == f"127.0.0.1:{port}"
    assert os.environ["RAY_AUTH_MODE"] == "token"
    assert os.environ["RAY_ADDRESS"] == f"127.0.0.1:{port}"


def test_how_another_cluster_is_guarded_is_left_to_its_owner(url: str, port: int) -> None:
    """It may have no token at all."""
    with closing(open_store(url, owner={"ray_address": f"localhost:{port}"})):
        assert join_cluster_of(url, "b") == f"localhost:{port}"
    assert "RAY_AUTH_MODE" not in os.environ


def test_a_store_that_nobody_has_open_names_no_cluster(url: str) -> None:
    """Whoever comes starts a runtime of their own."""
    open_store(url).close()
    assert join_cluster_of(url, "b") is None


def test_a_store_in_memory_cannot_be_looked_at_from_elsewhere() -> None:
    """It is gone with its program."""
    with pytest.raises(RequestError, match="gone with the program"):
        store_urls("memory://", None)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("postgresql://user:secret@host/db", "postgresql://user:***@host/db"),
        ("sqlite:///school.db", "school.db"),
        ("://", "://"),
        ("://user:secret@host", "a URL that cannot be read"),
    ],
)
def test_a_store_is_shown_without_its_password(url: str, said: str) -> None:
    """Messages are copied into mails."""
    assert shown(url) == said


def test_results_go_beside_the_store_unless_another_folder_is_named() -> None:
    """A batch that was run with --out is found there by its store alone."""
    assert BatchPlace("b", found="sqlite:///elsewhere/store.db").folder == Path("elsewhere")
    assert BatchPlace("b", found="sqlite:///school.db").folder == Path("results/b")
    assert BatchPlace("b", out=Path("here"), found="sqlite:///elsewhere/store.db").folder == Path("here")
