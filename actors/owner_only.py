"""Makes files private to their owner, because they are about children."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

_OF_OTHERS: Final = 0o077
"""The permissions of a file's group, and of everybody else."""


def keep_others_out() -> None:
    """From now on, whatever this process writes, and those that it starts, is for its own account only.

    For programs. A library leaves its program's mask as it is: see ``others_kept_out``.
    """
    os.umask(_OF_OTHERS)


@contextmanager
def others_kept_out() -> Iterator[None]:
    """What is written meanwhile, by any thread, is for this account only."""
    before = os.umask(_OF_OTHERS)
    try:
        yield
    finally:
        os.umask(before)


def is_open_to_others(mode: int) -> bool:
    """Whether a file or folder with this mode can be read, changed or entered by other accounts."""
    return bool(mode & _OF_OTHERS)
