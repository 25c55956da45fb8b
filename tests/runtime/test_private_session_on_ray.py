"""A run's own cluster on a real Ray: what another account on the machine sees of it."""

import os
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from actors.owner_only import is_open_to_others
from actors.runtime.activation import Blueprint
from actors.runtime.placement import Placement
from tests.services import services

pytestmark = pytest.mark.ray
NOBODY = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]


def _node() -> Any:
    import ray

    return ray._private.worker._global_node


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder of a cluster's session, which was started where the environment turns authentication off."""
    from actors.runtime.ray.runtime import RayRuntime

    store = tmp_path_factory.mktemp("store") / "store.db"
    mask, patch = os.umask(0o022), pytest.MonkeyPatch()
    patch.setenv("RAY_AUTH_MODE", "disabled")
    runtime = RayRuntime(Blueprint(services()), str(store), placement=Placement(essay_processes=0, starting=1))
    assert "RAY_AUTH_MODE=disabled is for clusters that are started for others" in runtime.describe()
    assert not [path for path in store.parent.glob("store.db*") if is_open_to_others(path.stat().st_mode)]
    yield Path(_node().get_session_dir_path())
    runtime.shutdown()
    patch.undo()
    os.umask(mask)


def test_the_session_lies_where_only_its_account_can_enter(session: Path) -> None:
    """Ray's own folders are open to all: one above them is not."""
    private = session.parents[1]
    assert private.name == f"essays-{os.geteuid()}"
    assert not is_open_to_others(private.stat().st_mode)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can try it as another account")
def test_another_account_can_neither_read_the_logs_nor_plant_a_link(session: Path) -> None:
    """A link planted under a name that Ray writes to would have a file of ours overwritten."""
    planted = session.parent / "prom_metrics_service_discovery.json"
    for command in (["ls", str(session / "logs")], ["ln", "-sf", "/etc/passwd", str(planted)]):
        tried = subprocess.run([*NOBODY, *command], capture_output=True, check=False)  # noqa: S603
        assert b"Permission denied" in tried.stderr


@pytest.mark.usefixtures("session")
def test_a_token_is_asked_for_whatever_the_environment_says() -> None:
    """Without one, the dashboard's jobs, which run any program, answer nobody."""
    from actors.runtime.ray.lean_node import await_dashboards

    await_dashboards(60.0)  # it starts beside the first work
    host, _, port = _node().webui_url.rpartition(":")
    with socket.create_connection((host, int(port)), timeout=10) as asking:
        asking.sendall(b"GET /api/jobs/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        assert asking.recv(100).split()[1] == b"401"


def test_no_socket_of_the_session_has_a_longer_name_than_was_allowed_for(session: Path) -> None:
    """The length of a path is checked before anything is started."""
    longest = max(len(path.name) for path in (session / "sockets").iterdir())
    assert longest <= len("dash_MetricsHead")
