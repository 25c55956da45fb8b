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
    """Collects messages that leave a process, until ``flush`` sends all mail for the same process at once.

    Args:
        process: the process whose edge this is.
        store: takes the commits.
        transport: leads to the other processes.
        calendar: brings reminders back.
        sleep: waits for some seconds.
        patience: how many seconds to wait for a store that is away before giving up.
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
        """Collect a message; one to this process goes into its own inbox."""
        process = self._transport.process_of(address)
        if process.name == self.process.name:
            self._inbox.append((address, message))
        else:
            self._outgoing.setdefault(process.name, (process, []))[1].append((address, message))

    def remind(self, address: str, after: float, message: Message) -> None:
        """Deliver a message to this process in ``after`` seconds."""
        self._calendar.set(after, address, message)

    def restart(self, address: str) -> None:
        """Kill the process of an address, and start it anew."""
        self._transport.restart(self._transport.process_of(address))

    def retire(self, address: str) -> None:
        """End the process of an address."""
        self._transport.retire([self._transport.process_of(address)])

    def flush(self) -> None:
        """Send the collected messages."""
        if not self._outgoing:
            return
        outgoing, self._outgoing = self._outgoing, {}
        for process, mail in outgoing.values():
            self._transport.send(process, mail)

    def commit(self, records: Sequence[Record]) -> None:
        """Store records, waiting for the store if it is away."""
        self.patiently(lambda: self._store.commit(records))

    def patiently(self, act: Callable[[], None]) -> None:
        """Call ``act``, again and again while the store is away or used by another program.

        Raises:
            StoreUnavailableError, StoreInUseError: it was so for longer than the patience lasts.
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
