"""Every kind of store, for the conformance suite."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

import pytest

from actors.stores import open_store
from actors.stores.group_commit import GroupCommit
from actors.stores.store import Store


class Opener(Protocol):
    """Opens the same store repeatedly; each call closes the one opened before."""

    def __call__(self) -> Store: ...


def _opener(open_it: Callable[[], Store]) -> Iterator[Opener]:
    opened: list[Store] = []

    def reopened() -> Store:
        for store in opened:
            store.close()
        opened.append(open_it())
        return opened[-1]

    yield reopened
    for store in opened:
        store.close()


@pytest.fixture(params=["sqlite", "grouped sqlite", "postgres"])
def reopen(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Opener]:
    """A durable store that can be opened again."""
    url = request.getfixturevalue("postgres_url") if request.param == "postgres" else str(tmp_path / "essays.db")
    grouped = request.param.startswith("grouped")
    yield from _opener(lambda: GroupCommit(open_store(url), patience=5) if grouped else open_store(url))


@pytest.fixture(params=["memory", "sqlite", "grouped sqlite", "postgres"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """An empty store of each kind."""
    url = {"memory": "memory://", "postgres": ""}.get(request.param, str(tmp_path / "essays.db"))
    opened = open_store(url or request.getfixturevalue("postgres_url"))
    opened = GroupCommit(opened, patience=5) if request.param.startswith("grouped") else opened
    yield opened
    opened.close()
