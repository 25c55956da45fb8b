"""A service's product is stored only if it agrees with its phase and its task."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pytest

from actors.phases.service import CohortItem, CohortProducts, EssayTask, Product, Round
from actors.runtime.activation import Blueprint
from actors.runtime.local import LocalRuntime
from actors.stores.memory import MemoryStore
from contracts import (
    PHASE_TABLE,
    BatchStatus,
    ErrorCode,
    ErrorDetail,
    EssayStatus,
    PhaseName,
    PhaseResultData,
    SpellcheckResultDataV1,
    text_storage_id_of,
)
from drivers.intake import Intake
from tests.runtime.pipelines import run
from tests.services import result

SPELLCHECK, CJ = PhaseName.SPELLCHECK, PhaseName.CJ_ASSESSMENT
Made = Callable[[PhaseName, EssayTask], Any]


def _with(new_text: Any = None, **changes: object) -> Made:
    """A sound product, apart from these changes to its result."""

    def make(phase: PhaseName, task: EssayTask) -> Product:
        text_id = task.text_id if new_text is None else text_storage_id_of(str(new_text))
        return Product(result(phase, task, text_id).model_copy(update=changes), new_text)

    return make


class _Bare(PhaseResultData):
    """A result that belongs to no phase."""


def _bare(phase: PhaseName, task: EssayTask) -> Product:
    return Product(_Bare.model_validate(result(phase, task, task.text_id).model_dump(include=set(_Bare.model_fields))))


CONTRADICTIONS: dict[str, tuple[Made, str]] = {
    "the status of another phase": (_with(status=EssayStatus.NLP_SUCCESS), "its status is nlp_success, and must be"),
    "a status that is no success": (_with(status=PHASE_TABLE[SPELLCHECK].failed), "its status is spellcheck_failed"),
    "the id of another text": (_with("new", text_storage_id="sha256-no"), "its text_storage_id is sha256-no"),
    "a new id without a new text": (_with(text_storage_id="sha256-no"), "its text_storage_id is sha256-no"),
    "another original": (_with(original_text_storage_id="sha256-no"), "its original_text_storage_id is sha256-no"),
    "another result": (_bare, "its result is _Bare, and must be"),
    "no result": (lambda *_: Product(None), "its result is NoneType"),  # type: ignore[arg-type]
    "a text that is none": (_with(7), "its text is int, and must be str"),
}


@dataclass
class OneByOne:
    """Makes products of single essays; those of odd texts as told."""

    make: Made
    name: str = "odd"
    version: str = "1"
    uses: Sequence[PhaseName] = ()

    def process(self, task: EssayTask) -> Any:
        return self.make(SPELLCHECK, task) if "odd" in task.text else _with()(SPELLCHECK, task)


class Together(OneByOne):
    """Makes products of a cohort; those of odd texts as told."""

    def plan(self, cohort: Sequence[EssayTask], done: Mapping[str, Any]) -> Any:
        return CohortProducts(
            {task.essay_id: (self.make if "odd" in task.text else _with())(CJ, task) for task in cohort}
        )

    def perform(self, item: CohortItem, cohort: Sequence[EssayTask]) -> Any:
        """Never called."""


def _settled(phase: PhaseName, service: Any) -> tuple[BatchStatus, ErrorDetail | None, MemoryStore]:
    """How a batch of a sound and an odd essay ends, and why the odd one failed."""
    store = MemoryStore()
    runtime = LocalRuntime(Blueprint({phase: lambda: service}), store)
    essays = [Intake("odd", "odd.txt", "An odd text."), Intake("sound", "sound.txt", "A text.")]
    status = run(runtime, essays, phase)
    odd = store.essay("b", "odd")
    assert odd is not None
    return status, odd.failure, store


@pytest.mark.parametrize("name", [*CONTRADICTIONS, "no product"])
@pytest.mark.parametrize(("phase", "kind"), [(SPELLCHECK, OneByOne), (CJ, Together)])
def test_a_product_that_contradicts_its_phase_or_its_task_fails_its_essay(
    phase: PhaseName, kind: type[OneByOne], name: str
) -> None:
    """Its failure has a code to count by, and the facts; nothing of it is stored, and other essays go on."""
    made, said = CONTRADICTIONS.get(name, (lambda *_: "what?", "its product is str, and must be Product"))
    status, failure, store = _settled(phase, kind(made))
    assert status is BatchStatus.COMPLETED_WITH_FAILURES
    assert failure is not None
    assert failure.error_code is ErrorCode.INVALID_RESPONSE
    assert said in failure.message
    assert failure.message.startswith(f"What the {phase} service returned contradicts its task: its ")
    assert failure.message.endswith(". Nothing of it was stored.")
    assert not failure.retryable
    assert set(failure.details) == {"what", "found", "expected"}
    sound, odd = store.essay("b", "sound"), store.essay("b", "odd")
    assert sound is not None
    assert odd is not None
    assert odd.results == ()
    assert set(store.texts({"sha256-no", text_storage_id_of("new"), text_storage_id_of("7")})) == set()
    assert [phase for phase, _ in sound.results] == [phase]


def test_a_new_text_under_its_own_id_is_stored() -> None:
    """It is text and result of a successful essay."""
    status, failure, store = _settled(SPELLCHECK, OneByOne(_with("new")))
    assert (status, failure) == (BatchStatus.COMPLETED_SUCCESSFULLY, None)
    assert store.texts({text_storage_id_of("new")}) == {text_storage_id_of("new"): "new"}


def test_a_result_of_a_users_own_subclass_is_a_result_of_its_phase() -> None:
    """It may have more than the phase's model requires."""

    class Longer(SpellcheckResultDataV1):
        """The phase's model, with nothing new."""

    def make(phase: PhaseName, task: EssayTask) -> Product:
        return Product(Longer.model_validate(result(phase, task, task.text_id).model_dump()))

    assert _settled(SPELLCHECK, OneByOne(make))[0] is BatchStatus.COMPLETED_SUCCESSFULLY


def test_a_result_that_cannot_be_written_as_json_fails_its_essay_alone() -> None:
    """This is found out before anything is stored, and its lease goes on."""
    unwritable = _with(producer=object())
    for phase, kind in ((SPELLCHECK, OneByOne), (CJ, Together)):
        status, failure, _ = _settled(phase, kind(unwritable))
        assert status is BatchStatus.COMPLETED_WITH_FAILURES
        assert failure is not None
        assert failure.error_code is ErrorCode.SERVICE_ERROR


@pytest.mark.parametrize("answer", [None, [], {"odd": "?"}])
def test_a_plan_that_is_none_fails_the_cohort(answer: Any) -> None:
    """The code is the same as for a wrong product."""

    class Planless(Together):
        def plan(self, cohort: Sequence[EssayTask], done: Mapping[str, Any]) -> Any:
            return answer

    status, failure, _ = _settled(CJ, Planless(_with()))
    assert status is BatchStatus.FAILED_CRITICALLY
    assert failure is not None
    assert failure.error_code is ErrorCode.INVALID_RESPONSE
    assert failure.message == (
        f"What the cj_assessment service returned contradicts its task: its plan is {type(answer).__name__}, "
        "and must be Round or CohortProducts. Nothing of it was stored."
    )
    expected = {"what": "plan", "found": type(answer).__name__, "expected": "Round or CohortProducts"}
    assert expected.items() <= failure.details.items()


def test_products_are_compared_with_what_the_cohort_was_given() -> None:
    """An essay that gets another's text fails, also in a plan that follows pieces."""

    class Rounds(Together):
        def plan(self, cohort: Sequence[EssayTask], done: Mapping[str, Any]) -> Any:
            """A piece, then the products, one of them with the other essay's text."""
            if not done:
                return Round([CohortItem("piece", {})])
            first, second = cohort
            return CohortProducts(
                {
                    first.essay_id: _with()(CJ, replace(first, text_id=second.text_id)),
                    second.essay_id: _with()(CJ, second),
                }
            )

        def perform(self, item: CohortItem, cohort: Sequence[EssayTask]) -> Any:
            return 1

    status, failure, _ = _settled(CJ, Rounds(_with()))
    assert status is BatchStatus.COMPLETED_WITH_FAILURES
    assert failure is not None
    assert "original_text_storage_id" in failure.message
