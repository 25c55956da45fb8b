"""Whether a database file that is open is still the one that its path leads to.

A file that is deleted, moved away or replaced stays open for whoever has it: SQLite goes on writing to what nobody will
find again, and says nothing.
"""

import os
from pathlib import Path
from typing import Final, TypeAlias

from actors.stores.store import StoreLostError

Identity: TypeAlias = tuple[int, int]
_REMEDY: Final = (
    "what was written since then is lost. Put back the file or a backup of it, and resume the batch. If there is none, "
    "run the essays again."
)


class SameFile:
    """Notes which files a database is in, and looks whether they are still there.

    The write-ahead log has the newest commits, and exists once something was written: it is noted when first seen.

    Args:
        path: the database's file.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._log = path.with_name(path.name + "-wal")
        self._noted: dict[Path, Identity] = {}

    def check(self) -> None:
        """Look at the file itself; to be called when it is open.

        Raises:
            StoreLostError: it is not the one that was noted.
        """
        self._compare(self._path)

    def check_log(self) -> None:
        """Look at the write-ahead log as well; to be called after a commit.

        Raises:
            StoreLostError: one of the two is not the one that was noted.
        """
        self._compare(self._path)
        self._compare(self._log)

    def _compare(self, file: Path) -> None:
        found = _identity(file)
        noted = self._noted.get(file, found)
        if noted != found:
            what = "is gone (deleted, or moved away)" if found is None else "was replaced by another file"
            raise StoreLostError(f"{file} {what} while it was in use: {_REMEDY}")
        if found is not None:
            self._noted[file] = found


def _identity(file: Path) -> Identity | None:
    try:
        status = os.stat(file)  # noqa: PTH116  (this is asked with each commit: half the time)
    except FileNotFoundError:
        return None
    return status.st_dev, status.st_ino
