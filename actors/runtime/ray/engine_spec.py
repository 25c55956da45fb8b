"""What every process of a runtime is told when it starts; it is pickled to reach them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from actors.runtime.activation import Blueprint
from actors.runtime.ray.identity import EngineIdentity
from actors.runtime.ray.sealed import Seal, SealedPhase, sealed_phases, sealed_services
from contracts.phase_definition import PhaseDefinition


@dataclass(frozen=True, slots=True)
class EngineSpec:
    """How to make actors, which processes they live in, and where everything is stored.

    ``starting`` is how many essay processes may be starting at the same time, ``worker_cpus`` how many CPUs of its node
    a worker claims. ``identity`` is the identity of the driver that started the engine.
    """

    blueprint: Blueprint
    store_url: str
    namespace: str
    worker_cpus: float
    starting: int
    identity: EngineIdentity
    phases: tuple[SealedPhase, ...] = ()


def sealed(engine: EngineSpec, definitions: Sequence[PhaseDefinition], seal: Seal) -> EngineSpec:
    """The spec in the form that is sent: with these phases, and with all that other nodes may lack sealed."""
    phases = sealed_phases(definitions, seal)
    blueprint = replace(engine.blueprint, phases=(), services=sealed_services(engine.blueprint.services, seal))
    return replace(engine, blueprint=blueprint, phases=phases)
