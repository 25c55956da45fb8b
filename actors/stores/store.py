"""Where everything is kept: batches, essays, texts, results, pieces of cohorts, and the event log.

One protocol; ``memory.py`` keeps it in a process, ``sql.py`` in SQLite or PostgreSQL. One conformance suite runs over
all of them.

What is written are *records*: plain values, of a closed set of types. A commit takes any number of them, and either
all of them are durable when it returns, or none is and it raises. Writing the same record again is harmless.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from operator import attrgetter
from typing import Any, Final, NamedTuple, Protocol, TypeAlias
from uuid import UUID

from actors.core.batch_state import BatchHeader, pipeline_state_of
from actors.core.essay import EssayState
from actors.stores.event_log import EventLog, EventRecord
from contracts.errors import EssayPipelinesError
from contracts.phases import EssayStatus, PhaseName
from contracts.pipeline import ProcessingPipelineState


class StoreError(EssayPipelinesError):
    """The store could not do what was asked; the message says what to do."""


class StoreUnavailableError(StoreError):
    """The store does not answer now (a database that is down, a full disk); the same call may succeed later."""


class StoreInUseError(StoreError):
    """Another process writes to this store."""


class StoreNotThereError(StoreError):
    """Nobody has made this store yet; who opens it for writing makes it."""


class StoreOutdatedError(StoreError):
    """An older program made this store; who opens it for writing brings it up to date."""


class FencedOffError(StoreError):
    """A newer orchestrator has taken this batch over; the writer's epoch is old and nothing was written."""


LARGE_HEADER_FIELDS: Final = ("request", "options", "retrying", "commanded")
_large_part: Final = attrgetter(*LARGE_HEADER_FIELDS)
_NO_LARGE_PART: Final = dict(zip(LARGE_HEADER_FIELDS, _large_part(BatchHeader("")), strict=True))


class BatchRecord(NamedTuple):
    """A batch's header, with the pipeline's state for other readers.

    ``LARGE_HEADER_FIELDS`` can be as large as the batch; they are written only where ``whole`` is True, and empty
    where it is not, so that counting an outcome costs the same in any batch. The header's ``order`` is not written at
    all: it is the order of the essays' ordinals. Refused where a higher epoch has claimed the batch.
    """

    header: BatchHeader
    pipeline_state: ProcessingPipelineState
    whole: bool

    def applied_to(self, before: BatchHeader | None) -> BatchHeader:
        """The header that is meant, from the one that is stored."""
        if self.whole or before is None:
            return self.header
        large: dict[str, Any] = {name: getattr(before, name) for name in LARGE_HEADER_FIELDS}
        return self.header._replace(**large)


def batch_record(before: BatchHeader, after: BatchHeader, now: datetime) -> BatchRecord:
    """The smallest record that leads from one header of a batch to another."""
    whole = _large_part(before) != _large_part(after)
    return BatchRecord(after if whole else after._replace(**_NO_LARGE_PART), pipeline_state_of(after, now), whole)


# An essay's record is its state (EssayState), written by the essay itself after its founding; or, where nothing else
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
        return essay._replace(**self._asdict())


_where: Final = attrgetter(*EssayMoved._fields)
_all_else: Final = attrgetter(*(name for name in EssayState._fields if name not in EssayMoved._fields))


def essay_record(before: EssayState, after: EssayState) -> EssayState | EssayMoved:
    """The smallest record that leads from one state of an essay to another."""
    return EssayMoved(*_where(after)) if _all_else(before) == _all_else(after) else after


class Fence(NamedTuple):
    """Writes nothing: the commit is refused where a higher epoch than this one has claimed the batch."""

    batch_id: str
    epoch: int


class FoundingRecord(NamedTuple):
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


Record: TypeAlias = (
    BatchRecord
    | Fence
    | FoundingRecord
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


class BatchSummary(NamedTuple):
    """A line of the list of batches."""

    batch_id: str
    status: str
    stage: str
    created_at: datetime
    updated_at: datetime
    essays: int
    run: int = 0
    paused: bool = False


class Store(EventLog, Protocol):
    """What actors and drivers ask of a store, beside its event log. All methods may raise ``StoreUnavailableError``."""

    def commit(self, records: Sequence[Record]) -> None:
        """Write all of these, durably, or none.

        Raises:
            FencedOffError: the epoch of a batch record or a fence is lower than the one that has claimed the batch.
        """
        ...

    def commit_group(self, groups: Sequence[Sequence[Record]]) -> list[StoreError | None]:
        """Write several commits in one transaction; each is refused or done by itself (None: done)."""
        ...

    def claim(self, batch_id: str) -> int:
        """A new epoch for this batch, higher than all before; writers with a lower one are fenced off from now on."""
        ...

    def batch(self, batch_id: str, *, with_order: bool = True) -> BatchHeader | None:
        """The header of a batch, None where it is unknown.

        Its ``order`` comes from its essays; without it, the answer is quick, whatever the size of the batch.
        """
        ...

    def pipeline_state(self, batch_id: str) -> ProcessingPipelineState | None:
        """The pipeline's state as it was last saved."""
        ...

    def batches(self) -> list[BatchSummary]:
        """All batches, oldest first."""
        ...

    def summary(self, batch_id: str) -> BatchSummary | None:
        """The line of one batch, None where it is unknown; quick, whatever the size of the batch."""
        ...

    def essay(self, batch_id: str, essay_id: str) -> EssayState | None:
        """One essay's state."""
        ...

    def essays(self, batch_id: str) -> list[EssayState]:
        """All essays of a batch by ordinal."""
        ...

    def texts(self, text_ids: Iterable[str]) -> Mapping[str, str]:
        """The texts among these that are stored, by id."""
        ...

    def results(self, keys: Iterable[str]) -> Mapping[str, ResultRecord]:
        """The results among these that are stored, by key."""
        ...

    def material(
        self, keys: Iterable[str], text_ids: Iterable[str]
    ) -> tuple[Mapping[str, ResultRecord], Mapping[str, str]]:
        """``results(keys)`` and ``texts(text_ids)`` in one call: what a worker needs to begin a lease."""
        ...

    def pieces(self, cohort_key: str, among: Collection[str] | None = None) -> Mapping[str, Any]:
        """The values of a cohort's pieces done so far (of those ``among`` these only), parsed, by piece."""
        ...

    def forget(self, batch_id: str, essay_id: str | None = None) -> None:
        """Delete a batch: its essays, events, and the texts, results and pieces that no other batch needs.

        With ``essay_id``, only that essay is deleted, wherever the batch mentions it, and the rest stays as it would be
        without it (``erasing.py``); a batch's last essay takes the batch with it.

        Whoever has claimed the batch is fenced off (``next_life``). Nobody should be at work on it.
        """
        ...

    def close(self) -> None:
        """Let go of files and connections; closing twice is harmless."""
        ...


class GivesMaterial:
    """``material`` for a store that has ``results`` and ``texts``."""

    def material(
        self: Store, keys: Iterable[str], text_ids: Iterable[str]
    ) -> tuple[Mapping[str, ResultRecord], Mapping[str, str]]:
        """Both."""
        return self.results(keys), self.texts(text_ids)
