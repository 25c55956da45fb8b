"""Phases that do nothing, so that only the orchestration is measured."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from actors.phases.registry import Services
from actors.phases.service import EssayTask, PhaseWorkError, Product
from contracts.failures import ErrorCode
from contracts.phases import PHASE_TABLE, PhaseName
from contracts.results import PHASE_RESULTS
from drivers.intake import Intake

PHASES = (PhaseName.SPELLCHECK, PhaseName.NLP, PhaseName.AI_FEEDBACK)
FAILS_IN = PhaseName.NLP
EVERY, FAILS = 30, 7  # essay i with i mod 30 = 7 fails in the second phase


@dataclass
class NoopService:
    """A service that leaves the text unchanged."""

    phase: PhaseName
    name: str = "noop"
    version: str = "1"
    uses: Sequence[PhaseName] = ()

    def process(self, task: EssayTask) -> Product:
        """The task's text unchanged, or the failure that the text asks for."""
        if self.phase is FAILS_IN and task.text.endswith("fails"):
            raise PhaseWorkError(ErrorCode.INVALID_RESPONSE, "This essay is meant to fail.")
        result = PHASE_RESULTS[self.phase](
            status=PHASE_TABLE[self.phase].success,
            original_text_storage_id=task.text_id,
            text_storage_id=task.text_id,
            producer=self.name,
            producer_version=self.version,
        )
        return Product(result)


def services() -> Services:
    """A no-op service for each phase."""
    return {phase: partial(NoopService, phase) for phase in PHASES}


def essays(count: int, label: str) -> list[Intake]:
    """Essays with texts that differ from each other and from those of other labels, so that no stored result fits."""
    return [
        Intake(
            essay_id=f"essay-{number:05}",
            file=f"essay-{number:05}.txt",
            text=f"{label} {number} {'fails' if number % EVERY == FAILS else 'works'}",
        )
        for number in range(count)
    ]


def steps(count: int) -> int:
    """The number of essay-phases in a batch of this size; essays that fail in phase two have no third."""
    failing = sum(number % EVERY == FAILS for number in range(count))
    return len(PHASES) * count - failing
