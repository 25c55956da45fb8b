"""The events of a store, one after the other, as they were committed: to read, and to follow."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Collection, Iterator
from typing import Any, Final

from actors.stores.event_log import LoggedEvent
from actors.stores.store import Store
from contracts.stored_event import StoredEvent, parse_event
from drivers.client.waiting import SLICE_SECONDS, Waiter

_PAGE: Final = 500


class EventStream:
    """Typed envelopes in commit order, read page by page. For ``for`` and for ``async for``, each as often as wanted.

    Args:
        store: is read; nothing is written.
        waiter: how to wait for what is still to come.
        after: the ``sequence`` of the last event that is not wanted.
        topics: only these; none: all.
        batches: only those of these batches; none: of all.
        until: whether no more is to come; None: what is there now is all that is wanted.
    """

    def __init__(
        self,
        store: Store,
        waiter: Waiter,
        after: int,
        topics: Collection[str],
        batches: Collection[str],
        until: Callable[[], bool] | None = None,
    ) -> None:
        self._store = store
        self._waiter = waiter
        self._after = after
        self._wanted = {"topics": tuple(topics), "batches": tuple(batches)}
        self._until = until

    def __iter__(self) -> Iterator[StoredEvent[Any]]:
        after = self._after
        while True:
            is_over = self._until is None or self._until()  # asked first: what came before it is on the next page
            for logged in (page := self._page(after)):
                after = logged.sequence
                yield parse_event(logged.event.document, logged.sequence)
            if not page:
                if is_over:
                    return
                self._wait(after)

    async def __aiter__(self) -> AsyncIterator[StoredEvent[Any]]:
        after = self._after
        while True:
            is_over = self._until is None or await asyncio.to_thread(self._until)
            for logged in (page := await asyncio.to_thread(self._page, after)):
                after = logged.sequence
                yield parse_event(logged.event.document, logged.sequence)
            if not page:
                if is_over:
                    return
                await asyncio.to_thread(self._wait, after, SLICE_SECONDS)

    def _page(self, after: int) -> list[LoggedEvent]:
        return self._store.feed(after, limit=_PAGE, **self._wanted)

    def _wait(self, after: int, seconds: float | None = None) -> None:
        """Until there is more, or no more is to come; at most for so many seconds."""
        late = None if seconds is None else time.monotonic() + seconds

        def is_there() -> bool:
            if late is not None and time.monotonic() >= late:
                return True
            return bool(self._store.feed(after, limit=1, **self._wanted)) or (self._until is None or self._until())

        self._waiter.run(is_there)
