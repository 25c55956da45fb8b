"""Starts a node without what nobody here needs, and without waiting for what the first work does not need.

Ray starts a head node's processes one after the other, each a Python program that imports Ray, and waits for some of
them. On a cluster of one's own:

- The **dashboard** is waited for until it serves; that takes longer than all the rest. Here it starts beside them, with
  the priority of Ray's workers, and serves some seconds later, at an address that is known (and taken) before.
- The **autoscaler's monitor** has nothing to do where no node is ever added.
- The **log monitor** prints in the driver's terminal what workers log; ours has other things to show there. (The
  dashboard reads logs by other means.)

``ESSAYS_LEAN_RAY=0`` has Ray start as it does by itself, and so does a Ray in which what is replaced here is not found.
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
PORTS: Final = range(8265, 8315)  # Ray's own, and those that it tries next
NICENESS: Final = 15  # Ray's for its workers
_LOOK_SECONDS: Final = 1.0
_OFF: Final = ("0", "no", "off", "false")
_LEFT_OUT: Final = ("start_monitor", "start_log_monitor")
_DASHBOARD: Final = "start_api_server"
_under_way: Final[set[int]] = set()
"""The threads in which a dashboard is being started."""
_settled: Final = threading.Condition()
log = logging.getLogger(__name__)


def reserved() -> socket.socket | None:
    """A port on which the dashboard can serve, and no other program meanwhile; None: all are taken."""
    for port in PORTS:
        taken = socket.socket()
        with suppress(OSError):
            taken.bind((HOST, port))
            taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # from now on who says the same may listen
            return taken
        taken.close()
    return None


def await_dashboards(seconds: float) -> None:
    """Wait until no dashboard is being started any more, but not for longer.

    Ray must not be shut down before: what starts one asks the head how it is, and where there is no head any more, Ray
    ends the whole program a minute later.
    """
    with _settled:
        _settled.wait_for(lambda: not _under_way, seconds)


@contextmanager
def lean_node() -> Iterator[int | None]:
    """A head node that is started within, in this process, is lean, and its dashboard is to be at this port.

    None: it is not lean, and is waited for as ever.
    """
    from ray._private.node import Node  # noqa: PLC0415  (whoever imports this may have Ray's variables to set)

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
    """Start the dashboard, and stay as long as the node: the kernel ends a child of Ray's with the thread it is of."""
    from ray._private import services  # noqa: PLC0415

    os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)
    here = threading.get_ident()
    services.logger.addFilter(lambda record: record.thread != here)  # a run may end before its dashboard is there
    with place:
        try:
            _try(start, node, options)
            if node.webui_url is None and node.any_processes_alive():
                _try_elsewhere(start, node, options)
        finally:
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
    """A program that does not reserve its port was faster: let Ray look for another."""
    node._ray_params.dashboard_port = None  # noqa: SLF001
    _try(start, node, options)
    if node.webui_url is not None:
        log.warning("Ray's dashboard is at http://%s: its port was taken.", node.webui_url)
    elif node.any_processes_alive():
        log.warning("Ray's dashboard did not start; the work goes on. Why: see %s", node.get_logs_dir_path())
