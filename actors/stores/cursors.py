"""Named positions in the event log, which outlive the programs that read it.

A cursor is moved by the program that forwards events, which is rarely the one that runs the batches. On a server, a
cursor is a row in a table. A database file allows only one writer, so there a cursor is a small file beside it
(``store.db-cursors/NAME.json``): moving it only needs the right to write in that folder.
"""

import json
import os
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any, Final, Protocol
from urllib.parse import quote

from filelock import FileLock
from typing_extensions import override

from actors.stores.store import StoreError

_LONGEST: Final = 200  # characters of the encoded name, in a file name of at most 255 bytes
FOLDER_SUFFIX: Final = "-cursors"


class Cursors(Protocol):
    """Where a store keeps its cursors; any number of programs may use them at the same time."""

    def position(self, name: str) -> int:
        """The number under this name, or 0 if there is none."""
        ...

    def move(self, name: str, sequence: int, *, reset: bool) -> None:
        """Keep a number durably; one that is lower than the kept one only with ``reset``."""
        ...


class KeepsCursors:
    """Implements ``cursor`` and ``move_cursor`` for a store that has its cursors in ``_cursors``."""

    _cursors: Cursors

    def cursor(self, name: str) -> int:
        """The cursor's position."""
        return self._cursors.position(checked(name))

    def move_cursor(self, name: str, sequence: int, *, reset: bool = False) -> None:
        """Move the cursor, durably."""
        if sequence < 0:
            raise StoreError(f"A cursor must be at a sequence number, 0 or more, not at {sequence}.")
        self._cursors.move(checked(name), sequence, reset=reset)


def checked(name: str) -> str:
    """The name, if a cursor can have it.

    Raises:
        StoreError: it is empty or too long, or contains NUL.
    """
    if not name.strip() or "\0" in name or len(_in_file_names(name)) > _LONGEST:
        raise StoreError(f"{name!r} cannot name a cursor: use 1 to {_LONGEST} letters, digits, dots or dashes.")
    return name


def _in_file_names(name: str) -> str:
    return quote(name, safe="", errors="surrogatepass")


class MemoryCursors(Cursors):
    """Implements ``Cursors`` in this process."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._positions: dict[str, int] = {}

    @override
    def position(self, name: str) -> int:
        return self._positions.get(name, 0)

    @override
    def move(self, name: str, sequence: int, *, reset: bool) -> None:
        with self._lock:
            self._positions[name] = sequence if reset else max(sequence, self.position(name))


class FileCursors(Cursors):
    """Implements ``Cursors`` by small files beside the file of a store.

    Args:
        database: the store's file.
        store_id: returns the store's own id, so that a cursor left by an earlier store in this place is not taken for
            one of this store, whose log begins anew.
    """

    def __init__(self, database: Path, store_id: Callable[[], str]) -> None:
        self._folder = database.with_name(database.name + FOLDER_SUFFIX)
        self._store_id = store_id

    @override
    def position(self, name: str) -> int:
        file = self._file(name)
        try:
            note = json.loads(file.read_text(encoding="utf-8"))
            return int(note["sequence"]) if note["store_id"] == self._store_id() else 0
        except FileNotFoundError:
            return 0
        except OSError as error:
            raise StoreError(f"The cursor {name!r} cannot be read from {file}: {error.strerror}.") from error
        except (ValueError, KeyError, TypeError):
            raise StoreError(
                f"{file} is no cursor written by this program: delete it, and {name!r} starts at the first event."
            ) from None

    @override
    def move(self, name: str, sequence: int, *, reset: bool) -> None:
        file = self._file(name)
        try:
            self._folder.mkdir(mode=0o700, exist_ok=True)
            with FileLock(file.with_suffix(".lock"), mode=0o600, fallback_to_soft=False):
                if reset or sequence > self.position(name):
                    self._replace(file, {"name": name, "sequence": sequence, "store_id": self._store_id()})
        except OSError as error:
            raise StoreError(f"The cursor {name!r} cannot be written to {file}: {error.strerror}.") from error

    def _file(self, name: str) -> Path:
        return self._folder / f"{_in_file_names(name)}.json"

    def _replace(self, file: Path, note: dict[str, Any]) -> None:
        draft = file.with_suffix(".tmp")
        draft.touch(mode=0o600)
        with draft.open("w", encoding="utf-8") as written:
            json.dump(note, written)
            written.flush()
            os.fsync(written.fileno())
        draft.replace(file)
        with _opened(self._folder) as folder:
            os.fsync(folder)


@contextmanager
def _opened(folder: Path) -> Any:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        yield descriptor
    finally:
        os.close(descriptor)
