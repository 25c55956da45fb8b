"""Turns a database's errors into sentences for people: no exception of SQLAlchemy or a driver leaves the store."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from pydantic import ValidationError
from pydantic_core import PydanticSerializationError
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from actors.stores.store import StoreError, StoreUnavailableError

# By SQLite's names of primary result codes (https://www.sqlite.org/rescode.html); extended codes begin with them.
_SQLITE_FOR_NOW: Final = {
    "SQLITE_FULL": "The disk (or the store's quota) is full: make room.",
    "SQLITE_BUSY": "Another program has locked the database: close that program.",
    "SQLITE_LOCKED": "Another connection has locked the database.",
    "SQLITE_IOERR": "The disk cannot be read or written (I/O error): is it full, or disconnected?",
    "SQLITE_NOMEM": "SQLite ran out of memory.",
}
_NO_LOCKS: Final = "The file system cannot lock or share files (a network folder?): keep the store on a local disk."
_SQLITE_FOR_GOOD: Final = {  # checked first, as some begin with a code above
    "SQLITE_IOERR_LOCK": _NO_LOCKS,
    "SQLITE_IOERR_RDLOCK": _NO_LOCKS,
    "SQLITE_IOERR_UNLOCK": _NO_LOCKS,
    "SQLITE_IOERR_CHECKRESERVEDLOCK": _NO_LOCKS,
    "SQLITE_IOERR_SHMLOCK": _NO_LOCKS,
    "SQLITE_NOLFS": "The file is too large for the file system.",
    "SQLITE_NOTADB": "The file is no SQLite database.",
    "SQLITE_CORRUPT": "The database file is damaged: restore a backup (or try sqlite3's `.recover`).",
    "SQLITE_READONLY": "The database cannot be written: its file or folder is read-only, or it was opened read-only.",
    "SQLITE_CANTOPEN": "The database file cannot be opened: does its folder exist, and may this user write to it?",
    "SQLITE_AUTH": "SQLite refused access.",
    "SQLITE_PERM": "This user may not open the database file.",
    "SQLITE_TOOBIG": "A text is larger than SQLite can hold (1 GB).",
}

# Classes of SQLSTATE (PostgreSQL manual, appendix A) after which the same call may succeed: connection exceptions,
# transaction rollback, insufficient resources (also a full disk), operator intervention, system error.
_POSTGRES_FOR_NOW: Final = ("08", "40", "53", "55P03", "57", "58")


@contextmanager
def as_store_errors() -> Iterator[None]:
    """Raise errors of the database, or of encoding a record, as a ``StoreError``."""
    try:
        yield
    except DBAPIError as error:
        raise _of_database(error) from error
    except SQLAlchemyError as error:
        raise StoreError(f"The database cannot be used: {error}") from error
    except UnicodeError as error:
        raise StoreError(f"An id or document has characters that a database cannot store: {error}") from error
    except PydanticSerializationError as error:
        raise StoreError(f"A record cannot be written as JSON: {error}") from error
    except ValidationError as error:
        raise StoreError(f"A stored record cannot be read; another version may have written it: {error}") from error


def _of_database(error: DBAPIError) -> StoreError:
    name = getattr(error.orig, "sqlite_errorname", None)
    if name is not None:
        return _of_sqlite(str(name), error)
    state = getattr(error.orig, "sqlstate", None)
    text = " ".join(str(error.orig).split())
    lost = error.connection_invalidated or (state is None and _is_operational(error))
    if lost or str(state).startswith(_POSTGRES_FOR_NOW):
        return StoreUnavailableError(f"The database does not answer ({text}): start it, or fix the problem named here.")
    return StoreError(f"The database refused: {text}")


def _is_operational(error: DBAPIError) -> bool:
    return type(error).__name__ in {"OperationalError", "InterfaceError"}


def _of_sqlite(name: str, error: DBAPIError) -> StoreError:
    for code, sentence in _SQLITE_FOR_GOOD.items():
        if name.startswith(code):
            return StoreError(f"{sentence} ({name})")
    for code, sentence in _SQLITE_FOR_NOW.items():
        if name.startswith(code):
            return StoreUnavailableError(f"{sentence} ({name})")
    return StoreError(f"The database refused: {error.orig} ({name})")
