"""Whether what a service returned is a product of its phase and its task: what contradicts them is not stored."""

from collections.abc import Iterator
from typing import Any, TypeAlias

from actors.phases.service import CohortProducts, EssayTask, PhaseWorkError, Product, Round
from contracts.failures import ErrorCode
from contracts.phase_registry import result_model_of
from contracts.phases import PHASE_TABLE, PhaseName
from contracts.texts import text_storage_id_of

_Fact: TypeAlias = tuple[str, Any, Any]
"""What it is about, what was found, and what was expected."""


def sound_product(product: Any, phase: PhaseName, task: EssayTask) -> Product:
    """The product, where it agrees with its phase and its task.

    Raises:
        PhaseWorkError: INVALID_RESPONSE; it names the first fact that does not agree.
    """
    for what, found, expected in _facts(product, phase, task):
        if found != expected:
            raise _invalid(phase, what, found, expected)
    sound: Product = product
    return sound


def sound_plan(answer: Any, phase: PhaseName) -> Round | CohortProducts:
    """What a cohort's service planned, where it is a plan.

    Raises:
        PhaseWorkError: INVALID_RESPONSE; it is something else.
    """
    if isinstance(answer, Round | CohortProducts):
        return answer
    raise _invalid(phase, "plan", type(answer).__name__, "Round or CohortProducts")


def _facts(product: Any, phase: PhaseName, task: EssayTask) -> Iterator[_Fact]:
    """Each fact that must agree; the later ones can be asked for where the earlier ones do."""
    yield _kind("product", product, Product)
    result, text = product.result, product.text
    yield _kind("result", result, result_model_of(phase))
    yield ("status", result.status, PHASE_TABLE[phase].success)
    yield ("original_text_storage_id", result.original_text_storage_id, task.text_id)
    if text is not None:
        yield _kind("text", text, str)
    expected = task.text_id if text is None else text_storage_id_of(text)
    yield ("text_storage_id", result.text_storage_id, expected)


def _kind(what: str, value: Any, expected: type) -> _Fact:
    found = expected if isinstance(value, expected) else type(value)
    return what, found.__name__, expected.__name__


def _invalid(phase: PhaseName, what: str, found: Any, expected: Any) -> PhaseWorkError:
    message = (
        f"What the {phase} service returned contradicts its task: its {what} is {found}, and must be {expected}. "
        "Nothing of it was stored."
    )
    return PhaseWorkError(ErrorCode.INVALID_RESPONSE, message, what=what, found=str(found), expected=str(expected))
