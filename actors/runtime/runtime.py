"""The interface between drivers and what runs the actors: this process (``local``) or a Ray cluster (``ray``)."""

import traceback
from collections.abc import Callable
from typing import Final, Protocol

from actors.stores.notifier import Notice
from actors.stores.store import Store
from contracts.errors import EssayPipelinesError
from contracts.messages import Message

DEFAULT_NAMESPACE: Final = "essay-pipelines"
"""The namespace of an engine for which none was given."""


class StalledError(EssayPipelinesError):
    """What the caller waits for can never happen, because no actor has anything left to do."""


class RuntimeUnavailableError(EssayPipelinesError):
    """The runtime could not be started or reached; the message says why and what to do."""


class RuntimeGoneError(RuntimeUnavailableError):
    """The runtime died while this program was using it. What was saved is in the store and can be resumed."""


def cause_in(error: BaseException) -> str:
    """The cause of an error from another process: the last line of its message."""
    lines = [line for line in str(error).splitlines() if line.strip()]
    return lines[-1].strip() if lines else traceback.format_exception_only(error)[-1]


class Runtime(Protocol):
    """Runs actors over a store."""

    @property
    def store(self) -> Store:
        """The store that the actors use."""
        ...

    def tell(self, address: str, message: Message) -> None:
        """Deliver ``message`` to the actor at ``address``, which is activated if necessary."""
        ...

    def run_until(
        self, done: Callable[[], bool], watch: Callable[[], None] | None = None, notice: Notice = Notice.REST
    ) -> None:
        """Let the actors work until ``done()`` is true.

        Args:
            done: called after each change of the kind ``notice``, and from time to time.
            watch: called from time to time, in this thread.
            notice: the kind of change that ``done`` depends on. (A runtime that sees all commits calls it after each.)

        Raises:
            StalledError: ``done()`` can never become true.
        """
        ...

    def describe(self, essays: int = 0) -> str:
        """One line for people: where the engine runs, and how it would place a batch of this many essays."""
        ...

    def starting(self, batch_id: str) -> str:  # noqa: ARG002  (of a runtime without processes)
        """What a batch is waiting for before its work can begin, as text for people; empty if nothing."""
        return ""

    def shutdown(self) -> None:
        """Stop the actors and close the store. Unfinished batches can be resumed from it."""
        ...
