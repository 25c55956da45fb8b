"""Where every call to the endpoint is asked for: the limiter's decisions behind a lock, a clock and a ledger.

A process has one. On a cluster the runtime installs one that all workers share, in a process of its own; in the
local runtime it is the process's own. Either way its ledger is durable: a permit is written down before it is given,
at the most that its call can cost, and again when the call has ended. One that starts anew reads a batch's ledger at
the batch's first ask and counts what was never settled as spent: whatever is killed, a budget is not exceeded.
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
    """What a ledger knows of a batch: the sum of its settled calls, and its other calls at the most they can cost."""

    spent: Spent = field(default_factory=Spent)
    unsettled: Mapping[str, Spent] = field(default_factory=dict)


class Ledger(Protocol):
    """Where it is written what batches spend. Writing the same twice is harmless."""

    def reserve(self, batch: str, call: str, at_most: Spent) -> None:
        """Write, durably, that a call is about to be made."""
        ...

    def settle(self, batch: str, call: str, spent: Spent) -> None:
        """Write what the call has cost. Where that fails, it stays reserved at the most it can cost."""
        ...

    def account(self, batch: str) -> Account:
        """All that was written of a batch."""
        ...


class NoLedger:
    """Forgets: for tests, and for a process that works without an engine."""

    def reserve(self, batch: str, call: str, at_most: Spent) -> None:
        """Nothing."""

    def settle(self, batch: str, call: str, spent: Spent) -> None:
        """Nothing."""

    def account(self, batch: str) -> Account:  # noqa: ARG002  (the protocol's)
        """Nothing was spent."""
        return Account()


class CallBudget:
    """Answers all who want to call the endpoint. The endpoint's limits come with each ask: who asks knows them."""

    def __init__(self, ledger: Ledger | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self._ledger = ledger or NoLedger()
        self._clock = clock
        self._lock = threading.Lock()
        self._state: LimiterState | None = None

    def ask(self, ask: Ask, limits: Limits) -> CallDecision:
        """Decide on a call; a permit is in the ledger when this returns. Whatever the ledger raises changes nothing."""
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
        """Say what a permitted call has cost. Saying it twice changes nothing."""
        with self._lock:
            self._ledger.settle(permit.batch, permit.call, spent)
            if self._state is not None:
                self._state = settle(self._state, permit.call, spent)

    def spent_by(self, batch: str) -> Spent:
        """What a batch has spent so far, calls under way left out."""
        with self._lock:
            return self._ledger.account(batch).spent if self._state is None else self._state.spent.get(batch, Spent())


class CallBudgetLimiter:
    """A ``Limiter``: an endpoint's limits, and the budget that calls to it are asked of.

    It waits for the budget's answer (milliseconds) without letting go of the event loop, so that nobody is cancelled
    between being given a permit and knowing it.
    """

    def __init__(self, limits: Limits, budget: CallBudget) -> None:
        self._limits = limits
        self._budget = budget

    async def ask(self, ask: Ask) -> CallDecision:
        """Decide on a call."""
        return self._budget.ask(ask, self._limits)

    async def settle(self, permit: Permit, spent: Spent) -> None:
        """Say what a permitted call has cost."""
        self._budget.settle(permit, spent)

    def spent_by(self, batch: str) -> Spent:
        """What a batch has spent so far."""
        return self._budget.spent_by(batch)


_budget = CallBudget()


def install(budget: CallBudget) -> None:
    """From now on, all calls of this process are asked for here."""
    global _budget  # noqa: PLW0603  (one for a process: services are made without arguments)
    _budget = budget


def uninstall(budget: CallBudget) -> None:
    """The store behind ``budget`` closes: this process has one without a ledger again, unless another took over."""
    if _budget is budget:
        install(CallBudget())


def shared_limiter(limits: Limits) -> CallBudgetLimiter:
    """A limiter over this process's budget."""
    return CallBudgetLimiter(limits, _budget)
