"""Going through the log page by page, as far as it is written, and on from there."""

from collections.abc import Collection
from typing import Final

from actors.stores.event_log import EventLog, LoggedEvent

_PAGE: Final = 500


class FeedReader:
    """Remembers how far the feed has been read.

    That is further than the last event that was wanted: where only a rare topic is, what lies between is not read again
    with each look.

    Args:
        log: where from; nothing is written.
        after: the number of the last event that is not wanted.
        topics: only these; none: all.
        batches: only those of these batches; none: of all.
    """

    def __init__(
        self, log: EventLog, after: int = 0, topics: Collection[str] = (), batches: Collection[str] = ()
    ) -> None:
        self._log = log
        self._read_to = after
        self._topics = tuple(topics)
        self._batches = tuple(batches)

    def next_page(self) -> list[LoggedEvent]:
        """The next events; none: all that is there was read."""
        last = self._log.last_sequence()  # asked first: what is written meanwhile may have a number below what is read
        page = self._log.feed(self._read_to, topics=self._topics, batches=self._batches, limit=_PAGE)
        read = page[-1].sequence if page else self._read_to
        self._read_to = read if len(page) == _PAGE else max(read, last)
        return page

    def has_more(self) -> bool:
        """Whether something was written since the last page, wanted or not."""
        return self._log.last_sequence() > self._read_to
