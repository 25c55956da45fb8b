"""Settings of Python's garbage collector in our processes."""

import gc
from functools import cache
from typing import Final

_THRESHOLDS: Final = (50_000, 20, 50)


def collect_rarely() -> None:
    """Let Python look for cyclic garbage now and then only, and never among what is there already.

    By default it looks through all that lives again and again: that took a third of the time of a batch of
    thousands, and found nothing, because states, messages and records hold no cycles.
    """
    _freeze()
    gc.set_threshold(*_THRESHOLDS)


@cache  # once: a second time, what is garbage by then would stay for good
def _freeze() -> None:
    gc.freeze()
