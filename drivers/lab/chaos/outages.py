"""Temporary troubles around a batch: a full disk, a server that is down, a clock that is set back."""

import shutil
import struct
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final, Protocol

from actors.stores.opening import url_of_file
from drivers.lab.chaos.plan import Ground
from drivers.lab.postgres import PostgresServer, find_binaries

OUTAGE_SECONDS: Final = 2.0
_DISK_BYTES: Final = 32 * 2**20
_BACK_SECONDS: Final = 3600


class CannotBeStruck(Exception):
    """This machine lacks something that an outage needs; the message says what."""


class Surroundings(Protocol):
    """The surroundings of a driver: its store's URL, and additions to its environment."""

    url: str
    environment: Mapping[str, str]

    def begin_outage(self) -> None:
        """Take something away, or change it."""
        ...

    def end_outage(self) -> None:
        """Put it back."""
        ...

    def close(self) -> None:
        """Clean up."""
        ...


class PlainFolder:
    """An SQLite file in a folder, where nothing goes wrong."""

    environment: Mapping[str, str] = MappingProxyType({})

    def __init__(self, folder: Path) -> None:
        self.url = url_of_file(folder / "store.db")

    def begin_outage(self) -> None:
        """Do nothing."""

    def end_outage(self) -> None:
        """Do nothing."""

    def close(self) -> None:
        """Do nothing."""


class SmallDisk(PlainFolder):
    """A file system in memory for the store alone, which can be filled up.

    Raises:
        CannotBeStruck: it cannot be mounted (only root may).
    """

    def __init__(self, folder: Path) -> None:
        self._disk = folder / "disk"
        self._disk.mkdir(exist_ok=True)
        self._filler = self._disk / "filler"
        super().__init__(self._disk)
        _run("mount", "-t", "tmpfs", "-o", f"size={_DISK_BYTES},mode=700", "tmpfs", str(self._disk))

    def begin_outage(self) -> None:
        """Fill the disk to the last byte."""
        with self._filler.open("wb", buffering=0) as file:
            try:
                while file.write(bytes(4096)):
                    pass
            except OSError:  # full, as it should be
                return

    def end_outage(self) -> None:
        """Make room again."""
        self._filler.unlink(missing_ok=True)

    def close(self) -> None:
        """Unmount the disk, with everything on it."""
        _run("umount", "--lazy", str(self._disk))


class Server:
    """A private PostgreSQL server.

    Raises:
        CannotBeStruck: PostgreSQL is not installed.
    """

    environment: Mapping[str, str] = MappingProxyType({})

    def __init__(self) -> None:
        binaries = find_binaries()
        if binaries is None:
            raise CannotBeStruck("PostgreSQL is not installed (Debian: apt-get install postgresql)")
        self._folder = tempfile.TemporaryDirectory(prefix="chaos-")  # the server's user may not enter other folders
        self._server = PostgresServer(binaries, Path(self._folder.name))
        self._server.create()
        self.url = self._server.url

    def begin_outage(self) -> None:
        """Stop the server as a crash would, in the middle of its work."""
        self._server.stop()

    def end_outage(self) -> None:
        """Start the server again, with its recovery."""
        self._server.start()

    def close(self) -> None:
        """Stop the server for good."""
        self._server.close()
        self._folder.cleanup()


class FakedClock(PlainFolder):
    """A wall clock that can be set back while the driver runs; monotonic clocks are not changed.

    Raises:
        CannotBeStruck: there is no C compiler here.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._back = 0
        self._file = folder / "clock"
        self._file.write_bytes(_as_long(0))
        library = folder / "clock.so"
        _run("cc", "-shared", "-fPIC", "-O1", "-o", str(library), str(Path(__file__).with_name("clock.c")))
        self.environment = {"LD_PRELOAD": str(library), "CHAOS_CLOCK": str(self._file)}

    def begin_outage(self) -> None:
        """Set the clock back by an hour."""
        self._back += _BACK_SECONDS
        with self._file.open("r+b") as file:  # written in place, because the driver has it mapped
            file.write(_as_long(self._back))

    def end_outage(self) -> None:
        """Do nothing: the clock stays as it is."""


def _as_long(number: int) -> bytes:
    return struct.pack("@l", number)


def surroundings(ground: Ground, folder: Path) -> Surroundings:
    """The surroundings that a ground needs.

    Raises:
        CannotBeStruck: this machine lacks something for them.
    """
    match ground:
        case Ground.SMALL_DISK:
            return SmallDisk(folder)
        case Ground.SERVER:
            return Server()
        case Ground.FAKED_CLOCK:
            return FakedClock(folder)
        case _:
            return PlainFolder(folder)


def _run(program: str, *arguments: str) -> None:
    if shutil.which(program) is None:
        raise CannotBeStruck(f"the program {program} is not installed")
    done = subprocess.run([program, *arguments], capture_output=True, text=True, check=False)  # noqa: S603  (our own)
    if done.returncode:
        raise CannotBeStruck(f"{program} failed: {done.stderr.strip()}")
