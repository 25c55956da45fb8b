"""The call budget: every call to the endpoint asks it for a permit.

It adds a lock, a clock and a ledger to the decisions of ``limiter``. Each process has one. On a cluster, the runtime
installs one that all workers share, in a process of its own. An engine's ledger is durable: before a permit is given,
the most that the call can cost is written down; when the call has ended, its cost is. A new process reads a batch's
ledger when the batch first asks, and counts calls that were never settled as spent. So no budget is exceeded, whatever
is killed.
"""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from actors.phases.llm.limiter import (
    Ask,
    CallDecision,
    LimiterState,
    Limits,
    Permit,
    Spent,
    decide,
    empty,
    remembering,
    settle,
)


@dataclass(frozen=True, slots=True)
class Account:
    """What a ledger knows about a batch: the sum of its settled calls, and the most that each other call can cost."""

    spent: Spent = field(default_factory=Spent)
    unsettled: Mapping[str, Spent] = field(default_factory=dict)


class Ledger(Protocol):
    """Keeps account of what batches spend. Writing the same entry twice is harmless."""

    def reserve(self, batch: str, call: str, at_most: Spent) -> None:
        """Write durably that a call is about to be made."""
        ...

    def settle(self, batch: str, call: str, spent: Spent) -> None:
        """Write what the call has cost. If that fails, the call stays reserved at the most that it can cost."""
        ...

    def account(self, batch: str) -> Account:
        """Everything that was written about a batch."""
        ...


class NoLedger:
    """A ledger that keeps nothing: for tests, and for a process without an engine."""

    def reserve(self, batch: str, call: str, at_most: Spent) -> None:
        """Keep nothing."""

    def settle(self, batch: str, call: str, spent: Spent) -> None:
        """Keep nothing."""

    def account(self, batch: str) -> Account:  # noqa: ARG002  (the protocol's)
        """An empty account."""
        return Account()


class CallBudget:
    """Decides on every call to the endpoint. Each ask brings the endpoint's limits along."""

    def __init__(self, ledger: Ledger | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self._ledger = ledger or NoLedger()
        self._clock = clock
        self._lock = threading.Lock()
        self._state: LimiterState | None = None

    def ask(self, ask: Ask, limits: Limits) -> CallDecision:
        """Decide on a call; a permit is in the ledger when this returns. If the ledger raises, nothing changes."""
        with self._lock:
            now = self._clock()
            state = self._knowing(ask, self._state or empty(limits, now), now)
            state, decision = decide(state, ask, limits, now)
            if isinstance(decision, Permit):
                self._ledger.reserve(ask.batch, ask.call, ask.at_most)
            self._state = state
            return decision

    def _knowing(self, ask: Ask, state: LimiterState, now: float) -> LimiterState:
        if ask.batch in state.spent:
            return state
        account = self._ledger.account(ask.batch)
        calls = [Ask(ask.batch, 0, most, lease=ask.lease, call=call) for call, most in account.unsettled.items()]
        return remembering(state, ask.batch, account.spent, calls, now)

    def settle(self, permit: Permit, spent: Spent) -> None:
        """Record what a permitted call has cost. Settling twice changes nothing."""
        with self._lock:
            self._ledger.settle(permit.batch, permit.call, spent)
            if self._state is not None:
                self._state = settle(self._state, permit.call, spent)


class CallBudgetLimiter:
    """A ``Limiter`` made of an endpoint's limits and the budget that is asked for permits.

    It waits for the budget's answer (milliseconds) without yielding to the event loop, so that a task cannot be
    cancelled between being given a permit and receiving it.
    """

    def __init__(self, limits: Limits, budget: CallBudget) -> None:
        self._limits = limits
        self._budget = budget

    async def ask(self, ask: Ask) -> CallDecision:
        """Decide on a call."""
        return self._budget.ask(ask, self._limits)

    async def settle(self, permit: Permit, spent: Spent) -> None:
        """Record what a permitted call has cost."""
        self._budget.settle(permit, spent)


_budget = CallBudget()


def install(budget: CallBudget) -> None:
    """Make ``budget`` the one that all calls of this process ask."""
    global _budget  # noqa: PLW0603  (one for a process: services are made without arguments)
    _budget = budget


def uninstall(budget: CallBudget) -> None:
    """Go back to a budget without a ledger, unless another one was installed: the store of ``budget`` closes."""
    if _budget is budget:
        install(CallBudget())


def shared_limiter(limits: Limits) -> CallBudgetLimiter:
    """A limiter over this process's budget."""
    return CallBudgetLimiter(limits, _budget)
