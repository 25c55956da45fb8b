"""Clears what a database's files still contain of deleted rows.

SQLite's ``secure_delete`` overwrites a deleted row in place, but not copies that were left behind when a page was
split, and the write-ahead log still has older pages: so ``VACUUM`` rewrites the file, and the log is truncated. In
PostgreSQL, a deleted row stays in place until ``VACUUM FULL`` rewrites its table. PostgreSQL's own write-ahead log,
replicas and backups are its administrator's responsibility.

Both take as long as copying the database, and writers wait meanwhile.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from sqlalchemy import Connection, Engine, text

from actors.stores import schema
from actors.stores.database_errors import as_store_errors
from actors.stores.databases import without_transaction
from actors.stores.store import StoreError, TracesLeftError

_LOCK_SECONDS: Final = 30


def leave_no_trace(engine: Engine) -> None:
    """Rewrite the database's files without what was deleted.

    Raises:
        TracesLeftError: this cannot be done now.
    """
    clear = _clear_sqlite if engine.dialect.name == "sqlite" else _clear_postgres
    try:
        with as_store_errors():
            clear(engine)
    except TracesLeftError:
        raise
    except StoreError as error:
        raise TracesLeftError(
            "It was deleted, but the database's files could not be rewritten, and still contain copies of it: "
            f"{error} Fix that, then run VACUUM on the database (PostgreSQL: VACUUM FULL)."
        ) from error


def _clear_sqlite(engine: Engine) -> None:
    with without_transaction(engine) as connection:
        connection.execute(text("VACUUM"))
        busy, *_ = connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)")).one()
    if busy:
        raise TracesLeftError(
            "It was deleted, but another program is reading this store, so the store's log (its -wal file) still has "
            "copies. End that program; they disappear when the store is next written and closed."
        )


def _clear_postgres(engine: Engine) -> None:
    with _each_by_itself(engine) as connection:
        connection.execute(text(f"SET lock_timeout = '{_LOCK_SECONDS}s'"))
        try:
            for table in schema.tables_of("postgresql"):
                connection.execute(text(f"VACUUM FULL {table.name}"))
        finally:
            connection.execute(text("RESET lock_timeout"))


@contextmanager
def _each_by_itself(engine: Engine) -> Iterator[Connection]:
    """A connection to PostgreSQL that commits each statement by itself."""
    with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        yield connection
