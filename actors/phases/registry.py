"""Finds the service for a phase: one that was given, one that an installed package provides, or the phase's own."""

import platform
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from types import MappingProxyType
from typing import Any, Final, TypeAlias

from actors.phases.service import CohortService, EssayService
from contracts.errors import EssayPipelinesError
from contracts.phase_registry import PhaseNotInstalled, definition_of
from contracts.phases import PhaseName

Service: TypeAlias = EssayService | CohortService
Factory: TypeAlias = Callable[[], Any]
Services: TypeAlias = Mapping[PhaseName, Callable[[], Service]]

SERVICES_GROUP: Final = "essay_pipelines.services"
BUILT_IN_SERVICES: Final[Mapping[PhaseName, str]] = MappingProxyType(
    {
        PhaseName.SPELLCHECK: "actors.phases.spellcheck:SpellcheckService",
        PhaseName.AI_FEEDBACK: "actors.phases.ai_feedback:AIFeedbackService",
        PhaseName.CJ_ASSESSMENT: "actors.phases.cj_assessment:CJAssessmentService",
        PhaseName.NLP: "actors.phases.nlp:NLPService",
    }
)
_TARGET: Final = re.compile(r"[\w.]+:\w+")


class InvalidService(EssayPipelinesError, ValueError):
    """Raised if what was named as a phase's service cannot be one."""


@dataclass(frozen=True, slots=True)
class LazyService:
    """A service by its name (``"package.module:Class"``): only the process that uses it imports the module."""

    target: str

    def load(self) -> Factory:
        """Import the service's class or function.

        Raises:
            PhaseNotInstalled: there is none of this name here.
        """
        module, _, name = self.target.partition(":")
        try:
            factory: Factory = getattr(import_module(module), name)
        except (ImportError, AttributeError) as error:
            raise PhaseNotInstalled(_cannot_load(self.target, error)) from error
        return factory

    def __call__(self) -> Service:
        """Import the service, and make one."""
        service: Service = self.load()()
        return service


@dataclass(frozen=True, slots=True)
class DefaultService:
    """The service of a phase that nothing else was chosen for: that of an installed package, else the phase's own."""

    phase: PhaseName

    def load(self) -> Factory:
        """Find the service's class or function.

        Raises:
            PhaseNotInstalled: the phase, or the service in its place, is not installed here.
        """
        if points := _installed().get(self.phase):
            return _loaded(points)
        target = BUILT_IN_SERVICES.get(self.phase) or definition_of(self.phase).service
        factory = factory_of(target)
        return factory.load() if isinstance(factory, LazyService) else factory

    def __call__(self) -> Service:
        """Find the service, and make one."""
        service: Service = self.load()()
        return service


def services_of(
    given: Mapping[str, str | Factory] | None = None, settings: Mapping[str, str] | None = None
) -> dict[PhaseName, Factory]:
    """A service for each built-in phase, and for each phase named: the one ``given``, else the one in ``settings``.

    Args:
        given: for each phase, the service's class (or a function that makes one) or its name, as in
            ``{"nlp": "my_package:MyService"}``.
        settings: the same, by name only, from a settings file.

    Raises:
        InvalidService: a phase is unknown, or a service is neither of these.
    """
    chosen = {**(settings or {}), **(given or {})}
    return {phase: DefaultService(phase) for phase in BUILT_IN_SERVICES} | {
        _phase(name): factory_of(service, name) for name, service in chosen.items()
    }


def factory_of(service: str | Factory, phase: str = "") -> Factory:
    """What makes a service. If a module has it under its name, it is imported only where it is used.

    Raises:
        InvalidService: ``service`` cannot be one.
    """
    if isinstance(service, str) and _TARGET.fullmatch(service):
        return LazyService(service)
    if not callable(service):
        raise InvalidService(f"the service of {phase} is its class or 'package.module:Class', not {service!r}")
    module, name = getattr(service, "__module__", None), getattr(service, "__qualname__", "")
    is_there = module != "__main__" and getattr(sys.modules.get(module or ""), name, None) is service
    return LazyService(f"{module}:{name}") if is_there else service


def described(factory: Factory) -> Any:
    """What tells which phases a service ``uses`` and ``needs``: its class if possible, since making one may be slow."""
    candidate = factory.load() if isinstance(factory, LazyService | DefaultService) else factory
    return candidate if hasattr(candidate, "uses") else candidate()


def installed_service(phase: PhaseName) -> str:
    """The ``module:Class`` that installed packages provide for a built-in phase; empty if there is none."""
    return " ".join(point.value for point in _installed().get(phase, ()))


def look_again() -> None:
    """Forget which packages were found, since more may be installed by now."""
    _installed.cache_clear()


def _phase(name: str) -> PhaseName:
    try:
        return PhaseName(name)
    except ValueError as error:
        raise InvalidService(f"a service was named for a phase that there is not: {error}") from None


@cache
def _installed() -> Mapping[str, tuple[EntryPoint, ...]]:
    """Installed services by phase; looked up once, when first needed."""
    points = entry_points(group=SERVICES_GROUP)
    return {name: tuple(points.select(name=name)) for name in points.names}


def _loaded(points: tuple[EntryPoint, ...]) -> Factory:
    if len({point.value for point in points}) > 1:
        packages = ", ".join(sorted(point.dist.name for point in points if point.dist is not None))
        raise PhaseNotInstalled(f"several packages bring a service for the phase {points[0].name}: {packages}")
    try:
        factory: Factory = points[0].load()
    except Exception as error:
        raise PhaseNotInstalled(_cannot_load(points[0].value, error)) from error
    return factory


def _cannot_load(target: str, error: Exception) -> str:
    where = f"{sys.executable} on {platform.node()}"
    if isinstance(error, ModuleNotFoundError) and target.startswith("actors."):
        return (
            f"the built-in service {target} needs the package {error.name}, which is not installed where it is needed "
            f"({where}): pip install 'essay-pipelines[standard]' there"
        )
    return f"the service {target} cannot be loaded where it is needed ({where}): {type(error).__name__}: {error}"
