"""Forgetting a batch, or one essay, in a database.

``references.py`` decides what can be deleted with a batch, ``erasing.py`` how a batch changes without one essay.
"""

from collections.abc import Collection

from sqlalchemy import Column, Connection, delete, select, update
from typing_extensions import override

from actors.core.batch_state import EPOCHS_A_LIFE
from actors.stores import schema
from actors.stores.erasing import Erasure
from actors.stores.in_clause import is_among
from actors.stores.references import Made, References, needed_by_no_other


class _Stored(References):
    """Implements ``References`` with queries."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @override
    def used_by(self, batch_id: str) -> set[str]:
        uses = schema.USES.c
        return set(self._connection.execute(select(uses.used).where(uses.batch_id == batch_id)).scalars().all())

    @override
    def used_by_others(self, batch_id: str, ids: Collection[str]) -> set[str]:
        uses = schema.USES.c
        among = is_among(uses.used, ids, self._connection.dialect)
        return set(self._connection.execute(select(uses.used).where(uses.batch_id != batch_id, among)).scalars().all())

    @override
    def cohorts_of(self, batch_id: str) -> set[str]:
        uses, pieces = schema.USES.c, schema.PIECES.c
        used = select(uses.used).where(uses.batch_id == batch_id)
        return set(self._connection.execute(select(pieces.cohort_key).where(pieces.cohort_key.in_(used))).scalars())

    @override
    def users_of(self, used: str) -> set[str]:
        uses = schema.USES.c
        return set(self._connection.execute(select(uses.batch_id).where(uses.used == used)).scalars())

    @override
    def made_from(self, ids: Collection[str]) -> set[Made]:
        results = schema.RESULTS.c
        return self._made(results.key, ids) | self._made(results.original_text_id, ids)

    @override
    def made_into(self, ids: Collection[str]) -> set[Made]:
        return self._made(schema.RESULTS.c.text_id, ids)

    def _made(self, by: Column[str], ids: Collection[str]) -> set[Made]:
        results = schema.RESULTS.c
        query = select(results.key, results.original_text_id, results.text_id)
        rows = self._connection.execute(query.where(is_among(by, ids, self._connection.dialect))).all()
        return {Made(key, original_text_id, text_id) for key, original_text_id, text_id in rows}


def references_in(connection: Connection) -> References:
    """The references in this database."""
    return _Stored(connection)


def forget(connection: Connection, batch_id: str) -> None:
    """Delete a batch, and fence off anyone still writing to it."""
    gone = needed_by_no_other(_Stored(connection), batch_id)
    for column in (schema.RESULTS.c.key, schema.TEXTS.c.text_id, schema.PIECES.c.cohort_key):
        connection.execute(delete(column.table).where(is_among(column, gone, connection.dialect)))
    for table in (schema.ESSAYS, schema.EVENTS, schema.BATCHES, schema.USES):
        connection.execute(delete(table).where(table.c.batch_id == batch_id))
    _fence_off(connection, batch_id)


def _fence_off(connection: Connection, batch_id: str) -> None:
    epoch = schema.CLAIMS.c.epoch
    next_life = (epoch // EPOCHS_A_LIFE + 1) * EPOCHS_A_LIFE
    connection.execute(update(schema.CLAIMS).where(schema.CLAIMS.c.batch_id == batch_id).values(epoch=next_life))


def erase(connection: Connection, batch_id: str, essay_id: str, erasure: Erasure) -> None:
    """Delete one essay, and carry out the plan, except for the batch's record, which the caller writes."""
    essays, events, uses, pieces = schema.ESSAYS, schema.EVENTS, schema.USES, schema.PIECES
    for column in (schema.RESULTS.c.key, schema.TEXTS.c.text_id):
        connection.execute(delete(column.table).where(is_among(column, erasure.gone, connection.dialect)))
    for cohort_key, piece in erasure.pieces:
        connection.execute(delete(pieces).where(pieces.c.cohort_key == cohort_key, pieces.c.piece == piece))
    of_batch = uses.c.batch_id == batch_id
    connection.execute(delete(uses).where(of_batch, is_among(uses.c.used, erasure.unused, connection.dialect)))
    for table in (essays, events):
        connection.execute(delete(table).where(table.c.batch_id == batch_id, table.c.essay_id == essay_id))
    own = (events.c.batch_id == batch_id, events.c.essay_id == "")
    connection.execute(delete(events).where(*own, events.c.event_id.in_(erasure.withdrawn)))
    for event in erasure.rewritten:
        this = (*own, events.c.event_id == event.event_id)
        connection.execute(update(events).where(*this).values(document=event.document))
    _fence_off(connection, batch_id)
