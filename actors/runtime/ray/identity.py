"""What all drivers of one engine must have in common: its code, the phases it knows, and its services.

An engine outlives the driver that started it. A driver that joined with something else would wait for ever for a phase
that is not known there, or be served by another service than the one it brought.
"""

import hashlib
import inspect
from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final, NamedTuple

import actors
import contracts
from actors.phases.registry import DefaultService, LazyService, Services, installed_service
from contracts.phase_definition import PhaseDefinition


class EngineIdentity(NamedTuple):
    """Fingerprints of the code, each phase and each service; ``services`` is None for a driver that brings none."""

    code: str
    phases: Mapping[str, str]
    services: Mapping[str, str] | None

    def differences(self, other: "EngineIdentity") -> list[str]:
        """What differs in ``other``, for people; empty if an engine with ``other`` can do what this driver asks."""
        found = [] if self.code == other.code else ["this program's own code"]
        found += [f"the phase {name}" for name in _different(self.phases, other.phases)]
        if self.services is not None and other.services is not None:
            found += [f"the service of {name}" for name in _different(self.services, other.services)]
        return found


def _different(one: Mapping[str, str], other: Mapping[str, str]) -> list[str]:
    return sorted(name for name in {*one, *other} if one.get(name) != other.get(name))


def identity_of(
    phases: Iterable[PhaseDefinition], services: Services, *, brings_services: bool = True
) -> EngineIdentity:
    """The identity of this process, with these added phases and services."""
    given = {str(phase): _of_service(factory) for phase, factory in services.items()} if brings_services else None
    return EngineIdentity(code_fingerprint(), {each.name: _of_phase(each) for each in phases}, given)


@cache
def code_fingerprint() -> str:
    """A fingerprint of the source of ``contracts`` and ``actors``, as installed here."""
    folders = [Path(package.__path__[0]) for package in (contracts, actors)]
    files = [(path.relative_to(folder.parent), path) for folder in folders for path in folder.rglob("*.py")]
    return _hash(part for name, path in sorted(files) for part in (str(name).encode(), path.read_bytes()))


def _of_phase(definition: PhaseDefinition) -> str:
    models = [model.model_json_schema() for model in (definition.result, definition.settings) if model is not None]
    figures = _of_service(definition.figures) if callable(definition.figures) else repr(definition.figures)
    said = (definition.scope.value, models, _of_service(definition.service), figures)
    return _hash([repr(said).encode()])


def _of_service(factory: Any) -> str:
    match factory:
        case str(target) | LazyService(target=target):
            return _hash(_named(target))
        case DefaultService(phase=phase):
            return _hash(part for target in installed_service(phase).split() for part in _named(target))
        case _:
            return _hash([_called(factory).encode(), _source(factory)])


def _named(target: str) -> tuple[bytes, bytes]:
    """The name of a service (``module:Class``), and the content of its module."""
    return target.encode(), _module(target.partition(":")[0])


def _called(factory: Any) -> str:
    return f"{getattr(factory, '__module__', '')}:{getattr(factory, '__qualname__', type(factory).__qualname__)}"


def _source(factory: Any) -> bytes:
    """Its source code; empty if there is none, so that only its name counts."""
    with suppress(OSError, TypeError):
        return inspect.getsource(factory).encode()
    return b""


_HASHED: Final = frozenset({actors.__name__, contracts.__name__})
"""The packages that ``code_fingerprint`` covers already."""


def _module(name: str) -> bytes:
    """The content of a module's file; empty if the code's fingerprint covers it."""
    if name.partition(".")[0] in _HASHED:
        return b""
    with suppress(ImportError, ValueError, OSError):
        spec = find_spec(name)
        if spec is not None and spec.origin is not None:
            return Path(spec.origin).read_bytes()
    return b""


def _hash(parts: Iterable[bytes]) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()[:16]
