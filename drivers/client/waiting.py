"""How a program waits for its batches."""

import time
from collections.abc import Callable
from typing import Final, Protocol

from actors.stores.notifier import Notice

SLICE_SECONDS: Final = 0.5
"""How long an asynchronous wait stays in a thread before it looks whether it was given up."""
_LOOK_SECONDS: Final = 0.2


class Waiter(Protocol):
    """By letting a runtime work (every ``Runtime`` is a waiter), or by looking at a store again and again."""

    def run_until(
        self, done: Callable[[], bool], watch: Callable[[], None] | None = None, notice: Notice = Notice.REST
    ) -> None:
        """Return as soon as ``done()`` is true; ``watch`` is called now and then meanwhile."""
        ...


class Polling:
    """A waiter where only a store is in reach."""

    def run_until(
        self,
        done: Callable[[], bool],
        watch: Callable[[], None] | None = None,
        notice: Notice = Notice.REST,  # noqa: ARG002
    ) -> None:
        """Look every fifth of a second."""
        while not done():
            if watch is not None:
                watch()
            time.sleep(_LOOK_SECONDS)
