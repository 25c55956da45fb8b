"""Minimal services that behave well or badly as the scenario says, and the log of what they did.

A service's product says what it was made from, so that a wrong text, wrong settings or a wrong earlier result can be
seen in it: ``producer_version`` is the flavour with, in parentheses, that of the spelling result used.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, partial
from itertools import pairwise
from typing import Any

from actors.core.invariants import Violated
from actors.phases.registry import Service, Services
from actors.phases.service import CohortItem, CohortProducts, EssayTask, PhaseWorkError, Product, Round
from actors.simulation.scenario import Scenario, ServiceBehaviour
from contracts.failures import ErrorCode, ErrorDetail
from contracts.phase_registry import result_model_of
from contracts.phases import PHASE_TABLE, PhaseName, PhaseScope
from contracts.results import PhaseResultData
from contracts.texts import text_storage_id_of


class Killed(BaseException):
    """Raised where a process dies; nothing in the process may catch it."""


class Hung(BaseException):
    """Raised where a process hangs until it is killed."""


@dataclass(slots=True)
class ServiceLog:
    """What services and the store have done, seen from outside the engine.

    ``worked`` counts the calls per (text or piece, phase); ``stored`` are the results in the store, as (phase, text
    id, version); ``pieces`` those of cohorts, as (key, piece). ``stopwatch`` is the time spent working, in seconds.
    """

    worked: Counter[tuple[str, PhaseName]] = field(default_factory=Counter)
    stored: set[tuple[PhaseName, str, str]] = field(default_factory=set)
    pieces: set[tuple[str, str]] = field(default_factory=set)
    cohort_key: str = ""
    stopwatch: float = 0.0
    worker_deaths: int = 0
    hung: int = 0

    def begins(self, phase: PhaseName, task: EssayTask, version: str) -> None:
        """Check, as work on an essay begins, invariant 5: its result is not stored yet."""
        if (phase, task.text_id, version) in self.stored:
            raise Violated(5, f"{phase} works on {task.essay_id} again, though its result is stored")

    def begins_piece(self, piece: str) -> None:
        """Check, as work on a piece begins, invariant 5: its value is not stored yet."""
        if (self.cohort_key, piece) in self.pieces:
            raise Violated(5, f"piece {piece} is done again, though its value is stored")


def root_of(text: str) -> str:
    """The original text that ``text`` was made from."""
    return text.partition(">")[0]


def version_of(flavour: str, spelling: str) -> str:
    """The right ``producer_version`` of a product; ``spelling`` is that of the spelling result, if any."""
    return f"{flavour}({spelling})"


def changed_text(phase: PhaseName, text: str) -> str | None:
    """The text that a phase makes of ``text``, or None if it leaves it unchanged."""
    changes_nothing = phase is PhaseName.NLP or PHASE_TABLE[phase].scope is PhaseScope.COHORT
    return None if changes_nothing else f"{text}>{phase}"


class _Service:
    name = "simulated"
    version = "1"
    uses: Sequence[PhaseName] = (PhaseName.SPELLCHECK,)

    def __init__(self, phase: PhaseName, scenario: Scenario, service_log: ServiceLog) -> None:
        self._phase = phase
        self._scenario = scenario
        self._service_log = service_log

    def _behave(self, root: str) -> None:
        """Take the scenario's time for this text or piece, and fail as it says."""
        where = (root, self._phase)
        self._service_log.stopwatch += self._scenario.seconds.get(where, 0.001)
        self._service_log.worked[where] += 1
        match self._scenario.behaviours.get(where, ServiceBehaviour.FINE), self._service_log.worked[where]:
            case (ServiceBehaviour.REFUSES, _):
                raise PhaseWorkError(ErrorCode.TEXT_TOO_LONG, "refused")
            case (ServiceBehaviour.BREAKS, _):
                raise ValueError("broken")
            case (ServiceBehaviour.UNWILLING, _) | (ServiceBehaviour.FALTERS, 1):
                raise PhaseWorkError(ErrorCode.SERVICE_UNAVAILABLE, "not now", retryable=True)
            case (ServiceBehaviour.POISON, _):
                raise Killed
            case (ServiceBehaviour.HANGS, _) | (ServiceBehaviour.HANGS_ONCE, 1):
                self._service_log.hung += 1
                raise Hung

    def _product(self, task: EssayTask) -> Product:
        text = changed_text(self._phase, task.text)
        facts = {
            "original_text_storage_id": task.text_id,
            "text_storage_id": task.text_id if text is None else text_storage_id_of(text),
            "producer_version": self._version(task),
        }
        return Product(_without_findings(self._phase, result_model_of(self._phase)).model_copy(update=facts), text)

    def _version(self, task: EssayTask) -> str:
        spelling = task.earlier.get(PhaseName.SPELLCHECK)
        return version_of(task.settings.options.get("flavour", ""), spelling.producer_version if spelling else "")


class SimulatedEssayService(_Service):
    """An ``EssayService`` that behaves as the scenario says."""

    def process(self, task: EssayTask) -> Product:
        """The task's text, marked with the phase."""
        self._service_log.begins(self._phase, task, self._version(task))
        self._behave(root_of(task.text))
        return self._product(task)


class SimulatedCohortService(_Service):
    """A ``CohortService`` with two rounds: neighbours are compared, then all with the first; people may be asked."""

    def plan(self, cohort: Sequence[EssayTask], done: Mapping[str, Any]) -> Round | CohortProducts:
        """The first round with a piece that is not done, or the products."""
        names = [task.essay_id for task in cohort]
        first = [f"1:{one}|{other}" for one, other in pairwise(names)]
        second = [f"2:{names[0]}|{name}" for name in names[1:]]
        people = [f"people:{names[0]}"] if self._scenario.awaits_people else []
        for items, awaited in ((first, people), (second, [])):
            if not done.keys() >= {*items, *awaited}:
                return Round([CohortItem(key, {"of": key}) for key in items], [CohortItem(key, {}) for key in awaited])
        return CohortProducts({task.essay_id: self._product_or_error(task) for task in cohort})

    def perform(self, item: CohortItem, cohort: Sequence[EssayTask]) -> Any:
        """Do a piece, behaving as the scenario says for its round."""
        if item.payload != {"of": item.key}:
            raise Violated(5, f"piece {item.key} came with the payload {item.payload}")
        self._service_log.begins_piece(item.key)
        self._behave(f"piece {item.key[0]}")
        return {"winner": min(task.essay_id for task in cohort)}

    def _product_or_error(self, task: EssayTask) -> Product | ErrorDetail:
        match self._scenario.behaviours.get((root_of(task.text), self._phase), ServiceBehaviour.FINE):
            case ServiceBehaviour.REFUSES | ServiceBehaviour.BREAKS:
                return ErrorDetail(error_code=ErrorCode.TEXT_TOO_LONG, message="refused")
            case ServiceBehaviour.UNWILLING:
                return ErrorDetail(error_code=ErrorCode.SERVICE_UNAVAILABLE, message="not now", retryable=True)
            case _:
                return self._product(task)


@cache
def _without_findings(phase: PhaseName, model: type[PhaseResultData]) -> PhaseResultData:
    """The part of a result that is the same for all texts; it is not validated, so that it needs no findings."""
    return model.model_construct(
        status=PHASE_TABLE[phase].success,
        original_text_storage_id="",
        text_storage_id="",
        producer=_Service.name,
        producer_version="",
    )


def services_of(scenario: Scenario, service_log: ServiceLog) -> Services:
    """A service for each phase."""
    kinds: dict[PhaseScope, Callable[..., Service]] = {
        PhaseScope.COHORT: SimulatedCohortService,
        PhaseScope.ESSAY: SimulatedEssayService,
    }
    return {phase: partial(kinds[row.scope], phase, scenario, service_log) for phase, row in PHASE_TABLE.items()}
