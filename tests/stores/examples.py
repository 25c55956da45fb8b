"""Records to write, with as much detail as each test needs."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from immutables import Map

from actors.core.batch_state import BatchHeader, BatchStage, PhaseDetail
from actors.core.essay_state import EssayState
from actors.core.records import BatchRecord, EssayMoved, EventRecord, PieceRecord, Record, ResultRecord, TextRecord
from actors.stores.store import Store
from contracts.failures import ErrorCode, ErrorDetail
from contracts.phases import BatchStatus, EssayStatus, PhaseName, PipelineExecutionStatus
from contracts.registration import BatchRegistrationRequestV1
from contracts.texts import text_storage_id_of

NOON = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)


def essay(essay_id: str = "amira", batch_id: str = "b1", **changes: Any) -> EssayState:
    """An essay that is ready for its first phase."""
    return EssayState(batch_id, essay_id, EssayStatus.READY_FOR_PROCESSING)._replace(**changes)


def moved(essay_id: str = "amira", batch_id: str = "b1", **changes: Any) -> EssayMoved:
    """An essay that has taken its first command."""
    here = EssayMoved(batch_id, essay_id, EssayStatus.AWAITING_NLP, 0, 0, PhaseName.NLP, last=False, attempt=0)
    return here._replace(**changes)


def settled_essay() -> EssayState:
    """An essay with a value other than the default in every field."""
    return EssayState(
        batch_id="b1",
        essay_id="amira",
        status=EssayStatus.NLP_FAILED,
        text_id="sha256-2",
        original_text_id="sha256-1",
        file="klass 9b/Åmira \udcff\x00.txt",
        ordinal=3,
        run=2,
        position=1,
        phase=PhaseName.NLP,
        last=True,
        attempt=1,
        results=((PhaseName.SPELLCHECK, "key-1"), (PhaseName.NLP, "key-2")),
        failure=ErrorDetail(error_code=ErrorCode.TEXT_TOO_LONG, message="too\x00long", details={"words": [1, None]}),
        correlation_id=UUID("4f3c1a52-8a35-5d0e-9f5a-2f6f3f1f7d10"),
    )


def header(batch_id: str = "b1", **changes: Any) -> BatchHeader:
    """A batch that is not registered yet."""
    return BatchHeader(batch_id)._replace(**changes)


def running_header(epoch: int = 1) -> BatchHeader:
    """A header with a value other than the default in every field but ``order``."""
    error = ErrorDetail(error_code=ErrorCode.CANCELLED_BY_OPERATOR, message="enough")
    detail = PhaseDetail(PipelineExecutionStatus.FAILED, 30, 20, 10, NOON, NOON, error)
    request = BatchRegistrationRequestV1(
        expected_essay_count=2, essay_ids=["å", "b"], requested_pipelines=[PhaseName.NLP], essay_instructions="Write."
    )
    return BatchHeader(
        batch_id="b1",
        epoch=epoch,
        status=BatchStatus.PROCESSING_PIPELINES,
        stage=BatchStage.RUNNING,
        request=request,
        fingerprint="f",
        options={"nlp": {"floor": 0.1, "words": ["a"]}},
        run=1,
        pipeline=(PhaseName.NLP, PhaseName.CJ_ASSESSMENT),
        position=0,
        details=Map({PhaseName.NLP: detail, PhaseName.CJ_ASSESSMENT: PhaseDetail()}),
        paused=True,
        cancelled=True,
        giving_up=error,
        retrying=frozenset({"å", "b"}),
        acts=4,
        correlation_id=UUID("4f3c1a52-8a35-5d0e-9f5a-2f6f3f1f7d10"),
        commanded={"å": "sha256-1", "b": "sha256-2"},
        packed=False,
        urgent=True,
    )


def batch(of: BatchHeader, *, whole: bool = True) -> BatchRecord:
    """A batch's record."""
    return BatchRecord(of, NOON, whole)


def event(event_id: str, batch_id: str = "b1", essay_id: str | None = None) -> EventRecord:
    """An event."""
    document = json.dumps({"event_id": event_id, "data": {"word": "smörgås\x00"}})
    return EventRecord(event_id, batch_id, essay_id, "huleedu.essay.nlp.completed.v1", NOON, document)


def text(content: str) -> TextRecord:
    """A text under its hash."""
    return TextRecord(text_storage_id_of(content), content)


def result(key: str, made_from: TextRecord, made_into: TextRecord | None = None) -> ResultRecord:
    """A spellcheck result; the text is the same if nothing was changed."""
    made = made_into or made_from
    document = json.dumps({"original_text_storage_id": made_from.text_id, "text_storage_id": made.text_id})
    return ResultRecord(key, PhaseName.SPELLCHECK, made.text_id, document, made_from.text_id)


def piece(name: str, batch_id: str, cohort_key: str = "cohort", value: Any = "left") -> PieceRecord:
    """A judge's decision."""
    return PieceRecord(cohort_key, name, json.dumps(value), batch_id)


def spellchecked_batch(batch_id: str, written: str, corrected: str, key: str) -> list[Record]:
    """The records of a batch whose only essay is spellchecked."""
    original, new = text(written), text(corrected)
    done = essay(
        batch_id=batch_id,
        original_text_id=original.text_id,
        text_id=new.text_id,
        results=((PhaseName.SPELLCHECK, key),),
    )
    logged = [event(f"{batch_id}-told", batch_id, done.essay_id), event(f"{batch_id}-done", batch_id)]
    return [original, new, result(key, original, new), done, batch(header(batch_id)), *logged]


def event_ids(store: Store, batch_id: str = "b1", after: int = 0, essay_id: str | None = None) -> Sequence[str]:
    """The ids of a batch's events, in the order of the log."""
    return [logged.event.event_id for logged in store.events(batch_id, after, essay_id)]
