"""A local runtime that works in a thread of its own, so that batches continue while the program does other things.

Commits happen only in that thread, and wake waiting threads after each of them. An error that ends the work is raised
in the threads that wait for it.
"""

import threading
from collections.abc import Callable
from typing import Final

from typing_extensions import override

from actors.runtime.runtime import Runtime, RuntimeUnavailableError
from actors.stores.notifier import Notice
from actors.stores.store import Store
from contracts.messages import Message

LOOK_SECONDS: Final = 0.2
"""The longest time between two checks of a condition that is waited for."""
GRACE_SECONDS: Final = 10.0
"""How long a shutdown waits for work under way to be saved."""


class BackgroundRuntime(Runtime):
    """Implements ``Runtime`` by running another one in a thread; that one must take messages from any thread.

    Args:
        runtime: the other one; only this runtime may run it or shut it down.
    """

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._moved = threading.Condition()
        self._moves = 0
        self._stopping = threading.Event()
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._work, name="engine", daemon=True)
        self._thread.start()

    @property
    @override
    def store(self) -> Store:
        return self._runtime.store

    @override
    def tell(self, address: str, message: Message) -> None:
        self._runtime.tell(address, message)

    @override
    def starting(self, batch_id: str) -> str:
        return self._runtime.starting(batch_id)

    @override
    def run_until(
        self,
        done: Callable[[], bool],
        watch: Callable[[], None] | None = None,
        notice: Notice = Notice.REST,
    ) -> None:
        """Wait for the thread's work; any number of threads may wait.

        Raises:
            StoreError: the work has ended because of the store.
            RuntimeUnavailableError: the runtime was shut down meanwhile.
        """
        while True:
            seen = self._moves
            if done():
                return
            self._raise_if_over()
            if watch is not None:
                watch()
            with self._moved:
                self._moved.wait_for(lambda seen=seen: self._moves != seen, LOOK_SECONDS)  # type: ignore[misc]

    @override
    def describe(self, essays: int = 0) -> str:
        return self._runtime.describe(essays)

    @override
    def shutdown(self) -> None:
        self._stopping.set()
        self._tell_of_a_move()
        self._thread.join(GRACE_SECONDS)
        self._runtime.shutdown()

    def _raise_if_over(self) -> None:
        if self._error is not None:
            raise self._error
        if self._stopping.is_set():
            raise RuntimeUnavailableError("the engine was closed while it was waited for; finished work is saved")

    def _work(self) -> None:
        try:
            self._runtime.run_until(self._stopping.is_set, self._tell_of_a_move)
        except BaseException as error:  # noqa: BLE001  (raised again in whoever waits: SystemExit, too)
            self._error = error
        self._tell_of_a_move()

    def _tell_of_a_move(self) -> None:
        with self._moved:
            self._moves += 1
            self._moved.notify_all()
