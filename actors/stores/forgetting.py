"""Forgetting a batch: with its essays and events go the texts, results and pieces that no other batch needs.

*May go*: what the batch has used, and what was made from that (also a result whose essay never came to know of it).
*Stays* of this: what another batch uses, what was made from something that stays, and what that was made from.
"""

from collections.abc import Collection, Iterator
from typing import Any, Final, NamedTuple

from sqlalchemy import Column, Connection, Engine, Row, Select, delete, select, text, update

from actors.stores import schema
from actors.stores.databases import without_transaction

_AT_ONCE: Final = 500  # ids in one statement; databases limit the number of parameters


class _Made(NamedTuple):
    """A result, and the texts it was made from and led to."""

    key: str
    original_text_id: str
    text_id: str


def forget(connection: Connection, batch_id: str) -> None:
    """Delete a batch; whoever still writes to it is fenced off."""
    ids, made = _may_go(connection, batch_id)
    gone = ids - _stays(connection, batch_id, ids, made)
    for column in (schema.RESULTS.c.key, schema.TEXTS.c.text_id, schema.PIECES.c.cohort_key):
        for portion in _portions(gone):
            connection.execute(delete(column.table).where(column.in_(portion)))
    for table in (schema.ESSAYS, schema.EVENTS, schema.BATCHES, schema.USES):
        connection.execute(delete(table).where(table.c.batch_id == batch_id))
    claims = schema.CLAIMS
    connection.execute(update(claims).where(claims.c.batch_id == batch_id).values(epoch=claims.c.epoch + 1))


def _may_go(connection: Connection, batch_id: str) -> tuple[set[str], set[_Made]]:
    uses, results = schema.USES.c, schema.RESULTS.c
    ids = set(connection.execute(select(uses.used).where(uses.batch_id == batch_id)).scalars())
    made: set[_Made] = set()
    new = ids
    while new:
        found = {*_made(connection, results.key, new), *_made(connection, results.original_text_id, new)}
        made |= found
        new = {name for one in found for name in one if name} - ids
        ids |= new
    return ids, made


def _stays(connection: Connection, batch_id: str, ids: Collection[str], made: Collection[_Made]) -> set[str]:
    uses = schema.USES.c
    used = select(uses.used).where(uses.batch_id != batch_id)
    kept = {row.used for row in _among(connection, used, uses.used, ids)}
    kept |= {one.text_id for one in _made(connection, schema.RESULTS.c.text_id, ids) if one not in made}
    new = kept
    while new:
        needed = (one for one in made if one.key in new or one.original_text_id in new)
        new = {name for one in needed for name in one} - kept
        kept |= new
    return kept


def _made(connection: Connection, by: Column[str], ids: Collection[str]) -> Iterator[_Made]:
    results = schema.RESULTS.c
    query = select(results.key, results.original_text_id, results.text_id)
    return (_Made(row.key, row.original_text_id, row.text_id) for row in _among(connection, query, by, ids))


def _among(connection: Connection, query: Select[Any], by: Column[str], ids: Collection[str]) -> Iterator[Row[Any]]:
    for portion in _portions(ids):
        yield from connection.execute(query.where(by.in_(portion)))


def _portions(ids: Collection[str]) -> Iterator[list[str]]:
    ordered = sorted(ids)
    return (ordered[start : start + _AT_ONCE] for start in range(0, len(ordered), _AT_ONCE))


def leave_no_trace(engine: Engine) -> None:
    """In SQLite, overwrite what the write-ahead log still has of it (``secure_delete`` has cleared the file itself).

    PostgreSQL clears dead rows when it vacuums, by its own schedule.
    """
    if engine.dialect.name == "sqlite":
        with without_transaction(engine) as connection:
            connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
