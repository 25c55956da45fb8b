"""The process where calls to the language model are asked for: limits and budgets hold for the whole cluster."""

from collections.abc import Mapping
from typing import Any, Final, cast

from actors.phases.llm.desk import Desk
from actors.runtime.cluster import Cluster, ProcessGoneError
from actors.runtime.process import begin_process
from actors.runtime.remote_store import Answer, RemoteStore, answered
from actors.runtime.wiring import Wiring
from actors.stores.store import Store, StoreUnavailableError
from actors.workbench.ledger import StoreLedger

DESK: Final = "language model desk"
DESK_KIND: Final = "DeskHost"


class DeskProcess:
    """It remembers nothing that is not in the store, and may be killed at any time."""

    def __init__(self, store: Store) -> None:
        begin_process()
        self._desk = Desk(StoreLedger(store))

    def call(self, method: str, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Answer:
        """One method of the desk."""
        return answered(self._desk, method, args, kwargs)

    def __repr__(self) -> str:
        return DESK


def remote_desk(cluster: Cluster, wiring: Wiring) -> Desk:
    """The desk in its process, as a desk. The process is started by the first who asks there.

    It is looked up at each call (a millisecond, beside a model's seconds), so that a successor is found.
    """

    def ask(method: str, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Answer:
        try:
            desk = cluster.process(DESK, DESK_KIND, (wiring,))
            return cast("Answer", cluster.ask(desk, "call", method, args, kwargs))
        except ProcessGoneError as error:
            raise StoreUnavailableError(f"the process of the {DESK} does not answer: {error}") from None

    return cast("Desk", RemoteStore(ask))
