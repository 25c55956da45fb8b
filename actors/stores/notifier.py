"""Wakes up whoever waits for a commit as soon as it is made, so that nobody needs to poll."""

import threading
from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Final

from actors.core.batch_state import BatchStage
from actors.core.records import BatchRecord, EventRecord, Record
from actors.stores.proxy import StoreProxy
from actors.stores.store import Store, StoreError


class Notice(StrEnum):
    """The kinds of commits that can be waited for."""

    REST = "rest"
    """A batch has ended, or is paused."""
    EVENTS = "events"
    """There are new events in the log."""


_AT_REST: Final = {BatchStage.ENDED, BatchStage.PAUSED}


class Notifier:
    """A counter that wakes up threads waiting for it to grow."""

    def __init__(self) -> None:
        self._count = 0
        self._grown = threading.Condition()

    def tell(self) -> None:
        """Increase the count by one."""
        with self._grown:
            self._count += 1
            self._grown.notify_all()

    def wait(self, heard: int, seconds: float) -> int:
        """The count, as soon as it is more than ``heard``, or after so many ``seconds``."""
        with self._grown:
            self._grown.wait_for(lambda: self._count > heard, seconds)
            return self._count


class NotifyingStore(StoreProxy):
    """Implements ``Store`` over another store, and lets threads wait for commits made through it."""

    def __init__(self, store: Store) -> None:
        super().__init__(store)
        self._notifiers = {notice: Notifier() for notice in Notice}

    def commit(self, records: Sequence[Record]) -> None:
        """Commit, then wake up those who wait."""
        self._store.commit(records)
        self._tell(records)

    def commit_group(self, groups: Sequence[Sequence[Record]]) -> list[StoreError | None]:
        """Commit, then wake up those who wait for commits that were not refused."""
        answers = self._store.commit_group(groups)
        done = (group for group, answer in zip(groups, answers, strict=True) if answer is None)
        self._tell([record for group in done for record in group])
        return answers

    def _tell(self, records: Sequence[Record]) -> None:
        for notice in _notices_in(records):
            self._notifiers[notice].tell()

    def wait_for(self, notice: Notice, heard: int, seconds: float) -> int:
        """The number of such commits, as soon as it is more than ``heard``, or after so many ``seconds``."""
        return self._notifiers[notice].wait(heard, seconds)


def _notices_in(records: Sequence[Record]) -> Iterable[Notice]:
    if any(isinstance(record, EventRecord) for record in records):
        yield Notice.EVENTS
    if any(isinstance(record, BatchRecord) and record.header.stage in _AT_REST for record in records):
        yield Notice.REST
