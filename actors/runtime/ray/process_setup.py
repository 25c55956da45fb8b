"""What every process on the cluster does first."""

import gc
import threading
from collections.abc import Iterable, Sequence

from actors.execution.service_registry import ServiceRegistry
from actors.observability.logs import set_up_logging
from actors.owner_only import keep_others_out
from actors.runtime.garbage import collect_rarely
from actors.runtime.ray.sealed import SealedPhase, offer_phases
from contracts.phases import PhaseName


def set_up_process(phases: Iterable[SealedPhase] = ()) -> None:
    """Set up logging and the garbage collector, make added phases known, and keep other accounts out of its files."""
    keep_others_out()
    set_up_logging()
    offer_phases(phases)
    collect_rarely()


def warm_up_beside(registry: ServiceRegistry, phases: Sequence[PhaseName]) -> None:
    """Load these services in a thread; their dictionaries and models stay, so the garbage collector is to skip them."""

    def warm_up() -> None:
        registry.warm_up(phases)
        gc.freeze()

    threading.Thread(target=warm_up, name="warm-up", daemon=True).start()
