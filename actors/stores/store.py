"""Where everything is kept: batches, essays, texts, results, pieces of cohorts, and the event log.

One protocol; ``memory.py`` keeps it in a process, ``sql.py`` in SQLite or PostgreSQL. One conformance suite runs over
all of them.

What is written are records (``core/records.py``). A commit takes any number of them, and either all of them are durable
when it returns, or none is and it raises. Writing the same record again is harmless.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple, Protocol

from actors.core.batch_state import BatchHeader
from actors.core.essay_state import EssayState
from actors.core.records import Record, ResultRecord
from actors.stores.event_log import EventLog
from contracts.errors import EssayPipelinesError
from contracts.pipeline import ProcessingPipelineState


class StoreError(EssayPipelinesError):
    """The store could not do what was asked; the message says what to do."""


class StoreUnavailableError(StoreError):
    """The store does not answer now (a database that is down, a full disk); the same call may succeed later."""


class StoreLostError(StoreError):
    """What was open is not where it was: nothing that is written now would be found again."""


class StoreInUseError(StoreError):
    """Another process writes to this store."""


NO_ACTORS_FAULT: Final = (StoreUnavailableError, StoreInUseError, StoreLostError)
"""With these nobody can go on: they are no failure of an essay or an actor."""


class StoreNotThereError(StoreError):
    """Nobody has made this store yet; who opens it for writing makes it."""


class TracesLeftError(StoreError):
    """It is forgotten, but copies of it are left in the database's files; the message says where."""


class FencedOffError(StoreError):
    """A newer orchestrator has taken this batch over; the writer's epoch is old and nothing was written."""


class BatchSummary(NamedTuple):
    """A line of the list of batches. ``packed`` is how its essays are placed (None: as nobody has said)."""

    batch_id: str
    status: str
    stage: str
    created_at: datetime
    updated_at: datetime
    essays: int
    run: int = 0
    paused: bool = False
    packed: bool | None = None


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

    def essays(self, batch_id: str, among: Collection[str] | None = None) -> list[EssayState]:
        """The essays of a batch by ordinal: all, or those among these that are stored."""
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

    def holders(self) -> Mapping[str, Mapping[str, Any]]:
        """Who runs which batch right now, by batch, where the database itself knows it (a server; not a file)."""
        ...

    def forget(self, batch_id: str, essay_id: str | None = None) -> None:
        """Delete a batch: its essays, events, and the texts, results and pieces that no other batch needs.

        With ``essay_id``, only that essay is deleted, wherever the batch mentions it, and the rest stays as it would be
        without it (``erasing.py``); a batch's last essay takes the batch with it.

        Whoever has claimed the batch is fenced off (``next_life``). Nobody should be at work on it. A database writes
        its files anew, which takes as long as it takes to copy them.

        Raises:
            TracesLeftError: it is forgotten, but files have copies of it still.
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
        """The results with these keys and the texts with these ids, as far as they are there."""
        return self.results(keys), self.texts(text_ids)
