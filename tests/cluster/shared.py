"""One cluster for all tests that need none of their own: to start one costs more than most of them."""

import json
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex
from shutil import rmtree
from tempfile import mkdtemp
from typing import Final, NamedTuple

from actors.runtime.listening import listens
from tests.cluster.programs import free_port, running, soon

ROOT: Final = Path(__file__).parents[2]
CORES: Final = 2


class SharedCluster(NamedTuple):
    """A cluster's addresses, and what its processes need."""

    address: str
    dashboard: str
    """It is up some seconds later than the rest."""
    environment: Mapping[str, str]
    """That of its head, and of programs that join it."""
    llm_settings: Path
    """A settings file for language models that its processes read; it does not exist yet."""


@contextmanager
def shared_cluster() -> Iterator[SharedCluster]:
    """A cluster of one node that forks its workers, started from the command line as an operator would.

    It lacks what no test looks at: Ray's autoscaling monitor and its log monitor.
    """
    from actors.runtime.ray.starting import LEAN  # sets variables of Ray's

    port, dashboard, folder = free_port(), free_port(), Path(mkdtemp(prefix="ray-"))  # a short path, for sockets
    ports = (f"--port={port}", f"--dashboard-port={dashboard}", f"--dashboard-agent-listen-port={free_port()}")
    left_out = ("--no-monitor", "--include-log-monitor=false")
    lean = f"--system-config={json.dumps(LEAN)}"
    options = ("--head", "--block", f"--num-cpus={CORES}", f"--temp-dir={folder / 's'}", lean, *left_out, *ports)
    settings = folder / "llm.toml"
    environment = _environment(f"127.0.0.1:{port}", settings)
    head_only = {name: value for name, value in environment.items() if name != "RAY_ADDRESS"}
    start = (sys.executable, "-m", "actors.runtime.ray.forking", "start", *options)
    try:
        with running(*start, environment=head_only) as head:
            soon(lambda: listens("127.0.0.1", port, 5.0) or head.poll() is not None, seconds=90)
            assert head.poll() is None
            yield SharedCluster(f"127.0.0.1:{port}", f"http://127.0.0.1:{dashboard}", environment, settings)
    finally:
        rmtree(folder, ignore_errors=True)


def _environment(address: str, llm_settings: Path) -> dict[str, str]:
    """The environment of programs that join it, without what ours says of other clusters."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("RAY_")}
    paths = {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}",  # where jobs find Python
        "PYTHONPATH": str(ROOT),
        "ESSAY_LLM_SETTINGS": str(llm_settings),
    }
    ray = {
        "RAY_ADDRESS": address,
        "RAY_AUTH_MODE": "token",
        "RAY_AUTH_TOKEN_PATH": str(_token()),
        "RAY_USAGE_STATS_ENABLED": "0",
        "RAY_gcs_mark_task_failed_on_job_done_delay_ms": "1000",  # after this, an ended job's page is final
        "RAY_GRACEFUL_SHUTDOWN_DRAIN_TIMEOUT_S": "0",  # the cluster's detached actors never end
    }
    return {**kept, **paths, **ray}


def _token() -> Path:
    """The file of the token of any cluster here, since a process knows only one token; ``ray start`` makes none."""
    named = os.environ.get("RAY_AUTH_TOKEN_PATH")
    file = Path(named) if named else Path.home() / ".ray" / "auth_token"
    if not file.exists():
        file.parent.mkdir(mode=0o700, exist_ok=True)
        file.touch(mode=0o600)
        file.write_text(token_hex(32), encoding="utf-8")
    return file
