"""Converts values to rows and back.

Rows are plain tuples in the order of ``*_COLUMNS``, because the hot path makes them by the ten thousand.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import lru_cache, wraps
from json import loads
from json.encoder import encode_basestring_ascii as _as_ascii  # a JSON string, for any name a file can have
from operator import attrgetter
from typing import Any, Final, ParamSpec, TypeAlias, TypeVar, get_type_hints
from uuid import UUID

from immutables import Map
from pydantic import BaseModel, create_model
from pydantic_core import to_json

from actors.core.batch_state import BatchHeader, PhaseDetail
from actors.core.effects import correlation_id_of
from actors.core.essay_state import UNSTORED, EssayState
from actors.core.records import (
    LARGE_HEADER_FIELDS,
    BatchRecord,
    EssayMoved,
    EventRecord,
    PieceRecord,
    ResultRecord,
    TextRecord,
)
from actors.stores.schema import ESSAYS, SCHEMA_VERSION
from actors.stores.store import BatchSummary, StoreError
from contracts.failures import ErrorDetail
from contracts.phase_registry import names_on_trust
from contracts.phases import EssayStatus, PhaseName
from contracts.pipeline import ProcessingPipelineState

Row: TypeAlias = tuple[Any, ...]
P = ParamSpec("P")
T = TypeVar("T")


def _stored(read: Callable[P, T]) -> Callable[P, T]:
    """Decorate a function that reads stored values.

    These may name phases that are not installed here, of which reading needs no more than the name.

    Raises:
        StoreError: this program cannot have written what is stored.
    """

    @wraps(read)
    def on_trust(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            with names_on_trust():
                return read(*args, **kwargs)
        except (LookupError, TypeError, ValueError, AttributeError) as error:
            what = f"{type(error).__name__}: {error}"
            raise StoreError(
                f"A stored record cannot be read; another version may have written it ({what})."
            ) from error

    @wraps(read)
    def reading(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return read(*args, **kwargs)
        except (LookupError, TypeError, ValueError, AttributeError):
            return on_trust(*args, **kwargs)

    return reading


# --- essays: a column per field ---------------------------------------------------------------------------------

# In the order of the table; a field without a column fails on import.
_ESSAY_FIELDS: Final = tuple(sorted({*EssayState._fields} - UNSTORED, key=ESSAYS.columns.keys().index))
ESSAY_COLUMNS: Final = (*_ESSAY_FIELDS, "record_version")
_fields_of_essay: Final = attrgetter(*_ESSAY_FIELDS)
_FILE, _RESULTS, _FAILURE, _CORRELATION = (
    _ESSAY_FIELDS.index(name) for name in ("file", "results", "failure", "correlation_id")
)
_uuid = lru_cache(maxsize=1024)(UUID)  # essays of one run have the same one
_letters = lru_cache(maxsize=1024)(str)


def essay_row(state: EssayState) -> Row:
    """An essay's state as a row."""
    row = list(_fields_of_essay(state))
    row[_FILE] = _as_ascii(state.file)
    row[_RESULTS] = to_json(state.results).decode()
    row[_FAILURE] = state.failure.model_dump_json() if state.failure else None
    row[_CORRELATION] = state.correlation_id and _letters(state.correlation_id)
    row.append(SCHEMA_VERSION)
    return tuple(row)


def moved_columns(move: EssayMoved) -> dict[str, Any]:
    """The columns that a move changes, with their values."""
    columns = {name: value for name, value in move._asdict().items() if name not in {"batch_id", "essay_id"}}
    correlation_id = move.correlation_id and _letters(move.correlation_id)
    return columns | {"correlation_id": correlation_id, "record_version": SCHEMA_VERSION}


@_stored
def essay_state(row: Any) -> EssayState:
    """An essay's state from its row."""
    values = dict(zip(_ESSAY_FIELDS, row, strict=False))  # the row's version comes after the fields
    values["status"] = EssayStatus(values["status"])
    values["phase"] = PhaseName(values["phase"]) if values["phase"] else None
    values["last"] = bool(values["last"])
    values["file"] = loads(values["file"])
    values["results"] = tuple((PhaseName(phase), key) for phase, key in loads(values["results"]))
    values["failure"] = ErrorDetail.model_validate_json(values["failure"]) if values["failure"] else None
    values["correlation_id"] = _uuid(values["correlation_id"]) if values["correlation_id"] else None
    return EssayState(**values)


# --- batches: columns for what programs search by, and two documents with the small and the large part -----------

_LEFT_OUT: Final = ("batch_id", "order")
_SMALL: Final = tuple(name for name in BatchHeader._fields if name not in {*LARGE_HEADER_FIELDS, *_LEFT_OUT, "details"})
_HINTS: Final = get_type_hints(BatchHeader) | {"details": dict[PhaseName, PhaseDetail]}


def _document(name: str, parts: Iterable[str]) -> type[BaseModel]:
    fields = {part: (_HINTS[part], _ADDED.get(part, ...)) for part in parts}
    return create_model(name, **fields)  # type: ignore[call-overload, no-any-return]


_ADDED: Final[Mapping[str, Any]] = {"correlation_id": None, "commanded": {}, "packed": None, "urgent": False}
"""Fields that a header from an older program may lack, with their defaults."""
_SmallPart: Final = _document("SmallPart", (*_SMALL, "details"))
_LargePart: Final = _document("LargePart", LARGE_HEADER_FIELDS)
_ESSAYS: Final = "essays"  # their number, so that frequent readers need not count them

BATCH_COLUMNS: Final = (
    "batch_id",
    "status",
    "stage",
    "created_at",
    "updated_at",
    "header",
    "large",
    "pipeline_state",
    "record_version",
)


def batch_row(record: BatchRecord, now: datetime) -> Row:
    """A batch's row; its large part is empty if the record is not whole."""
    header = record.applied_to(None)
    small = {name: getattr(header, name) for name in _SMALL} | {"details": dict(header.details)}
    large = {name: getattr(header, name) for name in LARGE_HEADER_FIELDS}
    return (
        header.batch_id,
        header.status.value,
        header.stage.value,
        now.isoformat(),
        record.updated_at.isoformat(),
        to_json(small | {_ESSAYS: record.essays}).decode(),
        to_json(large).decode(),
        record.pipeline_state.model_dump_json(),
        SCHEMA_VERSION,
    )


@_stored
def batch_header(batch_id: str, header: str, large: str, order: Iterable[str]) -> BatchHeader:
    """A batch's header from its two documents and the ids of its essays."""
    small = _SmallPart.model_validate_json(header)
    values = dict(small) | dict(_LargePart.model_validate_json(large))
    values["details"] = Map(values["details"])
    if "correlation_id" not in small.model_fields_set:
        values["correlation_id"] = correlation_id_of(batch_id)
    return BatchHeader(batch_id=batch_id, order=tuple(order), **values)


@_stored
def pipeline_state(document: str) -> ProcessingPipelineState:
    """A batch's pipeline state for other readers, from its document."""
    return ProcessingPipelineState.model_validate_json(document)


@_stored
def batch_summary(row: Any, count: Callable[[str], int]) -> BatchSummary:
    """A batch's summary, from its columns in order; ``count`` counts its essays if the header does not say how many."""
    batch_id, status, stage, created_at, updated_at, header = row
    created, updated = datetime.fromisoformat(created_at), datetime.fromisoformat(updated_at)
    noted = loads(header)
    essays = noted.get(_ESSAYS) or count(batch_id)
    return BatchSummary(
        batch_id, status, stage, created, updated, essays, noted["run"], noted["paused"], noted.get("packed")
    )


# --- the rest --------------------------------------------------------------------------------------------------

TEXT_COLUMNS: Final = ("text_id", "content")
RESULT_COLUMNS: Final = ("key", "phase", "text_id", "original_text_id", "document", "record_version")
PIECE_COLUMNS: Final = ("cohort_key", "piece", "value", "record_version")
EVENT_COLUMNS: Final = (
    "event_id",
    "batch_id",
    "essay_id",
    "event_type",
    "timestamp",
    "document",
    "record_version",
)


def text_row(record: TextRecord) -> Row:
    """A text's row; the text is stored as bytes."""
    return record.text_id, record.content.encode("utf-8", "surrogatepass")


@_stored
def text_content(content: bytes) -> str:
    """A text, from its bytes."""
    return bytes(content).decode("utf-8", "surrogatepass")


def result_row(record: ResultRecord) -> Row:
    """A result's row."""
    return record.key, record.phase.value, record.text_id, record.original_text_id, record.document, SCHEMA_VERSION


@_stored
def result_record(row: Any) -> ResultRecord:
    """A result, from its columns in the record's order."""
    key, phase, text_id, document, original_text_id = row
    return ResultRecord(key, PhaseName(phase), text_id, document, original_text_id)


@_stored
def piece_value(value: str) -> Any:
    """A piece's value, from its document."""
    return loads(value)


def piece_row(record: PieceRecord) -> Row:
    """A piece's row; the batch it was made for is noted in ``uses``."""
    return record.cohort_key, record.piece, record.value, SCHEMA_VERSION


def event_row(record: EventRecord) -> Row:
    """An event's row; the database gives it its sequence number."""
    return (
        record.event_id,
        record.batch_id,
        record.essay_id or "",
        record.event_type,
        record.timestamp.isoformat(),
        record.document,
        SCHEMA_VERSION,
    )


@_stored
def event_record(row: Any) -> EventRecord:
    """An event, from a row that begins with ``EVENT_COLUMNS``."""
    event_id, batch_id, essay_id, event_type, timestamp, document = row[:6]
    return EventRecord(event_id, batch_id, essay_id or None, event_type, datetime.fromisoformat(timestamp), document)
