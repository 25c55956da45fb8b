"""The program that a raylet starts instead of a worker: it has a fork server fork the worker, or else becomes it.

``fork_server.py`` explains how it all works. This program is started once per worker, by ``python -IS`` (without
modules of the site, the user or the current folder), and imports only what is quick to import, so that it is done
within some 15 ms. Its arguments are the worker's command as Ray wrote it, without Python.
"""

from __future__ import annotations

import fcntl
import os
import sys
from _blake2 import blake2b
from _socket import AF_UNIX, SCM_RIGHTS, SHUT_RDWR, SO_PEERCRED, SOCK_SEQPACKET, SOL_SOCKET, socket

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn

SERVER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "fork_server.py")
FOLDER = "fork_servers"
LOG = "fork_server.log"
STARTED = b"started"
GIVEN_UP = ".given-up"
# The server of a new environment must first import Ray and our modules. A raylet gives a worker up after 60 seconds.
PATIENCE_SECONDS = 30.0
BACKLOG = 1024


class PlainStartError(Exception):
    """The worker should be started as Ray would start it; the message says why."""


def main(argv: list[str]) -> None:
    """Have the worker forked; if that fails, start it as if there were no fork server."""
    try:
        hand_over(argv)
    except (PlainStartError, OSError) as reason:
        note(argv, f"worker {os.getpid()} is started, not forked: {reason}")
        os.execv(sys.executable, [sys.executable, *argv])  # noqa: S606  (as Ray's raylet would have done)


def hand_over(argv: list[str]) -> None:
    """Ask the fork server of this environment for the worker. One that does not answer in time will fork none.

    Raises:
        PlainStartError, OSError: no worker has been, or will be, forked.
    """
    script = script_index(argv)
    if script is None or any(option.startswith("--worker-type=") for option in argv):
        raise PlainStartError("it is none that runs tasks")
    folder = private_folder(os.path.dirname(option_of(argv, "--raylet-name")))
    name = key(argv[: script + 1])
    ask(connected(folder, name) or begun(folder, name, argv, script), argv[script:])


def ask(connection: socket, argv: list[str]) -> None:
    """Ask the server for a worker with these arguments, and with the standard streams of this process.

    Raises:
        PlainStartError, OSError: no worker has been, or will be, forked.
    """
    connection.settimeout(PATIENCE_SECONDS)
    standard = b"".join(fd.to_bytes(4, sys.byteorder) for fd in (0, 1, 2))
    connection.sendmsg(["\0".join(argv).encode(errors="surrogateescape")], [(SOL_SOCKET, SCM_RIGHTS, standard)])
    try:
        answer = connection.recv(len(STARTED))
    except TimeoutError:
        connection.shutdown(SHUT_RDWR)  # from here on, no worker can report that it has started
        answer = connection.recv(len(STARTED))
    if answer != STARTED:
        raise PlainStartError("the fork server has not done it")


def script_index(argv: list[str]) -> int | None:
    """The index of the worker's program in its command, after Python's own flags; None if it is not Ray's worker."""
    index = next((index for index, each in enumerate(argv) if not each.startswith("-")), len(argv))
    return index if argv[index:] and argv[index].endswith("default_worker.py") else None


def option_of(argv: list[str], name: str) -> str:
    """The value of ``--name=value``."""
    values = [each.partition("=")[2] for each in argv if each.startswith(f"{name}=")]
    if not values or not values[0]:
        raise PlainStartError(f"Ray has not said {name}")
    return values[0]


def key(command: list[str]) -> str:
    """A key that is the same for all workers that differ in their own arguments only: those of one job of one raylet.

    The environment is part of it: Ray's library reads it once, when it is loaded, and so do Python and many modules.
    """
    facts = [
        sys.executable,
        *command,
        "",
        os.getcwd(),
        *sorted(f"{name}={value}" for name, value in os.environ.items()),
    ]
    return blake2b("\0".join(facts).encode(errors="surrogateescape"), digest_size=8).hexdigest()


def private_folder(sockets: str) -> int:
    """A descriptor of the folder of the fork servers' sockets; it is beside Ray's sockets, and private to this user."""
    path = os.path.join(sockets, FOLDER)
    try:
        os.mkdir(path, 0o700)
    except FileExistsError:
        pass
    folder = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    found = os.fstat(folder)
    if found.st_uid != os.geteuid() or found.st_mode & 0o077:
        raise PlainStartError(f"{path} is open to others")
    return folder


def address(folder: int, name: str) -> str:
    """The address of a server; through the open folder, because the real path may be too long for a socket."""
    return f"/proc/self/fd/{folder}/{name}"


def connected(folder: int, name: str) -> socket | None:
    """A connection to the server of this name, or None if there is none."""
    connection = socket(AF_UNIX, SOCK_SEQPACKET)
    try:
        connection.connect(address(folder, name))
    except (FileNotFoundError, ConnectionRefusedError):
        connection.close()
        return None
    check_peer(connection)
    return connection


def check_peer(connection: socket) -> None:
    """Refuse to talk to a process of another user."""
    credentials = connection.getsockopt(SOL_SOCKET, SO_PEERCRED, 12)
    user = int.from_bytes(credentials[4:8], sys.byteorder)
    if user != os.geteuid():
        raise PlainStartError(f"the other end belongs to user {user}")


def begun(folder: int, name: str, argv: list[str], script: int) -> socket:
    """A connection to the server if somebody else has begun one meanwhile; otherwise become the server.

    The socket listens before the server has loaded anything; launchers that come meanwhile wait in its queue.
    """
    lock = os.open("lock", os.O_CREAT | os.O_RDWR, 0o600, dir_fd=folder)
    fcntl.flock(lock, fcntl.LOCK_EX)
    try:
        connection = connected(folder, name)
        if connection is None:
            become_server(listening(folder, name), folder, name, argv, script)
    finally:
        os.close(lock)
    return connection


def listening(folder: int, name: str) -> socket:
    """A listening socket of this name."""
    if os.access(f"{name}{GIVEN_UP}", os.F_OK, dir_fd=folder):
        raise PlainStartError("the fork server has given up before")
    try:
        os.unlink(name, dir_fd=folder)  # left by a server that was killed
    except FileNotFoundError:
        pass
    listener = socket(AF_UNIX, SOCK_SEQPACKET)
    listener.bind(address(folder, name))
    listener.listen(BACKLOG)
    return listener


def become_server(listener: socket, folder: int, name: str, argv: list[str], script: int) -> NoReturn:
    """Become the server, which forks this worker first. ``ray stop`` still finds the worker's command in its own."""
    descriptors = (listener.fileno(), folder, open_log(argv))
    for descriptor in descriptors:
        os.set_inheritable(descriptor, True)
    command = [*argv[:script], SERVER, *map(str, descriptors), name, *argv[script:]]
    os.execv(sys.executable, [sys.executable, *command])  # noqa: S606


def open_log(argv: list[str]) -> int:
    """A descriptor of the fork servers' log, which is beside Ray's logs."""
    sockets = os.path.dirname(option_of(argv, "--raylet-name"))
    path = os.path.join(os.path.dirname(sockets), "logs", LOG)
    return os.open(path, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o644)


def note(argv: list[str], line: str) -> None:
    """Write a line to the log, if possible."""
    try:
        log = open_log(argv)
        os.write(log, f"{line}\n".encode())
        os.close(log)
    except (OSError, PlainStartError):
        pass


if __name__ == "__main__":
    main(sys.argv[1:])
