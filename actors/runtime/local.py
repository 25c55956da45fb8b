"""The local runtime: one host and the workers in this process and thread, with virtual time for reminders.

Time stands still while there is a message to deliver, and then jumps to the next reminder, so a wait costs nothing, and
a run is as deterministic as its services.

In real time (when people are waited for), a wait takes as long as it says, and other threads may send messages to the
actors meanwhile. Each worker then has a thread; one whose work never returns is abandoned, and another one takes its
place. No two threads work at once.
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from functools import partial
from typing import Final

from typing_extensions import override

from actors.core.addresses import QUEUE, kind_of
from actors.core.leasing import patience_with
from actors.execution.call_ledger import CallLedger
from actors.execution.lease_notes import LeaseNotes
from actors.execution.worker import Worker
from actors.phases.llm.call_budget import CallBudget, install, uninstall
from actors.runtime.activation import Activator, Blueprint, Outside
from actors.runtime.gateway import Gateway
from actors.runtime.host import Host
from actors.runtime.placement import WORKER, ProcessSpec
from actors.runtime.runtime import Runtime, StalledError
from actors.runtime.timers import Reminders
from actors.runtime.transport import Mail, Transport
from actors.runtime.work_thread import ThreadsGateway, WorkThread
from actors.runtime.workers import worker_behind
from actors.stores.notifier import Notice
from actors.stores.store import Store
from contracts.messages import Message
from contracts.work import Assign, LeaseDue

LOOK_SECONDS: Final = 0.2
"""In real time: the longest time between two checks of a condition that is waited for."""
MESSAGES_PER_COMMIT: Final = 5000
"""Nobody else works meanwhile: the fewer commits, the better."""
_ENGINE: Final = ProcessSpec("engine", "Engine", (QUEUE,))


class InProcessTransport(Transport):
    """Implements ``Transport`` within this process: a mailbox, which the runtime empties.

    Args:
        restart: starts a worker anew.
    """

    def __init__(self, restart: Callable[[str], None]) -> None:
        self._restart = restart
        self._mailbox: deque[tuple[str, Message]] = deque()
        self.mail_came = threading.Event()

    @override
    def process_of(self, address: str) -> ProcessSpec:
        return ProcessSpec(address, WORKER, (address,)) if kind_of(address) == "worker" else _ENGINE

    @override
    def send(self, process: ProcessSpec, mail: Mail) -> None:
        self._mailbox.extend(mail)
        if not self.mail_came.is_set():  # setting it costs as much as the rest of sending
            self.mail_came.set()

    @override
    def restart(self, process: ProcessSpec) -> None:
        for address in process.addresses:
            self._restart(address)

    @override
    def retire(self, processes: Iterable[ProcessSpec]) -> None:
        """Do nothing: there are no other processes to end."""

    def take(self) -> Mail:
        """Take all mail; other threads may send meanwhile."""
        return [self._mailbox.popleft() for _ in range(len(self._mailbox))]

    def clear(self) -> None:
        """Drop all mail."""
        self._mailbox.clear()

    def __bool__(self) -> bool:
        return bool(self._mailbox)


class LocalRuntime(Runtime):
    """Implements ``Runtime`` in this process.

    Args:
        blueprint: services and policy.
        store: where the actors are saved.
        real_time: reminders come in real time, and ``tell`` may be called from any thread.
        patience: how many seconds to wait for a store that is away before the error ends the run.
        notes: notes the work under way, so that work that kills the process is not begun for ever.
    """

    def __init__(
        self,
        blueprint: Blueprint,
        store: Store,
        *,
        real_time: bool = False,
        patience: float = 0.0,
        notes: LeaseNotes | None = None,
    ) -> None:
        self._notes = notes
        self._blueprint = blueprint
        self._store = store
        self._real_time = real_time
        self._patience = patience
        self._now = 0.0  # virtual time
        self._driving = threading.Lock()  # several threads may wait, but only one at a time does the work
        self._outside = Outside() if real_time else Outside(sleep=self.leap)
        self._reminders = Reminders(time.monotonic if real_time else lambda: self._now)
        self._transport = InProcessTransport(self._start_worker)
        self._budget = CallBudget(CallLedger(store))
        install(self._budget)
        self._host = Host(
            _ENGINE,
            Activator(blueprint, store, self._outside),
            store,
            self._transport,
            self._reminders,
            patience=patience,
            messages_per_commit=MESSAGES_PER_COMMIT,
        )
        self._host.start()
        self._workers: dict[str, Worker] = {}
        self._threads: dict[str, WorkThread] = {}
        for address in blueprint.worker_addresses:
            self._start_worker(address)

    def _start_worker(self, address: str) -> None:
        process = self._transport.process_of(address)
        self._reminders.drop({address})
        way_out = (process, self._store, self._transport, self._reminders, self._outside.sleep, self._patience)
        gateway = Gateway(*way_out)
        if self._real_time:
            thread = self._threads[address] = WorkThread(address)
            gateway = ThreadsGateway(thread, *way_out)
        worker = worker_behind(gateway, self._blueprint, self._store, self._outside, notes=self._notes)
        self._workers[address] = worker
        worker.start()

    @property
    @override
    def store(self) -> Store:
        return self._store

    @override
    def tell(self, address: str, message: Message) -> None:
        self._transport.send(self._transport.process_of(address), [(address, message)])

    @override
    def run_until(
        self,
        done: Callable[[], bool],
        watch: Callable[[], None] | None = None,
        notice: Notice = Notice.REST,
    ) -> None:
        with self._driving:
            while not done():
                if self._real_time:
                    self._wait()
                elif not self._transport:
                    self._leap_to_reminder()
                self._deliver_all()
                if watch is not None:
                    watch()

    @property
    def now(self) -> float:
        """The virtual time, in seconds since the start."""
        return self._now

    def leap(self, seconds: float) -> None:
        """Let virtual time pass, as a service does that takes long, or pretends to."""
        self._now += seconds

    @override
    def describe(self, essays: int = 0) -> str:
        return "in this process (one thread)"

    @override
    def shutdown(self) -> None:
        """Drop everything and close the store."""
        self._transport.clear()
        uninstall(self._budget)
        self._store.close()
        if self._notes is not None:
            self._notes.close()

    def _leap_to_reminder(self) -> None:
        due = self._reminders.next_due
        if due is None:
            raise StalledError("no message is in transit and no reminder is set")
        self._now = max(self._now, due)

    def _wait(self) -> None:
        """Wait until there is mail or a reminder is due; not for long, as ``done`` may depend on something outside."""
        if self._transport:
            return
        due = self._reminders.next_due
        seconds = LOOK_SECONDS if due is None else due - time.monotonic()
        self._transport.mail_came.wait(min(seconds, LOOK_SECONDS))
        self._transport.mail_came.clear()

    def _deliver_all(self) -> None:
        """Deliver mail, else due reminders: a reminder that fell due during work must not overtake the answer."""
        wave = self._transport.take() or self._reminders.take_due()
        to_workers = [(address, message) for address, message in wave if address in self._workers]
        to_actors = [(address, message) for address, message in wave if address not in self._workers]
        if to_actors:
            self._host.deliver(to_actors)
        for address, message in to_workers:
            self._hand(address, message)

    def _hand(self, address: str, message: Message) -> None:
        """Hand a message to a worker. If it gets stuck, tell the queue that the lease is due, which restarts it."""
        worker, thread = self._workers[address], self._threads.get(address)
        if thread is None:
            worker.deliver([(address, message)])
        elif not thread.is_left_behind:
            deliver = partial(worker.deliver, [(address, message)])
            if not thread.run(deliver, self._stuck(worker, message)) and isinstance(message, Assign):
                self.tell(QUEUE, LeaseDue(message.lease))

    def _stuck(self, worker: Worker, message: Message) -> Callable[[], bool]:
        """A check whether the worker has been at one piece of this message for as long as a whole lease may take."""
        policy, requests = self._blueprint.policy, message.requests if isinstance(message, Assign) else ()
        patience = patience_with(requests, policy) if requests else policy.work_timeout
        seen, since = worker.progress, time.monotonic()

        def is_stuck() -> bool:
            nonlocal seen, since
            if worker.progress != seen:
                seen, since = worker.progress, time.monotonic()
            return time.monotonic() - since >= patience

        return is_stuck
