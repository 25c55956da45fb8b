"""What can go wrong between a program and its batches.

All are ``EssayPipelinesError``; so are those of the engine itself, which this package passes on: ``StoreError`` (with
``StoreUnavailableError``, ``StoreInUseError``, ...), ``RuntimeUnavailableError`` and ``StalledError``.
"""

from contracts.errors import EssayPipelinesError


class RequestError(EssayPipelinesError):
    """What was asked for cannot be done as it was asked; the message says what to ask instead."""


class BatchNotFoundError(RequestError):
    """No batch of this name is in the store."""


class EssayNotFoundError(RequestError):
    """The batch has no essay of this id."""


class BatchExistsError(RequestError):
    """Another batch, with other essays or settings, has this name already."""


class CommandRefusedError(RequestError):
    """A command makes no sense for the batch as it stands: to pause what has ended, to retry where nothing failed."""


class BatchPausedError(EssayPipelinesError):
    """What was waited for will not come by itself: the batch is paused, until somebody resumes it."""


class BatchBusyError(EssayPipelinesError):
    """Another process is at work on the batch, and cannot be joined from here."""


class BatchTimeoutError(EssayPipelinesError, TimeoutError):
    """The batch has not ended within the time given; it goes on."""


class ServiceUnavailableError(EssayPipelinesError):
    """Something outside that was named (a collector of traces, a proxy) does not answer."""


def not_found(batch_id: str) -> BatchNotFoundError:
    """The error of a batch that is not there."""
    return BatchNotFoundError(f"There is no batch {batch_id!r} in this store.")
