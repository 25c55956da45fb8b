"""Records, the values that stores keep. They form a closed set of types.

A commit has any number of records. Writing the same record again is harmless.
"""

from collections.abc import Iterable
from datetime import datetime
from operator import itemgetter
from typing import Any, Final, NamedTuple, TypeAlias, TypeVar
from uuid import UUID

from actors.core.batch_state import BatchHeader, pipeline_state_of
from actors.core.essay_state import UNSTORED, EssayState
from contracts.phases import EssayStatus, PhaseName
from contracts.pipeline import ProcessingPipelineState

_State = TypeVar("_State", BatchHeader, EssayState)

LARGE_HEADER_FIELDS: Final = ("request", "options", "retrying", "commanded")
_LARGE: Final = tuple(map(BatchHeader._fields.index, LARGE_HEADER_FIELDS))
_large_part: Final = itemgetter(*_LARGE)


class BatchRecord(NamedTuple):
    """A batch's header at one moment, with the pipeline's state for other readers.

    ``LARGE_HEADER_FIELDS`` can be as large as the batch. They are written only if ``whole`` is True, and are empty
    otherwise, so that counting an outcome costs the same in any batch. The header's ``order`` is never written (the
    essays' ordinals give it), only the number of ``essays``. The commit is refused if a higher epoch has claimed the
    batch.
    """

    header: BatchHeader
    updated_at: datetime
    whole: bool
    essays: int = 0

    @property
    def pipeline_state(self) -> ProcessingPipelineState:
        """What other readers see; made only on writing, because only the last record of a commit needs it."""
        return pipeline_state_of(self.header, self.updated_at)

    def applied_to(self, before: BatchHeader | None) -> BatchHeader:
        """The header after this record, given the stored one."""
        return self.header if self.whole else with_large_part_of(before or BatchHeader(""), self.header)


def with_large_part_of(large: BatchHeader, small: BatchHeader) -> BatchHeader:
    """The small part of one header with the large part of another one."""
    return _with_fields(small, _LARGE, _large_part(large))


def _with_fields(state: _State, places: Iterable[int], values: Iterable[Any]) -> _State:
    """The state with these values at these field indices; ``_replace`` takes three times as long."""
    fields: list[Any] = [*state]
    for place, value in zip(places, values, strict=True):
        fields[place] = value
    return type(state)._make(fields)


def batch_record(before: BatchHeader, after: BatchHeader, now: datetime) -> BatchRecord:
    """The smallest record that turns one header of a batch into another."""
    whole = _large_part(before) != _large_part(after)
    header = after if whole else with_large_part_of(BatchHeader(""), after)
    return BatchRecord(header._replace(order=()), now, whole, len(after.order))


# After its creation, an essay writes its own record: its whole state (EssayState), or an EssayMoved if nothing else has
# changed.


class EssayMoved(NamedTuple):
    """An essay has taken a command, or moved on within it; everything else stays as stored.

    Thousands of essays take the same command at once: stores write them in one statement.
    """

    batch_id: str
    essay_id: str
    status: EssayStatus
    run: int
    position: int
    phase: PhaseName | None
    last: bool
    attempt: int
    correlation_id: UUID | None = None

    def applied_to(self, essay: EssayState) -> EssayState:
        """The essay's state after this record, given the stored one."""
        return _with_fields(essay, _MOVED, self)


_MOVED: Final = tuple(map(EssayState._fields.index, EssayMoved._fields))
_where: Final = itemgetter(*_MOVED)
_all_else: Final = itemgetter(
    *(at for at, name in enumerate(EssayState._fields) if name not in {*EssayMoved._fields, *UNSTORED})
)


def essay_record(before: EssayState, after: EssayState) -> EssayState | EssayMoved:
    """The smallest record that turns one state of an essay into another."""
    after = after.as_stored
    return EssayMoved(*_where(after)) if _all_else(before) == _all_else(after) else after


class Fence(NamedTuple):
    """Writes nothing, but the commit is refused if a higher epoch than this one has claimed the batch."""

    batch_id: str
    epoch: int


class NewEssayRecord(NamedTuple):
    """A new essay; ignored if the essay is already stored."""

    essay: EssayState


class TextRecord(NamedTuple):
    """A text under its hash; ignored if the hash is already stored."""

    text_id: str
    content: str


class ResultRecord(NamedTuple):
    """A phase's result under a derived key: ``document`` is the result model as JSON.

    ``original_text_id`` names the text that the result is about (forgetting that text removes the result),
    ``text_id`` the text that the next phase works on.
    """

    key: str
    phase: PhaseName
    text_id: str
    document: str
    original_text_id: str = ""


class PieceRecord(NamedTuple):
    """The value (JSON) of one piece of a cohort's work.

    ``piece`` is named as ``contracts/pieces.py`` says. ``batch_id`` is the batch that the piece was done for: a
    cohort's pieces are forgotten with the last such batch.
    """

    cohort_key: str
    piece: str
    value: str
    batch_id: str = ""


class EventRecord(NamedTuple):
    """An event in its envelope (``document``, as JSON); ignored if ``event_id`` is already in the log."""

    event_id: str
    batch_id: str
    essay_id: str | None
    event_type: str
    timestamp: datetime
    document: str


Record: TypeAlias = (
    BatchRecord
    | Fence
    | NewEssayRecord
    | EssayState
    | EssayMoved
    | TextRecord
    | ResultRecord
    | PieceRecord
    | EventRecord
)


def claim_of(record: Record) -> Fence | None:
    """The claim that a record's commit depends on, if any."""
    match record:
        case Fence():
            return record
        case BatchRecord(header=header):
            return Fence(header.batch_id, header.epoch)
        case _:
            return None
