"""Reads the log page by page to its end, and from there whatever is appended."""

from collections.abc import Collection
from typing import Final

from actors.stores.event_log import EventLog, LoggedEvent

_PAGE: Final = 500


class FeedReader:
    """Reads the feed, and remembers how far it has read.

    This may be further than the last wanted event: a reader of a rare topic need not read the same events again each
    time.

    Args:
        log: the log to read; nothing is written to it.
        after: read events after this number.
        topics: only these topics; all if empty.
        batches: only these batches; all if empty.
    """

    def __init__(
        self, log: EventLog, after: int = 0, topics: Collection[str] = (), batches: Collection[str] = ()
    ) -> None:
        self._log = log
        self._read_to = after
        self._topics = tuple(topics)
        self._batches = tuple(batches)

    def next_page(self) -> list[LoggedEvent]:
        """The next wanted events; empty if there are no more for now."""
        last = self._log.last_sequence()  # asked before the page: events written in between must not be skipped
        page = self._log.feed(self._read_to, topics=self._topics, batches=self._batches, limit=_PAGE)
        read = page[-1].sequence if page else self._read_to
        self._read_to = read if len(page) == _PAGE else max(read, last)
        return page

    def has_more(self) -> bool:
        """Whether any events were written since the last page, wanted or not."""
        return self._log.last_sequence() > self._read_to
