"""Where actors run, as drivers see it: in this process (``local``), or on a Ray cluster (``ray``)."""

import traceback
from collections.abc import Callable
from typing import Final, Protocol

from actors.stores.notifier import Notice
from actors.stores.store import Store
from contracts.errors import EssayPipelinesError
from contracts.messages import Message

DEFAULT_NAMESPACE: Final = "essay-pipelines"
"""Whose engine it is, on a cluster where nobody says otherwise."""


class StalledError(EssayPipelinesError):
    """Nothing more can happen, and what was waited for has not."""


class RuntimeUnavailableError(EssayPipelinesError):
    """The runtime could not be started or reached; the message says why and what to do."""


class RuntimeGoneError(RuntimeUnavailableError):
    """The runtime has died under this program. What was saved is in the store, and can be gone on with."""


def cause_in(error: BaseException) -> str:
    """What an error of another process comes from: the last line of what it says of that."""
    lines = [line for line in str(error).splitlines() if line.strip()]
    return lines[-1].strip() if lines else traceback.format_exception_only(error)[-1]


class Runtime(Protocol):
    """Runs actors over a store."""

    @property
    def store(self) -> Store:
        """The store that the actors use."""
        ...

    def tell(self, address: str, message: Message) -> None:
        """Deliver ``message`` to ``address``; the actor there is activated if need be."""
        ...

    def run_until(
        self, done: Callable[[], bool], watch: Callable[[], None] | None = None, notice: Notice = Notice.REST
    ) -> None:
        """Let the actors work until ``done()`` is true; ``watch`` is called now and then meanwhile.

        Args:
            done: is asked as soon as there is something new of the kind ``notice``, and now and then.
            watch: called now and then, in this thread.
            notice: what ``done`` depends on. (A runtime that sees all commits asks after each of them.)

        Raises:
            StalledError: it can never become true.
        """
        ...

    def describe(self, essays: int = 0) -> str:
        """One line for people: where this runs, and how a batch of so many essays is placed."""
        ...

    def starting(self, batch_id: str) -> str:  # noqa: ARG002  (of a runtime without processes)
        """For people: what a batch waits for before its work can begin; nothing where all is there."""
        return ""

    def shutdown(self) -> None:
        """Stop the actors and close the store; what is unfinished can be resumed from it."""
        ...
