"""A worker: does the work that the queue leases to it; stores results and answers."""

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from functools import partial
from typing import Final, Protocol

from actors.core.addresses import QUEUE
from actors.core.records import Record
from actors.execution.answer import Answer
from actors.execution.executors import Executors
from actors.execution.incremental_commit import IncrementalCommit
from actors.execution.lease_progress import LeaseProgress
from actors.stores.store import NO_ACTORS_FAULT
from contracts.messages import Message
from contracts.work import AnnounceDue, Assign, ForgetBatch, LeaseFinished, WorkerReady, WorkReturned

log = logging.getLogger(__name__)


class Outlet(Protocol):
    """How a worker reaches the store and the actors."""

    def commit(self, records: Sequence[Record]) -> None:
        """Store records, waiting for the store if it is away."""
        ...

    def patiently(self, act: Callable[[], None]) -> None:
        """Call ``act``, and call it again if the store was away."""
        ...

    def tell(self, address: str, message: Message) -> None:
        """Deliver a message with the next ``flush``."""
        ...

    def remind(self, address: str, after: float, message: Message) -> None:
        """Deliver a message to the worker itself in ``after`` seconds."""
        ...

    def flush(self) -> None:
        """Send all messages told so far."""
        ...


class Worker:
    """Does one lease at a time. The records of a piece are stored before the piece is answered.

    It saves no state of its own: a dead worker's leases are handed out again, and what it had stored is found.

    Args:
        address: its own address.
        incarnation: names its process; new in each.
        executors: do the pieces.
        outlet: leads to the store and the actors.
        announce_after: seconds between two announcements to the queue.
        stopwatch: in seconds.
        background: a single thread that writes answers beside the work; None means between pieces.
    """

    is_over: Final = False  # a worker does not end by itself

    def __init__(  # noqa: PLR0913  (each is one way in which the world reaches a worker)
        self,
        address: str,
        incarnation: str,
        executors: Executors,
        outlet: Outlet,
        *,
        announce_after: float,
        stopwatch: Callable[[], float],
        background: Executor | None = None,
    ) -> None:
        self.address = address
        self.incarnation = incarnation
        self.executors = executors
        self._outlet = outlet
        self._announce_after = announce_after
        self._stopwatch = stopwatch
        self._background = background
        self._progress = LeaseProgress(-1, 0)
        self._finished = -1
        self._returned = 0  # how often it has given work back; the background thread may count while a piece is done

    @property
    def progress(self) -> tuple[int, int]:
        """The current lease, and how many of its pieces are done; neither changes while a piece hangs."""
        return self._progress.lease, self._progress.done

    def start(self) -> None:
        """Announce itself to the queue, now and every ``announce_after`` seconds."""
        self.deliver([(self.address, AnnounceDue())])

    def deliver(self, mail: Sequence[tuple[str, Message]]) -> None:
        """Handle messages one by one: the answers of a lease are safe before the next one begins.

        Raises:
            StoreError: nothing could be stored for as long as the outlet is patient.
        """
        for _, message in mail:
            try:
                self._handle(message)
            except NO_ACTORS_FAULT:
                raise
            except Exception:
                log.exception("%s could not handle %r", self.address, message)
            self._outlet.flush()

    def _handle(self, message: Message) -> None:
        match message:
            case Assign() if self._is_for_now(message):
                self._outlet.patiently(partial(self._do, message))
            case AnnounceDue(again=again):
                self._announce()
                if again:
                    self._outlet.remind(self.address, self._announce_after, message)
            case ForgetBatch():
                self.executors.forget()
            case _:  # a lease from before the queue knew what was given back: its work has been requeued
                pass

    def _is_for_now(self, assign: Assign) -> bool:
        """Did the queue know of all work given back when it assigned this, or is it the current lease again?"""
        return assign.returned == self._returned or assign.lease == self._progress.lease

    def _announce(self) -> None:
        ready = WorkerReady(self.address, self.incarnation, self._finished, self._returned)
        self._outlet.tell(QUEUE, ready)

    def _do(self, assign: Assign) -> None:
        last = self._progress.last if self._progress.lease == assign.lease else None
        progress = self._progress = LeaseProgress(assign.lease, len(assign.requests), last)
        commit = IncrementalCommit(self._write, self._give_back, self._stopwatch, self._background)
        try:
            for answer in self.executors.do(assign.requests):
                commit.add(answer)
                if not progress.goes_on():
                    break
        finally:
            rest = commit.end()
        self._write([*rest, self._end_of(progress)])
        self._finished = assign.lease

    def _end_of(self, progress: LeaseProgress) -> Answer:
        seconds = self.executors.pace.seconds_a_piece()
        done = None if progress.last is None else progress.done
        return Answer(QUEUE, LeaseFinished(progress.lease, self.address, self.incarnation, seconds, done))

    def _give_back(self) -> Sequence[Answer]:
        """Give back to the queue everything behind the piece under way."""
        progress = self._progress
        if not progress.give_back():
            return ()
        self._returned += 1
        returned = WorkReturned(self.address, self.incarnation, self._returned, progress.lease, progress.done)
        return (Answer(QUEUE, returned),)

    def _write(self, answers: Sequence[Answer]) -> None:
        records = [record for answer in answers for record in answer.records]
        if records:
            self._outlet.commit(records)
        for answer in answers:
            self._outlet.tell(answer.to, answer.message)
        self._outlet.flush()
