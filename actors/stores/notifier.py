"""Tells whoever waits for a commit as soon as it is made, so that nobody needs to ask again and again."""

import threading
from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Any, Final

from actors.core.batch_state import BatchStage
from actors.core.records import BatchRecord, EventRecord, Record
from actors.stores.store import Store, StoreError


class Notice(StrEnum):
    """What can be waited for."""

    REST = "rest"
    """A batch has ended, or is held."""
    EVENTS = "events"
    """There are more events in the log."""


_AT_REST: Final = {BatchStage.ENDED, BatchStage.PAUSED}


class Notifier:
    """Counts, and wakes up those who wait for the count to grow."""

    def __init__(self) -> None:
        self._count = 0
        self._grown = threading.Condition()

    def tell(self) -> None:
        """Once more."""
        with self._grown:
            self._count += 1
            self._grown.notify_all()

    def wait(self, heard: int, seconds: float) -> int:
        """The count; as soon as it is more than ``heard``, or after so many seconds."""
        with self._grown:
            self._grown.wait_for(lambda: self._count > heard, seconds)
            return self._count


class NotifyingStore:
    """Implements ``Store`` over another store, and tells of commits through this one."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._notifiers = {notice: Notifier() for notice in Notice}

    def __getattr__(self, method: str) -> Any:
        return getattr(self._store, method)

    def commit(self, records: Sequence[Record]) -> None:
        """Commit, and tell."""
        self._store.commit(records)
        self._tell(records)

    def commit_group(self, groups: Sequence[Sequence[Record]]) -> list[StoreError | None]:
        """Commit, and tell of those that were not refused."""
        answers = self._store.commit_group(groups)
        done = (group for group, answer in zip(groups, answers, strict=True) if answer is None)
        self._tell([record for group in done for record in group])
        return answers

    def _tell(self, records: Sequence[Record]) -> None:
        for notice in _notices_in(records):
            self._notifiers[notice].tell()

    def wait_for(self, notice: Notice, heard: int, seconds: float) -> int:
        """How often there was such a commit; as soon as that is more than ``heard``, or after so many seconds."""
        return self._notifiers[notice].wait(heard, seconds)


def _notices_in(records: Sequence[Record]) -> Iterable[Notice]:
    if any(isinstance(record, EventRecord) for record in records):
        yield Notice.EVENTS
    if any(isinstance(record, BatchRecord) and record.header.stage in _AT_REST for record in records):
        yield Notice.REST
