"""What batches spend on a language model, kept in the store: one piece per call, forgotten with its batch."""

import json
import logging
from dataclasses import asdict
from typing import Final

from actors.core.records import PieceRecord
from actors.execution.service_registry import derived_key
from actors.phases.llm.call_budget import Account
from actors.phases.llm.limiter import Spent
from actors.stores.store import Store, StoreUnavailableError

_SETTLED: Final = "settled"
log = logging.getLogger(__name__)


class CallLedger:
    """A ``Ledger`` that outlives every process. A call's piece is written twice: as reserved, and later as settled."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def reserve(self, batch: str, call: str, at_most: Spent) -> None:
        """Record that a call is about to be made.

        Raises:
            StoreUnavailableError: nothing is recorded, and the call must not be made.
        """
        self._write(batch, call, {_SETTLED: False, **asdict(at_most)})

    def settle(self, batch: str, call: str, spent: Spent) -> None:
        """Record what the call has cost. If the store is away, the call stays reserved and its answer is still used."""
        try:
            self._write(batch, call, {_SETTLED: True, **asdict(spent)})
        except StoreUnavailableError as error:
            log.warning("what a call has cost is not written down, it counts as the most it can cost: %s", error)

    def _write(self, batch: str, call: str, value: dict[str, object]) -> None:
        self._store.commit([PieceRecord(_key(batch), call, json.dumps(value), batch)])

    def account(self, batch: str) -> Account:
        """Everything recorded for a batch: the sum of its settled calls, and its reserved ones."""
        calls = {call: dict(value) for call, value in self._store.pieces(_key(batch)).items()}
        settled = {call: value.pop(_SETTLED) for call, value in calls.items()}
        spent = sum((Spent(**value) for call, value in calls.items() if settled[call]), Spent())
        return Account(spent, {call: Spent(**value) for call, value in calls.items() if not settled[call]})


def _key(batch: str) -> str:
    return derived_key("spent at the language model", batch)
