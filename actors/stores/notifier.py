"""Tells who waits for a batch as soon as it has come to rest, so that nobody needs to ask again and again."""

import threading
from collections.abc import Sequence
from typing import Any

from actors.core.batch_state import Stage
from actors.stores.store import BatchRecord, Record, Store


class BelledStore:
    """Implements ``Store`` over another store, and counts commits by which a batch ended or was held."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._rung = 0
        self._ringing = threading.Condition()

    def __getattr__(self, method: str) -> Any:
        return getattr(self._store, method)

    def commit(self, records: Sequence[Record]) -> None:
        """Commit, and ring where a batch has come to rest by it."""
        self._store.commit(records)
        if any(isinstance(record, BatchRecord) and record.header.stage in _AT_REST for record in records):
            with self._ringing:
                self._rung += 1
                self._ringing.notify_all()

    def wait_for_rest(self, heard: int, seconds: float) -> int:
        """How often it has rung; as soon as that is more than ``heard``, or after so many seconds."""
        with self._ringing:
            self._ringing.wait_for(lambda: self._rung > heard, seconds)
            return self._rung


_AT_REST = {Stage.ENDED, Stage.HELD}
