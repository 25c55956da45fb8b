"""What every process of a runtime gets to know; it travels to them by pickle."""

from dataclasses import dataclass, replace

from actors.runtime.activation import Blueprint
from actors.runtime.placement import Placement
from actors.runtime.ray.sealed import Seal, SealedPhase, sealed_phases, sealed_services


@dataclass(frozen=True, slots=True)
class Wiring:
    """How to make actors, where they live, and where everything is kept."""

    blueprint: Blueprint
    placement: Placement
    store_url: str
    namespace: str
    worker_cpus: float
    phases: tuple[SealedPhase, ...] = ()


def sealed(wiring: Wiring, seal: Seal) -> Wiring:
    """It as it travels: whatever may be missing elsewhere is sealed, and all phases that are known here go with it.

    Raises:
        InvalidPhase: two phases have one name.
    """
    phases = sealed_phases(wiring.blueprint.phases, seal)
    blueprint = replace(wiring.blueprint, phases=(), services=sealed_services(wiring.blueprint.services, seal))
    return replace(wiring, blueprint=blueprint, phases=phases)
