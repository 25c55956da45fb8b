"""The exceptions of the public API.

All derive from ``EssayPipelinesError``. So do the engine's own, which calls may also raise: ``StoreError`` (with
``StoreUnavailableError``, ``StoreInUseError``, ...), ``RuntimeUnavailableError`` and ``StalledError``.
"""

from contracts.errors import EssayPipelinesError


class RequestError(EssayPipelinesError):
    """The request is invalid; the message says what is wrong and what to do instead."""


class BatchNotFoundError(RequestError):
    """The store has no batch with this name."""


class EssayNotFoundError(RequestError):
    """The batch has no essay with this id."""


class BatchExistsError(RequestError):
    """Another batch, with different essays or settings, already has this name."""


class CommandRefusedError(RequestError):
    """The batch's state does not allow the command: it has ended and cannot be paused, or nothing failed to retry."""


class BatchPausedError(EssayPipelinesError):
    """The batch is paused, so waiting for it would not end until somebody resumes it."""


class BatchBusyError(EssayPipelinesError):
    """Another process, which cannot be joined from here, is running the batch."""


class BatchTimeoutError(EssayPipelinesError, TimeoutError):
    """The batch did not end within the timeout; it is still running."""


class ServiceUnavailableError(EssayPipelinesError):
    """An external service that was named (such as a trace collector or a proxy) does not answer."""


def not_found(batch_id: str) -> BatchNotFoundError:
    """The error for a batch that is not in the store."""
    return BatchNotFoundError(f"There is no batch {batch_id!r} in this store.")
