"""How a program waits for its batches."""

import time
from collections.abc import Callable
from typing import Final, Protocol

from actors.stores.notifier import Notice

SLICE_SECONDS: Final = 0.5
"""An asynchronous wait runs in a thread in slices of this length, and can be cancelled between them."""
_LOOK_SECONDS: Final = 0.2


class Waiter(Protocol):
    """Something to wait with: every ``Runtime`` (which works meanwhile), or ``Polling`` of a store."""

    def run_until(
        self, done: Callable[[], bool], watch: Callable[[], None] | None = None, notice: Notice = Notice.REST
    ) -> None:
        """Return as soon as ``done()`` is true; call ``watch`` from time to time until then."""
        ...


class Polling:
    """Waits by looking at a store again and again."""

    def run_until(
        self,
        done: Callable[[], bool],
        watch: Callable[[], None] | None = None,
        notice: Notice = Notice.REST,  # noqa: ARG002
    ) -> None:
        """Call ``done`` every 0.2 seconds until it returns true."""
        while not done():
            if watch is not None:
                watch()
            time.sleep(_LOOK_SECONDS)
