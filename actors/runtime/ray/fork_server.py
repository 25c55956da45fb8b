"""The fork server: Ray's workers are forked from one warm process, instead of each importing everything anew.

Before it does anything, a worker of Ray spends 0.7 s of CPU on ``import ray``, and one of ours another 0.3 s. All
workers of a job import the same modules, and ``import ray`` starts no thread and opens no socket: so it is done once,
and each worker is a copy of that process, sharing its memory.

*Theory of operation.*

1. A program that starts a node of Ray uses ``forking.py``. It makes the raylet's command for starting workers
   ``python -IS fork_launcher.py default_worker.py ...``.
2. The raylet starts a launcher instead of a worker. Ray's library reads all its settings, such as the job's id, from
   the environment when it is loaded. So a server serves the workers of one environment, working directory and
   interpreter, and is found under a key derived from these. A launcher that finds no server makes the socket, and
   becomes the server.
3. The server imports what is to be shared, forks the worker that it was started for, and then waits for launchers and
   for the end of its raylet. A launcher sends the worker's arguments and its standard streams; the server forks; the
   child tells the launcher so, and runs Ray's own ``default_worker.py``. The launcher ends. The raylet learns the
   worker's process id from the worker itself.
4. Anything odd (the folder is open to others, a server does not answer in time, another user is at the other end, a
   thread runs that a fork would lose) ends in a plain start: the launcher or server becomes the requested worker.

The server ends with its raylet, or when none of its workers is alive and none was requested for a while. Running
workers do not need it: if a server is killed, the next worker's launcher becomes a new one.
"""

import contextlib
import gc
import os
import select
import signal
import socket
import struct
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any, Final, NamedTuple

ROOT: Final = str(Path(__file__).parents[3])
if __name__ == "__main__":
    sys.path[0] = ROOT  # preload the modules that came with this file

from actors.runtime.ray.preloading import preload, wait_for_arrow  # noqa: E402  (the path comes first)

STARTED: Final = b"started"
GIVEN_UP: Final = ".given-up"
"""The suffix of a file that keeps launchers from trying again: each would wait for the same imports in vain."""
IDLE_SECONDS: Final = 300.0
PEER_SECONDS: Final = 5.0
"""How long a launcher may take to send its request, while others wait."""
PATIENCE: Final = "RAY_worker_register_timeout_seconds"
"""How long a raylet waits for a worker to connect; a minute by default. It cannot end a forked one that does not."""
LARGEST_REQUEST: Final = 1 << 17


class Request(NamedTuple):
    """A worker to fork: its arguments, its standard streams, and the launcher that waits for it.

    No launcher waits for the worker that the server was started for.
    """

    argv: list[str]
    streams: list[int]
    launcher: socket.socket | None = None

    def close(self) -> None:
        """Close its streams and its launcher; the server and the worker both do this."""
        for stream in self.streams:
            os.close(stream)
        if self.launcher is not None:
            self.launcher.close()


def forked(first: Request, listener: socket.socket, raylet: int) -> Request | None:
    """Fork a worker for the first request and for each further one, until the raylet ends or there is nothing to do.

    Returns the request in each worker, and None in the server at its end.

    Raises:
        OSError: not even the first worker can be forked.
    """
    if os.fork() == 0:
        return first
    waiting = select.poll()
    waiting.register(listener, select.POLLIN)
    waiting.register(raylet, select.POLLIN)
    while (ready := waiting.poll(IDLE_SECONDS * 1000)) or has_workers():
        if any(descriptor == raylet for descriptor, _ in ready):
            break
        request = requested(listener) if ready else None
        if request is not None and _fork() == 0:
            return request
        if request is not None:
            request.close()
    return None


def has_workers() -> bool:
    """Whether any worker forked here is alive."""
    try:
        os.waitpid(-1, os.WNOHANG)
    except ChildProcessError:
        return False
    return True


def requested(listener: socket.socket) -> Request | None:
    """The next launcher's request, or None if there is no valid one, after hanging up on the launcher."""
    launcher, _ = listener.accept()
    try:
        return _received(launcher)
    except (OSError, ValueError) as error:
        launcher.close()
        say(f"nothing is forked: {error}")
        return None


def _received(launcher: socket.socket) -> Request:
    """A launcher's request.

    Raises:
        OSError: it does not come in time.
        ValueError: it comes from another user, or asks for something else.
    """
    _, user = peer_of(launcher)
    if user != os.geteuid():
        raise ValueError(f"user {user} asks for it")
    launcher.settimeout(PEER_SECONDS)
    message, streams, _, _ = socket.recv_fds(launcher, LARGEST_REQUEST, 3)
    if len(streams) != 3 or not message:
        for stream in streams:
            os.close(stream)
        raise ValueError("a launcher asks for something else")
    return Request(message.decode(errors="surrogateescape").split("\0"), streams, launcher)


def peer_of(connection: socket.socket) -> tuple[int, int]:
    """The ids of the process and the user at the other end."""
    credentials = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("iII"))
    process, user, _ = struct.unpack("iII", credentials)
    return process, user


def _fork() -> int:
    """The child's id, 0 in the child, or -1 on failure, on which the launcher will start the worker itself."""
    try:
        return os.fork()
    except OSError as error:
        say(f"nothing is forked: {error}")
        return -1


def become_worker(program: CodeType, request: Request) -> None:
    """Become the process that Ray requested: with its group, streams and arguments, and its program as main module.

    Raises:
        OSError: the launcher has given up, and starts the worker itself.
    """
    started_by = peer_of(request.launcher)[0] if request.launcher else os.getppid()
    if os.getpgid(started_by) == started_by:  # its own group, so that the raylet can end processes it leaves behind
        os.setpgid(0, 0)
    if request.launcher:
        request.launcher.sendall(STARTED)
    use_streams(request)
    request.close()
    end_unless_connected()
    wait_for_arrow()
    sys.argv = request.argv
    main = sys.modules["__main__"] = ModuleType("__main__")
    main.__file__ = request.argv[0]
    gc.enable()
    exec(program, main.__dict__)  # noqa: S102  (Ray's own worker, run as the program)


def end_unless_connected() -> None:
    """End this process if it does not connect to Ray in time: something that the fork broke may hang."""
    from ray._private import worker  # noqa: PLC0415

    connect = worker.connect

    def connected(*arguments: Any, **options: Any) -> None:
        worker.connect = connect
        connect(*arguments, **options)
        signal.alarm(0)

    worker.connect = connected
    signal.alarm(int(os.environ.get(PATIENCE, "60")))


def use_streams(request: Request) -> None:
    """Make the request's standard streams this process's own."""
    for descriptor, stream in enumerate(request.streams):
        os.dup2(stream, descriptor)


def say(line: str) -> None:
    """Write a line to the log of the session's fork servers."""
    print(f"fork server {os.getpid()}: {line}", flush=True)


def close_all_but(kept: Iterable[int]) -> None:
    """Close inherited descriptors, except the standard streams and ``kept``: a raylet's sockets must end with it."""
    for descriptor in {int(each) for each in os.listdir("/proc/self/fd")} - {0, 1, 2, *kept}:  # noqa: PTH208
        with contextlib.suppress(OSError):  # the descriptor that listed them is closed already
            os.close(descriptor)


def serve(first: Request, listener: socket.socket) -> Request | None:
    """Import everything, then fork workers; returns what ``forked`` returns."""
    raylet = os.pidfd_open(int(os.environ["RAY_RAYLET_PID"]))
    begun = time.monotonic()
    preload()
    sys.path[sys.path.index(ROOT)] = str(Path(first.argv[0]).parent)  # as if Python had started the worker
    say(f"ready after {time.monotonic() - begun:.1f} s")
    before = signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # so that ended workers do not stay as zombies
    request = forked(first, listener, raylet)
    signal.signal(signal.SIGCHLD, before)
    os.close(raylet)
    return request


def main(listening: str, folder: str, log: str, name: str, *argv: str) -> None:
    """Serve on an open socket, which is ``name`` in an open folder; the first worker has these arguments.

    If serving fails, this process becomes that first worker, as if it had been started as one.
    """
    close_all_but({int(listening), int(folder), int(log)})
    first = Request(list(argv), [os.dup(stream) for stream in (0, 1, 2)])
    os.dup2(int(log), 1)
    os.dup2(int(log), 2)
    os.close(int(log))
    gc.disable()
    program = compile(Path(argv[0]).read_bytes(), argv[0], "exec")
    try:
        with socket.socket(fileno=int(listening)) as listener:
            request = serve(first, listener)
    except Exception as error:  # noqa: BLE001  (whatever it is, the connections of waiting launchers are closed)
        say(f"gives up: {error!r}")
        os.close(os.open(f"{name}{GIVEN_UP}", os.O_CREAT | os.O_WRONLY, 0o600, dir_fd=int(folder)))
        use_streams(first)
        os.execv(sys.executable, [*sys.orig_argv[: -len(sys.argv)], *argv])  # noqa: S606  (as Ray's raylet would have)
    if request is None:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(name, dir_fd=int(folder))
        say("ends")
    os.close(int(folder))
    if request is not None:
        become_worker(program, request)


if __name__ == "__main__":
    main(*sys.argv[1:])
