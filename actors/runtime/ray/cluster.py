"""A cluster of processes as the runtime needs it, so that only ``on_ray.py`` has to know Ray."""

from collections.abc import Callable
from typing import Any, Protocol, TypeAlias

from contracts.messages import Message

Mail: TypeAlias = list[tuple[str, Message]]
Handle: TypeAlias = Any
"""What a cluster uses to reach a process; nobody else looks into it."""


class ProcessGoneError(Exception):
    """The process has died for good, or does not answer; what it was asked may or may not have been done."""


class Cluster(Protocol):
    """Starts, reaches and ends processes by name. A process that dies is started anew, unless it is ended."""

    @property
    def address(self) -> str:
        """Where the cluster is joined."""
        ...

    def process(  # noqa: PLR0913  (what tells one process from another)
        self, name: str, kind: str, arguments: tuple[Any, ...], *, cpus: float = 0, again: bool = True, threads: int = 1
    ) -> Handle:
        """The process of this name, which is started where it is not there.

        Args:
            name: of the process, in the runtime's namespace.
            kind: which of the runtime's processes it is.
            arguments: of its start.
            cpus: cores that it claims.
            again: whether calls that were under way when it died are made again of its successor.
            threads: how many calls it answers at a time.
        """
        ...

    def ask(self, handle: Handle, method: str, *arguments: Any) -> Any:
        """Call a method and wait for its answer.

        Raises:
            ProcessGoneError: there was none.
        """
        ...

    def deliver(self, handle: Handle, mail: Mail, name: str, done: Callable[[BaseException | None], None]) -> None:
        """Call ``deliver(mail)`` under the task name ``name``; ``done`` hears later how it went (None: well)."""
        ...

    def kill(self, name: str, *, restart: bool) -> bool:
        """End a process, for good or to be started anew; False where there is none of this name."""
        ...
