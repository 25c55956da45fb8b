"""The limiter of one process: the pure decisions behind a lock and a steady clock."""

import threading
import time
from collections.abc import Callable

from actors.phases.llm.limiter import Ask, Decision, Limits, Permit, Spent, decide, empty, settle


class LocalLimiter:
    """A ``Limiter`` for all threads of a process. On a cluster, one actor stands in its place."""

    def __init__(self, limits: Limits, clock: Callable[[], float] = time.monotonic) -> None:
        self._limits = limits
        self._clock = clock
        self._lock = threading.Lock()
        self._state = empty(limits, clock())

    async def ask(self, ask: Ask) -> Decision:
        """Decide on a call."""
        with self._lock:
            self._state, decision = decide(self._state, ask, self._limits, self._clock())
            return decision

    async def settle(self, permit: Permit, spent: Spent) -> None:
        """Say what a permitted call has cost."""
        with self._lock:
            self._state = settle(self._state, permit.number, spent)

    def spent_by(self, batch: str) -> Spent:
        """What a batch has spent so far."""
        with self._lock:
            return self._state.spent.get(batch, Spent())
