"""Engines: how a connection to SQLite or PostgreSQL is set up, and how a transaction begins."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any, Final

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.pool import QueuePool

BUSY_SECONDS: Final = 30.0
CONNECT_SECONDS: Final = 10

# The advisory lock that writing transactions take; its number is arbitrary, but must never change.
_POSTGRES_BEGIN_WRITE: Final = "SELECT pg_advisory_xact_lock(7295043126)"

_CACHE_KB: Final = 32_000

# Keys are hashes, so a commit touches pages all over the file; the longer the log (here 16 MB), the fewer pages are
# copied back to the file more than once.
_CHECKPOINT_PAGES: Final = 4000


def for_writing(engine: Engine) -> Engine:
    """The same engine, for transactions that write; only one of them runs at a time."""
    return engine.execution_options(transaction="write")


@contextmanager
def without_transaction(engine: Engine) -> Iterator[Connection]:
    """A connection to SQLite that runs each statement outside a transaction, as some statements require."""
    with engine.execution_options(transaction="none").connect() as connection:
        yield connection


def sqlite_engine(path: Path, *, read_only: bool, synchronous: str) -> Engine:
    """An engine for a file, in WAL mode: readers see what is committed while a writer writes.

    Args:
        path: the database file; it is created if absent, unless ``read_only``.
        read_only: open with SQLite's ``mode=ro``; or as ``immutable`` if not even SQLite's own helper files can be
            created beside the file (in an archive, or another user's folder).
        synchronous: SQLite's pragma; FULL survives a power cut, NORMAL may lose the last commits to one (but not to
            a crash of the program).
    """
    mode = _reading_mode(path) if read_only else "mode=rwc"
    if not read_only:
        _make_private(path)
    connect = partial(
        _connected, f"{path.absolute().as_uri()}?{mode}", [] if read_only else _write_pragmas(synchronous)
    )
    # Last in, first out: the connection used last has its pages cached.
    engine = create_engine("sqlite://", creator=connect, poolclass=QueuePool, max_overflow=-1, pool_use_lifo=True)
    event.listen(engine, "begin", _begin_in_sqlite)
    return engine


def _make_private(path: Path) -> None:
    """Create the file if absent, readable by its owner only; SQLite gives its own files beside it the same mode."""
    with suppress(OSError):  # it exists, and is left as it is; or it cannot be created, which SQLite will report
        path.touch(mode=0o600, exist_ok=False)


def _reading_mode(path: Path) -> str:
    being_written = path.with_name(path.name + "-wal").exists()
    may_write = os.access(path.parent, os.W_OK, effective_ids=os.access in os.supports_effective_ids)
    return "mode=ro" if being_written or may_write else "mode=ro&immutable=1"


def _write_pragmas(synchronous: str) -> list[str]:
    return [
        "journal_mode=WAL",
        f"synchronous={synchronous}",
        "secure_delete=ON",
        f"wal_autocheckpoint={_CHECKPOINT_PAGES}",
    ]


def _connected(uri: str, pragmas: list[str]) -> sqlite3.Connection:
    connection = sqlite3.connect(uri, uri=True, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    for pragma in (f"cache_size=-{_CACHE_KB}", *pragmas):
        connection.execute(f"PRAGMA {pragma}")
    return connection


def _begin_in_sqlite(connection: Connection) -> None:
    statements = {"write": "BEGIN IMMEDIATE", "read": "BEGIN", "none": ""}
    if statement := statements[connection.get_execution_options().get("transaction", "read")]:
        connection.exec_driver_sql(statement)


def postgres_engine(url: URL, *, read_only: bool) -> Engine:
    """An engine for a PostgreSQL server, over psycopg.

    Raises:
        ModuleNotFoundError: psycopg is not installed.
    """
    options: dict[str, Any] = {"postgresql_readonly": True} if read_only else {}
    engine = create_engine(
        url.set(drivername="postgresql+psycopg"),
        paramstyle="format",  # positional parameters, so that rows can be plain tuples
        pool_pre_ping=True,
        max_overflow=-1,
        connect_args={"connect_timeout": CONNECT_SECONDS},
        execution_options=options,
    )
    event.listen(engine, "begin", _begin_in_postgres)
    return engine


def _begin_in_postgres(connection: Connection) -> None:
    if connection.get_execution_options().get("transaction") == "write":
        connection.exec_driver_sql(_POSTGRES_BEGIN_WRITE)
