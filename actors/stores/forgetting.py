"""Forgetting a batch in a database. What may go with it is decided in ``references.py``."""

from collections.abc import Collection

from sqlalchemy import Column, Connection, Engine, delete, select, text, update

from actors.stores import schema
from actors.stores.databases import without_transaction
from actors.stores.membership import is_among
from actors.stores.references import Made, needed_by_no_other


class _Stored:
    """Implements ``References`` by queries."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def used_by(self, batch_id: str) -> set[str]:
        uses = schema.USES.c
        return set(self._connection.execute(select(uses.used).where(uses.batch_id == batch_id)).scalars().all())

    def used_by_others(self, batch_id: str, ids: Collection[str]) -> set[str]:
        uses = schema.USES.c
        among = is_among(uses.used, ids, self._connection.dialect)
        return set(self._connection.execute(select(uses.used).where(uses.batch_id != batch_id, among)).scalars().all())

    def made_from(self, ids: Collection[str]) -> set[Made]:
        results = schema.RESULTS.c
        return self._made(results.key, ids) | self._made(results.original_text_id, ids)

    def made_into(self, ids: Collection[str]) -> set[Made]:
        return self._made(schema.RESULTS.c.text_id, ids)

    def _made(self, by: Column[str], ids: Collection[str]) -> set[Made]:
        results = schema.RESULTS.c
        query = select(results.key, results.original_text_id, results.text_id)
        rows = self._connection.execute(query.where(is_among(by, ids, self._connection.dialect))).all()
        return {Made(key, original_text_id, text_id) for key, original_text_id, text_id in rows}


def forget(connection: Connection, batch_id: str) -> None:
    """Delete a batch; whoever still writes to it is fenced off."""
    gone = needed_by_no_other(_Stored(connection), batch_id)
    for column in (schema.RESULTS.c.key, schema.TEXTS.c.text_id, schema.PIECES.c.cohort_key):
        connection.execute(delete(column.table).where(is_among(column, gone, connection.dialect)))
    for table in (schema.ESSAYS, schema.EVENTS, schema.BATCHES, schema.USES):
        connection.execute(delete(table).where(table.c.batch_id == batch_id))
    claims = schema.CLAIMS
    connection.execute(update(claims).where(claims.c.batch_id == batch_id).values(epoch=claims.c.epoch + 1))


def leave_no_trace(engine: Engine) -> None:
    """In SQLite, clear the write-ahead log as well (``secure_delete`` has cleared the pages of the file).

    PostgreSQL clears dead rows when it vacuums, by its own schedule.
    """
    if engine.dialect.name == "sqlite":
        with without_transaction(engine) as connection:
            connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
