"""Registers phases that are added to the built-in ones, and finds those of installed packages.

``register_phase`` adds a phase; scripts call it, and the engine does for the phases it was given. A name that is not
registered is looked up among the entry points of installed packages (group ``essay_pipelines.phases``) only when it is
used, so that this costs nothing if only built-in phases run.

A process may meet a phase that is not installed there, in a batch in the store or in a message. The state machine and
the orchestrator need only its name and scope, so such a process takes the name on trust; only code that needs the
definition (to do the phase's work, or to read its results) gets ``PhaseNotInstalled``. Names that people write are
never taken on trust.
"""

import platform
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import Final, NamedTuple

from contracts.added_phases import add_phase, remove_phase
from contracts.errors import EssayPipelinesError
from contracts.phase_definition import PhaseDefinition
from contracts.phases import PHASE_TABLE, InvalidPhase, PhaseName, PhaseScope
from contracts.results import PHASE_RESULTS, PhaseResultData

PHASES_GROUP: Final = "essay_pipelines.phases"


class PhaseNotInstalled(EssayPipelinesError, LookupError):
    """Only the phase's name is known: its definition is not installed in this environment."""


class Offer(NamedTuple):
    """A phase definition that is loaded later; ``package`` is the package that has to be installed for it."""

    load: Callable[[], PhaseDefinition]
    package: str


_definitions: Final[dict[str, PhaseDefinition]] = {}  # by name
_offers: Final[dict[str, Offer]] = {}
_ON_TRUST: Final = ContextVar("_ON_TRUST", default=False)


def register_phase(definition: PhaseDefinition) -> PhaseName:
    """Add a phase to those that this process knows. Registering the same one again changes nothing.

    Raises:
        InvalidPhase: its name is malformed, or belongs to another phase.
    """
    before = _definitions.get(definition.name)
    if before is not None and before != definition:
        raise InvalidPhase(f"phase {definition.name!r} is already registered with a different definition")
    phase = add_phase(definition.name, definition.scope)
    _definitions[phase] = definition
    return phase


@contextmanager
def phases_forgotten() -> Iterator[None]:
    """Context manager for tests, which share a process: phases added within it are removed afterwards."""
    before = dict(PHASE_TABLE)
    try:
        yield
    finally:
        for phase in PHASE_TABLE.keys() - before.keys():
            _definitions.pop(phase, None)
            _offers.pop(phase, None)
            remove_phase(phase)


@contextmanager
def registered(definition: PhaseDefinition) -> Iterator[PhaseName]:
    """Context manager for tests: registers a phase, and removes it afterwards."""
    with phases_forgotten():
        yield register_phase(definition)


def offer_phase(name: str, scope: PhaseScope, offer: Offer) -> PhaseName:
    """Add a phase whose definition is loaded when it is needed.

    Raises:
        InvalidPhase: its name is malformed, or belongs to a built-in phase.
    """
    phase = add_phase(name, scope)
    _offers[phase] = offer
    return phase


@contextmanager
def names_on_trust() -> Iterator[None]:
    """Context manager: names of phases come from a trusted source (the store), so unknown ones are accepted."""
    token = _ON_TRUST.set(True)
    try:
        yield
    finally:
        _ON_TRUST.reset(token)


def found(name: str) -> PhaseName | None:
    """The phase with this name, if it is known, installed, or (within ``names_on_trust``) taken on trust.

    Raises:
        InvalidPhase: an installed package has it, but it cannot be loaded.
    """
    known = PhaseName._value2member_map_.get(name)
    if isinstance(known, PhaseName):
        return known
    try:
        if name in _installed():
            return register_phase(_loaded(name))
    except InvalidPhase:
        if not _ON_TRUST.get():
            raise
    return add_phase(name, PhaseScope.ESSAY) if _ON_TRUST.get() else None


def definition_of(phase: PhaseName) -> PhaseDefinition:
    """The definition of an added phase.

    Raises:
        PhaseNotInstalled: it is not installed here, or cannot be loaded; the message says what to install.
    """
    if phase not in _definitions:
        where = f"{sys.executable} on {platform.node()}"
        offer = _offers.get(phase) or _installed_offer(phase)
        if offer is None:
            raise PhaseNotInstalled(
                f"phase {str(phase)!r} is not installed where it is needed ({where}): pip install the package that has "
                f"it as an entry point in the group {PHASES_GROUP} there, or give it to the engine that starts workers"
            )
        try:
            register_phase(offer.load())
        except Exception as error:
            raise PhaseNotInstalled(
                f"phase {str(phase)!r} is not installed where it is needed ({where}): pip install {offer.package} "
                f"there ({type(error).__name__}: {error})"
            ) from error
    return _definitions[phase]


def result_model_of(phase: PhaseName) -> type[PhaseResultData]:
    """The model of a phase's results, built in or added.

    Raises:
        PhaseNotInstalled: the phase is not installed here.
    """
    return PHASE_RESULTS[phase] if phase in PHASE_RESULTS else definition_of(phase).result


def known_phases() -> tuple[PhaseName, ...]:
    """Every phase that can be used here: built in, registered, or installed. Broken ones are left out."""
    broken_phases()
    here = PHASE_RESULTS.keys() | _definitions.keys() | _offers.keys()
    return tuple(phase for phase in PHASE_TABLE if phase in here)


def registered_phases() -> tuple[PhaseDefinition, ...]:
    """The definitions that were registered in this process."""
    return tuple(_definitions.values())


def broken_phases() -> dict[str, str]:
    """Why phases of installed packages cannot be loaded, by name. Registers those that can."""
    broken = {}
    for name in _installed().keys() - _definitions.keys():
        try:
            register_phase(_loaded(name))
        except InvalidPhase as error:
            broken[name] = str(error)
    return broken


def package_of(phase: PhaseName) -> str | None:
    """The installed package that has the phase as an entry point; None if there is none."""
    return next((_package(point) for point in _installed().get(phase, ())), None)


@cache
def _installed() -> Mapping[str, tuple[EntryPoint, ...]]:
    """The entry points of phases, by name. Cached, because it reads the metadata of all installed packages."""
    by_name: defaultdict[str, tuple[EntryPoint, ...]] = defaultdict(tuple)
    for point in entry_points(group=PHASES_GROUP):
        by_name[point.name] += (point,)
    return dict(by_name)


def look_again() -> None:
    """Clear the cache of installed phases, for when more may have been installed."""
    _installed.cache_clear()


def _installed_offer(phase: PhaseName) -> Offer | None:
    package = package_of(phase)
    return None if package is None else Offer(lambda: _loaded(phase.value), package)


def _loaded(name: str) -> PhaseDefinition:
    points = _installed().get(name, ())
    if len({point.value for point in points}) != 1:
        packages = ", ".join(sorted(map(_package, points)))
        raise InvalidPhase(f"phase {name!r} must be in only one installed package, but is in {packages}")
    point = points[0]
    try:
        definition = point.load()
    except Exception as error:
        raise InvalidPhase(
            f"phase {name!r} of the package {_package(point)} cannot be loaded from {point.value}: "
            f"{type(error).__name__}: {error}"
        ) from error
    if not isinstance(definition, PhaseDefinition) or definition.name != name:
        raise InvalidPhase(
            f"the entry point {name!r} of the package {_package(point)} must name a PhaseDefinition of that name: "
            f"{point.value} is {definition!r}"
        )
    return definition


def _package(point: EntryPoint) -> str:
    return point.dist.name if point.dist is not None else point.module
