"""Writing, the hot path: any number of commits in one transaction, with one statement for all records of a type."""

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Connection, Dialect, Table, Update, select, update
from sqlalchemy.dialects import sqlite

from actors.core.essay_state import EssayState
from actors.core.records import (
    BatchRecord,
    EssayMoved,
    EventRecord,
    Fence,
    NewEssayRecord,
    PieceRecord,
    Record,
    ResultRecord,
    TextRecord,
    claim_of,
)
from actors.stores import codec, schema
from actors.stores.codec import Row
from actors.stores.in_clause import is_among
from actors.stores.references import uses_of
from actors.stores.store import FencedOffError, StoreError

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql


def _insert(table: Table, dialect: Dialect) -> "sqlite.Insert | postgresql.Insert":
    """The dialect's own insert; PostgreSQL's is imported only when needed, as that takes a tenth of a second."""
    if dialect.name == "sqlite":
        return sqlite.insert(table)
    from sqlalchemy.dialects import postgresql  # noqa: PLC0415

    return postgresql.insert(table)


def _upsert(dialect: Dialect, table: Table, columns: Sequence[str], key: Sequence[str], keep: Collection[str]) -> str:
    insert = _insert(table, dialect)
    renewed = {name: insert.excluded[name] for name in columns if name not in {*key, *keep}}
    done = insert.on_conflict_do_update(index_elements=key, set_=renewed) if key else insert.on_conflict_do_nothing()
    return str(done.compile(dialect=dialect, column_keys=list(columns)))


_STATEMENTS: Final[dict[Hashable, str]] = {}
"""Compiled statements, shared by all stores of a program: compiling them is half the time of opening a store."""
_MOST_NOTED: Final = 300_000


class Writer:
    """Writes records with statements that are compiled once per program, and plain tuples as parameters.

    (Statements with a dictionary per row take three times as long, nearly all of it to prepare parameters.)
    """

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._founding = self._compiled(schema.ESSAYS, codec.ESSAY_COLUMNS)
        self._essay = self._compiled(schema.ESSAYS, codec.ESSAY_COLUMNS, key=("batch_id", "essay_id"))
        self._whole_batch = self._compiled(schema.BATCHES, codec.BATCH_COLUMNS, ("batch_id",), ("created_at",))
        self._batch = self._compiled(schema.BATCHES, codec.BATCH_COLUMNS, ("batch_id",), ("created_at", "large"))
        self._text = self._compiled(schema.TEXTS, codec.TEXT_COLUMNS)
        self._result = self._compiled(schema.RESULTS, codec.RESULT_COLUMNS, key=("key",))
        self._piece = self._compiled(schema.PIECES, codec.PIECE_COLUMNS, key=("cohort_key", "piece"))
        self._event = self._compiled(schema.EVENTS, codec.EVENT_COLUMNS)
        self._use = self._compiled(schema.USES, ("used", "batch_id"))
        self._noted: set[Row] = set()

    def _compiled(
        self, table: Table, columns: Sequence[str], key: Sequence[str] = (), keep: Collection[str] = ()
    ) -> str:
        """An insert that leaves an existing row as it is or, if ``key`` is given, updates all of it but ``keep``."""
        its_own = (self._dialect.name, self._dialect.paramstyle, table.name, tuple(columns), tuple(key), tuple(keep))
        if its_own not in _STATEMENTS:
            _STATEMENTS[its_own] = _upsert(self._dialect, table, columns, key, keep)
        return _STATEMENTS[its_own]

    def write(self, connection: Connection, commits: Iterable[Sequence[Record]]) -> None:
        """Write these commits; only the newest state of each essay or batch is written."""
        by_type: defaultdict[type[Any], list[Any]] = defaultdict(list)
        for commit in commits:
            for record in commit:
                kind = type(record)
                by_type[EssayState if kind is EssayMoved else kind].append(record)
        newest = _newest(by_type[EssayState])
        for statement, rows in self._plan(by_type, [essay for essay in newest if isinstance(essay, EssayState)]):
            if rows:
                connection.exec_driver_sql(statement, rows)
        for moves in _together(essay for essay in newest if isinstance(essay, EssayMoved)):
            connection.execute(self._moving(moves[0], [move.essay_id for move in moves]))

    def _moving(self, move: EssayMoved, essay_ids: Iterable[str]) -> Update:
        essays, where = schema.ESSAYS.c, codec.moved_columns(move)
        these = (essays.batch_id == move.batch_id, is_among(essays.essay_id, essay_ids, self._dialect))
        return update(schema.ESSAYS).where(*these).values(where)

    def forget_what_is_noted(self) -> None:
        """Call this after a transaction that failed or deleted: uses that are not stored must be written again."""
        self._noted.clear()

    def _new_uses(self, uses: set[Row]) -> list[Row]:
        """The uses not written before: most states of an essay mention the same ids as the state before."""
        if len(self._noted) > _MOST_NOTED:
            self._noted.clear()
        new = uses - self._noted
        self._noted |= new
        return [*new]

    def _plan(
        self, by_type: defaultdict[type[Any], list[Any]], newest: Iterable[EssayState]
    ) -> Iterator[tuple[str, list[Row]]]:
        founded = [record.essay for record in by_type[NewEssayRecord]]
        mentioning = [essay for essay in by_type[EssayState] if isinstance(essay, EssayState)]
        yield self._text, [codec.text_row(record) for record in by_type[TextRecord]]
        yield self._result, [codec.result_row(record) for record in by_type[ResultRecord]]
        yield self._piece, [codec.piece_row(record) for record in by_type[PieceRecord]]
        yield self._founding, [codec.essay_row(essay) for essay in founded]
        yield self._essay, [codec.essay_row(essay) for essay in newest]
        yield self._use, self._new_uses(uses_of((*founded, *mentioning), by_type[PieceRecord]))
        yield from self._batches(by_type[BatchRecord])
        yield self._event, [codec.event_row(record) for record in by_type[EventRecord]]

    def _batches(self, records: Iterable[BatchRecord]) -> Iterator[tuple[str, list[Row]]]:
        now = datetime.now(UTC)
        wholes = {record.header.batch_id: record for record in records if record.whole}
        newest = {record.header.batch_id: record for record in records}
        for batch_id, record in newest.items():  # one by one: a new batch's number is its place in the list of batches
            if batch_id in wholes:
                yield self._whole_batch, [codec.batch_row(wholes[batch_id], now)]
            if not record.whole:
                yield self._batch, [codec.batch_row(record, now)]


def _newest(essays: Iterable[EssayState | EssayMoved]) -> Collection[EssayState | EssayMoved]:
    """The newest state of each essay, or its newest move if these records do not have its state."""
    newest: dict[tuple[str, str], EssayState | EssayMoved] = {}
    for essay in essays:
        whose = (essay.batch_id, essay.essay_id)
        before = newest.get(whose)
        moved_on = isinstance(essay, EssayMoved) and isinstance(before, EssayState)
        newest[whose] = essay.applied_to(before) if moved_on else essay  # type: ignore[union-attr, arg-type]
    return newest.values()


def _together(moves: Iterable[EssayMoved]) -> Iterable[list[EssayMoved]]:
    """Group moves of essays of the same batch that have come to the same place."""
    together: defaultdict[Row, list[EssayMoved]] = defaultdict(list)
    for move in moves:
        batch_id, _, *place = move
        together[batch_id, *place].append(move)
    return together.values()


def fenced_off(connection: Connection, commits: Sequence[Sequence[Record]]) -> list[StoreError | None]:
    """For each commit, the error if it depends on a claim that a newer orchestrator has replaced, otherwise None."""
    claims = [_claims(commit) for commit in commits]
    batch_ids = {claim.batch_id for each in claims for claim in each}
    epochs = _epochs(connection, batch_ids) if batch_ids else {}
    late = [[claim.batch_id for claim in each if claim.epoch < epochs.get(claim.batch_id, 0)] for each in claims]
    return [FencedOffError(f"batch {ids[0]!r} was taken over by a newer orchestrator") if ids else None for ids in late]


def batches_in(commits: Iterable[Sequence[Record]]) -> set[str]:
    """The batches on whose claims these commits depend."""
    return {claim.batch_id for commit in commits for claim in _claims(commit)}


def _claims(commit: Iterable[Record]) -> set[Fence]:
    claiming = (record for record in commit if isinstance(record, Fence | BatchRecord))
    return {claim for record in claiming if (claim := claim_of(record)) is not None}


def _epochs(connection: Connection, batch_ids: Collection[str]) -> dict[str, int]:
    claims = schema.CLAIMS.c
    rows = connection.execute(select(claims.batch_id, claims.epoch).where(claims.batch_id.in_(batch_ids)))
    return {row.batch_id: row.epoch for row in rows}


def claimed(connection: Connection, batch_id: str) -> int:
    """A new epoch for this batch, higher than all before."""
    insert = _insert(schema.CLAIMS, connection.dialect).values(batch_id=batch_id, epoch=1)
    next_epoch = schema.CLAIMS.c.epoch + 1
    upsert = insert.on_conflict_do_update(index_elements=["batch_id"], set_={"epoch": next_epoch})
    epoch: int = connection.execute(upsert.returning(schema.CLAIMS.c.epoch)).scalar_one()
    return epoch
