"""The event log: what stands in it, and what may be asked of it.

All batches of a store share one log. Its numbers grow in the order of commits, so whoever follows it needs to remember
one number only; under a name, the store remembers that as well.
"""

from collections.abc import Collection, Iterator
from typing import NamedTuple, Protocol

from actors.core.records import EventRecord


class LoggedEvent(NamedTuple):
    """An event as it stands in the log; ``sequence`` grows by the order of appending."""

    sequence: int
    event: EventRecord


class EventLog(Protocol):
    """The part of a store that is its log. All methods may raise ``StoreUnavailableError``."""

    def event(self, batch_id: str, event_id: str) -> EventRecord | None:
        """One event of a batch as a whole, by its id."""
        ...

    def events(self, batch_id: str, after: int = 0, essay_id: str | None = None) -> Iterator[LoggedEvent]:
        """A batch's events in the order of the log, from behind sequence number ``after``."""
        ...

    def feed(
        self, after: int = 0, *, topics: Collection[str] = (), batches: Collection[str] = (), limit: int = 1000
    ) -> list[LoggedEvent]:
        """The events of all batches in commit order, from behind sequence number ``after``; at most ``limit``.

        Whoever goes on from the last number that it was given misses nothing: a commit never becomes visible behind one
        with higher numbers, and a number is never given twice.

        Args:
            after: the last number that was seen; 0 for the beginning.
            topics: of these only; none: of all.
            batches: of these only; none: of all.
            limit: how many at most.
        """
        ...

    def last_sequence(self) -> int:
        """The number of the newest event that is stored; 0 where there is none."""
        ...

    def cursor(self, name: str) -> int:
        """The number kept under this name: all events up to it are dealt with. 0 where none is kept.

        Raises:
            StoreError: the name is empty or too long, or what is kept cannot be read.
        """
        ...

    def move_cursor(self, name: str, sequence: int, *, reset: bool = False) -> None:
        """Keep a number under this name, durably. A store that is opened to read only takes it as well.

        A lower number than the one that is kept changes nothing, unless ``reset`` is given: of two who move the same
        cursor, the slower one does not undo what the other has done.
        """
        ...
