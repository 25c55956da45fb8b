"""Carries mail between processes on a cluster."""

import logging
import pickle
import threading
import time
from collections.abc import Callable, Iterable
from functools import partial
from typing import Final, cast

from typing_extensions import override

from actors.core.addresses import batch_address, batch_of
from actors.runtime.passivation import OPERATOR_MESSAGES
from actors.runtime.placement import ESSAY, WORKER, BatchPlacement, ProcessSpec, process_of
from actors.runtime.ray import cluster
from actors.runtime.ray.cluster import Handle, ProcessGoneError
from actors.runtime.ray.engine_spec import EngineSpec
from actors.runtime.runtime import cause_in
from actors.runtime.transport import Mail, Transport
from actors.stores.store import Store
from contracts.messages import MailUnreadable, Message, RegisterBatch
from contracts.work import Assign, ForgetBatch, WorkRequested

# A process that has not answered its first mail after this time no longer holds up the others.
START_SECONDS: Final = 30.0
log = logging.getLogger(__name__)


class UnreadableMailError(Exception):
    """A process cannot read its mail, because something in it is not installed there."""


def read(mail: bytes) -> Mail:
    """Unpickle mail.

    Raises:
        UnreadableMailError: something in it is missing in this process.
    """
    try:
        return cast("Mail", pickle.loads(mail))  # noqa: S301  (from our own processes)
    except Exception as error:  # noqa: BLE001  (anything in it may be missing here)
        raise UnreadableMailError(f"{type(error).__name__}: {error}") from None


class RayTransport(Transport):
    """Implements ``Transport``: mail to a process is one call, which starts the process if need be.

    Args:
        engine: what every process is told when it starts.
        store: knows how batches are placed.
        start: finds or starts a process.
        lives_in: the process that it sends from, if that is one of the engine's.
    """

    def __init__(
        self,
        engine: EngineSpec,
        store: Store,
        start: Callable[[EngineSpec, ProcessSpec], Handle],
        lives_in: ProcessSpec | None = None,
    ) -> None:
        self._engine = engine
        self._store = store
        self._start = start
        self._handles: dict[str, Handle] = {}
        self._placed = _known_from(lives_in)
        self._lock = threading.Lock()
        self._starting: dict[str, float] = {}
        self._waiting: dict[ProcessSpec, Mail] = {}
        self.unreadable = ""  # why some mail could not be read, if that has happened

    @override
    def process_of(self, address: str) -> ProcessSpec:
        batch_id = batch_of(address)
        return process_of(address, self._placement_of(batch_id) if batch_id else BatchPlacement())

    def noted(self, mail: Mail) -> Mail:
        """The mail, after noting what it says about placements: of a new batch, or that a known one may be outdated."""
        for address, message in mail:
            match message:
                case RegisterBatch():
                    as_asked = BatchPlacement(len(message.essays), packed=message.packed is not False)
                    self._placed[message.batch_id] = self._stored_placement(message.batch_id) or as_asked
                case ForgetBatch():
                    self._placed.pop(message.batch_id, None)
                case _ if type(message) in OPERATOR_MESSAGES:
                    self._placed.pop(batch_of(address) or "", None)
        return mail

    def _placement_of(self, batch_id: str) -> BatchPlacement:
        if batch_id not in self._placed:
            stored = self._stored_placement(batch_id)
            if stored is None:
                return BatchPlacement()
            self._placed[batch_id] = stored
        return self._placed[batch_id]

    def _stored_placement(self, batch_id: str) -> BatchPlacement | None:
        """A batch's placement in the store; one that began in a runtime without processes counts as packed."""
        summary = self._store.summary(batch_id)
        return summary and BatchPlacement(summary.essays, packed=summary.packed is not False)

    @override
    def send(self, process: ProcessSpec, mail: Mail) -> None:
        """Send all mail in one call. Mail to a process that is gone for good is sent again, to its successor.

        Processes of essays are started a few at a time: if thirty started at once, the last would be up no sooner, and
        the first as late as the last.
        """
        if process.kind == ESSAY and process.name not in self._handles:
            first = self._first_mail(process, mail)
            if first is None:
                return
            mail = first
        handle = self._handles.get(process.name)  # another thread may drop it meanwhile
        if handle is None:
            handle = self._handles[process.name] = self._start(self._engine, process)
        call = handle.deliver.remote(pickle.dumps(mail, pickle.HIGHEST_PROTOCOL))
        cluster.when_done(call, partial(self._sent, process, mail))

    def _first_mail(self, process: ProcessSpec, mail: Mail) -> Mail | None:
        """What to send to a process that starts now, including what waits for it; None if it has to wait as well."""
        with self._lock:
            if self._has_room() or process.name in self._starting:
                self._starting[process.name] = time.monotonic()
                return [*self._waiting.pop(process, []), *mail]
            self._waiting.setdefault(process, []).extend(mail)
            return None

    def _has_room(self) -> bool:
        """May one more process start now?"""
        now = time.monotonic()
        self._starting = {name: at for name, at in self._starting.items() if now - at < START_SECONDS}
        return len(self._starting) < self._engine.starting

    def _has_started(self, process: ProcessSpec) -> None:
        """Let processes start whose mail waits, now that this one has started: as many as there is room for.

        Room may have come from others, too, whose time was up.
        """
        following: list[tuple[ProcessSpec, Mail]] = []
        with self._lock:
            self._starting.pop(process.name, None)
            while self._waiting and self._has_room():
                other = next(iter(self._waiting))
                self._starting[other.name] = time.monotonic()
                following.append((other, self._waiting.pop(other)))
        for other, mail in following:
            self._send_aside(other, mail)

    def _send_aside(self, process: ProcessSpec, mail: Mail) -> None:
        """Send in another thread: the callback that reports on earlier mail must not wait for the cluster."""
        threading.Thread(target=self.send, args=(process, mail), daemon=True).start()

    def _sent(self, process: ProcessSpec, mail: Mail, error: BaseException | None) -> None:
        self._has_started(process)
        if error is None:
            return
        log.warning("mail to %s came back: %s", process.name, error)
        if isinstance(error, UnreadableMailError):
            self.unreadable = f"{process.name} cannot read what it is told ({cause_in(error)})"
            self._tell_who_waits_for(mail)
            return
        self._handles.pop(process.name, None)
        if isinstance(error, ProcessGoneError) and process.kind != WORKER:
            self._send_aside(process, mail)

    def _tell_who_waits_for(self, mail: Mail) -> None:
        for batch_id, run, position in {phase for letter in mail for phase in phases_in(*letter)}:
            address = batch_address(batch_id)
            self._send_aside(self.process_of(address), [(address, MailUnreadable(run, position, self.unreadable))])

    @override
    def restart(self, process: ProcessSpec) -> None:
        if not cluster.kill(process.name, self._engine.namespace, restart=True):
            log.warning("%s is not there to be restarted", process.name)

    @override
    def retire(self, processes: Iterable[ProcessSpec]) -> None:
        """End processes for good; later mail starts new ones."""
        for process in processes:
            self._handles.pop(process.name, None)
            cluster.end(process.name, self._engine.namespace)


def _known_from(process: ProcessSpec | None) -> dict[str, BatchPlacement]:
    """The placements that a process knows from the start: the batch of an essay with its own process is not packed.

    Otherwise each such process would ask the store, thirty at once while a class starts.
    """
    essays = process.addresses if process is not None and process.kind == ESSAY else ()
    return {batch_id: BatchPlacement(packed=False) for address in essays if (batch_id := batch_of(address))}


def phases_in(address: str, message: Message) -> set[tuple[str, int, int]]:
    """The phases that a message is about, each as batch, run and position."""
    match message:
        case WorkRequested(work=work):
            return {(work.batch_id, work.run, work.position)}
        case Assign(requests=requests):
            return {(each.work.batch_id, each.work.run, each.work.position) for each in requests}
        case MailUnreadable():
            return set()
        case _:
            run, position, batch_id = getattr(message, "run", -1), getattr(message, "position", -1), batch_of(address)
            return {(batch_id, run, position)} if batch_id and position >= 0 else set()
