"""Reminders, in the order in which they are due, and a thread that delivers them in real time."""

import heapq
import threading
import time
from collections.abc import Callable, Collection
from itertools import count

from typing_extensions import override

from actors.runtime.transport import Calendar, Mail
from contracts.messages import Message


class Reminders(Calendar):
    """Implements ``Calendar`` for a single thread, which asks for due reminders.

    Args:
        now: the time in seconds.
    """

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._heap: list[tuple[float, int, str, Message]] = []
        self._ticket = count()

    @property
    def next_due(self) -> float | None:
        """When the next reminder is due, or None if there is none."""
        return self._heap[0][0] if self._heap else None

    @override
    def set(self, after: float, address: str, message: Message) -> None:
        heapq.heappush(self._heap, (self._now() + after, next(self._ticket), address, message))

    @override
    def drop(self, addresses: Collection[str]) -> None:
        if addresses:
            self._heap = [reminder for reminder in self._heap if reminder[2] not in addresses]
            heapq.heapify(self._heap)

    def take_due(self) -> Mail:
        """Take all reminders that are due."""
        due: Mail = []
        now = self._now()
        while self._heap and self._heap[0][0] <= now:
            _, _, address, message = heapq.heappop(self._heap)
            due.append((address, message))
        return due


class Timers(Calendar):
    """Implements ``Calendar`` in real time, for any number of threads; its own thread calls ``deliver``."""

    def __init__(self, deliver: Callable[[Mail], None]) -> None:
        self._deliver = deliver
        self._reminders = Reminders(time.monotonic)
        self._changed = threading.Condition()
        threading.Thread(target=self._run, name="timers", daemon=True).start()

    @override
    def set(self, after: float, address: str, message: Message) -> None:
        with self._changed:
            before = self._reminders.next_due
            self._reminders.set(after, address, message)
            if self._reminders.next_due != before:  # the thread must wake earlier
                self._changed.notify()

    @override
    def drop(self, addresses: Collection[str]) -> None:
        with self._changed:
            self._reminders.drop(addresses)

    def _run(self) -> None:
        while True:
            with self._changed:
                while not (due := self._reminders.take_due()):
                    next_due = self._reminders.next_due
                    self._changed.wait(None if next_due is None else next_due - time.monotonic())
            self._deliver(due)
