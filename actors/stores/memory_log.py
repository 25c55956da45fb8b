"""The event log of the store in memory."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterator
from itertools import chain, islice
from operator import attrgetter
from typing import Final

from typing_extensions import override

from actors.core.records import EventRecord
from actors.stores.erasing import Erasure
from actors.stores.event_log import EventLog, LoggedEvent

_sequence: Final = attrgetter("sequence")


class MemoryLog(EventLog):
    """Implements the reading part of ``EventLog`` with lists; callers of the writing methods must hold a lock."""

    def __init__(self) -> None:
        self._events: dict[tuple[str, str | None, str], EventRecord] = {}
        self._logs: defaultdict[str, list[LoggedEvent]] = defaultdict(list)
        self._feed: list[LoggedEvent] = []
        self._sequence = 0

    def _append(self, event: EventRecord) -> None:
        identity = (event.batch_id, event.essay_id, event.event_id)
        if identity not in self._events:
            self._sequence += 1
            self._events[identity] = event
            logged = LoggedEvent(self._sequence, event)
            self._logs[event.batch_id].append(logged)
            self._feed.append(logged)

    def _rewrite_log(self, batch_id: str, essay_id: str, erasure: Erasure) -> None:
        rewritten = {event.event_id: event for event in erasure.rewritten}
        log, self._logs[batch_id] = self._logs[batch_id], []
        for logged in log:
            event = logged.event
            identity = (event.batch_id, event.essay_id, event.event_id)
            if event.essay_id == essay_id or (event.essay_id is None and event.event_id in erasure.withdrawn):
                del self._events[identity]
                continue
            if event.essay_id is None:
                event = rewritten.get(event.event_id, event)
            self._events[identity] = event
            self._logs[batch_id].append(logged._replace(event=event))
        self._feed = sorted(chain.from_iterable(self._logs.values()), key=_sequence)

    def _forget_log(self, batch_id: str) -> None:
        for logged in self._logs.pop(batch_id, []):
            event = logged.event
            del self._events[event.batch_id, event.essay_id, event.event_id]
        self._feed = [logged for logged in self._feed if logged.event.batch_id != batch_id]

    @override
    def events(self, batch_id: str, after: int = 0, essay_id: str | None = None) -> Iterator[LoggedEvent]:
        log = self._logs.get(batch_id, [])
        start = bisect_right(log, after, key=_sequence)
        return (logged for logged in log[start:] if essay_id in {None, logged.event.essay_id})

    @override
    def feed(
        self, after: int = 0, *, topics: Collection[str] = (), batches: Collection[str] = (), limit: int = 1000
    ) -> list[LoggedEvent]:
        log, of_topics, of_batches = self._feed, frozenset(topics), frozenset(batches)
        found = (log[place] for place in range(bisect_right(log, after, key=_sequence), len(log)))
        wanted = (
            logged
            for logged in found
            if (not of_topics or logged.event.event_type in of_topics)
            and (not of_batches or logged.event.batch_id in of_batches)
        )
        return list(islice(wanted, limit))

    @override
    def last_sequence(self) -> int:
        return self._feed[-1].sequence if self._feed else 0
