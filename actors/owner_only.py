"""Makes files private to their owner, because they are about children."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

_OF_OTHERS: Final = 0o077
"""The permission bits of a file's group and of everybody else."""


def keep_others_out() -> None:
    """Make all files that this process, or any that it starts, creates from now on private to its account.

    This is for programs. A library leaves its program's mask as it is: see ``others_kept_out``.
    """
    os.umask(_OF_OTHERS)


@contextmanager
def others_kept_out() -> Iterator[None]:
    """Within this context, files that any thread creates are private to this account."""
    before = os.umask(_OF_OTHERS)
    try:
        yield
    finally:
        os.umask(before)


def is_open_to_others(mode: int) -> bool:
    """Whether a file or folder with this mode can be read, changed or entered by other accounts."""
    return bool(mode & _OF_OTHERS)
