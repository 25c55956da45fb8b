"""The process of the store on Ray, and the way to it. Where it is gone for good, a successor takes its place."""

from collections.abc import Mapping
from typing import Any, Final, cast

import ray
from ray.actor import ActorHandle
from ray.exceptions import RayActorError
from tenacity import Retrying, retry_if_exception_type, stop_after_delay, wait_fixed

from actors.runtime.on_ray_metrics import RayInstruments
from actors.runtime.placement import Placement
from actors.runtime.remote_store import Answer, RemoteStore, answered
from actors.runtime.wiring import Wiring
from actors.stores.group_commit import GroupCommit
from actors.stores.opening import open_store, shown_url
from actors.stores.store import Store, StoreUnavailableError
from actors.telemetry.meter import MeteredStore

STORE: Final = "store"
STORE_THREADS: Final = 64
# Ray starts a killed process anew by itself. One that then finds the file still held (by its predecessor, on a node
# that was given up and is not quite dead) has failed for good, and is made anew from outside until the file is free.
PATIENCE_SECONDS: Final = 60.0
WAIT_SECONDS: Final = 0.5


class StoreHost:
    """The process of the store, the only one that writes to it. The first one of a cluster, it keeps the rules."""

    def __init__(self, wiring: Wiring) -> None:
        owner = {"ray_address": ray.get_runtime_context().gcs_address}
        self._wiring = wiring
        committing = GroupCommit(open_store(wiring.store_url, owner=owner))
        self._store = MeteredStore(committing, RayInstruments())

    def call(self, method: str, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Answer:
        """One method of the store."""
        return answered(self._store, method, args, kwargs)

    def rules(self) -> tuple[str, Placement]:
        """Which store this is, and where actors live: every process must see that alike, or an essay lives twice."""
        return self._wiring.store_url, self._wiring.placement

    def __repr__(self) -> str:
        return f"store {shown_url(self._wiring.store_url)}"


def store_handle(wiring: Wiring) -> "ActorHandle[Any]":
    """The store's process, which is started where it is not there."""
    options = {"name": STORE, "namespace": wiring.namespace, "get_if_exists": True, "lifetime": "detached"}
    limits = {"num_cpus": 0, "max_restarts": -1, "max_task_retries": -1, "max_concurrency": STORE_THREADS}
    return cast("ActorHandle[Any]", ray.remote(StoreHost).options(**options, **limits).remote(wiring))


def remote_store(wiring: Wiring) -> Store:
    """The store in its process, as a store."""
    return cast("Store", RemoteStore(_Line(wiring).ask))


class _Line:
    """Carries what is asked of the store to its process."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring
        self._handle = store_handle(wiring)
        self._patiently = Retrying(
            retry=retry_if_exception_type(RayActorError),
            wait=wait_fixed(WAIT_SECONDS),
            stop=stop_after_delay(PATIENCE_SECONDS),
            before_sleep=lambda _: self._renew(),
            reraise=True,
        )

    def ask(self, method: str, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Answer:
        """One method; asked again of its successor where the process has died for good (to write twice is harmless).

        Raises:
            StoreUnavailableError: nor does any successor answer.
        """
        try:
            return self._patiently(self._ask, method, args, kwargs)
        except RayActorError as error:
            raise StoreUnavailableError(f"the store's process does not answer: {error}") from None

    def _ask(self, method: str, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Answer:
        return cast("Answer", ray.get(self._handle.call.remote(method, args, kwargs)))

    def _renew(self) -> None:
        self._handle = store_handle(self._wiring)
