"""Waits for commits in the store's process."""

import time
from threading import Condition
from typing import Final

from actors.runtime.ray.cluster import ProcessGoneError
from actors.runtime.ray.store_process import StoreLink
from actors.stores.notifier import Notice

_SUCCESSOR_SECONDS: Final = 0.2


class RemoteNotifier:
    """Like ``Notifier``, for commits of one kind in the store's process; for any number of threads.

    One of the waiting threads asks there for all: each question occupies a thread of the store's process.
    """

    def __init__(self, store: StoreLink, notice: Notice) -> None:
        self._store = store
        self._notice = notice
        self._heard = 0  # the last count heard from there; it begins anew with each process
        self._count = 0
        self._is_asking = False
        self._changed = Condition()

    def wait(self, heard: int, seconds: float) -> int:
        """The count here, as soon as it is more than ``heard``, or after so many ``seconds``."""
        with self._changed:
            self._changed.wait_for(lambda: self._count > heard or not self._is_asking, seconds)
            if self._count > heard or self._is_asking:
                return self._count
            self._is_asking = True
        is_more = False
        try:
            is_more = self._ask(seconds)
        finally:
            with self._changed:
                self._is_asking = False
                self._count += is_more
                self._changed.notify_all()
        return self._count

    def _ask(self, seconds: float) -> bool:
        before = self._heard
        try:
            self._heard = self._store.wait_for(self._notice, before, seconds)
        except ProcessGoneError:
            time.sleep(min(seconds, _SUCCESSOR_SECONDS))
            self._store.renew()
            self._heard = 0
        return self._heard != before
