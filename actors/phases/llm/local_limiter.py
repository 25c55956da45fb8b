"""The limiter of one process, by itself: a budget of its own, without a ledger."""

import time
from collections.abc import Callable

from actors.phases.llm.call_budget import CallBudget, CallBudgetLimiter
from actors.phases.llm.limiter import Limits


class LocalLimiter(CallBudgetLimiter):
    """A ``Limiter`` for all threads of a process that remembers as long as it lives."""

    def __init__(self, limits: Limits, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(limits, CallBudget(clock=clock))
