"""The feed of a database: the events of all batches in commit order, each page found by an index."""

from collections.abc import Collection
from typing import Any, Final

from sqlalchemy import Column, ColumnElement, Dialect, Select, literal_column, select, union_all

from actors.stores import codec, schema
from actors.stores.membership import is_among

EVENT: Final = [schema.EVENTS.c[name] for name in codec.EVENT_COLUMNS]
_EVENTS: Final = schema.EVENTS.c
_MOST_PARTS: Final = 50


def feed_query(
    after: int, topics: Collection[str], batches: Collection[str], limit: int, dialect: Dialect
) -> Select[Any]:
    """At most ``limit`` events from behind ``after``, with their sequence numbers, of these topics and batches.

    A few batches, or topics, are read each from its own index and merged. Of many batches the log is read as it
    stands: their indexes would have to be sorted for every page.
    """
    behind = _EVENTS.sequence > after
    of_topics = [is_among(_EVENTS.event_type, topics, dialect)] if topics else []
    if 0 < len(set(batches)) <= _MOST_PARTS:
        return _merged(_EVENTS.batch_id, batches, [behind, *of_topics], limit)
    of_batches = [_is_among_many(batches, dialect)] if batches else []
    if 0 < len(set(topics)) <= _MOST_PARTS:
        return _merged(_EVENTS.event_type, topics, [behind, *of_batches], limit)
    return _page([behind, *of_topics, *of_batches], limit)


def _page(conditions: Collection[ColumnElement[bool]], limit: int) -> Select[Any]:
    return select(*EVENT, _EVENTS.sequence).where(*conditions).order_by(_EVENTS.sequence).limit(limit)


def _merged(
    column: Column[str], values: Collection[str], conditions: Collection[ColumnElement[bool]], limit: int
) -> Select[Any]:
    parts = [_page([column == value, *conditions], limit).subquery() for value in sorted(set(values))]
    merged = union_all(*(select(part) for part in parts)).subquery()
    return select(merged).order_by(merged.c.sequence).limit(limit)


def _is_among_many(batches: Collection[str], dialect: Dialect) -> ColumnElement[bool]:
    """In SQLite, without the index on batches (by the plus sign): its planner would sort all that is to come."""
    column: Any = literal_column("+events.batch_id") if dialect.name == "sqlite" else _EVENTS.batch_id
    return is_among(column, batches, dialect)
