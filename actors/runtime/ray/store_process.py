"""The process of the store, and the link to it. If the process is gone for good, a successor takes its place."""

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Final, NamedTuple, cast

import ray
from tenacity import Retrying, retry_if_exception_type, stop_after_delay, wait_fixed

from actors.observability.meter import MeteredStore
from actors.runtime.ray import cluster
from actors.runtime.ray.cluster import Handle, ProcessGoneError, answer_to, named_process
from actors.runtime.ray.engine_spec import EngineSpec
from actors.runtime.ray.identity import EngineIdentity, code_fingerprint
from actors.runtime.ray.metrics import RayMetrics
from actors.runtime.ray.process_setup import set_up_process
from actors.runtime.ray.remote_store import RemoteStore, answered
from actors.runtime.runtime import RuntimeGoneError
from actors.stores.group_commit import GroupCommit
from actors.stores.notifier import Notice, NotifyingStore
from actors.stores.opening import open_store
from actors.stores.store import Store, StoreUnavailableError

STORE: Final = "store"
STORE_THREADS: Final = 64
# Ray restarts a killed process. If it then finds the file still locked (by its predecessor, on a node that was given up
# and is not quite dead), it has failed for good; it is started again from outside until the file is free.
PATIENCE_SECONDS: Final = 60.0
WAIT_SECONDS: Final = 0.5


class Rules(NamedTuple):
    """What all drivers of an engine must agree on: its store, and what its processes were started with."""

    store_url: str
    identity: EngineIdentity


class StoreProcess:
    """The only process that writes to the store. As an engine's first process, it also keeps the rules."""

    def __init__(self, engine: EngineSpec, address: str) -> None:
        set_up_process(engine.phases)
        self._engine = engine
        owner = {"ray_address": address, "namespace": engine.namespace}
        committing = GroupCommit(open_store(engine.store_url, owner=owner))
        counting = ThreadPoolExecutor(1, "counting")  # metrics must not delay the store
        self._store = NotifyingStore(MeteredStore(committing, RayMetrics(), aside=counting))

    def wait_for(self, notice: Notice, heard: int, seconds: float) -> int:
        """The number of such commits, as soon as it is more than ``heard``, or after so many ``seconds``."""
        return self._store.wait_for(notice, heard, seconds)

    def call(self, question: bytes) -> bytes:
        """Call a method of the store; question and answer are pickled (see ``remote_store.py``)."""
        return answered(self._store, question)

    def rules(self) -> Rules:
        """What every driver of this engine must agree on; the code's fingerprint is that of this node."""
        return Rules(self._engine.store_url, self._engine.identity._replace(code=code_fingerprint()))

    def close(self) -> None:
        """Close the store; this process is ended next."""
        self._store.close()

    def __repr__(self) -> str:
        return "store"  # without its URL: the dashboard shows this, and a URL may contain a password


class StoreLink:
    """The link from another process to the store's process, which is started if need be."""

    def __init__(self, engine: EngineSpec) -> None:
        self._engine = engine
        self._began = time.time()
        self._patiently = Retrying(
            retry=retry_if_exception_type(ProcessGoneError),
            wait=wait_fixed(WAIT_SECONDS),
            stop=stop_after_delay(PATIENCE_SECONDS),
            before_sleep=lambda _: self.renew(),
            reraise=True,
        )
        self._find()

    def renew(self) -> None:
        """Look for the successor of a process that is gone.

        Raises:
            RuntimeGoneError: the engine was stopped on purpose.
        """
        if cluster.stopped_at(self._engine.namespace) > self._began:
            raise RuntimeGoneError("The engine on the Ray cluster was stopped (essays stop).")
        self._find()

    def _find(self) -> None:
        address = str(ray.get_runtime_context().gcs_address)
        options = {"max_concurrency": STORE_THREADS}
        self.handle: Handle = named_process(
            StoreProcess, STORE, self._engine.namespace, self._engine, address, **options
        )

    def rules(self) -> Rules:
        """The rules of the store's process.

        Raises:
            ProcessGoneError: the process has died, or could not open the store.
            RayError: the call failed.
        """
        return cast("Rules", answer_to(self.handle.rules.remote()))

    def give_up(self) -> None:
        """Kill the store's process."""
        ray.kill(self.handle)

    def wait_for(self, notice: Notice, heard: int, seconds: float) -> int:
        """Call ``wait_for`` in the store's process.

        Raises:
            ProcessGoneError: the process has died.
        """
        return cast("int", answer_to(self.handle.wait_for.remote(notice, heard, seconds)))

    def ask(self, question: bytes) -> bytes:
        """Ask the process a question; if it has died for good, ask its successor (writing twice is harmless).

        Raises:
            StoreUnavailableError: no successor answers either.
        """
        try:
            return self._patiently(self._ask, question)
        except ProcessGoneError as error:
            raise StoreUnavailableError(f"the store's process does not answer: {error}") from None

    def _ask(self, question: bytes) -> bytes:
        return cast("bytes", answer_to(self.handle.call.remote(question)))


def remote_store(engine: EngineSpec) -> Store:
    """A ``Store`` that asks the store's process."""
    return RemoteStore(StoreLink(engine).ask)
