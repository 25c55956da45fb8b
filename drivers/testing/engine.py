"""An engine for tests: in this process and thread, in memory, in virtual time."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from actors.core.retry import Policy
from actors.runtime.activation import Blueprint
from actors.runtime.local import LocalRuntime
from actors.stores.memory import MemoryStore
from actors.stores.store import Store
from contracts.phase_definition import PhaseDefinition
from contracts.phase_registry import register_phase
from contracts.phases import PhaseName
from contracts.results import PHASE_RESULTS
from drivers.client.engine import Engine
from drivers.testing.services import scripted


class VirtualEngine(Engine):
    """An ``Engine`` whose time leaps over every wait, and which works only while something is waited for.

    So a test is as deterministic as its services, and between two statements nothing happens.

    Example:
        >>> engine = open_virtual_engine()
        >>> batch = engine.submit("8b", {"anna": "A text."}, pipeline="spellcheck,nlp")
        >>> batch.result().essays[0].text
        'A text. +spellcheck +nlp'
    """

    def __init__(self, store: Store, services: Mapping[PhaseName, Callable[[], Any]], policy: Policy) -> None:
        self._policy = policy
        self._local = LocalRuntime(Blueprint(services, policy), store)
        super().__init__(self._local, services)
        for service in services.values():
            if hasattr(service, "takes_time_from"):
                service.takes_time_from(self._local.leap)

    @property
    def seconds(self) -> float:
        """How much virtual time has gone by."""
        return self._local.now

    def restart(self) -> "VirtualEngine":
        """The engine after a crash: the same store, and nothing else of this one. Batches go on by ``resume``.

        Example:
            >>> with pytest.raises(ProcessKilled):
            ...     batch.result()
            >>> engine = engine.restart()
            >>> [batch] = engine.resume()
            >>> batch.result()
        """
        return VirtualEngine(self._store, self._services, self._policy)


def open_virtual_engine(
    services: Mapping[str, Callable[[], Any]] | None = None,
    *,
    phases: Sequence[PhaseDefinition] = (),
    policy: Policy | None = None,
    store: Store | None = None,
) -> VirtualEngine:
    """An engine for tests.

    Args:
        services: by phase; a scripted service that lets every essay succeed stands in for each built-in phase that is
            not named.
        phases: phases of your own, each with its own service unless another is named.
        policy: how often and how long the engine tries.
        store: where everything is kept; None: in memory.
    """
    for definition in phases:
        register_phase(definition)
    given = {PhaseName(name): factory for name, factory in (services or {}).items()}
    wired = {phase: given.get(phase) or scripted(phase) for phase in {**dict.fromkeys(PHASE_RESULTS), **given}}
    return VirtualEngine(store or MemoryStore(), wired, policy or Policy())
