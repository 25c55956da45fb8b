"""Rules for all tests: no Ray without the ``ray`` marker, and property tests that repeat exactly in CI.

Also provides what many tests need: a PostgreSQL server and a Ray cluster for the session.
"""

import importlib.util
import os
import re
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator, Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, settings

from contracts import phases_forgotten
from drivers.lab.postgres import PostgresServer, find_binaries
from tests.cluster.shared import SharedCluster, shared_cluster
from tests.skips import unexpected

settings.register_profile("default", deadline=None)
_NOT_TIMED = [HealthCheck.too_slow]  # a test is not at fault if the machine is busy, or measures coverage
settings.register_profile(
    "ci",
    deadline=None,
    derandomize=True,
    max_examples=40,  # the same ones each time; the nightly driver draws others, and more
    print_blob=True,
    suppress_health_check=_NOT_TIMED,
)
settings.load_profile("ci" if os.environ.get("CI") else "default")


# If a shell starts the tests in the background, they ignore Ctrl-C, and so does every program that they start.
signal.signal(signal.SIGINT, signal.default_int_handler)


class RayGuard(MetaPathFinder):
    """Guards ``ray.init`` as soon as anything imports ray (importing it here would cost seconds)."""

    def __init__(self) -> None:
        self.is_open = False

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None,
        target: ModuleType | None = None,
    ) -> ModuleSpec | None:
        """Ray's own spec, with a loader that guards the module once loaded; None for any other module."""
        if fullname != "ray":
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec("ray")
        if spec is not None and spec.loader is not None:
            vars(spec.loader)["exec_module"] = self._guarding(spec.loader.exec_module)
        return spec

    def _guarding(self, exec_module: Any) -> Any:
        def exec_and_guard(module: ModuleType) -> None:
            exec_module(module)
            self.guard(module)

        return exec_and_guard

    def guard(self, ray: Any) -> None:
        init = ray.init

        def guarded_init(*args: Any, **kwargs: Any) -> Any:
            if not self.is_open:
                raise RuntimeError("ray.init in a test without the marker `ray`: mark it, or use the local runtime")
            return init(*args, **kwargs)

        ray.init = guarded_init


_GUARD = RayGuard()


def pytest_configure() -> None:
    """Install the guard before any test module is imported."""
    if "ray" in sys.modules:
        _GUARD.guard(sys.modules["ray"])
    else:
        sys.meta_path.insert(0, _GUARD)


def lacks(expression: str, file: Path) -> bool:
    """Whether no test of the file can have the marker with which an expression for ``-m`` begins."""
    asked = re.match(r"(ray|slow)\b(?!.*\bor\b)", expression)
    return bool(asked and file.match("test_*.py") and f"mark.{asked[1]}" not in file.read_text(encoding="utf-8"))


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Skip files without the marker that is asked for: importing them all takes longer than many tests."""
    return lacks(config.getoption("markexpr"), collection_path) or None


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Any:
    """Let tests marked ``ray``, with their fixtures, start Ray."""
    was_open = _GUARD.is_open  # pytester runs a session within a test
    _GUARD.is_open = item.get_closest_marker("ray") is not None
    try:
        return (yield)
    finally:
        _GUARD.is_open = was_open


_SKIPS: list[str] = []


def _note_skip(report: pytest.TestReport | pytest.CollectReport) -> None:
    if report.skipped and not hasattr(report, "wasxfail") and isinstance(report.longrepr, tuple):
        _SKIPS.append(f"{report.nodeid}: {report.longrepr[2].removeprefix('Skipped: ')}")


pytest_runtest_logreport = pytest_collectreport = _note_skip


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """In CI, fail if a test was skipped for a reason that is not on the list."""
    if "CI" in os.environ and session.exitstatus == pytest.ExitCode.OK and unexpected(_SKIPS):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """In CI, name those skips."""
    if "CI" in os.environ:
        for skip in unexpected(_SKIPS):
            terminalreporter.write_line(f"Skipped, which tests/skips.py does not allow: {skip}", red=True)


@pytest.fixture(autouse=True)
def _phases() -> Iterator[None]:
    """Forget the phases that a test has added."""
    with phases_forgotten():
        yield


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A server for the tests; its folder is outside pytest's, which the user ``postgres`` may not enter."""
    binaries = find_binaries()
    if binaries is None:
        pytest.skip("PostgreSQL is not installed (Debian: apt-get install postgresql)")
    pytest.importorskip("psycopg", reason="psycopg is not installed (the extra [postgres])")
    folder = Path(tempfile.mkdtemp(prefix="essay-store-"))
    server = PostgresServer(binaries, folder)
    server.create()
    yield server
    server.close()
    shutil.rmtree(folder)


@pytest.fixture
def postgres_url(postgres: PostgresServer) -> Iterator[str]:
    """A schema of its own on the server, which serves as an empty database."""
    import psycopg

    schema = f"test_{uuid4().hex}"
    with psycopg.connect(postgres.url, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {schema}")
    yield f"{postgres.url}?options=-csearch_path%3D{schema}"
    with psycopg.connect(postgres.url, autocommit=True) as connection:
        connection.execute(f"DROP SCHEMA {schema} CASCADE")


@pytest.fixture(scope="session")
def _cluster_of_the_session() -> Iterator[SharedCluster]:
    """The first test that joins it starts it."""
    with shared_cluster() as started:
        yield started


@pytest.fixture(scope="module")
def cluster(_cluster_of_the_session: SharedCluster) -> Iterator[SharedCluster]:
    """A Ray cluster for the drivers of one file; it has no engine at first, and theirs is removed afterwards."""
    from actors.runtime.runtime import DEFAULT_NAMESPACE
    from drivers.client.bootstrap import engine_on_cluster

    with pytest.MonkeyPatch.context() as environment:
        for name in ("RAY_ADDRESS", "RAY_AUTH_MODE", "RAY_AUTH_TOKEN_PATH"):
            environment.setenv(name, _cluster_of_the_session.environment[name])
        yield _cluster_of_the_session
        with engine_on_cluster(DEFAULT_NAMESPACE) as engine:
            engine.stop()
