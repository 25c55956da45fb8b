"""What every process of a runtime gets to know; it travels to them by pickle."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from actors.runtime.activation import Blueprint
from actors.runtime.ray.identity import EngineIdentity
from actors.runtime.ray.sealed import Seal, SealedPhase, sealed_phases, sealed_services
from contracts.phase_definition import PhaseDefinition


@dataclass(frozen=True, slots=True)
class EngineSpec:
    """How to make actors, where they live, and where everything is kept.

    ``starting`` is how many processes of essays may be starting at a time, ``worker_cpus`` what a worker takes of a
    node while it is there. ``identity`` is that of the driver that has started the engine.
    """

    blueprint: Blueprint
    store_url: str
    namespace: str
    worker_cpus: float
    starting: int
    identity: EngineIdentity
    phases: tuple[SealedPhase, ...] = ()


def sealed(engine: EngineSpec, definitions: Sequence[PhaseDefinition], seal: Seal) -> EngineSpec:
    """It as it travels: whatever may be missing elsewhere is sealed, and these phases go with it."""
    phases = sealed_phases(definitions, seal)
    blueprint = replace(engine.blueprint, phases=(), services=sealed_services(engine.blueprint.services, seal))
    return replace(engine, blueprint=blueprint, phases=phases)
