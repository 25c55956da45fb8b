"""The store in memory: for tests, the simulation, and runs that need not outlive their process."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from threading import RLock
from typing import Any, assert_never

from typing_extensions import override

from actors.core.batch_state import BatchHeader, next_life
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
from actors.stores.cursors import KeepsCursors, MemoryCursors
from actors.stores.erasing import Erasure, erasure_of
from actors.stores.memory_log import MemoryLog
from actors.stores.references import Made, References, needed_by_no_other, used_by_essay
from actors.stores.store import BatchSummary, FencedOffError, GivesMaterial, Store, StoreError
from contracts.pipeline import ProcessingPipelineState


class MemoryStore(MemoryLog, KeepsCursors, GivesMaterial, Store, References):
    """Implements ``Store`` in dictionaries, for any number of threads."""

    def __init__(self) -> None:
        super().__init__()
        self._cursors = MemoryCursors()
        self._lock = RLock()
        self._epochs: dict[str, int] = {}
        self._batches: dict[str, BatchRecord] = {}
        self._created: dict[str, datetime] = {}
        self._essays: defaultdict[str, dict[str, EssayState]] = defaultdict(dict)
        self._texts: dict[str, str] = {}
        self._results: dict[str, ResultRecord] = {}
        self._pieces: defaultdict[str, dict[str, Any]] = defaultdict(dict)
        self._uses: defaultdict[str, set[str]] = defaultdict(set)

    # --- writing ------------------------------------------------------------------------------------------------

    @override
    def commit(self, records: Sequence[Record]) -> None:
        with self._lock:
            for record in records:
                self._check(record)
            for record in records:
                self._write(record)

    @override
    def commit_group(self, groups: Sequence[Sequence[Record]]) -> list[StoreError | None]:
        return [self._answer(records) for records in groups]

    def _answer(self, records: Sequence[Record]) -> StoreError | None:
        try:
            self.commit(records)
        except StoreError as error:
            return error
        return None

    def _check(self, record: Record) -> None:
        claim = claim_of(record)
        if claim is not None and claim.epoch < self._epochs.get(claim.batch_id, 0):
            raise FencedOffError(f"batch {claim.batch_id!r} was taken over by a newer orchestrator")

    def _write(self, record: Record) -> None:
        match record:
            case EssayState():
                self._essays[record.batch_id][record.essay_id] = record
                self._uses[record.batch_id].update(filter(None, used_by_essay(record)))
            case EssayMoved(batch_id=batch_id, essay_id=essay_id):
                if (essay := self._essays[batch_id].get(essay_id)) is not None:
                    self._essays[batch_id][essay_id] = record.applied_to(essay)
            case NewEssayRecord(essay=essay):
                self._essays[essay.batch_id].setdefault(essay.essay_id, essay)
                self._uses[essay.batch_id].update(filter(None, used_by_essay(essay)))
            case BatchRecord():
                self._write_batch(record)
            case TextRecord():
                self._texts.setdefault(record.text_id, record.content)
            case ResultRecord():
                self._results[record.key] = record
            case PieceRecord():
                self._pieces[record.cohort_key][record.piece] = json.loads(record.value)
                if record.batch_id:
                    self._uses[record.batch_id].add(record.cohort_key)
            case EventRecord():
                self._append(record)
            case Fence():
                pass
            case _:
                assert_never(record)

    def _write_batch(self, record: BatchRecord) -> None:
        batch_id = record.header.batch_id
        before = self._batches.get(batch_id)
        self._batches[batch_id] = record._replace(header=record.applied_to(before and before.header))
        self._created.setdefault(batch_id, datetime.now(UTC))

    @override
    def claim(self, batch_id: str) -> int:
        with self._lock:
            self._epochs[batch_id] = self._epochs.get(batch_id, 0) + 1
            return self._epochs[batch_id]

    @override
    def forget(self, batch_id: str, essay_id: str | None = None) -> None:
        with self._lock:
            erasure = erasure_of(self, self, batch_id, essay_id) if essay_id is not None else None
            if erasure is not None and essay_id is not None:
                self._erase(batch_id, essay_id, erasure)
            elif essay_id is None or self.essay(batch_id, essay_id) is not None:
                self._forget_batch(batch_id)

    def _erase(self, batch_id: str, essay_id: str, erasure: Erasure) -> None:
        for gone in erasure.gone:
            self._texts.pop(gone, None)
            self._results.pop(gone, None)
        for cohort_key, piece in erasure.pieces:
            del self._pieces[cohort_key][piece]
        self._uses[batch_id] -= erasure.unused
        del self._essays[batch_id][essay_id]
        self._rewrite_log(batch_id, essay_id, erasure)
        if erasure.batch is not None:
            self._write_batch(erasure.batch)
        self._fence_off(batch_id)

    def _forget_batch(self, batch_id: str) -> None:
        for gone in needed_by_no_other(self, batch_id):
            for kept in (self._texts, self._results, self._pieces):
                kept.pop(gone, None)
        self._forget_log(batch_id)
        for by_batch in (self._batches, self._created, self._essays, self._uses):
            by_batch.pop(batch_id, None)
        self._fence_off(batch_id)

    def _fence_off(self, batch_id: str) -> None:
        if batch_id in self._epochs:
            self._epochs[batch_id] = next_life(self._epochs[batch_id])

    # --- who uses what (``References``) -------------------------------------------------------------------------

    @override
    def used_by(self, batch_id: str) -> set[str]:
        return set(self._uses.get(batch_id, ()))

    @override
    def used_by_others(self, batch_id: str, ids: Collection[str]) -> set[str]:
        return {used for other, uses in self._uses.items() if other != batch_id for used in uses & set(ids)}

    @override
    def cohorts_of(self, batch_id: str) -> set[str]:
        return {used for used in self._uses.get(batch_id, ()) if used in self._pieces}

    @override
    def users_of(self, used: str) -> set[str]:
        return {batch_id for batch_id, uses in self._uses.items() if used in uses}

    @override
    def made_from(self, ids: Collection[str]) -> set[Made]:
        return {made for made in self._made() if made.key in ids or made.original_text_id in ids}

    @override
    def made_into(self, ids: Collection[str]) -> set[Made]:
        return {made for made in self._made() if made.text_id in ids}

    def _made(self) -> Iterator[Made]:
        return (Made(key, result.original_text_id, result.text_id) for key, result in self._results.items())

    # --- reading ------------------------------------------------------------------------------------------------

    @override
    def batch(self, batch_id: str, *, with_order: bool = True) -> BatchHeader | None:
        record = self._batches.get(batch_id)
        order = tuple(essay.essay_id for essay in self.essays(batch_id)) if with_order else ()
        return record.header._replace(order=order) if record else None

    @override
    def pipeline_state(self, batch_id: str) -> ProcessingPipelineState | None:
        record = self._batches.get(batch_id)
        return record.pipeline_state if record else None

    @override
    def batches(self) -> list[BatchSummary]:
        with self._lock:
            return [self._summary(batch_id, record) for batch_id, record in self._batches.items()]

    def _summary(self, batch_id: str, record: BatchRecord) -> BatchSummary:
        return BatchSummary(
            batch_id=batch_id,
            status=record.header.status,
            stage=record.header.stage,
            created_at=self._created[batch_id],
            updated_at=record.updated_at,
            essays=record.essays or len(self._essays.get(batch_id, ())),
            run=record.header.run,
            paused=record.header.paused,
            packed=record.header.packed,
        )

    @override
    def summary(self, batch_id: str) -> BatchSummary | None:
        with self._lock:
            record = self._batches.get(batch_id)
            return self._summary(batch_id, record) if record else None

    @override
    def essay(self, batch_id: str, essay_id: str) -> EssayState | None:
        return self._essays.get(batch_id, {}).get(essay_id)

    @override
    def essays(self, batch_id: str, among: Collection[str] | None = None) -> list[EssayState]:
        with self._lock:
            stored = self._essays.get(batch_id, {})
            found = stored.values() if among is None else [stored[each] for each in set(among) if each in stored]
            return sorted(found, key=lambda essay: (essay.ordinal, essay.essay_id))

    @override
    def texts(self, text_ids: Iterable[str]) -> Mapping[str, str]:
        return {text_id: self._texts[text_id] for text_id in text_ids if text_id in self._texts}

    @override
    def results(self, keys: Iterable[str]) -> Mapping[str, ResultRecord]:
        return {key: self._results[key] for key in keys if key in self._results}

    @override
    def pieces(self, cohort_key: str, among: Collection[str] | None = None) -> Mapping[str, Any]:
        with self._lock:
            done = self._pieces.get(cohort_key, {})
            return dict(done) if among is None else {piece: done[piece] for piece in among if piece in done}

    @override
    def holders(self) -> Mapping[str, Mapping[str, Any]]:
        return {}

    @override
    def close(self) -> None:
        """Do nothing: there is nothing to close."""
