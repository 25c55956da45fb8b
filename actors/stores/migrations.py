"""Migrations from one version of the schema to the next, run when a store is opened for writing."""

from collections.abc import Callable
from json import dumps, loads
from typing import Any, Final, TypeAlias
from uuid import NAMESPACE_URL, uuid4, uuid5

from sqlalchemy import Connection, insert, inspect, select, text, update
from sqlalchemy.exc import NoResultFound

from actors.stores import schema
from actors.stores.store import StoreError, StoreNotThereError

Migration: TypeAlias = Callable[[Connection], None]

OLDEST: Final = 6
"""The version that the first migration starts from; no older one was ever released."""


def _commands_in_headers(connection: Connection) -> None:
    """To version 7: put the running phase's command into a batch's header; before, only the log had it.

    This is plain SQL and JSON, because later tables and models may differ from those of version 7.
    """
    running = connection.execute(text("SELECT batch_id FROM batches WHERE stage = 'running'")).scalars().all()
    for batch_id in running:
        batch = connection.execute(
            text("SELECT header, large FROM batches WHERE batch_id = :batch_id"), {"batch_id": batch_id}
        ).one()
        commanded = _commanded_in_version_6(connection, batch_id, loads(batch.header))
        connection.execute(
            text("UPDATE batches SET large = :large, record_version = 7 WHERE batch_id = :batch_id"),
            {"large": dumps(loads(batch.large) | {"commanded": commanded}), "batch_id": batch_id},
        )


def _commanded_in_version_6(connection: Connection, batch_id: str, header: dict[str, Any]) -> dict[str, str]:
    key = f"{batch_id}/{header['run']}/{header['position']}/command"
    event = {"batch_id": batch_id, "event_id": str(uuid5(uuid5(NAMESPACE_URL, "huleedu:essay-pipelines"), key))}
    query = text("SELECT document FROM events WHERE batch_id = :batch_id AND essay_id = '' AND event_id = :event_id")
    document = connection.execute(query, event).scalar()
    refs = [] if document is None else loads(document)["data"]["essays_to_process"]
    return {ref["essay_id"]: ref["text_storage_id"] for ref in refs}


# MIGRATIONS[n] migrates version OLDEST + n to the next one. A migration is never changed after its release.
MIGRATIONS: Final[tuple[Migration, ...]] = (_commands_in_headers,)


def bring_up_to_date(connection: Connection) -> None:
    """Create the tables if there are none, or run the migrations that an older store lacks.

    Raises:
        StoreError: a newer program made this store, or the database holds something else.
    """
    found = version_of(connection)
    if found is None:
        _refuse_foreign_tables(connection)
        tables = schema.tables_of(connection.dialect.name)
        schema.METADATA.create_all(connection, tables=tables, checkfirst=False)
        new = {"version": schema.SCHEMA_VERSION, "store_id": uuid4().hex}
        connection.execute(insert(schema.VERSION).values(new))
        return
    check_version(found)
    for version, migrate in enumerate(MIGRATIONS[found - OLDEST :], found):
        try:
            migrate(connection)
        except (LookupError, TypeError, ValueError, AttributeError, NoResultFound) as error:
            what = f"{type(error).__name__}: {error}"
            raise StoreError(
                f"This store says that it has version {version} of the schema, but is not as that version writes it "
                f"({what}): restore a backup. The store was not changed."
            ) from error
    if found < schema.SCHEMA_VERSION:
        connection.execute(update(schema.VERSION).values(version=schema.SCHEMA_VERSION))


def version_of(connection: Connection) -> int | None:
    """The version of the schema in this database, or None if there is no store."""
    if not inspect(connection).has_table(schema.VERSION.name):
        return None
    return connection.execute(select(schema.VERSION.c.version)).scalar()


def check_version(found: int | None) -> None:
    """Refuse a store of a version that this program cannot read.

    Raises:
        StoreNotThereError: there is no store in this database.
        StoreError: this program cannot read it.
    """
    if found is None:
        raise StoreNotThereError("There is no store in this database.")
    if found > schema.SCHEMA_VERSION:
        raise StoreError(
            f"This store has version {found} of the schema; this program knows {schema.SCHEMA_VERSION} and older "
            "ones: update the program."
        )
    if found < OLDEST:
        raise StoreError(
            f"This store has version {found} of the schema; this program knows {OLDEST} and newer ones. The store was "
            "made by a program that was never released, and cannot be upgraded."
        )


def _refuse_foreign_tables(connection: Connection) -> None:
    if taken := sorted(set(inspect(connection).get_table_names()) & set(schema.METADATA.tables)):
        raise StoreError(f"The database has tables of something else ({', '.join(taken)}): choose another database.")
