"""The edge of a process: outgoing messages, reminders to itself, and retries while the store is unavailable."""

import logging
import math
from collections.abc import Callable, Sequence
from typing import Final

from actors.core.records import Record
from actors.runtime.placement import ProcessSpec
from actors.runtime.transport import Calendar, Mail, Transport
from actors.stores.store import Store, StoreInUseError, StoreUnavailableError
from contracts.messages import Message

log = logging.getLogger(__name__)

PATIENCE_SECONDS: Final = 1.0
FOREVER: Final = math.inf


class Gateway:
    """Collects what leaves a process, until ``flush`` sends all that goes to one process as one.

    Args:
        process: the one whose edge this is.
        store: what is committed to.
        transport: leads to the other processes.
        calendar: brings reminders back.
        sleep: waits for so many seconds.
        patience: how many seconds it waits for a store that is away before it gives up.
    """

    def __init__(  # noqa: PLR0913, PLR0917  (each is one way in which the world reaches a process)
        self,
        process: ProcessSpec,
        store: Store,
        transport: Transport,
        calendar: Calendar,
        sleep: Callable[[float], None],
        patience: float = FOREVER,
    ) -> None:
        self.process = process
        self._store = store
        self._transport = transport
        self._calendar = calendar
        self._sleep = sleep
        self._patience = patience
        self._inbox: Mail = []
        self._outgoing: dict[str, tuple[ProcessSpec, Mail]] = {}  # by the process's name

    def tell(self, address: str, message: Message) -> None:
        """Collect a message; one to this process itself is served next."""
        process = self._transport.process_of(address)
        if process.name == self.process.name:
            self._inbox.append((address, message))
        else:
            self._outgoing.setdefault(process.name, (process, []))[1].append((address, message))

    def remind(self, address: str, after: float, message: Message) -> None:
        """Deliver a message to this process in so many seconds."""
        self._calendar.set(after, address, message)

    def restart(self, address: str) -> None:
        """Kill and start anew the process of an address."""
        self._transport.restart(self._transport.process_of(address))

    def retire(self, address: str) -> None:
        """End the process of an address."""
        self._transport.retire([self._transport.process_of(address)])

    def flush(self) -> None:
        """Send what was collected."""
        if not self._outgoing:
            return
        outgoing, self._outgoing = self._outgoing, {}
        for process, mail in outgoing.values():
            self._transport.send(process, mail)

    def commit(self, records: Sequence[Record]) -> None:
        """Store records, as soon as the store is there."""
        self.patiently(lambda: self._store.commit(records))

    def patiently(self, act: Callable[[], None]) -> None:
        """Act. Nothing can go on without the store, or beside another program that runs the batch: wait, and try again.

        Raises:
            StoreUnavailableError, StoreInUseError: it was away for longer than the patience lasts.
        """
        waited = 0.0
        while True:
            try:
                return act()
            except (StoreUnavailableError, StoreInUseError) as error:
                if waited >= self._patience:
                    raise
                log.warning(
                    "cannot go on with the store now, trying again: %s", error, extra={"place": self.process.name}
                )
                self._sleep(PATIENCE_SECONDS)
                waited += PATIENCE_SECONDS
