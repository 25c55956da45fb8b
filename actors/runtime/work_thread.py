"""A thread that is abandoned if its work never returns, because Python cannot end a thread from outside."""

import threading
from collections.abc import Callable, Sequence
from queue import Empty, SimpleQueue
from typing import Any, Final

from typing_extensions import override

from actors.core.records import Record
from actors.runtime.gateway import Gateway
from contracts.messages import Message

LOOK_SECONDS: Final = 0.25


class LeftBehind(BaseException):
    """Raised in a thread that nobody waits for any more, as soon as it commits or sends something."""


class WorkThread:
    """Does one piece of work at a time, while its caller waits. It never keeps the program from ending.

    Args:
        name: the thread's name.
    """

    def __init__(self, name: str) -> None:
        self._todo: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._done: SimpleQueue[BaseException | None] = SimpleQueue()
        self.is_left_behind = False
        threading.Thread(target=self._work, name=name, daemon=True).start()

    def run(self, work: Callable[[], None], is_stuck: Callable[[], bool]) -> bool:
        """Have the work done; False if it got stuck, and the thread was left behind.

        Raises:
            BaseException: any exception of the work.
        """
        self._todo.put(work)
        while True:
            try:
                error = self._done.get(timeout=LOOK_SECONDS)
            except Empty:
                if is_stuck():
                    self.is_left_behind = True
                    return False
                continue
            if error is not None:
                raise error
            return True

    def _work(self) -> None:
        while not self.is_left_behind:
            try:
                self._todo.get()()
            except BaseException as error:  # noqa: BLE001  (raised again in whoever waits)
                self._done.put(error)
            else:
                self._done.put(None)


class ThreadsGateway(Gateway):
    """The gateway of a worker in a thread; it is closed once the thread is left behind.

    Args:
        thread: the worker's thread.
        way_out: the arguments of a ``Gateway``.
    """

    def __init__(self, thread: WorkThread, *way_out: Any) -> None:
        super().__init__(*way_out)
        self._thread = thread

    def _check(self) -> None:
        if self._thread.is_left_behind:
            raise LeftBehind

    @override
    def commit(self, records: Sequence[Record]) -> None:
        self._check()
        super().commit(records)

    @override
    def flush(self) -> None:
        self._check()
        super().flush()

    @override
    def remind(self, address: str, after: float, message: Message) -> None:
        self._check()
        super().remind(address, after, message)
