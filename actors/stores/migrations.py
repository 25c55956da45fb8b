"""From one version of the schema to the next, when a store is opened for writing."""

from collections.abc import Callable, Iterator
from json import dumps, loads
from typing import Any, Final, TypeAlias
from uuid import NAMESPACE_URL, uuid4, uuid5

from sqlalchemy import Connection, Row, insert, inspect, select, text, update

from actors.stores import schema
from actors.stores.store import StoreError, StoreNotThereError, StoreOutdatedError

Migration: TypeAlias = Callable[[Connection], None]

_ROWS_AT_ONCE: Final = 1000


def _index_by_use(connection: Connection) -> None:
    """To version 2: the log by essay, and who uses what (forgetting a batch shall not read every essay for it).

    Written in plain SQL and JSON, because tables and models of today need not be those of version 2.
    """
    _execute(connection, "CREATE INDEX events_by_essay ON events (batch_id, essay_id, sequence)")
    _execute(connection, "ALTER TABLE results ADD COLUMN original_text_id TEXT NOT NULL DEFAULT ''")
    _execute(connection, "CREATE INDEX results_by_text ON results (text_id)")
    _execute(connection, "CREATE INDEX results_by_original_text ON results (original_text_id)")
    clustered = " WITHOUT ROWID" if connection.dialect.name == "sqlite" else ""
    columns = "used TEXT NOT NULL, batch_id TEXT NOT NULL, PRIMARY KEY (used, batch_id)"
    _execute(connection, f"CREATE TABLE uses ({columns}){clustered}")
    _execute(connection, "CREATE INDEX uses_by_batch ON uses (batch_id)")
    for rows in _portions(connection, "results", ("key",), "key, document"):
        origins = [{"key": row.key, "origin": _origin_in_version_1(row.document)} for row in rows]
        _execute(connection, "UPDATE results SET original_text_id = :origin WHERE key = :key", origins)
    for rows in _portions(connection, "essays", ("batch_id", "essay_id"), "*"):
        uses = {(used, row.batch_id) for row in rows for used in _used_in_version_1(row)}
        _execute(
            connection,
            "INSERT INTO uses (used, batch_id) VALUES (:used, :batch_id) ON CONFLICT DO NOTHING",
            [{"used": used, "batch_id": batch_id} for used, batch_id in uses],
        )


def _without_scattered_indexes(connection: Connection) -> None:
    """To version 3: events are unique within their essay, and no index of the hot tables begins with a hash."""
    _execute(connection, "DROP INDEX results_by_text")
    _execute(connection, "DROP INDEX results_by_original_text")
    _execute(connection, "CREATE TABLE uses_3 (used TEXT NOT NULL, batch_id TEXT NOT NULL)")
    _execute(connection, "INSERT INTO uses_3 (used, batch_id) SELECT used, batch_id FROM uses")
    _execute(connection, "DROP TABLE uses")
    _execute(connection, "ALTER TABLE uses_3 RENAME TO uses")
    _execute(connection, "CREATE INDEX uses_by_batch ON uses (batch_id)")
    _execute(connection, "DROP INDEX events_by_essay")
    if connection.dialect.name == "sqlite":
        _rebuild_events_in_sqlite(connection)
    else:
        _execute(connection, "ALTER TABLE events DROP CONSTRAINT events_event_id_key")
        _execute(connection, "UPDATE events SET essay_id = '' WHERE essay_id IS NULL")
        _execute(connection, "ALTER TABLE events ALTER COLUMN essay_id SET NOT NULL")
    _execute(connection, "CREATE UNIQUE INDEX events_by_essay ON events (batch_id, essay_id, event_id)")


def _rebuild_events_in_sqlite(connection: Connection) -> None:
    """SQLite takes no constraint off a table. The last number given stays known, also where its event is gone."""
    columns = "event_id, batch_id, essay_id, event_type, timestamp, document, record_version"
    _execute(
        connection,
        "CREATE TABLE events_3 (sequence INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, event_id TEXT NOT NULL, "
        "batch_id TEXT NOT NULL, essay_id TEXT NOT NULL, event_type TEXT NOT NULL, timestamp TEXT NOT NULL, "
        "document TEXT NOT NULL, record_version INTEGER NOT NULL)",
    )
    values = columns.replace("essay_id", "coalesce(essay_id, '')")
    _execute(connection, f"INSERT INTO events_3 (sequence, {columns}) SELECT sequence, {values} FROM events")  # noqa: S608
    _execute(connection, "DELETE FROM sqlite_sequence WHERE name = 'events_3'")
    last = "SELECT 'events_3', seq FROM sqlite_sequence WHERE name = 'events'"
    _execute(connection, f"INSERT INTO sqlite_sequence (name, seq) {last}")
    _execute(connection, "DROP TABLE events")
    _execute(connection, "ALTER TABLE events_3 RENAME TO events")
    _execute(connection, "CREATE INDEX events_by_batch ON events (batch_id, sequence)")


def _who_runs_a_batch(connection: Connection) -> None:
    """To version 4: a claim has a note of who made it."""
    _execute(connection, "ALTER TABLE claims ADD COLUMN holder TEXT NOT NULL DEFAULT ''")


def _feed_and_cursors(connection: Connection) -> None:
    """To version 5: what happened to batches by topic, named places in the log, and a name for the store of these."""
    _execute(connection, "CREATE INDEX events_of_batches ON events (event_type, sequence) WHERE essay_id = ''")
    _execute(connection, "ALTER TABLE schema_version ADD COLUMN store_id TEXT NOT NULL DEFAULT ''")
    connection.execute(text("UPDATE schema_version SET store_id = :store_id"), {"store_id": _new_store_id()})
    if connection.dialect.name == "postgresql":
        _execute(connection, "CREATE TABLE cursors (name TEXT PRIMARY KEY, sequence BIGINT NOT NULL)")


def _new_store_id() -> str:
    return uuid4().hex


def _whose_request_an_essay_is_part_of(connection: Connection) -> None:
    """To version 6: an essay knows its correlation id, which was derived from the batch's id until then."""
    _execute(connection, "ALTER TABLE essays ADD COLUMN correlation_id TEXT")
    namespace = uuid5(NAMESPACE_URL, "huleedu:essay-pipelines")
    batch_ids = connection.execute(text("SELECT DISTINCT batch_id FROM essays")).scalars()
    derived = [{"batch_id": each, "derived": str(uuid5(namespace, f"batch:{each}"))} for each in batch_ids]
    _execute(connection, "UPDATE essays SET correlation_id = :derived WHERE batch_id = :batch_id", derived)


def _commands_in_headers(connection: Connection) -> None:
    """To version 7: the header of a batch has the command of the phase that runs, which only the log had until then."""
    running = connection.execute(text("SELECT batch_id FROM batches WHERE stage = 'running'")).scalars().all()
    for batch_id in running:
        batch = connection.execute(
            text("SELECT header, large FROM batches WHERE batch_id = :batch_id"), {"batch_id": batch_id}
        ).one()
        commanded = _commanded_in_version_6(connection, batch_id, loads(batch.header))
        _execute(
            connection,
            "UPDATE batches SET large = :large, record_version = 7 WHERE batch_id = :batch_id",
            [{"large": dumps(loads(batch.large) | {"commanded": commanded}), "batch_id": batch_id}],
        )


def _commanded_in_version_6(connection: Connection, batch_id: str, header: dict[str, Any]) -> dict[str, str]:
    key = f"{batch_id}/{header['run']}/{header['position']}/command"
    event = {"batch_id": batch_id, "event_id": str(uuid5(uuid5(NAMESPACE_URL, "huleedu:essay-pipelines"), key))}
    query = text("SELECT document FROM events WHERE batch_id = :batch_id AND essay_id = '' AND event_id = :event_id")
    document = connection.execute(query, event).scalar()
    refs = [] if document is None else loads(document)["data"]["essays_to_process"]
    return {ref["essay_id"]: ref["text_storage_id"] for ref in refs}


def _origin_in_version_1(document: str) -> str:
    try:
        result = loads(document)
    except ValueError:
        return ""
    return str(result.get("original_text_storage_id", "")) if isinstance(result, dict) else ""


def _used_in_version_1(essay: Row[Any]) -> Iterator[str]:
    yield from (text_id for text_id in (essay.text_id, essay.original_text_id) if text_id)
    yield from (key for _, key in loads(essay.results))


def _portions(connection: Connection, table: str, key: tuple[str, ...], columns: str) -> Iterator[list[Row[Any]]]:
    """A table's rows by their key, a thousand at a time: a store may be larger than the memory."""
    names = ", ".join(key)
    parameters = ", ".join(f":{name}" for name in key)
    query = f"SELECT {columns} FROM {table} {{where}} ORDER BY {names} LIMIT {_ROWS_AT_ONCE}"  # noqa: S608 (our names)
    rows = list(connection.execute(text(query.format(where=""))))
    following = text(query.format(where=f"WHERE ({names}) > ({parameters})"))
    while rows:
        yield rows
        rows = list(connection.execute(following, {name: getattr(rows[-1], name) for name in key}))


def _execute(connection: Connection, statement: str, rows: list[dict[str, Any]] | None = None) -> None:
    if rows is None or rows:
        connection.execute(text(statement), rows)


# MIGRATIONS[n] leads from version n + 1 to n + 2. A migration is never changed after its release.
MIGRATIONS: Final[tuple[Migration, ...]] = (
    _index_by_use,
    _without_scattered_indexes,
    _who_runs_a_batch,
    _feed_and_cursors,
    _whose_request_an_essay_is_part_of,
    _commands_in_headers,
)


def bring_up_to_date(connection: Connection) -> None:
    """Make the tables where there are none, and run the migrations that a store of an older version lacks.

    Raises:
        StoreError: a newer program made this store, or the database holds something else.
    """
    found = version_of(connection)
    if found is None:
        _refuse_foreign_tables(connection)
        tables = schema.tables_of(connection.dialect.name)
        schema.METADATA.create_all(connection, tables=tables, checkfirst=False)
        new = {"version": schema.SCHEMA_VERSION, "store_id": _new_store_id()}
        connection.execute(insert(schema.VERSION).values(new))
        return
    _refuse_newer(found)
    for migrate in MIGRATIONS[found - 1 :]:
        migrate(connection)
    if found < schema.SCHEMA_VERSION:
        connection.execute(update(schema.VERSION).values(version=schema.SCHEMA_VERSION))


def readable_version(connection: Connection) -> int:
    """The version of what is to be read, unless this program cannot read it as it is.

    Raises:
        StoreOutdatedError: an older program made it.
        StoreError: there is no store in this database, or a newer program made it.
    """
    found = version_of(connection)
    if found is None:
        raise StoreNotThereError("There is no store in this database.")
    _refuse_newer(found)
    if found < schema.READABLE_SINCE:
        raise StoreOutdatedError(
            f"This store has version {found} of the schema, and {schema.READABLE_SINCE} is needed to read it: open "
            "it once for writing, which brings it up to date."
        )
    return found


def version_of(connection: Connection) -> int | None:
    """The version of the schema in this database, None where there is no store."""
    if not inspect(connection).has_table(schema.VERSION.name):
        return None
    return connection.execute(select(schema.VERSION.c.version)).scalar()


def _refuse_newer(found: int) -> None:
    """Raise where a newer program has made the store."""
    if found > schema.SCHEMA_VERSION:
        raise StoreError(
            f"This store has version {found} of the schema; this program knows {schema.SCHEMA_VERSION} and older "
            "ones: update the program."
        )


def _refuse_foreign_tables(connection: Connection) -> None:
    if taken := sorted(set(inspect(connection).get_table_names()) & set(schema.METADATA.tables)):
        raise StoreError(f"The database holds tables of something else ({', '.join(taken)}): choose another one.")
