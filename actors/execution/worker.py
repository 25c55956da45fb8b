"""Does the work that the queue hands out: leases in, results and answers out."""

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
        """Store records, as soon as the store is there."""
        ...

    def patiently(self, act: Callable[[], None]) -> None:
        """Act, and act again where the store was away."""
        ...

    def tell(self, address: str, message: Message) -> None:
        """Have a message delivered with the next ``flush``."""
        ...

    def remind(self, address: str, after: float, message: Message) -> None:
        """Have a message delivered to oneself after so many seconds."""
        ...

    def flush(self) -> None:
        """Send what was told."""
        ...


class Worker:
    """Does one lease at a time. What is to be kept of a piece is stored before the piece is answered.

    It keeps nothing: what a dead worker had in hand is handed out again, and what it had stored is found.

    Args:
        address: its own.
        incarnation: new in each process.
        executors: do the pieces.
        outlet: leads to the store and the actors.
        announce_after: seconds between two words to the queue that it is there.
        stopwatch: in seconds.
        background: one thread that writes answers beside the work; None: they are written between pieces.
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
        self._returned = 0  # how often the rest of a lease was given back; the background thread counts while we work

    @property
    def progress(self) -> tuple[int, int]:
        """The lease in hand, and how many of its pieces are done: what does not change while a piece hangs."""
        return self._progress.lease, self._progress.done

    def start(self) -> None:
        """Announce itself, now and from time to time."""
        self.deliver([(self.address, AnnounceDue())])

    def deliver(self, mail: Sequence[tuple[str, Message]]) -> None:
        """Handle messages one by one: the answers of a lease are safe before the next one begins.

        Raises:
            StoreError: nothing can be kept, for longer than the outlet is patient.
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
            case _:  # a lease of before the queue knew what was given back: others have its work
                pass

    def _is_for_now(self, assign: Assign) -> bool:
        """The queue knew what was given back, or it is the lease in hand, once more."""
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
        """The queue gets back all that waits behind the piece in hand."""
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
