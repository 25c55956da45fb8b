"""What a program says by its exit code."""

from enum import IntEnum


class ExitCode(IntEnum):
    """The same for all programs."""

    DONE = 0
    SOME_FAILED = 1
    USER_MISTAKE = 2
    BATCH_FAILED = 3
    UNAVAILABLE = 4
    INTERRUPTED = 130
