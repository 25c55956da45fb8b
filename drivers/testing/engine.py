"""An engine for tests that runs in this process and thread, in memory and in virtual time."""

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
    """An ``Engine`` in virtual time: it skips every wait, and works only while a call waits for something.

    Nothing happens between two statements of a test, so a test is as deterministic as its services.

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
        """How much virtual time has passed, in seconds."""
        return self._local.now

    def restart(self) -> "VirtualEngine":
        """A new engine, as after a crash: it keeps only the store. Call ``resume`` to continue its batches.

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
    """Open an engine for tests.

    Args:
        services: services by phase; a built-in phase that is not named gets one in which every essay succeeds.
        phases: your own phases; each uses its own service unless ``services`` names another.
        policy: how often and how long the engine retries.
        store: the store to use; None makes one in memory.
    """
    for definition in phases:
        register_phase(definition)
    given = {PhaseName(name): factory for name, factory in (services or {}).items()}
    wired = {phase: given.get(phase) or scripted(phase) for phase in {**dict.fromkeys(PHASE_RESULTS), **given}}
    return VirtualEngine(store or MemoryStore(), wired, policy or Policy())
