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
    """A batch's header, as it is at a time, with the pipeline's state for other readers.

    ``LARGE_HEADER_FIELDS`` can be as large as the batch; they are written only where ``whole`` is True, and empty
    where it is not, so that counting an outcome costs the same in any batch. The header's ``order`` is not written at
    all (it is the order of the essays' ordinals), only how many ``essays`` there are. Refused where a higher epoch has
    claimed the batch.
    """

    header: BatchHeader
    updated_at: datetime
    whole: bool
    essays: int = 0

    @property
    def pipeline_state(self) -> ProcessingPipelineState:
        """What other readers see: made where it is written, for of several records in one commit that is the last."""
        return pipeline_state_of(self.header, self.updated_at)

    def applied_to(self, before: BatchHeader | None) -> BatchHeader:
        """The header that is meant, from the one that is stored."""
        return self.header if self.whole else with_large_part_of(before or BatchHeader(""), self.header)


def with_large_part_of(large: BatchHeader, small: BatchHeader) -> BatchHeader:
    """The small part of one header with the large part of another one."""
    return _with_fields(small, _LARGE, _large_part(large))


def _with_fields(state: _State, places: Iterable[int], values: Iterable[Any]) -> _State:
    """A state with other values at these places; ``_replace`` takes three times as long."""
    fields: list[Any] = [*state]
    for place, value in zip(places, values, strict=True):
        fields[place] = value
    return type(state)._make(fields)


def batch_record(before: BatchHeader, after: BatchHeader, now: datetime) -> BatchRecord:
    """The smallest record that leads from one header of a batch to another."""
    whole = _large_part(before) != _large_part(after)
    header = after if whole else with_large_part_of(BatchHeader(""), after)
    return BatchRecord(header._replace(order=()), now, whole, len(after.order))


# An essay's record is its state (EssayState), written by the essay itself after its creation; or, where nothing else
# has changed, where it stands now.


class EssayMoved(NamedTuple):
    """An essay has taken a command, or moved on in it; all else stays as it is stored.

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
        """The state that is meant, from the one that is stored."""
        return _with_fields(essay, _MOVED, self)


_MOVED: Final = tuple(map(EssayState._fields.index, EssayMoved._fields))
_where: Final = itemgetter(*_MOVED)
_all_else: Final = itemgetter(
    *(at for at, name in enumerate(EssayState._fields) if name not in {*EssayMoved._fields, *UNSTORED})
)


def essay_record(before: EssayState, after: EssayState) -> EssayState | EssayMoved:
    """The smallest record that leads from one state of an essay to another."""
    after = after.as_stored
    return EssayMoved(*_where(after)) if _all_else(before) == _all_else(after) else after


class Fence(NamedTuple):
    """Writes nothing: the commit is refused where a higher epoch than this one has claimed the batch."""

    batch_id: str
    epoch: int


class NewEssayRecord(NamedTuple):
    """A new essay; ignored where the essay is there already."""

    essay: EssayState


class TextRecord(NamedTuple):
    """A text under its hash; ignored where the hash is there already."""

    text_id: str
    content: str


class ResultRecord(NamedTuple):
    """A phase's result under a derived key: ``document`` is the result model as JSON.

    ``text_id`` names the next text, ``original_text_id`` the one that the result is about; with that one it goes
    when it is forgotten.
    """

    key: str
    phase: PhaseName
    text_id: str
    document: str
    original_text_id: str = ""


class PieceRecord(NamedTuple):
    """The value (JSON) of one piece of a cohort's work.

    ``piece`` is named as ``contracts/pieces.py`` says. ``batch_id`` names the batch it was done for: a cohort's pieces
    are forgotten with the last of these batches.
    """

    cohort_key: str
    piece: str
    value: str
    batch_id: str = ""


class EventRecord(NamedTuple):
    """An event in its envelope (``document``: the envelope as JSON); ignored where ``event_id`` is in the log."""

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
    """On which claim a record's commit depends, if on any."""
    match record:
        case Fence():
            return record
        case BatchRecord(header=header):
            return Fence(header.batch_id, header.epoch)
        case _:
            return None
