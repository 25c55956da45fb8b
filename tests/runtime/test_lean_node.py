"""A node that is started lean: what is left out, what is not waited for, and what it falls back to."""

import socket
import threading
import time
from types import SimpleNamespace
from typing import Any

import pytest

from actors.runtime.ray.lean_node import HOST, NICENESS, SETTING, lean_node, reserved


@pytest.fixture
def node_class(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Ray's node class, changed to note what it is asked to start and start nothing."""
    node = pytest.importorskip("ray._private.node").Node
    for name in ("start_monitor", "start_log_monitor", "start_api_server"):
        monkeypatch.setattr(node, name, lambda self, _name=name, **options: self.started.append((_name, options)))
    monkeypatch.setattr(node, "any_processes_alive", lambda self: self.is_up, raising=True)
    return node


def a_node(node_class: Any) -> Any:
    """A node that is up and has started nothing."""
    node = node_class.__new__(node_class)
    node.__dict__.update(
        SimpleNamespace(started=[], is_up=True, all_processes={}, _webui_url="127.0.0.1:8265").__dict__
    )
    return node


def test_the_dashboard_is_started_beside_and_the_monitors_are_not(node_class: Any) -> None:
    """Starting a node does not wait for its dashboard; afterwards, Ray starts nodes as it always did."""
    node = a_node(node_class)
    with lean_node() as port:
        node.start_monitor()
        node.start_log_monitor()
        node.start_api_server(include_dashboard=True, raise_on_failure=True)
    dashboard = next(thread for thread in threading.enumerate() if thread.name == "dashboard")
    late = time.monotonic() + 10
    while not node.started and time.monotonic() < late:
        time.sleep(0.01)
    node.is_up = False
    dashboard.join()  # it looks at its node now and then, and must not find the real one
    assert port is not None
    assert node.started == [("start_api_server", {"include_dashboard": True, "raise_on_failure": False})]
    node.start_monitor()
    assert node.started[-1] == ("start_monitor", {})


def test_a_variable_has_ray_start_as_ever(node_class: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is replaced then, and no port is chosen."""
    monkeypatch.setenv(SETTING, "0")
    node = a_node(node_class)
    with lean_node() as port:
        node.start_monitor()
    assert (port, node.started) == (None, [("start_monitor", {})])


def test_a_ray_that_lacks_what_is_replaced_starts_as_ever(node_class: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another version of Ray may have renamed it."""
    monkeypatch.delattr(node_class, "start_log_monitor")
    with lean_node() as port:
        assert port is None


def test_a_reserved_port_is_not_given_to_another_and_the_dashboard_may_listen_on_it() -> None:
    """Two engines that start at the same moment name different dashboards."""
    with reserved() as one, reserved() as other:  # type: ignore[union-attr]
        assert one.getsockname() != other.getsockname()
        with socket.socket() as dashboard:
            dashboard.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            dashboard.bind((HOST, one.getsockname()[1]))
            dashboard.listen()


def test_a_dashboard_whose_port_was_taken_after_all_goes_elsewhere(
    node_class: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A program that reserves nothing may be faster; Ray then picks another port, and the log says which."""
    node = a_node(node_class)
    node._webui_url, node._ray_params = None, SimpleNamespace(dashboard_port=8265)

    def start(self: Any, **_: Any) -> None:
        self.started.append(self._ray_params.dashboard_port)
        if self._ray_params.dashboard_port is None:
            self._webui_url, self.is_up = "127.0.0.1:8300", False

    monkeypatch.setattr(node_class, "start_api_server", start)
    with lean_node():
        node.start_api_server(include_dashboard=True, raise_on_failure=True)
        _dashboards_end()
    assert node.started == [8265, None]
    assert "http://127.0.0.1:8300" in caplog.text


def _dashboards_end() -> None:
    for thread in threading.enumerate():
        if thread.name == "dashboard":
            thread.join(10)


def test_what_ray_says_is_held_back_only_while_a_dashboard_is_being_started(
    node_class: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The numbers of threads are used again, and what Ray says in a later thread is to be seen."""
    from ray._private import services

    filters: list[int] = []
    monkeypatch.setattr(node_class, "start_api_server", lambda *_, **__: filters.append(len(services.logger.filters)))
    before = len(services.logger.filters)
    node = a_node(node_class)
    node.is_up = False
    with lean_node():
        node.start_api_server(include_dashboard=True, raise_on_failure=True)
        _dashboards_end()
    assert filters == [before + 1]
    assert len(services.logger.filters) == before


def test_the_dashboard_leaves_the_work_its_cores(node_class: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """It starts with a worker's priority, while the thread that starts the node keeps its own."""
    niced: list[tuple[int, int]] = []
    monkeypatch.setattr("os.setpriority", lambda _which, who, niceness: niced.append((who, niceness)))
    node = a_node(node_class)
    node.is_up = False
    with lean_node():
        node.start_api_server(include_dashboard=True, raise_on_failure=True)
        _dashboards_end()
    assert [niceness for _, niceness in niced] == [NICENESS]
    assert niced[0][0] != threading.get_native_id()
