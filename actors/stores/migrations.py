"""From one version of the schema to the next, when a store is opened for writing."""

from collections.abc import Callable
from typing import Final, TypeAlias

from sqlalchemy import Connection, insert, inspect, select, update

from actors.stores import schema
from actors.stores.store import StoreError

Migration: TypeAlias = Callable[[Connection], None]

# MIGRATIONS[n] leads from version n + 1 to n + 2. A migration is never changed after its release.
MIGRATIONS: Final[tuple[Migration, ...]] = ()


def bring_up_to_date(connection: Connection) -> None:
    """Make the tables where there are none, and run the migrations that a store of an older version lacks.

    Raises:
        StoreError: a newer program made this store, or the database holds something else.
    """
    found = version_of(connection)
    if found is None:
        _refuse_foreign_tables(connection)
        schema.METADATA.create_all(connection, checkfirst=False)
        connection.execute(insert(schema.VERSION).values(version=schema.SCHEMA_VERSION))
        return
    refuse_newer(found)
    for migrate in MIGRATIONS[found - 1 :]:
        migrate(connection)
    connection.execute(update(schema.VERSION).values(version=schema.SCHEMA_VERSION))


def check_up_to_date(connection: Connection) -> None:
    """Refuse to read what was written by another version.

    Raises:
        StoreError: there is no store in this database, or an older or newer program made it.
    """
    found = version_of(connection)
    if found is None:
        raise StoreError("There is no store in this database.")
    refuse_newer(found)
    if found < schema.SCHEMA_VERSION:
        raise StoreError(
            f"This store has version {found} of the schema, and {schema.SCHEMA_VERSION} is needed to read it: open "
            "it once for writing, which brings it up to date."
        )


def version_of(connection: Connection) -> int | None:
    """The version of the schema in this database, None where there is no store."""
    if not inspect(connection).has_table(schema.VERSION.name):
        return None
    return connection.execute(select(schema.VERSION.c.version)).scalar()


def refuse_newer(found: int) -> None:
    """Raise where a newer program has made the store."""
    if found > schema.SCHEMA_VERSION:
        raise StoreError(
            f"This store has version {found} of the schema; this program knows {schema.SCHEMA_VERSION} and older "
            "ones: update the program."
        )


def _refuse_foreign_tables(connection: Connection) -> None:
    if taken := sorted(set(inspect(connection).get_table_names()) & set(schema.METADATA.tables)):
        raise StoreError(f"The database holds tables of something else ({', '.join(taken)}): choose another one.")
