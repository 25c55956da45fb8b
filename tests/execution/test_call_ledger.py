"""What batches spend on a language model: each call's maximum before it is made, and its actual cost afterwards."""

from typing import Any

import pytest

from actors.execution.call_ledger import CallLedger
from actors.phases.llm.call_budget import Account
from actors.phases.llm.limiter import Spent
from actors.stores.memory import MemoryStore
from actors.stores.store import StoreUnavailableError

MOST, COST = Spent(1, 200, 0.2), Spent(1, 150, 0.1)


@pytest.fixture
def store() -> MemoryStore:
    """An empty store."""
    return MemoryStore()


def test_a_call_counts_as_its_most_until_it_is_settled(store: MemoryStore) -> None:
    """Every reader of the ledger sees it so."""
    CallLedger(store).reserve("b", "one", MOST)
    assert CallLedger(store).account("b") == Account(Spent(), {"one": MOST})
    CallLedger(store).settle("b", "one", COST)
    assert CallLedger(store).account("b") == Account(COST, {})


def test_calls_add_up_each_once(store: MemoryStore) -> None:
    """Settled calls are summed, each once; open ones are listed one by one."""
    ledger = CallLedger(store)
    for call in ("one", "two", "three"):
        ledger.reserve("b", call, MOST)
    for call in ("one", "one", "two"):
        ledger.settle("b", call, COST)
    assert ledger.account("b") == Account(COST + COST, {"three": MOST})


def test_what_one_batch_spends_is_not_anothers(store: MemoryStore) -> None:
    """Its account is forgotten with its batch."""
    ledger = CallLedger(store)
    ledger.settle("a", "one", COST)
    ledger.reserve("b", "one", MOST)
    assert (ledger.account("a"), ledger.account("b")) == (Account(COST, {}), Account(Spent(), {"one": MOST}))
    assert store.users_of(*store.used_by("a")) == {"a"}


def test_without_the_store_no_call_is_reserved_and_a_settled_one_stays_so(
    store: MemoryStore, caplog: pytest.LogCaptureFixture
) -> None:
    """The paid answer is not thrown away; the log gives the reason."""
    ledger = CallLedger(store)
    ledger.reserve("b", "one", MOST)

    def away(_: Any) -> None:
        raise StoreUnavailableError("The disk is full.")

    store.commit = away  # type: ignore[method-assign, assignment]
    with pytest.raises(StoreUnavailableError):
        ledger.reserve("b", "two", MOST)
    ledger.settle("b", "one", COST)
    assert ledger.account("b") == Account(Spent(), {"one": MOST})
    (line,) = caplog.messages
    assert line == "what a call has cost is not written down, it counts as the most it can cost: The disk is full."
