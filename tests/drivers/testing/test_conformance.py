"""The conformance list passes scripted services, and finds every way in which a service can break its contract."""

from collections.abc import Callable
from dataclasses import replace
from itertools import count
from typing import Any

import pytest

from actors.phases.service import CohortItem, CohortProducts, EssayTask, PhaseWorkError, Product, Round
from contracts.failures import ErrorCode
from contracts.phases import EssayStatus
from contracts.results.spellcheck import CorrectionKind, SpellingCorrection
from drivers.testing import ScriptedCohortService, ScriptedService, ServiceContractError, check_service


class Sound(ScriptedService):
    """A service that keeps its contract."""

    def __init__(self) -> None:
        super().__init__("spellcheck")


class Broken(Sound):
    """A service whose products are spoilt by a subclass."""

    def process(self, task: EssayTask) -> Product:
        return self.spoilt(task, super().process(task))

    def spoilt(self, task: EssayTask, product: Product) -> Product:
        return product


class OfAnotherPhase(Broken):
    def spoilt(self, task: EssayTask, product: Product) -> Product:
        return replace(product, result=product.result.model_copy(update={"status": EssayStatus.NLP_SUCCESS}))


class OfAnotherText(Broken):
    def spoilt(self, task: EssayTask, product: Product) -> Product:
        return replace(product, result=product.result.model_copy(update={"original_text_storage_id": "sha256-0"}))


class WithoutItsText(Broken):
    def spoilt(self, task: EssayTask, product: Product) -> Product:
        return replace(product, text=f"{product.text}!")


class ByChance(Broken):
    numbers = count()

    def spoilt(self, task: EssayTask, product: Product) -> Product:
        return replace(product, result=product.result.model_copy(update={"words_checked": next(self.numbers)}))


class Raising(Broken):
    def spoilt(self, task: EssayTask, product: Product) -> Product:
        if not task.text:
            raise ZeroDivisionError("division by zero")
        return product


class Silent(Broken):
    def spoilt(self, task: EssayTask, product: Product) -> Product:
        raise PhaseWorkError(ErrorCode.SERVICE_ERROR, " ")


class BesideTheText(Broken):
    def spoilt(self, task: EssayTask, product: Product) -> Product:
        far = SpellingCorrection(
            start=10**6,
            stop=10**6 + 3,
            original="teh",
            replacement="the",
            candidates=("the",),
            kind=CorrectionKind.NON_WORD,
            confidence=1.0,
            explanation="A typing error.",
            applied=True,
        )
        return replace(product, result=product.result.model_copy(update={"corrections": (far,)}))


class NoProduct(Sound):
    def process(self, task: EssayTask) -> Any:
        return task.text


class Nameless(Sound):
    def __init__(self) -> None:
        super().__init__()
        self.version = ""


class Endless(ScriptedCohortService):
    def __init__(self) -> None:
        super().__init__("cj_assessment")

    def plan(self, cohort: Any, done: Any) -> Any:
        return Round([CohortItem(str(len(done)), {})])

    def perform(self, item: CohortItem, cohort: Any) -> int:
        return 1


class Forgetful(ScriptedCohortService):
    def __init__(self) -> None:
        super().__init__("cj_assessment")

    def plan(self, cohort: Any, done: Any) -> Any:
        plan = super().plan(cohort, done)
        return plan if isinstance(plan, Round) else CohortProducts(dict(list(plan.products.items())[1:]))


class Cohort(ScriptedCohortService):
    def __init__(self) -> None:
        super().__init__("cj_assessment")


@pytest.mark.parametrize(("factory", "phase"), [(Sound, "spellcheck"), (Cohort, "cj_assessment")])
def test_a_service_that_keeps_its_contract_passes(factory: Callable[[], Any], phase: str) -> None:
    """It passes in either scope."""
    check_service(factory, phase)


@pytest.mark.parametrize(
    ("factory", "phase", "fault"),
    [
        (OfAnotherPhase, "spellcheck", "has the status nlp_success"),
        (OfAnotherText, "spellcheck", "is about another text"),
        (WithoutItsText, "spellcheck", "text_storage_id is not that of its text"),
        (ByChance, "spellcheck", "gives another product"),
        (Raising, "spellcheck", "ZeroDivisionError"),
        (Silent, "spellcheck", "has no message"),
        (BesideTheText, "spellcheck", "lies outside the text"),
        (NoProduct, "spellcheck", "not a Product"),
        (Nameless, "spellcheck", "has no version"),
        (lambda: Sound(), "spellcheck", "cannot be pickled"),  # noqa: PLW0108  (a lambda cannot be)
        (Endless, "cj_assessment", "not come to an end"),
        (Forgetful, "cj_assessment", "must answer every essay"),
    ],
)
def test_each_breach_of_the_contract_is_named(factory: Callable[[], Any], phase: str, fault: str) -> None:
    """The message is written for the service's author."""
    with pytest.raises(ServiceContractError, match=fault):
        check_service(factory, phase)
