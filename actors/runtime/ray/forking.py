"""Makes nodes that are started here fork their workers: see ``fork_server.py`` for how that works, and why.

As a program, it is Ray's own command line with forking turned on, for a cluster that an operator starts:
``python -m actors.runtime.ray.forking start --head``, and likewise on each other node.
"""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

LAUNCHER: Final = Path(__file__).with_name("fork_launcher.py")
FOLDER: Final = "fork_servers"
LOG: Final = "fork_server.log"
SETTING: Final = "ESSAYS_FORK_WORKERS"
"""The variable that turns forking off, in the environment of whoever starts a node."""
_OFF: Final = ("0", "no", "off", "false")


def obstacle() -> str | None:
    """Why nodes that are started here cannot fork their workers, or None if they can."""
    if os.environ.get(SETTING, "").lower() in _OFF:
        return f"{SETTING} turns it off"
    if sys.platform != "linux" or not hasattr(os, "pidfd_open"):
        return "it needs Linux"
    if "PYTHONHOME" in os.environ:
        return "PYTHONHOME is set, which a launcher does not look at"
    return None


@contextmanager
def workers_forked() -> Iterator[None]:
    """Within this context, nodes started by this process fork their workers, unless there is an ``obstacle``.

    When Ray starts a raylet, it composes the command with which the raylet starts workers: Python, its flags about
    site modules, then the worker's program. The launcher is put in front of these flags, with flags of its own.
    """
    from ray._private import services  # noqa: PLC0415  (importers of this may still have to set Ray's variables)

    flags: Callable[[], list[str]] | None = getattr(services, "_site_flags", None)
    if obstacle() or flags is None:
        yield
        return
    services._site_flags = lambda: ["-IS", str(LAUNCHER), *flags()]  # noqa: SLF001
    try:
        yield
    finally:
        services._site_flags = flags  # noqa: SLF001


def why_not_forked() -> str | None:
    """Why the node that this driver is connected to does not fork its workers, or None if it does."""
    from ray._private import worker  # noqa: PLC0415

    node: Any = worker._global_node  # noqa: SLF001
    folder = Path(node.get_sockets_dir_path()) / FOLDER
    if folder.is_dir() and any(path.is_socket() for path in folder.iterdir()):
        return None
    log = Path(node.get_session_dir_path()) / "logs" / LOG
    return _last_line(log) or obstacle() or "this cluster was started without fork servers"


def _last_line(log: Path) -> str | None:
    try:
        return log.read_text(encoding="utf-8", errors="replace").splitlines()[-1]
    except (OSError, IndexError):
        return None


def main() -> None:
    """Run Ray's command line, with forking turned on."""
    from actors.runtime.ray.starting import leave_nodes_to_the_operator  # noqa: PLC0415

    leave_nodes_to_the_operator()
    from ray.scripts.scripts import main as ray  # noqa: PLC0415

    with workers_forked():
        ray()  # type: ignore[no-untyped-call]


if __name__ == "__main__":
    main()
