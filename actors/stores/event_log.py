"""The event log: its entries, and how to read it.

All batches of a store share one log. Sequence numbers grow in the order of commits, so a reader that follows the log
only has to remember one number; the store can remember it too, as a named cursor.
"""

from collections.abc import Collection, Iterator
from typing import NamedTuple, Protocol

from actors.core.records import EventRecord


class LoggedEvent(NamedTuple):
    """An event in the log; ``sequence`` numbers grow in the order of appending."""

    sequence: int
    event: EventRecord


class EventLog(Protocol):
    """A store's event log. All methods may raise ``StoreUnavailableError``."""

    def events(self, batch_id: str, after: int = 0, essay_id: str | None = None) -> Iterator[LoggedEvent]:
        """A batch's events (or one essay's) after sequence number ``after``, in the order of the log."""
        ...

    def feed(
        self, after: int = 0, *, topics: Collection[str] = (), batches: Collection[str] = (), limit: int = 1000
    ) -> list[LoggedEvent]:
        """The events of all batches after sequence number ``after``, in commit order.

        A reader that goes on from the last number it was given misses nothing: commits become visible in the order of
        their numbers, and no number is used twice.

        Args:
            after: the last number seen; 0 for the beginning.
            topics: only these topics; all if empty.
            batches: only these batches; all if empty.
            limit: the most events to return.
        """
        ...

    def last_sequence(self) -> int:
        """The number of the newest stored event, or 0 if there is none."""
        ...

    def cursor(self, name: str) -> int:
        """The number kept under this name, up to which all events have been dealt with; 0 if none is kept.

        Raises:
            StoreError: the name is empty or too long, or the cursor cannot be read.
        """
        ...

    def move_cursor(self, name: str, sequence: int, *, reset: bool = False) -> None:
        """Keep a number under this name, durably; a store that is opened read-only can do this as well.

        A number lower than the kept one changes nothing, unless ``reset`` is given: if two programs move the same
        cursor, the slower one does not undo what the other has done.
        """
        ...
