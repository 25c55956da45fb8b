"""Carries mail between processes."""

import logging
import threading
import time
from collections.abc import Iterable
from functools import partial
from typing import Final

from actors.core.addresses import batch_of
from actors.runtime.passivation import DRIVERS_WORDS
from actors.runtime.placement import Place
from actors.runtime.ray.cluster import Cluster, Handle, Mail, ProcessGoneError
from actors.runtime.ray.process_spec import Wiring
from actors.runtime.ray.task_names import task_name
from actors.stores.store import Store
from contracts.messages import RegisterBatch
from contracts.work import ForgetBatch

WORKER: Final = "PhaseWorker"
ESSAY: Final = "EssayActor"
# A process that has not answered its first mail by then does not hold up the others any longer.
START_SECONDS: Final = 30.0
log = logging.getLogger(__name__)


class Post:
    """Sends mail to other processes, which are started where they are not there yet."""

    def __init__(self, cluster: Cluster, wiring: Wiring, store: Store) -> None:
        self._cluster = cluster
        self._wiring = wiring
        self._store = store
        self._handles: dict[str, Handle] = {}
        self._sizes: dict[str, int] = {}
        self._lock = threading.Lock()
        self._starting: dict[str, float] = {}
        self._waiting: dict[Place, Mail] = {}

    def place_of(self, address: str) -> Place:
        """Where an address lives; the size of its batch is asked for once."""
        batch_id = batch_of(address)
        return self._wiring.placement.place_of(address, self._size(batch_id) if batch_id else 0)

    def noted(self, mail: Mail) -> Mail:
        """The mail; what is said in it tells how large a batch is, or that another one may come to have its name."""
        for address, message in mail:
            match message:
                case RegisterBatch():
                    self._sizes[message.batch_id] = len(message.essays)
                case ForgetBatch():
                    self._sizes.pop(message.batch_id, None)
                case _ if isinstance(message, DRIVERS_WORDS):
                    self._sizes.pop(batch_of(address) or "", None)
        return mail

    def _size(self, batch_id: str) -> int:
        if batch_id not in self._sizes:
            summary = self._store.summary(batch_id)
            if summary is None:
                return 0
            self._sizes[batch_id] = summary.essays
        return self._sizes[batch_id]

    def send(self, place: Place, mail: Mail) -> None:
        """One call for all of it. Mail to a process that is gone for good goes to its successor.

        Processes of essays are started a few at a time: where thirty start at once, the last is there no sooner, and
        the first as late as the last.
        """
        if place.kind == ESSAY and place.name not in self._handles and not self._may_start(place, mail):
            return
        handle = self._handles.get(place.name)  # another thread may drop it meanwhile
        if handle is None:
            handle = self._handles[place.name] = self._process(place)
        self._cluster.deliver(handle, mail, task_name(mail), partial(self._sent, place, mail))

    def _may_start(self, place: Place, mail: Mail) -> bool:
        """Is there room for one more that starts? Else its mail waits."""
        with self._lock:
            now = time.monotonic()
            self._starting = {name: at for name, at in self._starting.items() if now - at < START_SECONDS}
            if len(self._starting) < self._wiring.placement.starting:
                self._starting[place.name] = now
                return True
            self._waiting.setdefault(place, []).extend(mail)
            return False

    def _has_started(self, place: Place) -> None:
        """Make room for those whose mail waits."""
        with self._lock:
            if self._starting.pop(place.name, None) is None or not self._waiting:
                return
            following = next(iter(self._waiting))
            mail = self._waiting.pop(following)
        self._send_aside(following, mail)

    def _send_aside(self, place: Place, mail: Mail) -> None:
        """In a thread: who hears how mail went may not wait for the cluster."""
        threading.Thread(target=self.send, args=(place, mail), daemon=True).start()

    def _process(self, place: Place) -> Handle:
        # A worker's work is the queue's to repeat: what a dead one had in hand may be what killed it.
        is_worker = place.kind == WORKER
        cpus = self._wiring.worker_cpus if is_worker else 0
        return self._cluster.process(place.name, place.kind, (self._wiring, place), cpus=cpus, again=not is_worker)

    def _sent(self, place: Place, mail: Mail, error: BaseException | None) -> None:
        self._has_started(place)
        if error is None:
            return
        log.warning("mail to %s came back: %s", place.name, error)
        self._handles.pop(place.name, None)
        if isinstance(error, ProcessGoneError) and place.kind != WORKER:
            self._send_aside(place, mail)

    def restart(self, place: Place) -> None:
        """Kill the process; it is started anew."""
        if not self._cluster.kill(place.name, restart=True):
            log.warning("%s is not there to be restarted", place.name)

    def retire(self, places: Iterable[Place]) -> None:
        """End processes for good; who is told something there later gets a new one."""
        for place in places:
            self._handles.pop(place.name, None)
            self._cluster.kill(place.name, restart=False)
