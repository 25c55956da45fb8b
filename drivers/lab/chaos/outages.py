"""What goes wrong around a batch and passes: a disk that is full, a server that is down, a clock that is set back."""

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
    """This machine lacks what an outage takes; the message says what."""


class Surroundings(Protocol):
    """What a driver and its store are in: where the store is, and what the driver's environment has besides."""

    url: str
    environment: Mapping[str, str]

    def begin_outage(self) -> None:
        """Something is not there any more."""
        ...

    def end_outage(self) -> None:
        """It is there again."""
        ...

    def close(self) -> None:
        """Clean up."""
        ...


class PlainFolder:
    """A SQLite file in a folder: nothing goes wrong."""

    environment: Mapping[str, str] = MappingProxyType({})

    def __init__(self, folder: Path) -> None:
        self.url = url_of_file(folder / "store.db")

    def begin_outage(self) -> None:
        """Nothing."""

    def end_outage(self) -> None:
        """Nothing."""

    def close(self) -> None:
        """Nothing."""


class SmallDisk(PlainFolder):
    """A file system of the store's own, in memory, that can be filled up.

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
        """Not a byte is free."""
        with self._filler.open("wb", buffering=0) as file:
            try:
                while file.write(bytes(4096)):
                    pass
            except OSError:  # full, as it should be
                return

    def end_outage(self) -> None:
        """Somebody made room."""
        self._filler.unlink(missing_ok=True)

    def close(self) -> None:
        """Take the disk away, with all that is on it."""
        _run("umount", "--lazy", str(self._disk))


class Server:
    """A PostgreSQL server of one's own.

    Raises:
        CannotBeStruck: PostgreSQL is not installed.
    """

    environment: Mapping[str, str] = MappingProxyType({})

    def __init__(self) -> None:
        binaries = find_binaries()
        if binaries is None:
            raise CannotBeStruck("PostgreSQL is not installed (Debian: apt-get install postgresql)")
        self._folder = tempfile.TemporaryDirectory(prefix="chaos-")  # its user may not enter just any folder
        self._server = PostgresServer(binaries, Path(self._folder.name))
        self._server.create()
        self.url = self._server.url

    def begin_outage(self) -> None:
        """Stopped as by a crash, in the middle of whatever it does."""
        self._server.stop()

    def end_outage(self) -> None:
        """Started again, with its recovery."""
        self._server.start()

    def close(self) -> None:
        """Stop it for good."""
        self._server.close()
        self._folder.cleanup()


class FakedClock(PlainFolder):
    """A program whose clock of the day can be set back while it runs; clocks that only go on are not touched.

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
        """It is an hour earlier from now on."""
        self._back += _BACK_SECONDS
        with self._file.open("r+b") as file:  # the program has it mapped
            file.write(_as_long(self._back))

    def end_outage(self) -> None:
        """It stays so."""


def _as_long(number: int) -> bytes:
    return struct.pack("@l", number)


def surroundings(ground: Ground, folder: Path) -> Surroundings:
    """Those of a ground.

    Raises:
        CannotBeStruck: this machine lacks what it takes.
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
