"""The process that permits calls to the language model, so that limits and budgets hold for the whole cluster."""

from typing import Final, cast

from actors.execution.call_ledger import CallLedger
from actors.phases.llm.call_budget import CallBudget
from actors.runtime.ray.cluster import ProcessGoneError, answer_to, named_process
from actors.runtime.ray.engine_spec import EngineSpec
from actors.runtime.ray.process_setup import set_up_process
from actors.runtime.ray.remote_store import RemoteStore, answered
from actors.runtime.ray.store_process import remote_store
from actors.stores.store import StoreUnavailableError

CALL_BUDGET: Final = "language model budget"


class CallBudgetProcess:
    """Holds the call budget. Everything it must remember is in the store, so it may be killed at any time."""

    def __init__(self, engine: EngineSpec) -> None:
        set_up_process()
        self._budget = CallBudget(CallLedger(remote_store(engine)))

    def call(self, question: bytes) -> bytes:
        """Call a method of the budget; question and answer are pickled (see ``remote_store.py``)."""
        return answered(self._budget, question)

    def __repr__(self) -> str:
        return CALL_BUDGET


def remote_call_budget(engine: EngineSpec) -> CallBudget:
    """A ``CallBudget`` that asks the budget's process, which the first question starts.

    The process is looked up at each call (a millisecond, against a model's seconds), so that a successor is found.
    """

    def ask(question: bytes) -> bytes:
        try:
            budget = named_process(CallBudgetProcess, CALL_BUDGET, engine.namespace, engine)
            return cast("bytes", answer_to(budget.call.remote(question)))
        except ProcessGoneError as error:
            raise StoreUnavailableError(f"the process of the {CALL_BUDGET} does not answer: {error}") from None

    return cast("CallBudget", RemoteStore(ask))
