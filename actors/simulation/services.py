"""Services as small as can be, that behave well or badly as the scenario says; and the service_log of what they did.

A service's product says what it was made from, so that a wrong text, wrong settings or a wrong earlier result show
in the result: ``producer_version`` is flavour(that of the spelling result it made use of).
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
    """A process dies here; nothing in it may catch this."""


class Hung(BaseException):
    """A process stands still here until it is killed."""


@dataclass(slots=True)
class ServiceLog:
    """What was done, as seen from outside the engine.

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
        """Work on an essay begins: invariant 5 for essays."""
        if (phase, task.text_id, version) in self.stored:
            raise Violated(5, f"{phase} works on {task.essay_id} again, though its result is stored")

    def begins_piece(self, piece: str) -> None:
        """Work on a piece begins: invariant 5 for cohorts."""
        if (self.cohort_key, piece) in self.pieces:
            raise Violated(5, f"piece {piece} is done again, though its value is stored")


def root_of(text: str) -> str:
    """The original text that ``text`` was made from."""
    return text.partition(">")[0]


def version_of(flavour: str, spelling: str) -> str:
    """What a product's ``producer_version`` must be; ``spelling`` is that of the spelling result, if any."""
    return f"{flavour}({spelling})"


def changed_text(phase: PhaseName, text: str) -> str | None:
    """The text that a phase makes of ``text``; None where it leaves it as it is."""
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
        """Take the time it takes, and fail as it fails."""
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
    """A ``CohortService`` of two rounds: neighbours are compared, then everyone with the first; people may be asked."""

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
        """A piece behaves as the scenario says of its number."""
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
    """A result as far as it is the same for all texts; a model may ask for findings, and nobody makes any here."""
    return model.model_construct(
        status=PHASE_TABLE[phase].success,
        original_text_storage_id="",
        text_storage_id="",
        producer=_Service.name,
        producer_version="",
    )


def services_of(scenario: Scenario, service_log: ServiceLog) -> Services:
    """One for each phase."""
    kinds: dict[PhaseScope, Callable[..., Service]] = {
        PhaseScope.COHORT: SimulatedCohortService,
        PhaseScope.ESSAY: SimulatedEssayService,
    }
    return {phase: partial(kinds[row.scope], phase, scenario, service_log) for phase, row in PHASE_TABLE.items()}
