"""Streams of a store's events, in the order in which they were committed: to read, and to follow."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Collection, Iterator, Mapping
from typing import Any, Final

from tenacity import Retrying, retry_if_exception_type, stop_after_delay, wait_random_exponential

from actors.stores.event_log import LoggedEvent
from actors.stores.following import FeedReader
from actors.stores.notifier import Notice
from actors.stores.store import Store, StoreInUseError, StoreUnavailableError
from contracts.events import TOPICS, unknown_topics
from contracts.stored_event import StoredEvent, parse_event
from drivers.client.errors import RequestError
from drivers.client.waiting import SLICE_SECONDS, Waiter

_SAVE_SECONDS: Final = 1.0
_PATIENTLY: Final = Retrying(
    retry=retry_if_exception_type(StoreUnavailableError),
    wait=wait_random_exponential(multiplier=0.1, max=5.0),
    stop=stop_after_delay(60.0),
    reraise=True,
)


class EventStream:
    """Events as typed envelopes, in commit order. Iterate with ``for`` or ``async for``, as often as you like.

    Args:
        store: the store to read; nothing but the cursor is written to it.
        waiter: how to wait for new events.
        after: skip events up to and including this ``sequence``; ignored if the cursor exists already.
        topics: only events of these topics; all if empty.
        batches: only events of these batches; all if empty.
        until: returns whether to stop once all events so far were read; None stops at the end of the log.
        cursor: the name under which the store remembers how far this stream was read. An event counts as handled when
            the next one is requested; after a crash, events that were not handled come again.

    Raises:
        RequestError: nothing is ever published under one of these topics.
    """

    def __init__(
        self,
        store: Store,
        waiter: Waiter,
        after: int = 0,
        topics: Collection[str] = (),
        batches: Collection[str] = (),
        until: Callable[[], bool] | None = None,
        cursor: str | None = None,
    ) -> None:
        self._store = store
        self._waiter = waiter
        self._after = after
        self._topics = _checked(topics)
        self._batches = tuple(batches)
        self._until = until
        self._cursor = cursor

    def __iter__(self) -> Iterator[StoredEvent[Any]]:
        place, reader = self._begin()
        try:
            while (page := self._next_page(place, reader)) is not None:
                for logged in page:
                    yield parse_event(logged.event.document, logged.sequence)
                    place.go_past(logged.sequence)
                    if place.is_save_due:
                        _PATIENTLY(place.save)
        finally:
            place.save()

    async def __aiter__(self) -> AsyncIterator[StoredEvent[Any]]:
        place, reader = await asyncio.to_thread(self._begin)
        try:
            while (page := await asyncio.to_thread(self._next_page, place, reader, SLICE_SECONDS)) is not None:
                for logged in page:
                    yield parse_event(logged.event.document, logged.sequence)
                    place.go_past(logged.sequence)
                    if place.is_save_due:
                        await asyncio.to_thread(_PATIENTLY, place.save)
        finally:
            place.save()

    def _begin(self) -> tuple["_Place", FeedReader]:
        place = _Place(self._store, self._cursor, self._after)
        return place, FeedReader(self._store, place.start, self._topics, self._batches)

    def _next_page(self, place: "_Place", reader: FeedReader, seconds: float | None = None) -> list[LoggedEvent] | None:
        """The next page. Empty: nothing new came within ``seconds``. None: the stream has ended."""
        is_over, page = _PATIENTLY(self._look, reader)
        if page:
            return page
        _PATIENTLY(place.save)
        if is_over:
            return None
        self._wait(reader, seconds)
        return []

    def _look(self, reader: FeedReader) -> tuple[bool, list[LoggedEvent]]:
        is_over = self._until is None or self._until()  # asked first, so that this page has all that came before
        return is_over, reader.next_page()

    def _has_news(self, reader: FeedReader) -> bool:
        return reader.has_more() or self._until is None or self._until()

    def _wait(self, reader: FeedReader, seconds: float | None) -> None:
        late = None if seconds is None else time.monotonic() + seconds

        def is_there() -> bool:
            is_late = late is not None and time.monotonic() >= late
            return is_late or _PATIENTLY(self._has_news, reader)

        self._waiter.run_until(is_there, notice=Notice.EVENTS)


class _Place:
    """How far a program has read the feed. It is saved in the store if it has a name (a cursor)."""

    def __init__(self, store: Store, name: str | None, after: int) -> None:
        self._store = store
        self._name = name
        self._kept = self.start = self._read_to = after if name is None else self._found(name, after)
        self._saved_at = time.monotonic()

    def _found(self, name: str, after: int) -> int:
        """The sequence number of the cursor with this name, which is created if necessary."""
        kept = self._store.cursor(name)
        last = self._store.last_sequence()
        if kept > last:  # the store was restored from an older copy: these numbers will be given to new events
            self._store.move_cursor(name, last, reset=True)
            return last
        if kept == 0 and after > 0:
            self._store.move_cursor(name, after)
            return after
        return kept

    def go_past(self, sequence: int) -> None:
        """Note that the event with this number has been handled."""
        self._read_to = sequence

    @property
    def is_save_due(self) -> bool:
        """Whether it is time to save: not at each event, because saving waits for the disk."""
        return time.monotonic() - self._saved_at >= _SAVE_SECONDS

    def save(self) -> None:
        """Save the position if it has changed.

        Raises:
            StoreInUseError: another program has moved this cursor.
        """
        self._saved_at = time.monotonic()
        if self._name is None or self._read_to <= self._kept:
            return
        if self._store.cursor(self._name) != self._kept:
            self._read_to = self._kept
            raise StoreInUseError(
                f"Another program is using the cursor {self._name!r}: stop one of the two, or choose another name."
            )
        self._store.move_cursor(self._name, self._read_to)
        self._kept = self._read_to


def _checked(topics: Collection[str]) -> tuple[str, ...]:
    """The topics; each may also be given by the name of its event."""
    of_events: Mapping[str, str] = {event.value: topic for event, topic in TOPICS.items()}
    named = tuple(of_events.get(name, name) for name in topics)
    if unknown := unknown_topics(named):
        raise RequestError(f"There is no event or topic {', '.join(unknown)}. List them with: essays reference events")
    return named
