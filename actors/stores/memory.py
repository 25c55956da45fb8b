"""The store in a process: for tests, the simulation, and runs that need not outlive their process."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, assert_never

from actors.core.batch_state import BatchHeader
from actors.core.essay import EssayState
from actors.stores.store import (
    BatchRecord,
    BatchSummary,
    EventRecord,
    FencedOffError,
    FoundingRecord,
    LoggedEvent,
    PieceRecord,
    Record,
    ResultRecord,
    StoreError,
    TextRecord,
)
from contracts.pipeline import ProcessingPipelineState


class MemoryStore:
    """Implements ``Store`` in dictionaries."""

    def __init__(self) -> None:
        self._epochs: dict[str, int] = {}
        self._batches: dict[str, BatchRecord] = {}
        self._created: dict[str, datetime] = {}
        self._essays: defaultdict[str, dict[str, EssayState]] = defaultdict(dict)
        self._texts: dict[str, str] = {}
        self._results: dict[str, ResultRecord] = {}
        self._pieces: defaultdict[str, dict[str, Any]] = defaultdict(dict)
        self._log: list[EventRecord] = []
        self._events: dict[str, EventRecord] = {}

    def commit(self, records: Sequence[Record]) -> None:
        """Check first, then write: all or none."""
        for record in records:
            if isinstance(record, BatchRecord) and record.header.epoch < self._epochs.get(record.header.batch_id, 0):
                raise FencedOffError(f"batch {record.header.batch_id!r} was taken over by a newer orchestrator")
        for record in records:
            self._write(record)

    def commit_group(self, groups: Sequence[Sequence[Record]]) -> list[StoreError | None]:
        """One commit after the other."""
        answers: list[StoreError | None] = []
        for records in groups:
            try:
                self.commit(records)
                answers.append(None)
            except StoreError as error:
                answers.append(error)
        return answers

    def _write(self, record: Record) -> None:
        match record:
            case EssayState():
                self._essays[record.batch_id][record.essay_id] = record
            case FoundingRecord(essay=essay):
                self._essays[essay.batch_id].setdefault(essay.essay_id, essay)
            case BatchRecord():
                self._batches[record.header.batch_id] = record
                self._created.setdefault(record.header.batch_id, datetime.now(UTC))
            case TextRecord():
                self._texts[record.text_id] = record.content
            case ResultRecord():
                self._results[record.key] = record
            case PieceRecord():
                self._pieces[record.cohort_key][record.piece] = json.loads(record.value)
            case EventRecord():
                if record.event_id not in self._events:
                    self._events[record.event_id] = record
                    self._log.append(record)
            case _:
                assert_never(record)

    def claim(self, batch_id: str) -> int:
        """The next number."""
        self._epochs[batch_id] = self._epochs.get(batch_id, 0) + 1
        return self._epochs[batch_id]

    def batch(self, batch_id: str) -> BatchHeader | None:
        """The header as it was saved last."""
        record = self._batches.get(batch_id)
        order = tuple(essay.essay_id for essay in self.essays(batch_id))
        return replace(record.header, order=order) if record else None

    def pipeline_state(self, batch_id: str) -> ProcessingPipelineState | None:
        """As it was saved last."""
        record = self._batches.get(batch_id)
        return record.pipeline_state if record else None

    def batches(self) -> list[BatchSummary]:
        """In the order in which they were made."""
        return [
            BatchSummary(
                batch_id=batch_id,
                status=record.header.status,
                stage=record.header.stage,
                created_at=self._created[batch_id],
                updated_at=record.pipeline_state.last_updated,
                essays=len(self._essays[batch_id]),
            )
            for batch_id, record in self._batches.items()
        ]

    def essay(self, batch_id: str, essay_id: str) -> EssayState | None:
        """As it was saved last."""
        return self._essays[batch_id].get(essay_id)

    def essays(self, batch_id: str) -> list[EssayState]:
        """By ordinal."""
        return sorted(self._essays[batch_id].values(), key=lambda essay: essay.ordinal)

    def texts(self, text_ids: Iterable[str]) -> Mapping[str, str]:
        """Those that are there."""
        return {text_id: self._texts[text_id] for text_id in text_ids if text_id in self._texts}

    def results(self, keys: Iterable[str]) -> Mapping[str, ResultRecord]:
        """Those that are there."""
        return {key: self._results[key] for key in keys if key in self._results}

    def pieces(self, cohort_key: str) -> Mapping[str, Any]:
        """Those that are there."""
        return dict(self._pieces[cohort_key])

    def event(self, event_id: str) -> EventRecord | None:
        """By id."""
        return self._events.get(event_id)

    def events(self, batch_id: str, after: int = 0, essay_id: str | None = None) -> Iterator[LoggedEvent]:
        """By sequence, which is the place in the log counted from 1."""
        for sequence, event in enumerate(self._log, 1):
            if sequence > after and event.batch_id == batch_id and essay_id in {None, event.essay_id}:
                yield LoggedEvent(sequence, event)

    def forget(self, batch_id: str) -> None:
        """Everything of this batch that no other one uses."""
        self._batches.pop(batch_id, None)
        gone = self._essays.pop(batch_id, {})
        self._log = [event for event in self._log if event.batch_id != batch_id]
        self._events = {event.event_id: event for event in self._log}
        kept = [essay for essays in self._essays.values() for essay in essays.values()]
        used_results = {key for essay in kept for _, key in essay.results}
        used_texts = {essay.text_id for essay in kept}
        for key in {key for essay in gone.values() for _, key in essay.results} - used_results:
            self._results.pop(key, None)
        for text_id in {essay.text_id for essay in gone.values()} - used_texts:
            self._texts.pop(text_id, None)

    def close(self) -> None:
        """Nothing to let go of."""
