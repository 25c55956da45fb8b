"""Decides which calls to the endpoint may be made, when, and until which budget: no clock, no I/O.

One limiter stands before the endpoint for all batches. It holds back calls that the endpoint would refuse (too many at
a time, too many calls or tokens a minute), shares turns among the batches that are waiting (max-min fairness: the
batch with the fewest calls in flight goes first), and refuses a call that the batch's budget cannot pay for. The most
that a call can cost is taken from the budget *before* the call is made, and the rest is given back when it is settled,
so that no budget is exceeded however many calls are in flight. A call that does not fit only because of money or tokens
that may still come back has to wait, so that as many calls are made as one by one.

A permit that is not settled within its lease (its caller died) is taken back and counted as fully spent. Asking again
for the same call (because the answer was lost) gives the same permit.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final, Protocol
from uuid import uuid4

_STILL_WAITING: Final = 5.0
"""Seconds for which a batch counts as waiting for a turn after its last ask."""
_ASK_AGAIN: Final = 0.1
_MINUTE: Final = 60.0


@dataclass(frozen=True, slots=True)
class Limits:
    """What the endpoint can take from all callers together. None means no limit."""

    concurrent: int = 4
    calls_per_minute: float | None = None
    tokens_per_minute: float | None = None


@dataclass(frozen=True, slots=True)
class Budget:
    """What a batch may spend. None means no limit. ``money`` is in the currency of the prices."""

    calls: int | None = None
    tokens: int | None = None
    money: float | None = None


@dataclass(frozen=True, slots=True)
class Spent:
    """An amount spent or reserved."""

    calls: int = 0
    tokens: int = 0
    money: float = 0.0

    def __add__(self, other: "Spent") -> "Spent":
        return Spent(self.calls + other.calls, self.tokens + other.tokens, self.money + other.money)

    def exceeds(self, budget: Budget) -> str | None:
        """The first of calls, tokens and money that the budget has too little of; None if it has enough."""
        for name in ("calls", "tokens", "money"):
            limit = getattr(budget, name)
            if limit is not None and getattr(self, name) > limit:
                return name
        return None


def new_call() -> str:
    """A unique name for a call, drawn by its caller."""
    return uuid4().hex


@dataclass(frozen=True, slots=True)
class Ask:
    """A request for a permit to make one call for a batch.

    ``tokens`` is what the call will likely use, ``at_most`` the most that it can cost. ``lease`` is in seconds.
    ``call`` names this one call, so that asking twice is the same as asking once.
    """

    batch: str
    tokens: int
    at_most: Spent
    budget: Budget = Budget()
    lease: float = 300.0
    call: str = field(default_factory=new_call)


@dataclass(frozen=True, slots=True)
class Permit:
    """The call may be made now, for this batch; it is settled by its name."""

    call: str
    batch: str


@dataclass(frozen=True, slots=True)
class Wait:
    """The call may not be made yet: ask again after this many seconds."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Refusal:
    """The call will never be permitted: the batch has too little of ``lacking`` (calls, tokens or money) left."""

    lacking: str
    spent: Spent


CallDecision = Permit | Wait | Refusal


class Limiter(Protocol):
    """Gives permits for calls to an endpoint; all callers share it."""

    async def ask(self, ask: Ask) -> CallDecision:
        """Decide on a call."""
        ...

    async def settle(self, permit: Permit, spent: Spent) -> None:
        """Record what a permitted call has cost. Settling twice changes nothing."""
        ...


@dataclass(frozen=True, slots=True)
class InFlight:
    """A call that was permitted and is not settled yet."""

    ask: Ask
    until: float


@dataclass(frozen=True, slots=True)
class LimiterState:
    """Everything the limiter remembers. ``calls`` and ``tokens`` are the levels of two token buckets at time ``at``."""

    at: float
    calls: float
    tokens: float
    in_flight: Mapping[str, InFlight] = field(default_factory=dict)
    spent: Mapping[str, Spent] = field(default_factory=dict)
    waiting: Mapping[str, float] = field(default_factory=dict)


def empty(limits: Limits, now: float) -> LimiterState:
    """The state before the first call: full buckets, nothing spent."""
    return LimiterState(at=now, calls=limits.calls_per_minute or 0.0, tokens=limits.tokens_per_minute or 0.0)


def decide(state: LimiterState, ask: Ask, limits: Limits, now: float) -> tuple[LimiterState, CallDecision]:
    """Decide on an ask at the time ``now`` (seconds of any monotonic clock)."""
    state = _refilled(_without_expired(state, now), limits, now)
    if ask.call in state.in_flight:
        return state, Permit(ask.call, ask.batch)
    spent, under_way = state.spent.get(ask.batch, Spent()), _reserved(state, ask.batch)
    if (spent + under_way + ask.at_most).exceeds(ask.budget):
        # A call under way stays a call, whatever becomes of it; some of its tokens and money may still come back.
        lacking = (spent + Spent(calls=under_way.calls) + ask.at_most).exceeds(ask.budget)
        answer = Refusal(lacking, spent + under_way) if lacking else Wait(_ASK_AGAIN)
        return replace(state, waiting=_without(state.waiting, ask.batch)), answer
    if seconds := _seconds_to_wait(state, ask, limits):
        return replace(state, waiting={**state.waiting, ask.batch: now}), Wait(seconds)
    return _permitted(state, ask, limits, now)


def remembering(state: LimiterState, batch: str, spent: Spent, unsettled: Iterable[Ask], now: float) -> LimiterState:
    """Add what was recorded of a batch before: what it has spent, and its calls that may still be under way."""
    calls = {ask.call: InFlight(ask, now + ask.lease) for ask in unsettled}
    return replace(state, spent={**state.spent, batch: spent}, in_flight={**state.in_flight, **calls})


def settle(state: LimiterState, name: str, spent: Spent) -> LimiterState:
    """The state after a call has ended; the tokens that it did not use go back into the bucket."""
    call = state.in_flight.get(name)
    if call is None:
        return state
    batch = call.ask.batch
    return replace(
        state,
        tokens=state.tokens + call.ask.tokens - spent.tokens,
        in_flight={key: one for key, one in state.in_flight.items() if key != name},
        spent={**state.spent, batch: state.spent.get(batch, Spent()) + spent},
    )


def _permitted(state: LimiterState, ask: Ask, limits: Limits, now: float) -> tuple[LimiterState, Permit]:
    after = replace(
        state,
        calls=state.calls - (1 if limits.calls_per_minute is not None else 0),
        tokens=state.tokens - ask.tokens,
        in_flight={**state.in_flight, ask.call: InFlight(ask, now + ask.lease)},
        waiting=_without(state.waiting, ask.batch),
    )
    return after, Permit(ask.call, ask.batch)


def _seconds_to_wait(state: LimiterState, ask: Ask, limits: Limits) -> float:
    """The seconds to wait; 0 if the call may be made now."""
    if len(state.in_flight) >= limits.concurrent or not _is_its_turn(state, ask.batch):
        return _ASK_AGAIN
    waits = [0.0]
    if limits.calls_per_minute is not None:
        waits.append((1 - state.calls) * _MINUTE / limits.calls_per_minute)
    if limits.tokens_per_minute is not None:
        needed = min(ask.tokens, limits.tokens_per_minute)
        waits.append((needed - state.tokens) * _MINUTE / limits.tokens_per_minute)
    return max(waits)


def _is_its_turn(state: LimiterState, batch: str) -> bool:
    """True unless another batch is waiting with fewer calls in flight."""
    mine = _calls_of(state, batch)
    return all(_calls_of(state, other) >= mine for other in state.waiting if other != batch)


def _calls_of(state: LimiterState, batch: str) -> int:
    return sum(call.ask.batch == batch for call in state.in_flight.values())


def _reserved(state: LimiterState, batch: str) -> Spent:
    return sum((call.ask.at_most for call in state.in_flight.values() if call.ask.batch == batch), Spent())


def _without_expired(state: LimiterState, now: float) -> LimiterState:
    for name, call in state.in_flight.items():
        if call.until <= now:
            state = settle(state, name, call.ask.at_most)
    return replace(state, waiting={b: at for b, at in state.waiting.items() if now - at < _STILL_WAITING})


def _refilled(state: LimiterState, limits: Limits, now: float) -> LimiterState:
    share = max(0.0, now - state.at) / _MINUTE
    return replace(
        state,
        at=max(now, state.at),
        calls=_filled(state.calls, limits.calls_per_minute, share),
        tokens=_filled(state.tokens, limits.tokens_per_minute, share),
    )


def _filled(level: float, per_minute: float | None, share: float) -> float:
    return 0.0 if per_minute is None else min(per_minute, level + per_minute * share)


def _without(waiting: Mapping[str, float], batch: str) -> Mapping[str, float]:
    return {other: at for other, at in waiting.items() if other != batch}
