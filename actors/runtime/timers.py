"""Reminders in real time: one thread for all of a process's."""

import heapq
import threading
import time
from collections.abc import Callable, Collection
from itertools import count

from contracts.messages import Message


class Timers:
    """Hands due reminders, in groups, to ``deliver``."""

    def __init__(self, deliver: Callable[[list[tuple[str, Message]]], None]) -> None:
        self._deliver = deliver
        self._heap: list[tuple[float, int, str, Message]] = []
        self._ticket = count()
        self._changed = threading.Condition()
        threading.Thread(target=self._run, name="timers", daemon=True).start()

    def set(self, after: float, address: str, message: Message) -> None:
        """Deliver ``message`` to ``address`` in ``after`` seconds."""
        with self._changed:
            heapq.heappush(self._heap, (time.monotonic() + after, next(self._ticket), address, message))
            if self._heap[0][2:] == (address, message):  # it is the next one due: the thread must wake earlier
                self._changed.notify()

    def drop(self, addresses: Collection[str]) -> None:
        """Deliver nothing any more of what was set for these."""
        with self._changed:
            self._heap = [timer for timer in self._heap if timer[2] not in addresses]
            heapq.heapify(self._heap)

    def _run(self) -> None:
        while True:
            with self._changed:
                while not self._heap or self._heap[0][0] > time.monotonic():
                    self._changed.wait(self._heap[0][0] - time.monotonic() if self._heap else None)
                due = []
                while self._heap and self._heap[0][0] <= time.monotonic():
                    _, _, address, message = heapq.heappop(self._heap)
                    due.append((address, message))
            self._deliver(due)
