"""The store protocol. A store keeps everything: batches, essays, texts, results, cohort pieces and the event log.

``memory.py`` implements it in a process's memory, ``sql.py`` in SQLite or PostgreSQL. One conformance suite tests them
all.

Writers commit records (``core/records.py``), any number at once: either all of them are durable when the commit
returns, or none is and it raises. Writing the same record again is harmless.
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
    """The store could not do what was asked; the message says what to do about it."""


class StoreUnavailableError(StoreError):
    """The store does not answer now (a database that is down, a full disk); the same call may succeed later."""


class StoreLostError(StoreError):
    """The open store was moved or deleted: nothing that is written to it now would be found again."""


class StoreInUseError(StoreError):
    """Another process is writing to this store, or moved the same cursor."""


NO_ACTORS_FAULT: Final = (StoreUnavailableError, StoreInUseError, StoreLostError)
"""Errors with which nothing can continue. They are not counted as failures of an essay or an actor."""


class StoreNotThereError(StoreError):
    """The store does not exist yet. Opening it for writing creates it."""


class TracesLeftError(StoreError):
    """A batch or essay was deleted, but copies remain in the database's files; the message says where."""


class FencedOffError(StoreError):
    """A newer orchestrator has taken over this batch: the writer's epoch is old, and nothing was written."""


class BatchSummary(NamedTuple):
    """A short summary of a batch. ``packed``: whether its essays share a process; None if that was not specified."""

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
    """The interface of a store, in addition to its event log. Any method may raise ``StoreUnavailableError``."""

    def commit(self, records: Sequence[Record]) -> None:
        """Write all these records durably, or none.

        Raises:
            FencedOffError: the epoch of a batch record or a fence is lower than the batch's newest.
        """
        ...

    def commit_group(self, groups: Sequence[Sequence[Record]]) -> list[StoreError | None]:
        """Write several commits in one transaction. Returns for each its error, or None if it was written."""
        ...

    def claim(self, batch_id: str) -> int:
        """Make a new epoch for this batch, higher than all before. Writers with a lower one are refused from now on."""
        ...

    def batch(self, batch_id: str, *, with_order: bool = True) -> BatchHeader | None:
        """The header of a batch; None if the store does not have the batch.

        Its ``order`` is read from its essays. Without it, this is fast, whatever the size of the batch.
        """
        ...

    def pipeline_state(self, batch_id: str) -> ProcessingPipelineState | None:
        """The pipeline's state as it was last saved."""
        ...

    def batches(self) -> list[BatchSummary]:
        """All batches, oldest first."""
        ...

    def summary(self, batch_id: str) -> BatchSummary | None:
        """The summary of one batch; None if the store does not have it. Fast, whatever the size of the batch."""
        ...

    def essay(self, batch_id: str, essay_id: str) -> EssayState | None:
        """One essay's state, or None if it is unknown."""
        ...

    def essays(self, batch_id: str, among: Collection[str] | None = None) -> list[EssayState]:
        """The essays of a batch in order: all, or those of ``among`` that are stored."""
        ...

    def texts(self, text_ids: Iterable[str]) -> Mapping[str, str]:
        """The texts with these ids that are stored, by id."""
        ...

    def results(self, keys: Iterable[str]) -> Mapping[str, ResultRecord]:
        """The results with these keys that are stored, by key."""
        ...

    def material(
        self, keys: Iterable[str], text_ids: Iterable[str]
    ) -> tuple[Mapping[str, ResultRecord], Mapping[str, str]]:
        """``results(keys)`` and ``texts(text_ids)`` in one call: what a worker needs to begin a lease."""
        ...

    def pieces(self, cohort_key: str, among: Collection[str] | None = None) -> Mapping[str, Any]:
        """The parsed values of a cohort's pieces that are done, by piece: all, or those of ``among``."""
        ...

    def holders(self) -> Mapping[str, Mapping[str, Any]]:
        """The processes that run batches now, by batch id. Only a database server knows them; empty for a file."""
        ...

    def forget(self, batch_id: str, essay_id: str | None = None) -> None:
        """Delete a batch: its essays, its events, and the texts, results and pieces that no other batch needs.

        With ``essay_id``, delete only that essay, wherever the batch mentions it, and leave the rest as it would be
        without it (``erasing.py``). Deleting a batch's last essay deletes the batch.

        Whoever has claimed the batch is fenced off (``next_life``); no process should be running it. A database
        rewrites its files, which takes as long as copying them.

        Raises:
            TracesLeftError: it was deleted, but the database's files still contain copies.
        """
        ...

    def close(self) -> None:
        """Close files and connections. Closing twice is harmless."""
        ...


class GivesMaterial:
    """Implements ``material`` by ``results`` and ``texts``."""

    def material(
        self: Store, keys: Iterable[str], text_ids: Iterable[str]
    ) -> tuple[Mapping[str, ResultRecord], Mapping[str, str]]:
        """The stored ones among these results and texts, by key and by id."""
        return self.results(keys), self.texts(text_ids)
