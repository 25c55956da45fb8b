"""What a raylet starts in place of a worker: it has a fork server start the worker, or else becomes it.

``fork_server.py`` tells the whole story. This program is started once for each worker, by ``python -IS`` (without the
site's modules, the user's, and those of the current folder), and imports just what is quick to import: it is done
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
# The server of a new set of variables has Ray and our modules to import. A raylet gives a worker up after 60 seconds.
PATIENCE_SECONDS = 30.0
BACKLOG = 1024


class PlainStartError(Exception):
    """The worker had better be started as Ray starts it; the message says why."""


def main(argv: list[str]) -> None:
    """Have the worker forked; whatever stands against it, it is started as if there were no fork server."""
    try:
        hand_over(argv)
    except (PlainStartError, OSError) as reason:
        note(argv, f"worker {os.getpid()} is started, not forked: {reason}")
        os.execv(sys.executable, [sys.executable, *argv])  # noqa: S606  (as Ray's raylet would have done)


def hand_over(argv: list[str]) -> None:
    """Ask the fork server of this environment for the worker. A server that does not answer in time does nothing.

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
    """Ask the server for a worker with these arguments, and with the streams of this process.

    Raises:
        PlainStartError, OSError: no worker has been, or will be, forked.
    """
    connection.settimeout(PATIENCE_SECONDS)
    standard = b"".join(fd.to_bytes(4, sys.byteorder) for fd in (0, 1, 2))
    connection.sendmsg(["\0".join(argv).encode(errors="surrogateescape")], [(SOL_SOCKET, SCM_RIGHTS, standard)])
    try:
        answer = connection.recv(len(STARTED))
    except TimeoutError:
        connection.shutdown(SHUT_RDWR)  # from here on, nobody can say that it has started
        answer = connection.recv(len(STARTED))
    if answer != STARTED:
        raise PlainStartError("the fork server has not done it")


def script_index(argv: list[str]) -> int | None:
    """Where in its command the worker's program stands: behind Python's own flags."""
    index = next((index for index, each in enumerate(argv) if not each.startswith("-")), len(argv))
    return index if argv[index:] and argv[index].endswith("default_worker.py") else None


def option_of(argv: list[str], name: str) -> str:
    """The value of ``--name=value``."""
    values = [each.partition("=")[2] for each in argv if each.startswith(f"{name}=")]
    if not values or not values[0]:
        raise PlainStartError(f"Ray has not said {name}")
    return values[0]


def key(command: list[str]) -> str:
    """One for all workers that are alike but for their own arguments, of one job of one raylet.

    Ray's library reads the environment once, when it is loaded, and so do Python and many modules.
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
    """The folder of the fork servers' sockets, opened: beside those of Ray, and open to this user only."""
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
    """Where a server listens. Through the open folder: its path may be longer than a socket's may be."""
    return f"/proc/self/fd/{folder}/{name}"


def connected(folder: int, name: str) -> socket | None:
    """A connection to the server of this name; None where there is none."""
    connection = socket(AF_UNIX, SOCK_SEQPACKET)
    try:
        connection.connect(address(folder, name))
    except (FileNotFoundError, ConnectionRefusedError):
        connection.close()
        return None
    check_peer(connection)
    return connection


def check_peer(connection: socket) -> None:
    """Talk to processes of one's own user only."""
    credentials = connection.getsockopt(SOL_SOCKET, SO_PEERCRED, 12)
    user = int.from_bytes(credentials[4:8], sys.byteorder)
    if user != os.geteuid():
        raise PlainStartError(f"the other end belongs to user {user}")


def begun(folder: int, name: str, argv: list[str], script: int) -> socket:
    """A connection to the server that somebody else has begun meanwhile; else this process becomes the server.

    It listens before the server has loaded anything: whoever comes in the meantime waits in its queue.
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
    """A socket of this name that listens."""
    if os.access(f"{name}{GIVEN_UP}", os.F_OK, dir_fd=folder):
        raise PlainStartError("the fork server has given up before")
    try:
        os.unlink(name, dir_fd=folder)  # of one that was killed
    except FileNotFoundError:
        pass
    listener = socket(AF_UNIX, SOCK_SEQPACKET)
    listener.bind(address(folder, name))
    listener.listen(BACKLOG)
    return listener


def become_server(listener: socket, folder: int, name: str, argv: list[str], script: int) -> NoReturn:
    """Be the server, which forks this worker first. The worker's command stays where ``ray stop`` looks for it."""
    descriptors = (listener.fileno(), folder, open_log(argv))
    for descriptor in descriptors:
        os.set_inheritable(descriptor, True)
    command = [*argv[:script], SERVER, *map(str, descriptors), name, *argv[script:]]
    os.execv(sys.executable, [sys.executable, *command])  # noqa: S606


def open_log(argv: list[str]) -> int:
    """The log of what fork servers do, beside Ray's."""
    sockets = os.path.dirname(option_of(argv, "--raylet-name"))
    path = os.path.join(os.path.dirname(sockets), "logs", LOG)
    return os.open(path, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o644)


def note(argv: list[str], line: str) -> None:
    """Say it in the log, where that can be written."""
    try:
        log = open_log(argv)
        os.write(log, f"{line}\n".encode())
        os.close(log)
    except (OSError, PlainStartError):
        pass


if __name__ == "__main__":
    main(sys.argv[1:])
