"""The exit codes of the commands."""

from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from contracts.phases import BatchStatus


class ExitCode(IntEnum):
    """Exit codes, the same for all commands."""

    DONE = 0
    SOME_FAILED = 1
    USER_MISTAKE = 2
    BATCH_FAILED = 3
    UNAVAILABLE = 4
    INTERRUPTED = 130


def exit_code_of(status: "BatchStatus", *, failed: bool, strict: bool) -> ExitCode:
    """The exit code for a batch with this status. ``failed``: some of its essays failed."""
    from contracts.phases import BatchStatus  # noqa: PLC0415  (the program's help does without the contracts)

    match status:
        case BatchStatus.FAILED_CRITICALLY | BatchStatus.CONTENT_INGESTION_FAILED | BatchStatus.CANCELLED:
            return ExitCode.BATCH_FAILED
        case _ if failed and strict:
            return ExitCode.SOME_FAILED
        case _:
            return ExitCode.DONE
