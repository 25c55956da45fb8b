"""Stores by address: how one is displayed, and which cluster to join (the one that has it open, unless it dies)."""

import os
import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from threading import Timer

import pytest

from actors.stores.opening import open_store
from drivers.client import stores
from drivers.client.errors import BatchBusyError
from drivers.client.stores import join_cluster_of, shown


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A store's file."""
    return tmp_path / "store.db"


@pytest.fixture(autouse=True)
def _no_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAY_ADDRESS", "")
    monkeypatch.setenv("RAY_AUTH_MODE", "")  # joining sets it, so it must be undone after each test
    monkeypatch.delenv("RAY_AUTH_MODE")


@pytest.fixture
def living() -> Iterator[str]:
    """An address where something listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"127.0.0.1:{server.getsockname()[1]}"


@pytest.fixture
def dead() -> str:
    """An address where nothing listens any more."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return f"127.0.0.1:{server.getsockname()[1]}"


def test_the_cluster_that_has_the_store_open_is_joined(file: Path, living: str) -> None:
    """Its address is in the owner's note beside the store."""
    with closing(open_store(str(file), owner={"ray_address": living})):
        assert join_cluster_of(f"sqlite:///{file}", "b") == (living, "essay-pipelines")


def test_the_end_of_a_dying_cluster_is_waited_for_instead_of_joining_it(file: Path, dead: str) -> None:
    """When a driver is killed with its cluster, the store's process lives a moment longer."""
    store = open_store(str(file), owner={"ray_address": dead})
    Timer(0.4, store.close).start()
    assert not join_cluster_of(f"sqlite:///{file}", "b")


def test_a_store_that_a_dead_cluster_does_not_let_go_of_is_said(
    file: Path, dead: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The message names the process that has to be ended."""
    monkeypatch.setattr(stores, "DYING_SECONDS", 0.2)
    with (
        closing(open_store(str(file), owner={"ray_address": dead})),
        pytest.raises(BatchBusyError, match="does not answer: end that process"),
    ):
        join_cluster_of(f"sqlite:///{file}", "b")


def test_a_store_that_runs_without_a_cluster_is_left_alone(file: Path) -> None:
    """Its process runs its batch without Ray."""
    with closing(open_store(str(file))), pytest.raises(BatchBusyError, match="runs its batch without Ray"):
        join_cluster_of(f"sqlite:///{file}", "b")


def test_a_cluster_that_a_run_has_started_for_itself_is_joined_with_its_token(file: Path, living: str) -> None:
    """Ray guards it with a token, which it does not use for an address unless asked to."""
    with closing(open_store(str(file), owner={"ray_address": living})):
        assert join_cluster_of(f"sqlite:///{file}", "b") == (living, "essay-pipelines")
    assert os.environ["RAY_AUTH_MODE"] == "token"
    assert os.environ["RAY_ADDRESS"] == living


def test_how_another_cluster_is_guarded_is_left_to_its_owner(file: Path, living: str) -> None:
    """It may have no token at all."""
    elsewhere = living.replace("127.0.0.1", "localhost")
    with closing(open_store(str(file), owner={"ray_address": elsewhere})):
        assert join_cluster_of(f"sqlite:///{file}", "b") == (elsewhere, "essay-pipelines")
    assert "RAY_AUTH_MODE" not in os.environ


def test_a_store_that_nobody_has_open_names_no_cluster(file: Path) -> None:
    """The caller starts a runtime of its own."""
    open_store(str(file)).close()
    assert join_cluster_of(f"sqlite:///{file}", "b") is None


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
