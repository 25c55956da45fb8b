"""The feed of a database: the events of all batches in commit order, each page found by an index.

Events about single essays are nearly all of the log. They have no index by topic, because every commit would have to
pay for it: a subscriber to such a topic reads the whole log once, and then only what is new. Events about batches are
rare, and have their own index.
"""

from collections.abc import Collection, Sequence
from typing import Any, Final, TypeAlias

from sqlalchemy import Column, ColumnElement, Dialect, Select, literal_column, select, text, union_all

from actors.stores import codec, schema
from actors.stores.in_clause import is_among
from contracts.events import is_about_batches

EVENT: Final = [schema.EVENTS.c[name] for name in codec.EVENT_COLUMNS]
_EVENTS: Final = schema.EVENTS.c
_MOST_PARTS: Final = 50

Conditions: TypeAlias = Sequence[ColumnElement[bool]]


def feed_query(
    after: int, topics: Collection[str], batches: Collection[str], limit: int, dialect: Dialect
) -> Select[Any]:
    """A query for at most ``limit`` events of these topics and batches after ``after``, with their sequence numbers.

    A few batches, or a few topics about batches, are each looked up in an index, and their numbers merged. For many
    batches, the log is read in order: otherwise all their events would have to be sorted for every page.
    """
    behind = _EVENTS.sequence > after
    is_found_by_topic = bool(topics) and all(map(is_about_batches, topics))
    of_topics = [is_among(_EVENTS.event_type, topics, dialect)] if topics else []
    of_batches: Any = [text(schema.OF_A_BATCH)] if is_found_by_topic else []
    if 0 < len(set(batches)) <= _MOST_PARTS:
        return _merged(_EVENTS.batch_id, batches, [behind, *of_topics, *of_batches], limit)
    of_batches += [_is_among_many(batches, dialect)] if batches else []
    if is_found_by_topic and len(set(topics)) <= _MOST_PARTS:
        return _merged(_EVENTS.event_type, topics, [behind, *of_batches], limit)
    return _in_order(select(*EVENT, _EVENTS.sequence).where(behind, *of_topics, *of_batches), limit)


def _merged(column: Column[str], values: Collection[str], conditions: Conditions, limit: int) -> Select[Any]:
    """Merge the numbers first, so that one page of documents is read instead of one per value."""
    parts = [
        _in_order(select(_EVENTS.sequence).where(column == value, *conditions), limit).subquery()
        for value in sorted(set(values))
    ]
    numbers = union_all(*(select(part) for part in parts)).subquery()
    page = select(numbers.c.sequence).order_by(numbers.c.sequence).limit(limit)
    return _in_order(select(*EVENT, _EVENTS.sequence).where(_EVENTS.sequence.in_(page)), limit)


def _in_order(query: Select[Any], limit: int) -> Select[Any]:
    return query.order_by(_EVENTS.sequence).limit(limit)


def _is_among_many(batches: Collection[str], dialect: Dialect) -> ColumnElement[bool]:
    """A condition that (by the plus sign) keeps SQLite from using the index on batches, and then sorting all events."""
    column: Any = literal_column("+events.batch_id") if dialect.name == "sqlite" else _EVENTS.batch_id
    return is_among(column, batches, dialect)
