"""What a process of ours does first, whatever lives in it."""

import gc
import threading
from collections.abc import Iterable, Sequence
from typing import Final

from actors.execution.service_registry import Shelf
from actors.observability.logs import set_up_logging
from actors.runtime.ray.sealed import SealedPhase, offer_phases
from contracts.phases import PhaseName

_THRESHOLDS: Final = (50_000, 20, 50)


def begin_process(phases: Iterable[SealedPhase] = ()) -> None:
    """Set up logging and the collector of cyclic garbage; get to know phases that were added elsewhere."""
    set_up_logging()
    offer_phases(phases)
    collect_rarely()


def collect_rarely() -> None:
    """Let Python look for cyclic garbage now and then only, and never among what is there already.

    By default it looks through all that lives again and again: that took a third of the time of a batch of
    thousands, and found nothing, because states, messages and records hold no cycles.
    """
    if not gc.get_freeze_count():  # once: a second time, what is garbage by then would stay for good
        gc.freeze()
    gc.set_threshold(*_THRESHOLDS)


def warm_up_aside(shelf: Shelf, phases: Sequence[PhaseName]) -> None:
    """Load these services in a thread; dictionaries and models stay, so nobody need look through them."""

    def warm_up() -> None:
        shelf.warm_up(phases)
        gc.freeze()

    threading.Thread(target=warm_up, name="warm-up", daemon=True).start()
