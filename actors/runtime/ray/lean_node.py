"""Starts a head node without processes that are not needed, and without waiting for those not needed at once.

Ray starts a head node's processes one after the other, each a Python program that imports Ray, and waits for some of
them. For a cluster that this program starts for itself:

- The **dashboard**: Ray waits until it serves, which takes longer than all the rest. Here it starts in parallel, with
  the priority of Ray's workers, and serves some seconds later, at an address that is known and reserved in advance.
- The **autoscaler's monitor** is left out: no node is ever added.
- The **log monitor** is left out: it prints the workers' logs in the driver's terminal, where we show other things.
  (The dashboard reads logs by other means.)

With ``ESSAYS_LEAN_RAY=0``, or if this version of Ray lacks a method that is replaced here, Ray starts as usual.
"""

import logging
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final

SETTING: Final = "ESSAYS_LEAN_RAY"
HOST: Final = "127.0.0.1"
PORTS: Final = range(8265, 8315)  # Ray's default port, and those that it tries next
NICENESS: Final = 15  # as Ray's workers
_LOOK_SECONDS: Final = 1.0
_OFF: Final = ("0", "no", "off", "false")
_LEFT_OUT: Final = ("start_monitor", "start_log_monitor")
_DASHBOARD: Final = "start_api_server"
_under_way: Final[set[int]] = set()
"""The threads in which a dashboard is being started."""
_settled: Final = threading.Condition()
log = logging.getLogger(__name__)


def reserved() -> socket.socket | None:
    """A socket that reserves a port for the dashboard, or None if all ports are taken."""
    for port in PORTS:
        taken = socket.socket()
        with suppress(OSError):
            taken.bind((HOST, port))
            taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # sockets with this option may now share it
            return taken
        taken.close()
    return None


def await_dashboards(seconds: float) -> None:
    """Wait until no dashboard is being started any more, but at most ``seconds``.

    Ray must not be shut down before that: the thread that starts a dashboard asks the head about it, and if the head is
    gone, Ray ends the whole program a minute later.
    """
    with _settled:
        _settled.wait_for(lambda: not _under_way, seconds)


@contextmanager
def lean_node() -> Iterator[int | None]:
    """Within this context, a head node started by this process is lean; yields the port of its dashboard.

    Yields None if the node is not lean, but started as usual.
    """
    from ray._private.node import Node  # noqa: PLC0415  (importers of this may still have to set Ray's variables)

    node_class: Any = Node
    before = {name: getattr(node_class, name, None) for name in (*_LEFT_OUT, _DASHBOARD)}
    is_off = os.environ.get(SETTING, "").lower() in _OFF or not all(before.values())
    place = None if is_off else reserved()
    if place is None:
        yield None
        return
    for name in _LEFT_OUT:
        setattr(node_class, name, lambda _node: None)
    setattr(node_class, _DASHBOARD, _beside(node_class.start_api_server, place))
    try:
        yield place.getsockname()[1]
    finally:
        for name, method in before.items():
            setattr(node_class, name, method)


def _beside(start: Callable[..., None], place: socket.socket) -> Callable[..., None]:
    def begin(node: Any, **options: Any) -> None:
        thread = threading.Thread(target=_serve, args=(start, place, node, options), name="dashboard", daemon=True)
        with _settled:
            thread.start()
            _under_way.add(thread.ident or 0)

    return begin


def _serve(start: Callable[..., None], place: socket.socket, node: Any, options: dict[str, Any]) -> None:
    """Start the dashboard, and live as long as the node: the kernel ends Ray's children with the thread they are of."""
    from ray._private import services  # noqa: PLC0415

    os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)
    here = threading.get_ident()
    is_elsewhere: Callable[[logging.LogRecord], bool] = lambda record: record.thread != here  # noqa: E731
    services.logger.addFilter(is_elsewhere)  # errors are normal if the run ends before it is up
    with place:
        try:
            _try(start, node, options)
            if node.webui_url is None and node.any_processes_alive():
                _try_elsewhere(start, node, options)
        finally:
            services.logger.removeFilter(is_elsewhere)  # a later thread may have the same number
            with _settled:
                _under_way.discard(here)
                _settled.notify_all()
        while node.any_processes_alive():
            time.sleep(_LOOK_SECONDS)


def _try(start: Callable[..., None], node: Any, options: dict[str, Any]) -> None:
    try:
        start(node, **{**options, "raise_on_failure": False})
    except Exception as error:  # noqa: BLE001  (the work goes on without it)
        log.info("no dashboard: %s", error)


def _try_elsewhere(start: Callable[..., None], node: Any, options: dict[str, Any]) -> None:
    """Let Ray look for another port: a program that does not reserve its port took this one."""
    node._ray_params.dashboard_port = None  # noqa: SLF001
    _try(start, node, options)
    if node.webui_url is not None:
        log.warning("Ray's dashboard is at http://%s: its port was taken.", node.webui_url)
    elif node.any_processes_alive():
        log.warning("Ray's dashboard did not start; the work goes on. Why: see %s", node.get_logs_dir_path())
