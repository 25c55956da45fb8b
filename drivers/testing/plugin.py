"""A pytest plugin: ``pytest_plugins = ["drivers.testing.plugin"]`` in a ``conftest.py``.

Fixtures: ``engine``, an engine in virtual time in which every phase succeeds; and ``make_engine``, which makes such an
engine with the services and policy you pass.
"""

from collections.abc import Callable, Iterator

import pytest

from drivers.testing.engine import VirtualEngine, open_virtual_engine


@pytest.fixture
def make_engine() -> Iterator[Callable[..., VirtualEngine]]:
    """A function like ``open_virtual_engine``; the engines it makes are closed after the test."""
    engines: list[VirtualEngine] = []

    def make(*args: object, **kwargs: object) -> VirtualEngine:
        engines.append(open_virtual_engine(*args, **kwargs))  # type: ignore[arg-type]
        return engines[-1]

    yield make
    for engine in engines:
        engine.close()


@pytest.fixture
def engine(make_engine: Callable[..., VirtualEngine]) -> VirtualEngine:
    """An engine in memory and in virtual time; every essay succeeds in every phase."""
    return make_engine()
