"""The tables, in their newest version. ``migrations.py`` has the changes from version to version.

Ids are text, and so are JSON documents, so that people can read them with any SQL client. The content of an essay is
bytes (UTF-8 that allows lone surrogates), because text in PostgreSQL may contain neither NUL nor lone surrogates.

``record_version`` is the version of the schema with which a row was written.

``uses`` answers the question on which forgetting depends: who else needs this text, result or cohort? A row is written
when a batch first mentions an id (and now and then again), and stays as long as the batch, so it also covers ids that a
later run has replaced.

Ids are hashes: an index that begins with one costs a commit nearly one page per row, and more as the table grows. So
the hot tables have no such index except a result's key. Events are unique within their essay, whose index entries are
next to each other; what only forgetting asks for (a text's results, an id's users) is found by reading the whole table.
"""

from typing import Final

from sqlalchemy import Boolean, Column, Identity, Index, Integer, LargeBinary, MetaData, Table, Text, text
from sqlalchemy.types import BigInteger

SCHEMA_VERSION: Final = 7

METADATA: Final = MetaData()

_BIG: Final = BigInteger().with_variant(Integer, "sqlite")  # in SQLite, only INTEGER PRIMARY KEY is the row id


def _text(name: str) -> Column[str]:
    return Column(name, Text, nullable=False)


def _key(name: str) -> Column[str]:
    return Column(name, Text, primary_key=True)


def _record_version() -> Column[int]:
    return Column("record_version", Integer, nullable=False)


VERSION: Final = Table(
    "schema_version",
    METADATA,
    Column("version", Integer, nullable=False),
    Column("store_id", Text, nullable=False, server_default=""),  # a store made later in this place has another id
)

CLAIMS: Final = Table(
    "claims",
    METADATA,
    _key("batch_id"),
    Column("epoch", _BIG, nullable=False),
    Column("holder", Text, nullable=False, server_default=""),  # who runs the batch, in PostgreSQL: advisory_lock.py
)

BATCHES: Final = Table(
    "batches",
    METADATA,
    Column("number", _BIG, Identity(), primary_key=True),
    Column("batch_id", Text, nullable=False, unique=True),
    _text("status"),
    _text("stage"),
    _text("created_at"),
    _text("updated_at"),
    _text("header"),
    _text("large"),
    _text("pipeline_state"),
    _record_version(),
    sqlite_autoincrement=True,
)

ESSAYS: Final = Table(
    "essays",
    METADATA,
    _key("batch_id"),
    _key("essay_id"),
    Column("ordinal", Integer, nullable=False),
    _text("status"),
    _text("text_id"),
    _text("original_text_id"),
    Column("run", Integer, nullable=False),
    Column("position", Integer, nullable=False),
    Column("phase", Text),
    Column("last", Boolean(create_constraint=False), nullable=False),
    Column("attempt", Integer, nullable=False),
    _text("file"),
    _text("results"),
    Column("failure", Text),
    Column("correlation_id", Text),
    _record_version(),
    sqlite_with_rowid=False,
)

TEXTS: Final = Table("texts", METADATA, _key("text_id"), Column("content", LargeBinary, nullable=False))

RESULTS: Final = Table(
    "results",
    METADATA,
    _key("key"),
    _text("phase"),
    _text("text_id"),
    _text("original_text_id"),
    _text("document"),
    _record_version(),
)

PIECES: Final = Table(
    "pieces", METADATA, _key("cohort_key"), _key("piece"), _text("value"), _record_version(), sqlite_with_rowid=False
)

OF_A_BATCH: Final = "essay_id = ''"  # always literal SQL: with a parameter, planners do not use the partial index
_OF_A_BATCH: Final = text(OF_A_BATCH)

EVENTS: Final = Table(
    "events",
    METADATA,
    Column("sequence", _BIG, Identity(), primary_key=True),
    _text("event_id"),
    _text("batch_id"),
    _text("essay_id"),  # empty for an event of the whole batch
    _text("event_type"),
    _text("timestamp"),
    _text("document"),
    _record_version(),
    Index("events_by_batch", "batch_id", "sequence"),
    Index("events_of_batches", "event_type", "sequence", sqlite_where=_OF_A_BATCH, postgresql_where=_OF_A_BATCH),
    Index("events_by_essay", "batch_id", "essay_id", "event_id", unique=True),
    sqlite_autoincrement=True,  # so that numbers are not used again after the newest events were forgotten
)

USES: Final = Table(
    "uses",
    METADATA,
    _text("used"),
    _text("batch_id"),
    Index("uses_by_batch", "batch_id"),
)

CURSORS: Final = Table(
    "cursors",
    METADATA,
    _key("name"),
    Column("sequence", _BIG, nullable=False),
    info={"dialect": "postgresql"},  # SQLite allows one writer; its cursors are files beside it: cursors.py
)


def tables_of(dialect: str) -> list[Table]:
    """The tables of a store in this kind of database."""
    return [table for table in METADATA.sorted_tables if table.info.get("dialect", dialect) == dialect]
