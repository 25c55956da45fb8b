"""Opens a store by its URL."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from actors.stores.memory import MemoryStore
from actors.stores.store import Store, StoreError

MEMORY_URL: Final = "memory://"


def open_store(
    url: str, *, read_only: bool = False, synchronous: str = "FULL", owner: Mapping[str, Any] | None = None
) -> Store:
    """Open the store at ``url``, and bring its schema up to date.

    Args:
        url: ``memory://``; ``sqlite:///folder/file.db``, or just the file's path; or
            ``postgresql://user:password@host/database``.
        read_only: only read what is committed; another process may be writing at the same time.
        synchronous: for SQLite. FULL keeps every commit through a power cut; NORMAL is faster, and may lose the last
            commits to a power cut, though not to a crash of the program.
        owner: JSON values to show to a second process that wants to write to the same store.

    Raises:
        StoreInUseError: another process writes to this file.
        StoreUnavailableError: the database does not answer now.
        StoreError: the URL is wrong, a package is missing, the folder is missing or read-only, or the file is no store
            or belongs to a newer version of the program.
    """
    if url == MEMORY_URL:
        return MemoryStore()
    from actors.stores.sql_opening import open_sql_store  # noqa: PLC0415  (the database packages load slowly)

    if synchronous.upper() not in {"FULL", "NORMAL", "EXTRA", "OFF"}:
        raise StoreError(f"synchronous must be FULL, NORMAL, EXTRA or OFF, not {synchronous!r}.")
    return open_sql_store(url, read_only=read_only, synchronous=synchronous, owner=owner or {})


def url_of_file(file: Path) -> str:
    """The URL of a store in this file, with an absolute path; ``?``, ``#`` and ``%`` in it stay part of the path."""
    from sqlalchemy import URL  # noqa: PLC0415  (the database packages load slowly)

    return URL.create("sqlite", database=str(file.resolve())).render_as_string()


def file_of(url: str) -> Path | None:
    """The file of a store, or None if it is in memory or on a server.

    Raises:
        StoreError: the URL is wrong.
    """
    if url == MEMORY_URL:
        return None
    from actors.stores.sql_opening import file_of as file_of_database  # noqa: PLC0415

    return file_of_database(url)


def shown_url(url: str) -> str:
    """The URL in a form that may be logged: without its password, and without its query, which may contain one."""
    from sqlalchemy.engine import make_url  # noqa: PLC0415
    from sqlalchemy.exc import ArgumentError  # noqa: PLC0415

    try:
        return make_url(url).set(query={}).render_as_string(hide_password=True)
    except (ArgumentError, ValueError):
        return url if "@" not in url else "a URL that cannot be read"
