"""The process on Ray where calls to the language model are asked for: limits and budgets hold for the whole cluster."""

from collections.abc import Mapping
from typing import Any, Final, cast

import ray
from ray.actor import ActorHandle
from ray.exceptions import RayActorError

from actors.phases.llm.desk import Desk
from actors.runtime.on_ray_store import remote_store
from actors.runtime.remote_store import Answer, RemoteStore, answered
from actors.runtime.wiring import Wiring
from actors.stores.store import StoreUnavailableError
from actors.workbench.ledger import StoreLedger

DESK: Final = "language model desk"


class DeskHost:
    """The desk's process. It remembers nothing that is not in the store, and may be killed at any time."""

    def __init__(self, wiring: Wiring) -> None:
        self._desk = Desk(StoreLedger(remote_store(wiring)))

    def call(self, method: str, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Answer:
        """One method of the desk."""
        return answered(self._desk, method, args, kwargs)

    def __repr__(self) -> str:
        return DESK


def remote_desk(wiring: Wiring) -> Desk:
    """The desk in its process, as a desk. The process is started by the first who asks there."""

    def ask(method: str, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Answer:
        try:
            return cast("Answer", ray.get(_handle(wiring).call.remote(method, args, kwargs)))
        except RayActorError as error:
            raise StoreUnavailableError(f"the process of the {DESK} does not answer: {error}") from None

    return cast("Desk", RemoteStore(ask))


def _handle(wiring: Wiring) -> "ActorHandle[Any]":
    """By name at each call (a millisecond, beside a model's seconds), so that a successor is found."""
    options = {"name": DESK, "namespace": wiring.namespace, "get_if_exists": True, "lifetime": "detached"}
    limits = {"num_cpus": 0, "max_restarts": -1, "max_task_retries": -1}
    return cast("ActorHandle[Any]", ray.remote(DeskHost).options(**options, **limits).remote(wiring))
