"""How messages reach a process, and how processes are found, restarted and ended. Each runtime has its own."""

from collections.abc import Collection, Iterable
from typing import Protocol, TypeAlias

from actors.runtime.placement import ProcessSpec
from contracts.messages import Message

Mail: TypeAlias = list[tuple[str, Message]]
"""Messages with their addresses, all for one process."""


class Transport(Protocol):
    """What a process knows of the others."""

    def process_of(self, address: str) -> ProcessSpec:
        """The process that an address lives in."""
        ...

    def send(self, process: ProcessSpec, mail: Mail) -> None:
        """Hand mail to a process, which is started where it is not there; at least once where it is healthy."""
        ...

    def restart(self, process: ProcessSpec) -> None:
        """Kill a process and start it anew."""
        ...

    def retire(self, processes: Iterable[ProcessSpec]) -> None:
        """End processes that have nothing left to do; who is told something there later gets a new one."""
        ...


class Calendar(Protocol):
    """Where a process sets its reminders. They live as long as the process."""

    def set(self, after: float, address: str, message: Message) -> None:
        """Deliver ``message`` to ``address`` in ``after`` seconds."""
        ...

    def drop(self, addresses: Collection[str]) -> None:
        """Deliver nothing any more of what was set for these."""
        ...
