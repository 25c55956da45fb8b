"""A named cluster that does not exist is reported at once."""

import socket
from threading import Timer

import pytest

from actors.runtime.runtime import RuntimeUnavailableError
from drivers.client import joining
from drivers.client.joining import check_cluster
from tests.drivers.conftest import Call, run_options


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def test_a_cluster_that_does_not_answer_is_exit_code_4_before_ray_is_loaded(
    essays: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ray would wait for minutes, and report internals; this message names the address, and says what to do."""
    monkeypatch.setattr(joining, "STARTING_SECONDS", 0.1)
    monkeypatch.setenv("RAY_ADDRESS", f"127.0.0.1:{_free_port()}")
    local, ray = [*run_options()], ["--runtime", "ray"]
    refused = essays("run", "--sample", *local, *ray)
    assert refused.exit_code == 4, refused.output
    assert "unset RAY_ADDRESS" in " ".join(refused.output.split())


def test_a_cluster_that_is_just_starting_is_waited_for() -> None:
    """Its head node listens a moment later."""
    port = _free_port()
    opened: list[socket.socket] = []
    Timer(0.3, lambda: opened.append(socket.create_server(("127.0.0.1", port)))).start()
    check_cluster(f"127.0.0.1:{port}")
    opened[0].close()


@pytest.mark.parametrize("address", ["auto", "local", "ray://head:10001/", ""])
def test_what_is_no_host_and_port_is_left_to_ray(address: str) -> None:
    """Ray knows other forms of an address."""
    check_cluster(address)


def test_a_port_that_cannot_be_is_one_where_nobody_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    """It does not lead to a traceback."""
    monkeypatch.setattr(joining, "STARTING_SECONDS", 0.0)
    with pytest.raises(RuntimeUnavailableError, match=r"No Ray cluster answers at 127\.0\.0\.1:9+"):
        check_cluster("127.0.0.1:99999999")
