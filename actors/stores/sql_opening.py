"""Opens a store in a database: finds the file or server, locks it, and brings its schema up to date."""

from collections.abc import Mapping
from functools import cache, partial
from pathlib import Path
from typing import Any, Final

from sqlalchemy import URL, Engine, make_url
from sqlalchemy.exc import ArgumentError

from actors.stores.advisory_lock import AdvisoryLock
from actors.stores.cursors import FileCursors
from actors.stores.database_errors import as_store_errors
from actors.stores.databases import for_writing, postgres_engine, sqlite_engine
from actors.stores.file_lock import OwnerLock
from actors.stores.migrations import bring_up_to_date, check_version, version_of
from actors.stores.same_file import SameFile
from actors.stores.sql import SqlStore
from actors.stores.store import StoreError, StoreNotThereError
from actors.stores.table_cursors import TableCursors, store_id_in

_FORMS: Final = "memory://, sqlite:///path/to/file.db (or just the path), postgresql://user:password@host/database"
_QUERY: Final = (
    "In {url}, a question mark ends the path, and no options after it are known. If it is part of the path, give the "
    "path itself, or write {escaped}."
)


def open_sql_store(url: str, *, read_only: bool, synchronous: str, owner: Mapping[str, Any]) -> SqlStore:
    """Open a store in a file or on a server; see ``open_store``."""
    path = file_of(url)
    if path is None:
        return _open_server(_parsed(url), read_only=read_only, owner=owner)
    return _open_file(path, read_only=read_only, synchronous=synchronous, owner=owner)


def file_of(url: str) -> Path | None:
    """The file of a store, or None if it is on a server.

    Raises:
        StoreError: the URL is wrong.
    """
    if "://" not in url:
        return _named(url)
    parsed = _parsed(url)
    match parsed.get_backend_name():
        case "sqlite":
            if "?" in url:
                raise StoreError(_QUERY.format(url=url, escaped=url.replace("?", "%3F")))
            return _named(parsed.database or "")
        case "postgresql" | "postgres":
            return None
        case other:
            raise StoreError(f"No store can be kept in {other!r}. Use one of: {_FORMS}.")


def _parsed(url: str) -> URL:
    try:
        return make_url(url)
    except (ArgumentError, ValueError):
        raise StoreError(f"This is no URL of a store. Use one of: {_FORMS}.") from None


def _named(path: str) -> Path:
    if path in {"", ":memory:"}:
        raise StoreError("The URL names no file. For a store in memory, say memory://.")
    return Path(path)


def _open_file(path: Path, *, read_only: bool, synchronous: str, owner: Mapping[str, Any]) -> SqlStore:
    _check_path(path, read_only=read_only)
    engine = sqlite_engine(path, read_only=read_only, synchronous=synchronous)
    cursors = FileCursors(path, cache(partial(store_id_in, engine)))
    file = SameFile(path)
    if read_only:
        store = SqlStore(engine, cursors, read_only=True, file=file)
    else:
        lock = OwnerLock(path, owner)
        lock.acquire()
        store = SqlStore(engine, cursors, on_close=lock.release, file=file)
    ready = _ready(store, engine, read_only=read_only)
    file.check()
    return ready


def _check_path(path: Path, *, read_only: bool) -> None:
    if not path.parent.is_dir():
        raise StoreError(f"The folder {path.parent} is not there: create it first.")
    if path.is_dir():
        raise StoreError(f"{path} is a folder: give the file in it that is the store.")
    if read_only and not path.exists():
        raise StoreNotThereError(f"There is no store at {path}.")


def _open_server(url: URL, *, read_only: bool, owner: Mapping[str, Any]) -> SqlStore:
    try:
        engine = postgres_engine(url, read_only=read_only)
    except ModuleNotFoundError as error:
        raise StoreError(
            f"The package {error.name} is needed for PostgreSQL: pip install 'essay-pipelines[postgres]'."
        ) from None
    advisory_lock = None if read_only else AdvisoryLock(engine, owner)
    store = SqlStore(engine, TableCursors(engine), read_only=read_only, advisory_lock=advisory_lock)
    return _ready(store, engine, read_only=read_only)


def _ready(store: SqlStore, engine: Engine, *, read_only: bool) -> SqlStore:
    """Check or update the store's schema, and return the store; it is closed if that fails."""
    try:
        with as_store_errors():
            if read_only:
                with engine.connect() as connection:
                    check_version(version_of(connection))
            else:
                with for_writing(engine).begin() as connection:
                    bring_up_to_date(connection)
    except BaseException:
        store.close()
        raise
    return store
