"""The process of the store, and the way to it. Where it is gone for good, a successor takes its place."""

from concurrent.futures import ThreadPoolExecutor
from typing import Final, cast

from tenacity import Retrying, retry_if_exception_type, stop_after_delay, wait_fixed

from actors.observability.instruments import Instruments
from actors.observability.meter import MeteredStore
from actors.runtime.placement import Placement
from actors.runtime.process import begin_process
from actors.runtime.ray.cluster import Cluster, Handle, ProcessGoneError
from actors.runtime.ray.process_spec import Wiring
from actors.runtime.ray.remote_store import RemoteStore, answered
from actors.stores.group_commit import GroupCommit
from actors.stores.notifier import Notice, NotifyingStore
from actors.stores.opening import open_store
from actors.stores.store import Store, StoreUnavailableError

STORE: Final = "store"
STORE_KIND: Final = "StoreHost"
STORE_THREADS: Final = 64
# A killed process is started anew by itself. One that then finds the file still held (by its predecessor, on a node
# that was given up and is not quite dead) has failed for good, and is made anew from outside until the file is free.
PATIENCE_SECONDS: Final = 60.0
WAIT_SECONDS: Final = 0.5


class StoreProcess:
    """The only process that writes to the store. The first one of a cluster, it keeps the rules."""

    def __init__(self, wiring: Wiring, address: str, instruments: Instruments) -> None:
        begin_process(wiring.phases)
        self._wiring = wiring
        committing = GroupCommit(open_store(wiring.store_url, owner={"ray_address": address}))
        counting = ThreadPoolExecutor(1, "counting")  # nobody waits for it
        self._store = NotifyingStore(MeteredStore(committing, instruments, aside=counting))

    def wait_for(self, notice: Notice, heard: int, seconds: float) -> int:
        """How often there was such a commit; as soon as that is more than ``heard``, or after so many seconds."""
        return self._store.wait_for(notice, heard, seconds)

    def call(self, question: bytes) -> bytes:
        """One method of the store."""
        return answered(self._store, question)

    def rules(self) -> tuple[str, Placement]:
        """Which store this is, and where actors live: every process must see that alike, or an essay lives twice."""
        return self._wiring.store_url, self._wiring.placement

    def __repr__(self) -> str:
        return "store"  # no more: the dashboard sets it beside bars, and a URL may have a password


def store_handle(cluster: Cluster, wiring: Wiring) -> Handle:
    """The store's process, which is started where it is not there."""
    return cluster.process(STORE, STORE_KIND, (wiring, cluster.address), threads=STORE_THREADS)


def remote_store(cluster: Cluster, wiring: Wiring) -> Store:
    """The store in its process, as a store."""
    return cast("Store", RemoteStore(_Line(cluster, wiring).ask))


class _Line:
    """Carries what is asked of the store to its process."""

    def __init__(self, cluster: Cluster, wiring: Wiring) -> None:
        self._cluster = cluster
        self._wiring = wiring
        self._handle = store_handle(cluster, wiring)
        self._patiently = Retrying(
            retry=retry_if_exception_type(ProcessGoneError),
            wait=wait_fixed(WAIT_SECONDS),
            stop=stop_after_delay(PATIENCE_SECONDS),
            before_sleep=lambda _: self._renew(),
            reraise=True,
        )

    def ask(self, question: bytes) -> bytes:
        """One question; asked again of its successor where the process has died for good (to write twice is harmless).

        Raises:
            StoreUnavailableError: nor does any successor answer.
        """
        try:
            return self._patiently(self._ask, question)
        except ProcessGoneError as error:
            raise StoreUnavailableError(f"the store's process does not answer: {error}") from None

    def _ask(self, question: bytes) -> bytes:
        return cast("bytes", self._cluster.ask(self._handle, "call", question))

    def _renew(self) -> None:
        self._handle = store_handle(self._cluster, self._wiring)
