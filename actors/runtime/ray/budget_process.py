"""The process where calls to the language model are asked for: limits and budgets hold for the whole cluster."""

from typing import Final, cast

from actors.execution.call_ledger import StoreLedger
from actors.phases.llm.desk import Desk
from actors.runtime.process import begin_process
from actors.runtime.ray.cluster import Cluster, ProcessGoneError
from actors.runtime.ray.process_spec import Wiring
from actors.runtime.ray.remote_store import RemoteStore, answered
from actors.stores.store import Store, StoreUnavailableError

DESK: Final = "language model desk"
DESK_KIND: Final = "DeskHost"


class DeskProcess:
    """It remembers nothing that is not in the store, and may be killed at any time."""

    def __init__(self, store: Store) -> None:
        begin_process()
        self._desk = Desk(StoreLedger(store))

    def call(self, question: bytes) -> bytes:
        """One method of the desk."""
        return answered(self._desk, question)

    def __repr__(self) -> str:
        return DESK


def remote_desk(cluster: Cluster, wiring: Wiring) -> Desk:
    """The desk in its process, as a desk. The process is started by the first who asks there.

    It is looked up at each call (a millisecond, beside a model's seconds), so that a successor is found.
    """

    def ask(question: bytes) -> bytes:
        try:
            desk = cluster.process(DESK, DESK_KIND, (wiring,))
            return cast("bytes", cluster.ask(desk, "call", question))
        except ProcessGoneError as error:
            raise StoreUnavailableError(f"the process of the {DESK} does not answer: {error}") from None

    return cast("Desk", RemoteStore(ask))
