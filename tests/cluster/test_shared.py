"""A cluster that outlives its drivers: what later drivers find, how an engine is stopped, and what its death means."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp

import psutil
import pytest

from tests.cluster.programs import free_port, running, soon

pytestmark = pytest.mark.ray
ROOT = Path(__file__).parents[2]
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
def place() -> Iterator[Path]:
    """A folder with a service of a user's own; a short path, for sockets."""
    folder = Path(mkdtemp(prefix="ray-"))
    (folder / "mine.py").write_text(SERVICE)
    (folder / "mine.toml").write_text('[services]\nnlp = "mine:Slow"\n')
    (folder / "none.toml").write_text("")
    (folder / "essays").mkdir()
    for name in ("anna", "bo"):
        (folder / "essays" / f"{name}.txt").write_text(f"A short text of {name}'s.")
    (folder / "token").write_text("for-tests-only-0123456789abcdef0123456789abcdef")
    yield folder
    rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def environment(place: Path) -> Mapping[str, str]:
    """Of programs that start or join the cluster."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("RAY_")}
    token = {"RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN_PATH": str(place / "token")}
    paths = {"PYTHONPATH": f"{place}{os.pathsep}{ROOT}", "ESSAYS_SETTINGS": str(place / "none.toml")}
    return {**kept, **token, **paths, "RAY_USAGE_STATS_ENABLED": "0", "RAY_GRACEFUL_SHUTDOWN_DRAIN_TIMEOUT_S": "0"}


@pytest.fixture(scope="module")
def joining(place: Path, environment: Mapping[str, str]) -> Iterator[Mapping[str, str]]:
    """A cluster of one node that forks its workers, and the environment of who joins it."""
    port, folder = free_port(), str(place / "s")
    options = (
        "--head",
        "--block",
        "--num-cpus=2",
        "--include-dashboard=false",
        f"--temp-dir={folder}",
        f"--port={port}",
    )
    start = (sys.executable, "-m", "actors.runtime.ray.forking", "start", *options)
    with running(*start, environment=environment) as head:
        soon(lambda: _listens(port) or head.poll() is not None, seconds=60)
        assert head.poll() is None
        yield {**environment, "RAY_ADDRESS": f"127.0.0.1:{port}"}


def _listens(port: int) -> bool:
    ends = (each for each in psutil.net_connections("tcp") if each.status == psutil.CONN_LISTEN)
    return any(each.laddr and each.laddr.port == port for each in ends)


def essays(*arguments: str, environment: Mapping[str, str], place: Path) -> "subprocess.CompletedProcess[str]":
    """One command, in its own process, to its end."""
    command = [sys.executable, "-m", "drivers", *arguments]
    return subprocess.run(  # noqa: S603  (our own arguments)
        command,
        env=environment,
        cwd=place,
        text=True,
        capture_output=True,
        timeout=120,
        stdin=subprocess.DEVNULL,
        check=False,
    )


def test_what_drivers_of_one_cluster_find_there(place: Path, joining: Mapping[str, str]) -> None:
    """An idle engine with other services is replaced, one at work refuses; a stop names what it interrupts."""
    store = ("--store", f"sqlite:///{place}/a.db")
    run = ("run", "essays", "--pipeline", "nlp", "--set", "nlp.parse=false", "--batch-id")
    mine = {**joining, "ESSAYS_SETTINGS": str(place / "mine.toml")}

    first = essays(*run, "first", *store, environment=joining, place=place)
    assert first.returncode == 0, first.stderr

    with subprocess.Popen(  # noqa: S603  (our own arguments)
        [sys.executable, "-m", "drivers", *run, "second", *store],
        env=mine,
        cwd=place,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    ) as second:
        soon((place / "begun").exists, seconds=60)
        third = essays(*run, "third", *store, environment=joining, place=place)
        assert third.returncode == 4, third.stdout
        assert "other things than this program has (the service of nlp), and runs second" in third.stderr
        elsewhere = essays(*run, "third", "--store", f"sqlite:///{place}/b.db", environment=joining, place=place)
        assert elsewhere.returncode == 4, elsewhere.stdout
        assert f"{place}/a.db" in elsewhere.stderr

        asked = essays("stop", *store, environment=joining, place=place)
        assert (asked.returncode, "This would interrupt: second." in asked.stdout) == (2, True), asked
        stopped = essays("stop", *store, "--yes", environment=joining, place=place)
        assert stopped.returncode == 0, stopped.stderr
        assert "Interrupted: second. Go on with: essays resume" in stopped.stdout
        told, _ = second.communicate(timeout=30)
        assert second.returncode == 4, told
        assert "taken off the Ray cluster (essays stop). What is done is saved; go on with: essays resume sec" in told

    (place / "go").touch()
    gone_on = essays("resume", "second", *store, environment=mine, place=place)
    (place / "go").unlink()
    assert gone_on.returncode == 0, gone_on.stderr
    assert essays("stop", *store, environment=joining, place=place).returncode == 0
    nothing = essays("stop", environment=joining, place=place)
    assert "There is no engine on the cluster" in nothing.stdout


@pytest.mark.parametrize("victim", ["gcs_server", pytest.param("raylet", marks=pytest.mark.slow)])
def test_a_run_whose_ray_dies_says_how_to_go_on(place: Path, environment: Mapping[str, str], victim: str) -> None:
    """Exit code 4 within 15 seconds, in words, and nothing of Ray's own."""
    mine = {**environment, "ESSAYS_SETTINGS": str(place / "mine.toml")}
    with _running_batch(place, mine, victim) as program:
        for child in psutil.Process(program.pid).children():
            if child.name() == victim:
                child.send_signal(signal.SIGKILL)
        began = time.monotonic()
        told, _ = program.communicate(timeout=60)
        assert time.monotonic() - began < 15.0
    assert program.returncode == 4, told
    last = told.strip().splitlines()[-1]
    assert last.startswith("Ray is gone: its ")
    assert last.endswith(f"does not answer any more. What is done is saved; go on with: essays resume {victim}")
    assert "state-dump" not in told


def test_sigterm_ends_a_run_as_ctrl_c_does(place: Path, environment: Mapping[str, str]) -> None:
    """What is done is saved, and how to go on is said."""
    mine = {**environment, "ESSAYS_SETTINGS": str(place / "mine.toml")}
    with _running_batch(place, mine, "ended") as program:
        program.send_signal(signal.SIGTERM)
        told, _ = program.communicate(timeout=60)
    assert program.returncode == 130, told
    assert "Interrupted: what is done is saved. Go on with: essays resume ended" in told


def _running_batch(place: Path, environment: Mapping[str, str], batch_id: str) -> "subprocess.Popen[str]":
    """A run on a Ray of its own, whose work has begun."""
    nlp = ("--pipeline", "nlp", "--set", "nlp.parse=false")
    run = ("run", "essays", *nlp, "--essay-processes", "0", "--batch-id", batch_id)
    (place / "begun").unlink(missing_ok=True)
    program = subprocess.Popen(  # noqa: S603  (our own arguments)
        [sys.executable, "-m", "drivers", *run],
        env=environment,
        cwd=place,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    soon(lambda: (place / "begun").exists() or program.poll() is not None, seconds=60)
    time.sleep(2.0)
    assert program.poll() is None
    return program
