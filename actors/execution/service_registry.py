"""The services of a worker, loaded once, and the settings of the batches it works for."""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, fields
from functools import lru_cache
from threading import RLock
from typing import Any, Final, TypeAlias, cast

from actors.phases.registry import BUILT_IN_SERVICES, DefaultService, Service, Services
from actors.phases.service import OPTIONS_IN_NO_KEY, CohortService, EssayService, PhaseSettings
from actors.stores.store import Store
from contracts.phases import PhaseName
from contracts.registration import BatchRegistrationRequestV1

Options: TypeAlias = Mapping[str, Mapping[str, Any]]


class ServiceNotWired(LookupError):
    """No service is wired for a phase."""

    def __init__(self, phase: PhaseName) -> None:
        super().__init__(f"No service is wired for phase {phase}.")


class ServiceRegistry:
    """Services by phase, and each batch's settings for them.

    Args:
        services: how to make each phase's service; each is made at first use, once per process.
        store: holds the batches' settings.
    """

    def __init__(self, services: Services, store: Store) -> None:
        self._factories = services
        self._services: dict[PhaseName, Service] = {}
        self._loading = RLock()  # services are warmed up while the first work is done
        self.store = store
        # A run's settings never change, and a worker serves few batches at a time.
        self.settings = lru_cache(maxsize=256)(self._settings)
        self._header = lru_cache(maxsize=64)(self._header_of)

    def forget(self) -> None:
        """Drop all cached settings, so that they are read again."""
        self.settings.cache_clear()
        self._header.cache_clear()

    def service(self, phase: PhaseName) -> Service:
        """The service of a phase; a phase from another package brings its own.

        Raises:
            ServiceNotWired: no service is wired for this built-in phase.
            PhaseNotInstalled: the phase, or its service, is not installed here.
        """
        service = self._services.get(phase)
        if service is not None:
            return service
        with self._loading:
            if phase not in self._services:
                self._services[phase] = self._factory(phase)()
            return self._services[phase]

    def _factory(self, phase: PhaseName) -> Callable[[], Service]:
        if phase in self._factories or phase in BUILT_IN_SERVICES:
            if phase not in self._factories:
                raise ServiceNotWired(phase)
            return self._factories[phase]
        return DefaultService(phase)

    def essay_service(self, phase: PhaseName) -> EssayService:
        """The service of a phase of essay scope."""
        return cast("EssayService", self.service(phase))

    def cohort_service(self, phase: PhaseName) -> CohortService:
        """The service of a phase of cohort scope."""
        return cast("CohortService", self.service(phase))

    def warm_up(self, phases: Iterable[PhaseName]) -> None:
        """Load these services now, so that no essay waits; one that cannot be loaded fails at its first work."""
        for phase in phases:
            with suppress(Exception):
                self.service(phase)

    def _header_of(self, batch_id: str, run: int) -> tuple[BatchRegistrationRequestV1, Options]:  # noqa: ARG002
        """A batch's request and options; ``run`` keeps the options of different runs apart in the cache."""
        header = self.store.batch(batch_id, with_order=False)
        if header is None or header.request is None:
            raise LookupError(f"batch {batch_id!r} is not in the store")
        return header.request, header.options

    def _settings(self, batch_id: str, run: int, phase: PhaseName) -> "StampedSettings":
        """The batch's settings for the phase."""
        request, options = self._header(batch_id, run)
        settings = PhaseSettings(
            language=request.language,
            essay_instructions=request.essay_instructions,
            course_code=request.course_code,
            class_designation=request.class_designation,
            options=dict(options.get(phase, {})),
        )
        said = {each.name: getattr(settings, each.name) for each in fields(settings)}
        return StampedSettings(settings, derived_key({**said, "options": _shaping(settings.options)}))


def _shaping(option: Any) -> Any:
    """An option, or all of them, without those that do not affect products; nested options (a judge's) included."""
    match option:
        case Mapping():
            return {name: _shaping(value) for name, value in option.items() if name not in OPTIONS_IN_NO_KEY}
        case list():
            return [_shaping(value) for value in option]
        case _:
            return option


@dataclass(frozen=True, slots=True)
class StampedSettings:
    """Settings with the hash that goes into the keys of results."""

    settings: PhaseSettings
    stamp: str


_as_json: Final = json.JSONEncoder(sort_keys=True, default=str).encode


def derived_key(*facts: Any) -> str:
    """A key derived from facts (JSON values): equal facts give the same key, in every process and at any time."""
    return hashlib.sha256(_as_json(facts).encode()).hexdigest()
