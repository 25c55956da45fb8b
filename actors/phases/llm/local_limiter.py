"""The limiter of one process, by itself: a desk of its own, without a ledger."""

import time
from collections.abc import Callable

from actors.phases.llm.desk import Desk, DeskLimiter
from actors.phases.llm.limiter import Limits


class LocalLimiter(DeskLimiter):
    """A ``Limiter`` for all threads of a process that remembers as long as it lives."""

    def __init__(self, limits: Limits, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(limits, Desk(clock=clock))
