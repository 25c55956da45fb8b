"""The tables, in their newest version. What changed from version to version is in ``migrations.py``.

Ids are text; a JSON document is text as well, so that people can read it with any SQL client. The content of an essay
is bytes (UTF-8), because PostgreSQL has no text with NUL in it, and UTF-8 proper has no lone surrogates.

``record_version`` says by which version of the schema a row was written.

``uses`` answers the question on which forgetting hangs: who else needs this text, result or cohort? A row is made
when a batch first mentions an id (and now and then once more) and stays as long as the batch, so it covers what a
later run has replaced, too.

Ids are hashes: each index that begins with one costs a commit nearly a page for each row, and the larger the table,
the more. So the hot tables have none but a result's key. Events are told apart within their essay, which is beside
its neighbours; what only forgetting asks (a text's results, an id's users) is found by reading the whole table.
"""

from typing import Final

from sqlalchemy import Boolean, Column, Identity, Index, Integer, LargeBinary, MetaData, Table, Text, text
from sqlalchemy.types import BigInteger

SCHEMA_VERSION: Final = 7

METADATA: Final = MetaData()

_BIG: Final = BigInteger().with_variant(Integer, "sqlite")  # only INTEGER PRIMARY KEY is SQLite's own row number


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
    Column("store_id", Text, nullable=False, server_default=""),  # tells this store from one made later in its place
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

OF_A_BATCH: Final = "essay_id = ''"  # spelt out wherever it is meant: a planner does not look into parameters
_OF_A_BATCH: Final = text(OF_A_BATCH)

EVENTS: Final = Table(
    "events",
    METADATA,
    Column("sequence", _BIG, Identity(), primary_key=True),
    _text("event_id"),
    _text("batch_id"),
    _text("essay_id"),  # empty: an event of the batch as a whole
    _text("event_type"),
    _text("timestamp"),
    _text("document"),
    _record_version(),
    Index("events_by_batch", "batch_id", "sequence"),
    Index("events_of_batches", "event_type", "sequence", sqlite_where=_OF_A_BATCH, postgresql_where=_OF_A_BATCH),
    Index("events_by_essay", "batch_id", "essay_id", "event_id", unique=True),
    sqlite_autoincrement=True,  # a number is not given again when the newest events are forgotten
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
    info={"dialect": "postgresql"},  # SQLite has one writer; cursors beside its file have any number: cursors.py
)


def tables_of(dialect: str) -> list[Table]:
    """The tables that a store in such a database has."""
    return [table for table in METADATA.sorted_tables if table.info.get("dialect", dialect) == dialect]
