"""How messages reach a process, and how processes are found, restarted and ended. Each runtime has its own."""

from collections.abc import Collection, Iterable
from typing import Protocol, TypeAlias

from actors.runtime.placement import ProcessSpec
from contracts.messages import Message

Mail: TypeAlias = list[tuple[str, Message]]
"""Messages with their addresses, all for one process."""


class Transport(Protocol):
    """A process's way to all others."""

    def process_of(self, address: str) -> ProcessSpec:
        """The process that an address lives in."""
        ...

    def send(self, process: ProcessSpec, mail: Mail) -> None:
        """Deliver mail to a process, which is started if need be; at least once if the process is healthy."""
        ...

    def restart(self, process: ProcessSpec) -> None:
        """Kill a process and start it anew."""
        ...

    def retire(self, processes: Iterable[ProcessSpec]) -> None:
        """End processes that have nothing left to do; later mail starts them again."""
        ...


class Calendar(Protocol):
    """Where a process sets its reminders. They live as long as the process."""

    def set(self, after: float, address: str, message: Message) -> None:
        """Deliver ``message`` to ``address`` in ``after`` seconds."""
        ...

    def drop(self, addresses: Collection[str]) -> None:
        """Drop all reminders for these addresses."""
        ...
