"""Phases and services on their way to other processes.

A process may lack what they are made of (a package that is not installed on its node), and most processes do not need
it. So they travel as bytes, which are unpickled where the work is done: if that fails, the phase fails, but no process
fails to start because of it.
"""

import pickle
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from importlib.metadata import packages_distributions
from typing import Any, NamedTuple, TypeAlias

from actors.phases.registry import DefaultService, Factory, LazyService, Services
from contracts.phase_definition import PhaseDefinition
from contracts.phase_registry import (
    Offer,
    PhaseNotInstalled,
    known_phases,
    offer_phase,
    package_of,
    register_phase,
    registered_phases,
)
from contracts.phases import PhaseName, PhaseScope

Seal: TypeAlias = Callable[[Any], bytes]


class SealedPhase(NamedTuple):
    """A phase: what every process needs to know about it, its pickled definition, and the package that this is from."""

    name: str
    scope: PhaseScope
    package: str
    definition: bytes


@dataclass(frozen=True, slots=True)
class SealedService:
    """The pickled factory of a phase's service."""

    phase: PhaseName
    factory: bytes

    def __call__(self) -> Any:
        """Unpickle the factory, and make the service.

        Raises:
            PhaseNotInstalled: it cannot be unpickled here.
        """
        try:
            factory: Factory = pickle.loads(self.factory)  # noqa: S301  (from our own driver)
        except Exception as error:
            raise PhaseNotInstalled(
                f"the service given for {self.phase} is not installed where it is needed "
                f"({type(error).__name__}: {error})"
            ) from error
        return factory()


def sealed_services(services: Services, seal: Seal) -> Services:
    """These services, sealed except for those that are known by name."""
    by_name = (LazyService, DefaultService)
    return {
        phase: factory if isinstance(factory, by_name) else SealedService(phase, seal(factory))
        for phase, factory in services.items()
    }


def all_phases(given: Iterable[PhaseDefinition]) -> tuple[PhaseDefinition, ...]:
    """The given phases, and all others that are known or installed here.

    Raises:
        InvalidPhase: two of them have the same name.
    """
    for definition in given:
        register_phase(definition)
    known_phases()
    return registered_phases()


def sealed_phases(definitions: Sequence[PhaseDefinition], seal: Seal) -> tuple[SealedPhase, ...]:
    """These phases, sealed."""
    packages = packages_distributions() if definitions else {}
    return tuple(SealedPhase(each.name, each.scope, _package(each, packages), seal(each)) for each in definitions)


def offer_phases(phases: Iterable[SealedPhase]) -> None:
    """Make phases known in this process; each definition is unpickled when it is needed."""
    for phase in phases:
        offer_phase(phase.name, phase.scope, Offer(partial(pickle.loads, phase.definition), phase.package))


def _package(definition: PhaseDefinition, packages: Mapping[str, list[str]]) -> str:
    module = definition.result.__module__.partition(".")[0]
    return package_of(PhaseName(definition.name)) or next(iter(packages.get(module, [])), module)
