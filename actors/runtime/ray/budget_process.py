"""The process where calls to the language model are asked for: limits and budgets hold for the whole cluster."""

from typing import Final, cast

from actors.execution.call_ledger import CallLedger
from actors.phases.llm.desk import Desk
from actors.runtime.ray.cluster import ProcessGoneError, answer_to, named_process
from actors.runtime.ray.engine_spec import EngineSpec
from actors.runtime.ray.process_setup import set_up_process
from actors.runtime.ray.remote_store import RemoteStore, answered
from actors.runtime.ray.store_process import remote_store
from actors.stores.store import StoreUnavailableError

DESK: Final = "language model desk"


class DeskProcess:
    """It remembers nothing that is not in the store, and may be killed at any time."""

    def __init__(self, engine: EngineSpec) -> None:
        set_up_process()
        self._desk = Desk(CallLedger(remote_store(engine)))

    def call(self, question: bytes) -> bytes:
        """One method of the desk."""
        return answered(self._desk, question)

    def __repr__(self) -> str:
        return DESK


def remote_desk(engine: EngineSpec) -> Desk:
    """The desk in its process, as a desk. The process is started by the first who asks there.

    It is looked up at each call (a millisecond, beside a model's seconds), so that a successor is found.
    """

    def ask(question: bytes) -> bytes:
        try:
            desk = named_process(DeskProcess, DESK, engine.namespace, engine)
            return cast("bytes", answer_to(desk.call.remote(question)))
        except ProcessGoneError as error:
            raise StoreUnavailableError(f"the process of the {DESK} does not answer: {error}") from None

    return cast("Desk", RemoteStore(ask))
