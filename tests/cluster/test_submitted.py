"""A batch that is submitted to a running cluster as a Ray job, as the guide *watching* describes."""

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp

import pytest

from actors.stores.opening import open_store
from tests.cluster.programs import free_port, output, running, soon, status_of

pytestmark = pytest.mark.ray
ROOT = Path(__file__).parents[2]
RAY = str(Path(sys.executable).with_name("ray"))


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """Token authentication, with a token of this test's own."""
    token = tmp_path_factory.mktemp("token") / "token"
    token.write_text("for-tests-only-0123456789abcdef0123456789abcdef", encoding="utf-8")
    kept = {name: value for name, value in os.environ.items() if not name.startswith("RAY_")}
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    ray = {"RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN_PATH": str(token), "RAY_USAGE_STATS_ENABLED": "0"}
    at_once = {"RAY_GRACEFUL_SHUTDOWN_DRAIN_TIMEOUT_S": "0"}  # its detached actors never end
    return {**kept, **ray, **at_once, "PATH": path}


@pytest.fixture(scope="module")
def cluster(environment: Mapping[str, str]) -> Iterator[str]:
    """A cluster of one node, started from the command line; its dashboard's address."""
    dashboard, folder = free_port(), mkdtemp(prefix="ray-")  # short, for sockets; its own, lest others join this one
    ports = (f"--port={free_port()}", f"--dashboard-port={dashboard}", f"--dashboard-agent-listen-port={free_port()}")
    options = ("--head", "--block", "--num-cpus=2", f"--temp-dir={folder}", *ports)
    with running(RAY, "start", *options, environment=environment) as head:
        address = f"http://127.0.0.1:{dashboard}"
        soon(lambda: status_of(f"{address}/api/version") is not None or head.poll() is not None, seconds=60)
        assert head.poll() is None
        yield address
    rmtree(folder, ignore_errors=True)


def test_a_submitted_batch_runs_on_the_cluster_and_its_actors_outlive_the_job(
    cluster: str, environment: Mapping[str, str], tmp_path: Path
) -> None:
    """``ray job submit --working-dir . -- python -m drivers.run_batch ...``: from the upload to the results."""
    url = f"sqlite:///{tmp_path}/store.db"
    submit = (RAY, "job", "submit", "--address", cluster, "--working-dir", str(ROOT), "--")
    run = ("python", "-m", "drivers.run_batch", "--sample", "--pipeline", "spellcheck", "--batch-id", "sent")
    places = ("--store", url, "--out", str(tmp_path / "out"), "--essay-processes", "0")
    output(*submit, *run, *places, environment=environment)
    assert (tmp_path / "out" / "results.json").is_file()
    with closing(open_store(url, read_only=True)) as store:
        assert [summary.status for summary in store.batches()] == ["completed_successfully"]
    alive = output(RAY, "list", "actors", "--address", cluster, "--filter", "state=ALIVE", environment=environment)
    assert "batch sent" in alive
    assert "work queue" in alive
