"""Phases as a script would add them: one for single essays and one for a cohort."""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from actors.phases.service import CohortItem, CohortProducts, EssayTask, Product, Round
from contracts import EssayStatus, PhaseDefinition, PhaseName, PhaseResultData, PhaseScope, text_storage_id_of


class UpperCasingResult(PhaseResultData):
    """A translated essay."""

    words: int
    language: str = ""
    notes: tuple[str, ...] = ()


class UpperCasingSettings(BaseModel):
    """The settings that a batch may have for it."""

    model_config = ConfigDict(extra="forbid")

    loud: bool = Field(default=True, description="Translate into capitals.")


class UpperCasingService:
    """Translates into capitals."""

    name, version = "capitals", "1"
    uses = (PhaseName.SPELLCHECK,)
    needs = (PhaseName.SPELLCHECK,)

    def process(self, task: EssayTask) -> Product:
        settings = UpperCasingSettings.model_validate(task.settings.options)
        text = task.text.upper() if settings.loud else task.text.lower()
        result = UpperCasingResult(
            status=EssayStatus("upper_casing_success"),
            original_text_storage_id=task.text_id,
            text_storage_id=text_storage_id_of(text),
            words=len(text.split()),
            notes=tuple(sorted(task.earlier)),
            producer=self.name,
            producer_version=self.version,
        )
        return Product(result, text)


class RivalryResult(PhaseResultData):
    """An essay's rank by length."""

    place: int


class RivalryService:
    """Ranks essays by length; measuring each one is a piece of its own."""

    name, version, uses = "rivalry", "1", ()

    def plan(self, cohort: Sequence[EssayTask], done: Mapping[str, Any]) -> Round | CohortProducts:
        if len(done) < len(cohort):
            return Round([CohortItem(task.essay_id, {}) for task in cohort])
        order = sorted(cohort, key=lambda task: done[task.essay_id])
        return CohortProducts({task.essay_id: self._placed(task, place) for place, task in enumerate(order, 1)})

    def perform(self, item: CohortItem, cohort: Sequence[EssayTask]) -> int:
        return next(len(task.text) for task in cohort if task.essay_id == item.key)

    def _placed(self, task: EssayTask, place: int) -> Product:
        result = RivalryResult(
            status=EssayStatus("rivalry_success"),
            original_text_storage_id=task.text_id,
            text_storage_id=task.text_id,
            place=place,
            producer=self.name,
            producer_version=self.version,
        )
        return Product(result)


UPPER_CASING = PhaseDefinition(
    "upper_casing",
    UpperCasingResult,
    f"{__name__}:UpperCasingService",
    settings=UpperCasingSettings,
    figures=("words",),
)
RIVALRY = PhaseDefinition("rivalry", RivalryResult, RivalryService, PhaseScope.COHORT, figures=("place",))
