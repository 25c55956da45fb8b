"""A lock that lets only one process write to a database file, with a note of who it is."""

import errno
import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from filelock import FileLock, Timeout

from actors.stores.lock_note import is_note, note_of, note_text
from actors.stores.private_file import replace_file
from actors.stores.store import StoreError, StoreInUseError

_CANNOT_LOCK: Final = frozenset({errno.ENOSYS, errno.ENOLCK, errno.EOPNOTSUPP, errno.EINVAL, errno.EIO})


def _advice(error: OSError) -> str:
    if error.errno in _CANNOT_LOCK:
        return (
            "Its folder is on a file system that cannot lock files (a network folder, perhaps): keep the store on a "
            "disk of this machine, or in PostgreSQL."
        )
    return "Is its folder writable?"


class OwnerLock:
    """A lock of the operating system beside a database file: it is gone when its process is, however that ended.

    ``<file>.lock`` is locked; ``<file>.owner.json`` says by whom (pid, host, since when, and anything else the owner
    wants to tell, such as an address). The note can outlive its process; the lock decides.

    Args:
        database: the file that the lock is for.
        owner: JSON values to show to others who find the store in use.
    """

    def __init__(self, database: Path, owner: Mapping[str, Any]) -> None:
        self._database = database
        self._owner = owner
        # Not per thread, because the store may be closed by another thread than the one that opened it. No soft lock,
        # which is a mere file and would outlive a killed process.
        self._lock = FileLock(_beside(database, ".lock"), mode=0o600, thread_local=False, fallback_to_soft=False)

    def acquire(self) -> None:
        """Take the lock, without waiting.

        Raises:
            StoreInUseError: another process (or another part of this one) has it.
            StoreError: the folder cannot be written to, or its file system cannot lock files.
        """
        try:
            self._lock.acquire(timeout=0)
        except Timeout:
            raise StoreInUseError(self._in_use()) from None
        except OSError as error:
            raise StoreError(f"Cannot lock {self._database}: {error.strerror}. {_advice(error)}") from error
        try:
            self._say_who()
        except OSError as error:
            self._lock.release()
            raise StoreError(f"Cannot write beside {self._database}: {error.strerror}.") from error

    def _say_who(self) -> None:
        replace_file(_beside(self._database, ".owner.json"), json.dumps(note_of(self._owner)))

    def _in_use(self) -> str:
        who = owner_of(self._database)
        if who is None:
            return f"{self._database} is being written by another process: wait for it to end, or stop it."
        return (
            f"{self._database} is being written by {note_text(who)}: "
            "wait for it to end, stop it, or open the store read-only."
        )

    def release(self) -> None:
        """Release the lock; harmless if it is not held."""
        if self._lock.is_locked:
            with suppress(OSError):  # a note that is left over does no harm
                _beside(self._database, ".owner.json").unlink(missing_ok=True)
            self._lock.release()


def owner_of(database: Path) -> dict[str, Any] | None:
    """Who writes to this file, or did last: ``pid``, ``host``, ``since``, ``owner``; None if there is no such note."""
    try:
        facts = json.loads(_beside(database, ".owner.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return facts if is_note(facts) else None


def holder_of(database: Path) -> dict[str, Any] | None:
    """Who writes to this file right now, in the form of ``owner_of``; None if nobody does."""
    if not _beside(database, ".lock").exists():
        return None
    probe = FileLock(_beside(database, ".lock"), mode=0o600, thread_local=False, fallback_to_soft=False)
    try:
        with probe.acquire(timeout=0):
            return None
    except (Timeout, OSError):
        return owner_of(database)


def _beside(database: Path, ending: str) -> Path:
    return database.with_name(database.name + ending)
