"""A cluster that outlives its drivers: what later drivers find, how an engine is stopped, and what its death means."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import psutil
import pytest
from typer.testing import CliRunner, Result

from drivers.__main__ import app
from tests.cluster.programs import output, soon
from tests.cluster.shared import ROOT, SharedCluster

pytestmark = pytest.mark.ray
RUN = ("run", "essays", "--pipeline", "nlp", "--set", "nlp.parse=false", "--essay-processes", "0", "--batch-id")
SERVICE = """
import time
from pathlib import Path
from actors.phases.nlp import NLPService

class Slow(NLPService):
    def __init__(self):
        super().__init__()
        self.version = "slow"

    def process(self, task):
        Path(__file__).with_name("begun").touch()
        while not Path(__file__).with_name("go").exists():
            time.sleep(0.1)
        return super().process(task)
"""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a user's own service, and two essays."""
    folder = tmp_path_factory.mktemp("school")
    (folder / "mine.py").write_text(SERVICE)
    (folder / "mine.toml").write_text('[services]\nnlp = "mine:Slow"\n')
    (folder / "none.toml").write_text("")
    (folder / "essays").mkdir()
    for name in ("anna", "bo"):
        (folder / "essays" / f"{name}.txt").write_text(f"A short text of {name}'s.")
    return folder


@pytest.fixture
def called(cluster: SharedCluster, place: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:  # noqa: ARG001
    """Run a command that joins the cluster from this process, with the product's own services."""
    monkeypatch.chdir(place)
    monkeypatch.setenv("ESSAYS_SETTINGS", str(place / "none.toml"))
    monkeypatch.setenv("COLUMNS", "300")
    return partial(CliRunner().invoke, app)


def _with_own_service(place: Path, environment: Mapping[str, str]) -> dict[str, str]:
    paths = f"{place}{os.pathsep}{ROOT}"
    return {**environment, "PYTHONPATH": paths, "ESSAYS_SETTINGS": str(place / "mine.toml"), "COLUMNS": "300"}


@contextmanager
def _program(*arguments: str, environment: Mapping[str, str], place: Path) -> "Iterator[subprocess.Popen[str]]":
    """A command in its own process, whose work has begun."""
    (place / "begun").unlink(missing_ok=True)
    with subprocess.Popen(  # noqa: S603  (our own arguments)
        [sys.executable, "-m", "drivers", *arguments],
        env=environment,
        cwd=place,
        text=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    ) as program:
        soon(lambda: (place / "begun").exists() or program.poll() is not None, seconds=60)
        time.sleep(1.0)  # by then it is following its batch
        assert program.poll() is None, program.communicate()
        yield program


def test_what_drivers_of_one_cluster_find_there(
    place: Path, cluster: SharedCluster, called: Callable[..., Result]
) -> None:
    """An idle engine with other services is replaced, one at work refuses; ``stop`` names what it interrupts."""
    store = ("--store", f"sqlite:///{place}/a.db")
    mine = _with_own_service(place, cluster.environment)

    first = called([*RUN, "first", *store])
    assert first.exit_code == 0, first.output

    with _program(*RUN, "second", *store, environment=mine, place=place) as second:
        third = called([*RUN, "third", *store])
        assert third.exit_code == 4, third.output
        assert "differs from this program (the service of nlp), and is running second" in third.stderr
        elsewhere = called([*RUN, "third", "--store", f"sqlite:///{place}/b.db"])
        assert elsewhere.exit_code == 4, elsewhere.output
        assert f"{place}/a.db" in elsewhere.stderr

        asked = called(["stop", *store])
        assert (asked.exit_code, "This would interrupt: second." in asked.stdout) == (2, True), asked.output
        stopped = called(["stop", *store, "--yes"])
        assert stopped.exit_code == 0, stopped.output
        assert "Interrupted: second. Continue with: essays resume" in stopped.stdout
        told, _ = second.communicate(timeout=30)
        assert second.returncode == 4, told
        assert "was stopped (essays stop). Finished work is saved; continue with: essays resume second" in told

    (place / "go").touch()
    resume = (sys.executable, "-m", "drivers", "resume", "second", *store)
    output(*resume, environment=mine)
    (place / "go").unlink()
    assert called(["stop", *store]).exit_code == 0
    assert "No engine is running on the cluster" in called(["stop"]).stdout


@pytest.mark.parametrize("where", ["joined", pytest.param("own", marks=pytest.mark.slow)])
def test_sigterm_ends_a_run_as_ctrl_c_does(place: Path, cluster: SharedCluster, where: str) -> None:
    """Finished work is saved, and the message says how to go on, on a shared cluster as on the run's own."""
    mine = _with_own_service(place, cluster.environment if where == "joined" else _without_ray())
    with _program(*RUN, where, environment=mine, place=place) as program:
        program.send_signal(signal.SIGTERM)
        told, _ = program.communicate(timeout=60)
    assert program.returncode == 130, told
    assert f"Interrupted: finished work is saved. Continue with: essays resume {where}" in told


@pytest.mark.parametrize("victim", ["gcs_server", pytest.param("raylet", marks=pytest.mark.slow)])
def test_a_run_whose_ray_dies_says_how_to_go_on(place: Path, victim: str) -> None:
    """It exits with code 4 within 15 seconds and a sentence of ours, without Ray's own output."""
    mine = _with_own_service(place, _without_ray())
    with _program(*RUN, victim, environment=mine, place=place) as program:
        for child in psutil.Process(program.pid).children():
            if child.name() == victim:
                child.send_signal(signal.SIGKILL)
        began = time.monotonic()
        told, _ = program.communicate(timeout=60)
        assert time.monotonic() - began < 15.0
    assert program.returncode == 4, told
    last = told.strip().splitlines()[-1]
    assert last.startswith("Ray is gone: its ")
    assert last.endswith(f"does not answer any more. Finished work is saved; continue with: essays resume {victim}")
    assert "state-dump" not in told


def _without_ray() -> dict[str, str]:
    """Our environment without any cluster."""
    return {name: value for name, value in os.environ.items() if not name.startswith("RAY_")}
