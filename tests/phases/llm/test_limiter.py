"""The limiter's decisions: limits, fairness and budgets, with a clock that the test controls."""

from hypothesis import given
from hypothesis import strategies as st

from actors.phases.llm.limiter import (
    Ask,
    Budget,
    LimiterState,
    Limits,
    Permit,
    Refusal,
    Spent,
    Wait,
    decide,
    empty,
    settle,
)

UNLIMITED = Budget()


def ask(batch: str = "a", tokens: int = 100, budget: Budget = UNLIMITED) -> Ask:
    """A call that takes at most twice the tokens that it is likely to take."""
    return Ask(batch, tokens, Spent(1, 2 * tokens, tokens / 1000), budget)


def granted(state: LimiterState, one: Ask, limits: Limits, now: float = 0.0) -> tuple[LimiterState, str]:
    """The state after a permit, and the permit's call."""
    state, decision = decide(state, one, limits, now)
    assert isinstance(decision, Permit)
    return state, decision.call


def test_no_more_calls_run_at_a_time_than_the_endpoint_bears() -> None:
    """With two at a time, a third call waits until one has ended."""
    limits = Limits(concurrent=2)
    state, first = granted(empty(limits, 0), ask(), limits)
    state, _ = granted(state, ask(), limits)
    state, decision = decide(state, ask(), limits, 0)
    assert isinstance(decision, Wait)
    granted(settle(state, first, Spent(1, 50)), ask(), limits)


def test_a_batch_with_one_call_does_not_wait_behind_a_batch_with_a_hundred() -> None:
    """While b waits with no call under way, a gets no further turn."""
    limits = Limits(concurrent=2)
    state, first = granted(empty(limits, 0), ask("a"), limits)
    state, _ = granted(state, ask("a"), limits)
    state, _ = decide(state, ask("b"), limits, 0)
    state = settle(state, first, Spent(1))
    state, decision = decide(state, ask("a"), limits, 1)
    assert isinstance(decision, Wait)
    granted(state, ask("b"), limits, 1)


def test_a_batch_that_no_longer_asks_holds_nobody_up() -> None:
    """A waiting batch that fell silent loses its turn after a few seconds."""
    limits = Limits(concurrent=2)
    state, _ = granted(empty(limits, 0), ask("a"), limits)
    state, second = granted(state, ask("a"), limits)
    state, _ = decide(state, ask("b"), limits, 0)
    granted(settle(state, second, Spent(1)), ask("a"), limits, 60)


def test_tokens_a_minute_are_not_exceeded() -> None:
    """With 600 tokens a minute, the seventh hundred waits ten seconds."""
    limits = Limits(concurrent=99, tokens_per_minute=600)
    state = empty(limits, 0)
    for _ in range(6):
        state, _ = granted(state, ask(), limits)
    state, decision = decide(state, ask(), limits, 0)
    assert decision == Wait(10.0)
    granted(state, ask(), limits, 10.0)


def test_tokens_that_were_not_used_go_back() -> None:
    """A call that used 10 of its 100 tokens leaves 90 for the next."""
    limits = Limits(concurrent=99, tokens_per_minute=100)
    state, call = granted(empty(limits, 0), ask(), limits)
    state = settle(state, call, Spent(1, 10))
    granted(state, ask(tokens=90), limits)


def test_a_lost_permit_comes_back_after_its_lease_and_counts_as_spent() -> None:
    """A caller that died blocks nobody for ever, and its call is not free."""
    limits = Limits(concurrent=1)
    state, _ = granted(empty(limits, 0), ask(), limits)
    state, _ = granted(state, ask(), limits, 301)
    assert state.spent["a"] == Spent(1, 200, 0.1)


def test_settling_twice_changes_nothing() -> None:
    """Messages may be repeated."""
    limits = Limits()
    state, call = granted(empty(limits, 0), ask(), limits)
    once = settle(state, call, Spent(1, 5))
    assert settle(once, call, Spent(1, 5)) == once


def test_budgets_are_kept_apart() -> None:
    """What a has spent does not affect b."""
    limits, budget = Limits(), Budget(calls=1)
    state, _ = granted(empty(limits, 0), ask("a", budget=budget), limits)
    state, decision = decide(state, ask("a", budget=budget), limits, 0)
    assert isinstance(decision, Refusal)
    assert decision.lacking == "calls"
    granted(state, ask("b", budget=budget), limits)


@given(
    st.lists(st.tuples(st.integers(1, 300), st.floats(0, 1)), max_size=40),
    st.builds(Budget, st.integers(0, 10), st.integers(0, 2_000), st.floats(0, 1)),
)
def test_a_budget_is_never_exceeded(calls: list[tuple[int, float]], budget: Budget) -> None:
    """Whatever calls come, and however much of its maximum each uses, their sum stays within the budget."""
    limits = Limits(concurrent=3)
    state, open_calls = empty(limits, 0), list[tuple[str, Ask, float]]()
    for tokens, share in calls:
        state, decision = decide(state, ask(tokens=tokens, budget=budget), limits, 0)
        if isinstance(decision, Permit):
            open_calls.append((decision.call, ask(tokens=tokens), share))
        elif open_calls:
            call, made, used = open_calls.pop(0)
            most = made.at_most
            state = settle(state, call, Spent(1, int(most.tokens * used), most.money * used))
        assert state.spent.get("a", Spent()).exceeds(budget) is None


def test_what_a_call_under_way_may_give_back_is_waited_for() -> None:
    """Waiting allows as many calls as asking one after the other would; used calls do not come back."""
    limits, budget = Limits(concurrent=9), Budget(tokens=350)
    state, first = granted(empty(limits, 0), ask(budget=budget), limits)
    state, decision = decide(state, ask(budget=budget), limits, 0)
    assert isinstance(decision, Wait)
    state, _ = granted(settle(state, first, Spent(1, 100)), ask(budget=budget), limits)
    _, decision = decide(state, ask(budget=Budget(calls=2)), limits, 0)
    assert isinstance(decision, Refusal)
    _, decision = decide(state, ask(budget=Budget(tokens=250)), limits, 0)
    assert isinstance(decision, Refusal)
    assert decision.lacking == "tokens"


def test_a_batch_that_waits_for_its_own_budget_holds_nobody_up() -> None:
    """Another batch gets its turn, although it has more calls under way."""
    limits, poor = Limits(concurrent=9), Budget(tokens=250)
    state, _ = granted(empty(limits, 0), ask("poor", budget=poor), limits)
    state, _ = granted(state, ask("rich"), limits)
    state, _ = granted(state, ask("rich"), limits)
    state, decision = decide(state, ask("poor", budget=poor), limits, 0)
    assert isinstance(decision, Wait)
    granted(state, ask("rich"), limits)
