"""Settings of Python's garbage collector in our processes."""

import gc
from functools import cache
from typing import Final

_THRESHOLDS: Final = (50_000, 20, 50)


def collect_rarely() -> None:
    """Have Python look for cyclic garbage only now and then, and never among objects that exist already.

    By default it scans all live objects again and again. For a batch of thousands, that took a third of the time and
    found nothing, because states, messages and records hold no cycles.
    """
    _freeze()
    gc.set_threshold(*_THRESHOLDS)


@cache  # only once: a second freeze would keep anything that is garbage by then for ever
def _freeze() -> None:
    gc.freeze()
