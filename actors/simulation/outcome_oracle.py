"""Checks that the outcome of an essay is explained by how its services behaved, and by the scenario's faults."""

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic_core import from_json

from actors.core.batch_state import BatchHeader
from actors.core.essay_state import EssayState
from actors.core.invariants import demand
from actors.core.records import ResultRecord
from actors.simulation.scenario import Scenario, ServiceBehaviour
from actors.simulation.services import ServiceLog, changed_text, version_of
from contracts.failures import ErrorCode
from contracts.phases import PHASE_TABLE, PhaseName, PhaseScope

_REFUSING = {ServiceBehaviour.REFUSES, ServiceBehaviour.BREAKS, ServiceBehaviour.UNWILLING}
_NEVER_SUCCEEDS = {
    PhaseScope.COHORT: _REFUSING,
    PhaseScope.ESSAY: _REFUSING | {ServiceBehaviour.POISON, ServiceBehaviour.HANGS},
}
_OF_SERVICES = {ErrorCode.TEXT_TOO_LONG, ErrorCode.SERVICE_ERROR, ErrorCode.SERVICE_UNAVAILABLE}
_TRANSIENT = {ErrorCode.SERVICE_UNAVAILABLE, ErrorCode.WORKER_DIED, ErrorCode.WORK_TIMED_OUT}


class OutcomeOracle:
    """Explains settled outcomes by the scenario; an outcome that it cannot explain is a bug."""

    def __init__(self, scenario: Scenario, service_log: ServiceLog) -> None:
        self._scenario = scenario
        self._service_log = service_log
        self._roots = {name: text for plan in scenario.batches for name, text in plan.texts.items() if text is not None}
        self._texts: dict[str, str] = {}  # what each essay's current text must be
        self._calls: dict[str, int] = {}  # how often the service had been called when the essay was commanded

    def commanded(self, phase: PhaseName, names: Iterable[str]) -> None:
        """Note that these essays were commanded, and how often their service had been called for them before."""
        self._calls.update((name, self._service_log.worked[self._roots[name], phase]) for name in names)

    def explain(
        self,
        header: BatchHeader,
        essay: EssayState,
        event: Mapping[str, Any],
        results: Mapping[str, ResultRecord],
        texts: Mapping[str, str],
    ) -> None:
        """Explain the event by which an essay has settled a phase.

        Raises:
            Violated: the scenario does not explain it.
        """
        phase, name = PhaseName(event["phase_name"]), essay.essay_id
        behaviour = self._scenario.behaviours.get((self._roots[name], phase), ServiceBehaviour.FINE)
        if event["error"] is None:
            demand(
                behaviour not in _NEVER_SUCCEEDS[PHASE_TABLE[phase].scope],
                4,
                "{} succeeded in {}, where its service {}",
                name,
                phase,
                behaviour,
            )
            self._explain_success(header, essay, phase, results, texts)
        else:
            self._explain_failure(header, name, phase, behaviour, event)
        self._explain_attempts(name, phase, behaviour, event)

    def _explain_success(
        self,
        header: BatchHeader,
        essay: EssayState,
        phase: PhaseName,
        results: Mapping[str, ResultRecord],
        texts: Mapping[str, str],
    ) -> None:
        result = results[dict(essay.results)[phase]]
        name = essay.essay_id
        before = self._texts.get(name, self._roots[name])
        wanted = changed_text(phase, before) or before
        self._texts[name] = wanted
        demand(texts[essay.text_id] == wanted, 3, "{}: its text is {!r}, not {!r}", name, texts[essay.text_id], wanted)
        spelling = None if phase is PhaseName.SPELLCHECK else dict(essay.results).get(PhaseName.SPELLCHECK)
        version = version_of(header.options[phase]["flavour"], _producer(results[spelling]) if spelling else "")
        found = _producer(result)
        demand(found == version, 5, "{}: its {} result was made as {}, not as {}", name, phase, found, version)
        demand(result.phase is phase, 5, "{}: its {} result is one of {}", name, phase, result.phase)

    def _explain_failure(
        self, header: BatchHeader, name: str, phase: PhaseName, behaviour: ServiceBehaviour, event: Mapping[str, Any]
    ) -> None:
        error = event["error"]
        match ErrorCode(error["error_code"]):
            case ErrorCode.TEXT_TOO_LONG:
                known = behaviour in {ServiceBehaviour.REFUSES, ServiceBehaviour.BREAKS}
            case ErrorCode.SERVICE_ERROR:
                known = behaviour is ServiceBehaviour.BREAKS and "broken" in error["message"]
            case ErrorCode.SERVICE_UNAVAILABLE:
                known = behaviour is ServiceBehaviour.UNWILLING or (
                    behaviour is ServiceBehaviour.FALTERS and not self._scenario.is_gentle
                )
            case ErrorCode.WORKER_DIED:
                known = not self._scenario.is_gentle and self._service_log.worker_deaths > 0
            case ErrorCode.WORK_TIMED_OUT:
                known = not self._scenario.is_gentle
            case ErrorCode.CANCELLED_BY_OPERATOR:
                known = header.cancelled
            case ErrorCode.PHASE_DEADLINE_EXCEEDED:
                known = header.giving_up is not None
            case _:
                known = False
        demand(known, 4, "{} failed in {}, where its service is {}: {}", name, phase, behaviour, error["message"])

    def _explain_attempts(
        self, name: str, phase: PhaseName, behaviour: ServiceBehaviour, event: Mapping[str, Any]
    ) -> None:
        if PHASE_TABLE[phase].scope is PhaseScope.COHORT:
            return
        attempt, most = event["attempt"], self._scenario.policy.max_attempts
        calls = self._service_log.worked[self._roots[name], phase] - self._calls[name]
        failures = attempt + (event["error"] is not None) if not self._service_log.worker_deaths else 0
        by_service = event["error"] is None or ErrorCode(event["error"]["error_code"]) in _OF_SERVICES
        demand(
            calls >= failures or not by_service, 4, "{}: {} failures at {} of {} calls", name, failures, phase, calls
        )
        demand(attempt < most, 4, "{} had {} attempts at {}", name, attempt + 1, phase)
        code = event["error"] and ErrorCode(event["error"]["error_code"])
        if code in _TRANSIENT:
            demand(attempt == most - 1, 4, "{} was given up after {} attempts at {}", name, attempt + 1, phase)
        elif self._scenario.is_gentle and code not in {
            ErrorCode.CANCELLED_BY_OPERATOR,
            ErrorCode.PHASE_DEADLINE_EXCEEDED,
        }:
            allowed = 1 if behaviour is ServiceBehaviour.FALTERS else 0
            demand(
                attempt <= allowed,
                4,
                "{} lost {} attempts at {}, where its service is {}",
                name,
                attempt,
                phase,
                behaviour,
            )


def _producer(result: ResultRecord) -> str:
    version: str = from_json(result.document)["producer_version"]
    return version
