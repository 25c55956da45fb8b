"""The budget: what was spent survives it, and a call that is requested twice is made once."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.execution.call_ledger import CallLedger
from actors.phases.llm import call_budget
from actors.phases.llm.call_budget import Account, CallBudget, shared_limiter
from actors.phases.llm.limiter import Ask, Budget, Limits, Permit, Refusal, Spent, Wait
from actors.runtime.activation import Blueprint
from actors.runtime.local import LocalRuntime
from actors.stores.memory import MemoryStore
from actors.stores.opening import open_store
from actors.stores.store import Store, StoreUnavailableError

LIMITS = Limits(concurrent=2)


def ask(batch: str = "a", budget: Budget | None = None, **changes: object) -> Ask:
    """A call that takes at most 200 tokens."""
    return Ask(batch, 100, Spent(1, 200, 0.2), budget or Budget(), **changes)  # type: ignore[arg-type]


def permitted(shared: CallBudget, one: Ask, limits: Limits = LIMITS) -> Permit:
    """The permit for this call."""
    decision = shared.ask(one, limits)
    assert isinstance(decision, Permit)
    return decision


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    """A store in memory, and one in SQLite."""
    return MemoryStore() if request.param == "memory" else open_store(f"sqlite:///{tmp_path / 'store.db'}")


def test_what_was_spent_outlives_the_budget(store: Store) -> None:
    """A new budget over the same store refuses what the old one would have refused."""
    shared, budget = CallBudget(CallLedger(store)), Budget(tokens=300)
    shared.settle(permitted(shared, ask(budget=budget)), Spent(1, 150, 0.1))
    decision = CallBudget(CallLedger(store)).ask(ask(budget=budget), LIMITS)
    assert decision == Refusal("tokens", Spent(1, 150, 0.1))


def test_a_call_under_way_when_the_budget_died_is_counted_at_the_most_it_can_cost(store: Store) -> None:
    """Another call waits until the first is settled with the new budget; then only its actual cost counts."""
    budget = Budget(tokens=300)
    permit = permitted(CallBudget(CallLedger(store)), ask(budget=budget))
    shared = CallBudget(CallLedger(store))
    assert isinstance(shared.ask(ask(budget=budget), LIMITS), Wait)
    shared.settle(permit, Spent(1, 50))
    permitted(shared, ask(budget=budget))


def test_a_runtime_that_is_shut_down_takes_its_ledger_with_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever asks in this process afterwards does not write to a store that is closed, or gone."""
    monkeypatch.setattr(call_budget, "_budget", CallBudget())  # not the budget of a runtime that died in another test
    limiter = shared_limiter(LIMITS)
    runtime = LocalRuntime(Blueprint({}, workers=0), open_store(f"sqlite:///{tmp_path / 'store.db'}"))
    assert shared_limiter(LIMITS)._budget is runtime._budget
    runtime.shutdown()
    assert shared_limiter(LIMITS)._budget is not runtime._budget
    permitted(shared_limiter(LIMITS)._budget, ask())
    permitted(limiter._budget, ask())


def test_a_call_of_before_still_takes_its_place_at_the_endpoint(store: Store) -> None:
    """The new budget allows no more calls at a time; after its lease, an old call's place is free."""
    now = [0.0]
    one = Limits(concurrent=1)
    permitted(CallBudget(CallLedger(store), lambda: now[0]), ask(), one)
    shared = CallBudget(CallLedger(store), lambda: now[0])
    assert isinstance(shared.ask(ask(), one), Wait)
    now[0] = 301.0
    permitted(shared, ask(), one)
    refused = shared.ask(ask(budget=Budget(calls=2)), Limits())
    assert refused == Refusal("calls", Spent(2, 400, 0.4))


def test_a_call_settled_at_a_budget_that_has_not_heard_of_it_is_in_the_ledger(store: Store) -> None:
    """After a restart, the first message may be any."""
    permit = permitted(CallBudget(CallLedger(store)), ask())
    shared = CallBudget(CallLedger(store))
    shared.settle(permit, Spent(1, 50))
    assert CallLedger(store).account("a") == Account(Spent(1, 50))


def test_who_asks_again_for_a_call_is_given_the_same_permit(store: Store) -> None:
    """The answer may have been lost, even together with the budget: the call is reserved only once."""
    shared, budget, one = CallBudget(CallLedger(store)), Budget(calls=1), ask(budget=Budget(calls=1))
    permit = permitted(shared, one)
    assert shared.ask(one, LIMITS) == permit
    new = CallBudget(CallLedger(store))
    assert isinstance(new.ask(ask(budget=budget), LIMITS), Refusal)
    assert new.ask(one, LIMITS) == permit


def test_without_the_store_no_call_is_permitted_and_no_answer_is_lost() -> None:
    """A call that cannot be recorded is not begun; one that was begun is settled as well as possible."""

    class Failing(MemoryStore):
        fails = False

        def commit(self, records: object) -> None:
            if self.fails:
                raise StoreUnavailableError("down")
            super().commit(records)  # type: ignore[arg-type]

    store = Failing()
    shared = CallBudget(CallLedger(store))
    permit = permitted(shared, ask())
    store.fails = True
    with pytest.raises(StoreUnavailableError):
        shared.ask(ask(), LIMITS)
    shared.settle(permit, Spent(1, 50))
    assert CallLedger(store).account("a").unsettled == {permit.call: Spent(1, 200, 0.2)}
    assert isinstance(CallBudget(CallLedger(store)).ask(ask(budget=Budget(tokens=399)), LIMITS), Wait)


def test_a_forgotten_batch_leaves_no_account(store: Store) -> None:
    """What a batch has spent is forgotten with it."""
    shared = CallBudget(CallLedger(store))
    shared.settle(permitted(shared, ask("gone")), Spent(1, 50))
    store.forget("gone")
    assert CallLedger(store).account("gone").spent == Spent()


Step = tuple[str, float]


@given(st.lists(st.tuples(st.sampled_from(["ask", "settle", "die"]), st.floats(0, 1)), max_size=40))
def test_a_budget_is_never_exceeded_whenever_the_budget_dies(steps: list[Step]) -> None:
    """What the endpoint has really used, settled or not, stays within the budget."""
    store, budget, taken = MemoryStore(), Budget(calls=5, tokens=700, money=0.9), list[Spent]()
    shared, open_calls = CallBudget(CallLedger(store)), list[tuple[Permit, Spent]]()
    for step, share in steps:
        if step == "ask" and isinstance(permit := shared.ask(ask(budget=budget), Limits(concurrent=3)), Permit):
            taken.append(Spent(1, int(200 * share), 0.2 * share))
            open_calls.append((permit, taken[-1]))
        elif step == "settle" and open_calls:
            shared.settle(*open_calls.pop(0))
        elif step == "die":
            shared = CallBudget(CallLedger(store))
        assert sum(taken, Spent()).exceeds(budget) is None
