"""The store in a database: an SQLite file, or PostgreSQL.

There is one writer at a time: threads wait for a lock, and transactions begin by taking SQLite's write lock, or an
advisory lock in PostgreSQL. So events get their numbers in the order in which they become visible, a batch's epoch
cannot change between the check and the write, and nothing ever deadlocks. Writing is fast because many commits share
one transaction (``group_commit.py``), not because many transactions run in parallel.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from threading import Lock
from typing import Any, Final

from sqlalchemy import Column, ColumnElement, Connection, Engine, Row, Select, func, select
from tenacity import Retrying, retry_if_exception_type, stop_after_delay, wait_fixed
from typing_extensions import override

from actors.core.batch_state import BatchHeader
from actors.core.essay_state import EssayState
from actors.core.records import Record, ResultRecord
from actors.stores import codec, forgetting, schema
from actors.stores.advisory_lock import AdvisoryLock, holders_in
from actors.stores.cursors import Cursors, KeepsCursors
from actors.stores.database_errors import as_store_errors
from actors.stores.databases import for_writing
from actors.stores.erasing import erasure_of
from actors.stores.event_log import LoggedEvent
from actors.stores.feed import EVENT, feed_query
from actors.stores.in_clause import is_among
from actors.stores.same_file import SameFile
from actors.stores.store import BatchSummary, GivesMaterial, Store, StoreError, StoreInUseError, StoreUnavailableError
from actors.stores.traces import leave_no_trace
from actors.stores.writing import Writer, batches_in, claimed, fenced_off
from contracts.pipeline import ProcessingPipelineState

_EVENTS_AT_ONCE: Final = 1000
_ONCE_THE_DEAD_ARE_GONE: Final = Retrying(
    retry=retry_if_exception_type(StoreInUseError), wait=wait_fixed(0.1), stop=stop_after_delay(2.0), reraise=True
)

_ESSAY: Final = [schema.ESSAYS.c[name] for name in codec.ESSAY_COLUMNS]
_IN_ORDER: Final = (schema.ESSAYS.c.ordinal, schema.ESSAYS.c.essay_id)


class SqlStore(KeepsCursors, GivesMaterial, Store):
    """Implements ``Store`` over an engine of ``databases.py``, whose schema is up to date.

    Args:
        engine: the database; closed with the store.
        cursors: keeps its cursors.
        on_close: called once, after the database is closed.
        read_only: refuse to write.
        advisory_lock: notes which batches this process runs, if several may write; closed with the store.
        file: notices if the database's file, if it has one, is taken away.
    """

    def __init__(  # noqa: PLR0913  (what differs between databases, and between readers and writers)
        self,
        engine: Engine,
        cursors: Cursors,
        *,
        on_close: Callable[[], None] = lambda: None,
        read_only: bool = False,
        advisory_lock: AdvisoryLock | None = None,
        file: SameFile | None = None,
    ) -> None:
        self._file = file
        self._advisory_lock = advisory_lock
        self._cursors = cursors
        self._engine = engine
        self._writing_engine = for_writing(engine)
        self._writer = Writer(engine.dialect)
        self._write_lock = Lock()
        self._on_close: Callable[[], None] | None = on_close
        self._read_only = read_only

    # --- writing ------------------------------------------------------------------------------------------------

    @override
    def commit(self, records: Sequence[Record]) -> None:
        with self._transaction() as connection:
            _raise_first(fenced_off(connection, [records]))
            self._write(connection, [records])

    @override
    def commit_group(self, groups: Sequence[Sequence[Record]]) -> list[StoreError | None]:
        """Write all commits in one transaction, or each in its own if one of them cannot be written.

        Raises:
            StoreUnavailableError: nothing was written.
        """
        try:
            return self._commit_together(groups)
        except StoreUnavailableError:
            raise
        except StoreError as error:
            return (
                [error] if len(groups) == 1 else [answer for group in groups for answer in self.commit_group([group])]
            )

    def _commit_together(self, groups: Sequence[Sequence[Record]]) -> list[StoreError | None]:
        with self._transaction() as connection:
            answers = fenced_off(connection, groups)
            self._write(connection, [group for group, answer in zip(groups, answers, strict=True) if not answer])
        return answers

    def _write(self, connection: Connection, groups: Sequence[Sequence[Record]]) -> None:
        self._writer.write(connection, groups)
        if self._advisory_lock is not None:
            self._advisory_lock.confirm(connection, batches_in(groups))

    @override
    def claim(self, batch_id: str) -> int:
        """The batch's next epoch, written durably.

        Raises:
            StoreInUseError: another living process runs this batch. (After one was killed, this waits a moment: the
                server takes a while to notice.)
        """
        return _ONCE_THE_DEAD_ARE_GONE(self._claim, batch_id)

    def _claim(self, batch_id: str) -> int:
        with self._transaction() as connection:
            self._writer.forget_what_is_noted()  # another program may have forgotten a batch of this name
            epoch = claimed(connection, batch_id)
            if self._advisory_lock is not None:
                self._advisory_lock.take(connection, batch_id)
            return epoch

    @override
    def forget(self, batch_id: str, essay_id: str | None = None) -> None:
        with self._transaction() as connection:
            references = forgetting.references_in(connection)
            erasure = None if essay_id is None else erasure_of(self, references, batch_id, essay_id)
            if erasure is not None and essay_id is not None:
                forgetting.erase(connection, batch_id, essay_id, erasure)
                self._writer.write(connection, [[erasure.batch] if erasure.batch else []])
            elif essay_id is None or self.essay(batch_id, essay_id) is not None:
                forgetting.forget(connection, batch_id)
            self._forget_what_is_noted()
        with self._write_lock:
            leave_no_trace(self._engine)

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        if self._read_only:
            raise StoreError("This store was opened as read only.")
        with self._write_lock, as_store_errors():
            try:
                with self._writing_engine.begin() as connection:
                    yield connection
                if self._file is not None:
                    self._file.check_log()
            except BaseException:
                self._forget_what_is_noted()
                raise

    def _forget_what_is_noted(self) -> None:
        self._writer.forget_what_is_noted()
        if self._advisory_lock is not None:
            self._advisory_lock.forget_what_is_noted()

    # --- reading ------------------------------------------------------------------------------------------------

    @override
    def batch(self, batch_id: str, *, with_order: bool = True) -> BatchHeader | None:
        batches, essays = schema.BATCHES.c, schema.ESSAYS.c
        found = self._rows(select(batches.header, batches.large).where(batches.batch_id == batch_id))
        if not found:
            return None
        ids = select(essays.essay_id).where(essays.batch_id == batch_id).order_by(*_IN_ORDER)
        order = self._rows(ids) if with_order else ()
        return codec.batch_header(batch_id, found[0].header, found[0].large, (row.essay_id for row in order))

    @override
    def pipeline_state(self, batch_id: str) -> ProcessingPipelineState | None:
        batches = schema.BATCHES.c
        found = self._rows(select(batches.pipeline_state).where(batches.batch_id == batch_id))
        return codec.pipeline_state(found[0].pipeline_state) if found else None

    @override
    def batches(self) -> list[BatchSummary]:
        return self._summaries()

    @override
    def summary(self, batch_id: str) -> BatchSummary | None:
        return next(iter(self._summaries(schema.BATCHES.c.batch_id == batch_id)), None)

    def _summaries(self, *conditions: ColumnElement[bool]) -> list[BatchSummary]:
        batches = schema.BATCHES.c
        columns = (batches.batch_id, batches.status, batches.stage, batches.created_at, batches.updated_at)
        query = select(*columns, batches.header).where(*conditions).order_by(batches.number)
        return [codec.batch_summary(row, self._count) for row in self._rows(query)]

    def _count(self, batch_id: str) -> int:
        essays = schema.ESSAYS.c
        (row,) = self._rows(select(func.count()).where(essays.batch_id == batch_id))
        return int(row[0])

    @override
    def essay(self, batch_id: str, essay_id: str) -> EssayState | None:
        essays = schema.ESSAYS.c
        return next(self._essays(essays.batch_id == batch_id, essays.essay_id == essay_id), None)

    @override
    def essays(self, batch_id: str, among: Collection[str] | None = None) -> list[EssayState]:
        essays = schema.ESSAYS.c
        wanted = [] if among is None else [is_among(essays.essay_id, among, self._engine.dialect)]
        return list(self._essays(essays.batch_id == batch_id, *wanted))

    def _essays(self, *conditions: ColumnElement[bool]) -> Iterator[EssayState]:
        rows = self._rows(select(*_ESSAY).where(*conditions).order_by(*_IN_ORDER))
        yield from map(codec.essay_state, rows)

    @override
    def texts(self, text_ids: Iterable[str]) -> Mapping[str, str]:
        texts = schema.TEXTS.c
        rows = self._among(select(texts.text_id, texts.content), texts.text_id, text_ids)
        return {row.text_id: codec.text_content(row.content) for row in rows}

    @override
    def results(self, keys: Iterable[str]) -> Mapping[str, ResultRecord]:
        results = schema.RESULTS.c
        columns = (results.key, results.phase, results.text_id, results.document, results.original_text_id)
        return {row.key: codec.result_record(row) for row in self._among(select(*columns), results.key, keys)}

    @override
    def pieces(self, cohort_key: str, among: Collection[str] | None = None) -> Mapping[str, Any]:
        pieces = schema.PIECES.c
        query = select(pieces.piece, pieces.value).where(pieces.cohort_key == cohort_key)
        rows = self._rows(query) if among is None else self._among(query, pieces.piece, among)
        return {row.piece: codec.piece_value(row.value) for row in rows}

    @override
    def holders(self) -> Mapping[str, Mapping[str, Any]]:
        return holders_in(self._engine) if self._engine.dialect.name == "postgresql" else {}

    @override
    def events(self, batch_id: str, after: int = 0, essay_id: str | None = None) -> Iterator[LoggedEvent]:
        events = schema.EVENTS.c
        of_essay = [] if essay_id is None else [events.essay_id == essay_id]
        query = select(*EVENT, events.sequence).where(events.batch_id == batch_id, *of_essay)
        query = query.order_by(events.sequence).limit(_EVENTS_AT_ONCE)
        while rows := self._rows(query.where(events.sequence > after)):
            yield from (LoggedEvent(row.sequence, codec.event_record(row)) for row in rows)
            after = rows[-1].sequence

    @override
    def feed(
        self, after: int = 0, *, topics: Collection[str] = (), batches: Collection[str] = (), limit: int = 1000
    ) -> list[LoggedEvent]:
        rows = self._rows(feed_query(after, topics, batches, limit, self._engine.dialect))
        return [LoggedEvent(row.sequence, codec.event_record(row)) for row in rows]

    @override
    def last_sequence(self) -> int:
        (row,) = self._rows(select(func.max(schema.EVENTS.c.sequence)))
        return row[0] or 0

    def _among(self, query: Select[Any], column: Column[str], wanted: Iterable[str]) -> Sequence[Row[Any]]:
        return self._rows(query.where(is_among(column, wanted, self._engine.dialect)))

    def _rows(self, query: Select[Any]) -> Sequence[Row[Any]]:
        with as_store_errors(), self._engine.connect() as connection:
            rows = connection.execute(query).all()
        if self._file is not None:
            self._file.check()
        return rows

    @override
    def close(self) -> None:
        on_close, self._on_close = self._on_close, None
        if on_close is not None:
            if self._advisory_lock is not None:
                self._advisory_lock.close()
            self._engine.dispose()
            on_close()


def _raise_first(answers: Sequence[StoreError | None]) -> None:
    for answer in answers:
        if answer is not None:
            raise answer
