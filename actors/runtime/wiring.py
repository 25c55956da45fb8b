"""What every process of a runtime gets to know; it travels to them by pickle."""

from dataclasses import dataclass

from actors.activation import Blueprint
from actors.runtime.placement import Placement


@dataclass(frozen=True, slots=True)
class Wiring:
    """How to make actors, where they live, and where everything is kept."""

    blueprint: Blueprint
    placement: Placement
    store_url: str
    namespace: str
    worker_cpus: float
