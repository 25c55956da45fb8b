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

# The advisory lock that writing transactions take: any number, as long as it is always the same.
_POSTGRES_BEGIN_WRITE: Final = "SELECT pg_advisory_xact_lock(7295043126)"

_CACHE_KB: Final = 32_000

# Keys are hashes, so a commit touches pages all over the file; the longer the log (here 16 MB), the fewer of them are
# copied back twice.
_CHECKPOINT_PAGES: Final = 4000


def for_writing(engine: Engine) -> Engine:
    """The same engine, whose transactions are those of the only writer."""
    return engine.execution_options(transaction="write")


@contextmanager
def without_transaction(engine: Engine) -> Iterator[Connection]:
    """A connection of SQLite on which each statement stands for itself (some may not stand in a transaction)."""
    with engine.execution_options(transaction="none").connect() as connection:
        yield connection


def sqlite_engine(path: Path, *, read_only: bool, synchronous: str) -> Engine:
    """An engine for a file, in WAL mode: readers see what is committed while a writer writes.

    Args:
        path: the database file; made when absent, but for reading only.
        read_only: open with SQLite's ``mode=ro``; where even SQLite's own helper files cannot be made beside the file
            (an archive, another user's folder), as ``immutable``.
        synchronous: SQLite's pragma; FULL survives a power cut, NORMAL may lose the last commits to one (but not to
            a crash of the program).
    """
    mode = _reading_mode(path) if read_only else "mode=rwc"
    if not read_only:
        _make_private(path)
    connect = partial(
        _connected, f"{path.absolute().as_uri()}?{mode}", [] if read_only else _write_pragmas(synchronous)
    )
    # The connection used last has its pages at hand: it is the next one used.
    engine = create_engine("sqlite://", creator=connect, poolclass=QueuePool, max_overflow=-1, pool_use_lifo=True)
    event.listen(engine, "begin", _begin_in_sqlite)
    return engine


def _make_private(path: Path) -> None:
    """Make the file where it is absent, for its owner only; SQLite's own files beside it take its mode over."""
    with suppress(OSError):  # it is there, and stays as it is; or it cannot be made: SQLite says so
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
        paramstyle="format",  # parameters by position, so that rows can be plain tuples
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
