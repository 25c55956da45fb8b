"""Checks that an open database file is still the one at its path.

A file that is deleted, moved away or replaced stays open in this process: SQLite would silently go on writing to a file
that nobody can find again.
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
    """Notes the identity of a database's files, and checks that they are still in place.

    The write-ahead log has the newest commits, and exists only once something was written: it is noted when first seen.

    Args:
        path: the database's file.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._log = path.with_name(path.name + "-wal")
        self._noted: dict[Path, Identity] = {}

    def check(self) -> None:
        """Check the database file itself; to be called while it is open.

        Raises:
            StoreLostError: it is not the file that was noted.
        """
        self._compare(self._path)

    def check_log(self) -> None:
        """Check the write-ahead log as well; to be called after a commit.

        Raises:
            StoreLostError: one of the two is not the file that was noted.
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
        status = os.stat(file)  # noqa: PTH116  (it is called at each commit, and takes half as long)
    except FileNotFoundError:
        return None
    return status.st_dev, status.st_ino
