"""The fork server: Ray's workers are forked from one warmed process, instead of each importing everything anew.

A worker of Ray's costs 0.7 s of CPU for ``import ray``, and one of ours another 0.3 s, before it does anything. All
workers of a job import the same, and ``import ray`` starts no thread and opens no socket: so it is done once, and a
worker is a copy of that process, which shares its memory.

*Theory of operation.*

1. ``forking.py`` is what a program uses that starts a node of Ray. While it does, the command by which the raylet will
   start workers becomes ``python -IS fork_launcher.py default_worker.py ...``.
2. The raylet starts a launcher in place of a worker. Ray's library reads all its settings from the environment when it
   is loaded, among them the job's id: a server is good for the workers of one environment, working directory and
   interpreter, and found under a key that is derived from these. The launcher that finds none makes the socket, and
   becomes the server.
3. The server imports what is to be shared, forks the worker that it was started for, and then waits for launchers and
   for the end of its raylet. A launcher sends the worker's arguments and its standard streams; the server forks; the
   child says so to the launcher, and runs Ray's own ``default_worker.py``. The launcher ends. The raylet hears the
   worker's process id from the worker itself.
4. Whatever is odd (the folder is open to others, a server does not answer in time, another user is at the other end, a
   thread runs that a fork would lose) ends in a plain start: launcher or server become the worker that was asked for.

The server ends with its raylet, or when no worker of its lives and nobody has asked for one for a while. A worker does
not need it once it runs: a server that is killed is missed by the next worker only, which becomes another.
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
    sys.path[0] = ROOT  # what is preloaded is what came with this file

from actors.runtime.ray.preloading import preload, wait_for_arrow  # noqa: E402  (the path comes first)

STARTED: Final = b"started"
GIVEN_UP: Final = ".given-up"
"""Where a file of this name stands, no launcher tries again: each would wait for the same imports in vain."""
IDLE_SECONDS: Final = 300.0
PEER_SECONDS: Final = 5.0
"""How long a launcher may take to say what it wants, while others wait."""
PATIENCE: Final = "RAY_worker_register_timeout_seconds"
"""How long a raylet waits for a worker to connect, by default a minute. It would not know which process to end."""
LARGEST_REQUEST: Final = 1 << 17


class Request(NamedTuple):
    """A worker to be forked: its arguments, its standard streams, and the launcher that waits for it.

    Nobody waits for the one that the server was started for.
    """

    argv: list[str]
    streams: list[int]
    launcher: socket.socket | None = None

    def close(self) -> None:
        """Let go of it, in the server and in the worker."""
        for stream in self.streams:
            os.close(stream)
        if self.launcher is not None:
            self.launcher.close()


def forked(first: Request, listener: socket.socket, raylet: int) -> Request | None:
    """Fork a worker for the first request and for whoever asks, until the raylet ends or there is nothing to do.

    Returns in each worker, with what was asked for, and in the server at its end, with nothing.

    Raises:
        OSError: not even the first can be forked.
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
    """Whether any worker that was forked here lives."""
    try:
        os.waitpid(-1, os.WNOHANG)
    except ChildProcessError:
        return False
    return True


def requested(listener: socket.socket) -> Request | None:
    """What the next launcher asks for; None: nothing that could be done, and it has heard that."""
    launcher, _ = listener.accept()
    try:
        return _received(launcher)
    except (OSError, ValueError) as error:
        launcher.close()
        say(f"nothing is forked: {error}")
        return None


def _received(launcher: socket.socket) -> Request:
    """What a launcher asks for.

    Raises:
        OSError: it does not ask in time.
        ValueError: it is another user's, or asks for something else.
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
    """The process and the user at the other end."""
    credentials = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("iII"))
    process, user, _ = struct.unpack("iII", credentials)
    return process, user


def _fork() -> int:
    """The child, 0 in the child; -1 where there is none: the launcher hears that, and starts the worker itself."""
    try:
        return os.fork()
    except OSError as error:
        say(f"nothing is forked: {error}")
        return -1


def become_worker(program: CodeType, request: Request) -> None:
    """Be the process that Ray has asked for: its group, streams and arguments, and its program as the main one.

    Raises:
        OSError: the launcher has given up, and starts the worker itself.
    """
    started_by = peer_of(request.launcher)[0] if request.launcher else os.getppid()
    if os.getpgid(started_by) == started_by:  # a group of its own, so that the raylet can end what it leaves behind
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
    exec(program, main.__dict__)  # noqa: S102  (it is Ray's, and is run as a program)


def end_unless_connected() -> None:
    """End this process where it does not get so far as to be connected: something that a fork has broken hangs."""
    from ray._private import worker  # noqa: PLC0415

    connect = worker.connect

    def connected(*arguments: Any, **options: Any) -> None:
        worker.connect = connect
        connect(*arguments, **options)
        signal.alarm(0)

    worker.connect = connected
    signal.alarm(int(os.environ.get(PATIENCE, "60")))


def use_streams(request: Request) -> None:
    """Have its standard streams as this process's own."""
    for descriptor, stream in enumerate(request.streams):
        os.dup2(stream, descriptor)


def say(line: str) -> None:
    """In the log of the session's fork servers."""
    print(f"fork server {os.getpid()}: {line}", flush=True)


def close_all_but(kept: Iterable[int]) -> None:
    """Close what was inherited, beside the standard streams: a raylet's sockets must not outlive it here."""
    for descriptor in {int(each) for each in os.listdir("/proc/self/fd")} - {0, 1, 2, *kept}:  # noqa: PTH208
        with contextlib.suppress(OSError):  # the one that listed them
            os.close(descriptor)


def serve(first: Request, listener: socket.socket) -> Request | None:
    """Get warm, then fork."""
    raylet = os.pidfd_open(int(os.environ["RAY_RAYLET_PID"]))
    begun = time.monotonic()
    preload()
    sys.path[sys.path.index(ROOT)] = str(Path(first.argv[0]).parent)  # as Python has it where it starts the worker
    say(f"ready after {time.monotonic() - begun:.1f} s")
    before = signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # no worker that has ended stays a zombie
    request = forked(first, listener, raylet)
    signal.signal(signal.SIGCHLD, before)
    os.close(raylet)
    return request


def main(listening: str, folder: str, log: str, name: str, *argv: str) -> None:
    """Serve on an open socket, which is ``name`` in an open folder; the first worker has these arguments.

    Where that cannot be done, this process becomes that worker as if it had been started for it.
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
    except Exception as error:  # noqa: BLE001  (whatever it is: who waits hears that the line is cut)
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
