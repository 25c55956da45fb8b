"""A process in which files from strangers are read, so that a file that takes too long, or too much, can be ended.

It is started with the first such file, and again after one that had to be ended. The time that counts is the
processor's, so that a busy machine fails no file.
"""

import os
import resource
import signal
import subprocess
import sys
import time
from multiprocessing.connection import Connection, Pipe
from typing import TYPE_CHECKING, Self, TypeAlias

from contracts.failures import ErrorCode
from drivers.client.errors import RequestError
from drivers.client.extras import needs
from drivers.intake.documents import read_document
from drivers.intake.kinds import Kind
from drivers.intake.model import Document, Limits, UnreadableError

if TYPE_CHECKING:
    from drivers.intake.workbook import Sheet

_WAIT = 10  # times the processor's time that a file may take, until it is ended on a machine that is busy or asleep
_MOST_MEMORY = 6_000_000_000
Found: TypeAlias = "Document | list[Sheet] | UnreadableError | RequestError"


class ReadingProcess:
    """Reads documents and workbooks one after the other; to be closed, or used in a ``with`` statement."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._process: subprocess.Popen[bytes] | _Fork | None = None
        self._connection: Connection | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def document(self, kind: Kind, data: bytes) -> Document:
        """The text of one document.

        Raises:
            UnreadableError: it gives none, or takes longer than any essay.
        """
        found = self._ask(kind, data)
        if not isinstance(found, Document):
            raise TypeError(kind)
        return found

    def sheets(self, data: bytes) -> "list[Sheet]":
        """The sheets of a workbook.

        Raises:
            UnreadableError: it is damaged, too large, or takes longer than any class's.
        """
        found = self._ask(Kind.XLSX, data)
        if not isinstance(found, list):
            raise TypeError(Kind.XLSX)
        return found

    def _ask(self, kind: Kind, data: bytes) -> "Document | list[Sheet]":
        connection = self._connected()
        try:
            connection.send((kind, data, self._limits))
            found: Found = connection.recv() if connection.poll(_WAIT * self._limits.seconds) else self._given_up()
        except (EOFError, OSError):
            found = self._given_up()
        if isinstance(found, UnreadableError | RequestError):
            raise found
        return found

    def _given_up(self) -> UnreadableError:
        self.close()
        return UnreadableError(
            ErrorCode.FILE_TOO_LARGE,
            f"Reading this file took more than {self._limits.seconds:g} seconds or too much memory, as no essay does, "
            "and was given up: ask for it as plain text.",
        )

    def _connected(self) -> Connection:
        if self._connection is None:
            ours, theirs = Pipe()
            with theirs:
                self._process = _forked(ours, theirs) if _has_one_thread() else _started(theirs)
            self._connection = ours
        return self._connection

    def close(self) -> None:
        """End the process, in whatever it is."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


class _Fork:
    """A copy of this process, which is there at once."""

    def __init__(self, process: int) -> None:
        self._process = process

    def kill(self) -> None:
        os.kill(self._process, signal.SIGKILL)

    def wait(self) -> int:
        return os.waitpid(self._process, 0)[1]


def _has_one_thread() -> bool:
    """Whether this process can be copied: of several threads the copy would have one, and the locks of all."""
    try:
        return len(os.listdir("/proc/self/task")) == 1  # noqa: PTH208  (not a path of anybody's)
    except OSError:
        return False


def _forked(ours: Connection, theirs: Connection) -> _Fork:
    process = os.fork()
    if process == 0:
        try:
            ours.close()
            serve(theirs)
        finally:
            os._exit(0)  # nothing of the program that was copied is to be ended twice
    return _Fork(process)


def _started(theirs: Connection) -> "subprocess.Popen[bytes]":
    """A process of its own, which loads the program anew."""
    program = f"from {__name__} import serve, connection; serve(connection({theirs.fileno()}))"
    return subprocess.Popen(  # noqa: S603  (this very program)
        [sys.executable, "-c", program],
        pass_fds=[theirs.fileno()],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    )


def connection(descriptor: int) -> Connection:
    """What the process was started with."""
    return Connection(descriptor)


def read_any(kind: Kind, data: bytes, limits: Limits) -> Found:
    """What a file holds, or why it cannot be read."""
    try:
        with needs("judging" if kind is Kind.PICTURES else "standard", f"Reading a .{kind} file"):
            return _sheets(data, limits) if kind is Kind.XLSX else read_document(kind, data, limits)
    except (UnreadableError, RequestError) as reason:
        return reason
    except (MemoryError, RecursionError):
        return UnreadableError(ErrorCode.FILE_TOO_LARGE, "This file needs more memory than any essay.")


def _sheets(data: bytes, limits: Limits) -> "list[Sheet]":
    from drivers.intake.workbook import sheets_of  # noqa: PLC0415  (an extra)

    return sheets_of(data, limits)


def serve(connection: Connection) -> None:
    """Read what is asked for on this connection, until it is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever started this process ends it
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    most = _MOST_MEMORY if hard == resource.RLIM_INFINITY else min(hard, _MOST_MEMORY)
    resource.setrlimit(resource.RLIMIT_AS, (most, hard))
    with connection:
        while True:
            try:
                kind, data, limits = connection.recv()
            except EOFError:
                return
            _allow(limits.seconds)
            connection.send(read_any(kind, data, limits))


def _allow(seconds: float) -> None:
    """So much more of the processor's time; whoever takes more is ended by the system."""
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(time.process_time() + seconds) + 1, hard))
