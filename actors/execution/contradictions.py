"""Checks that what a service returned agrees with its phase and its task; otherwise it is not stored."""

from collections.abc import Iterator
from typing import Any, TypeAlias

from actors.phases.service import CohortProducts, EssayTask, PhaseWorkError, Product, Round
from contracts.failures import ErrorCode
from contracts.phase_registry import result_model_of
from contracts.phases import PHASE_TABLE, PhaseName
from contracts.texts import text_storage_id_of

_Fact: TypeAlias = tuple[str, Any, Any]
"""A fact's name, the value found, and the value expected."""


def sound_product(product: Any, phase: PhaseName, task: EssayTask) -> Product:
    """The product, if it agrees with its phase and its task.

    Raises:
        PhaseWorkError: INVALID_RESPONSE, naming the first fact that does not agree.
    """
    for what, found, expected in _facts(product, phase, task):
        if found != expected:
            raise _invalid(phase, what, found, expected)
    sound: Product = product
    return sound


def sound_plan(answer: Any, phase: PhaseName) -> Round | CohortProducts:
    """What a cohort's service planned, if it is a plan at all.

    Raises:
        PhaseWorkError: INVALID_RESPONSE, if it is anything else.
    """
    if isinstance(answer, Round | CohortProducts):
        return answer
    raise _invalid(phase, "plan", type(answer).__name__, "Round or CohortProducts")


def _facts(product: Any, phase: PhaseName, task: EssayTask) -> Iterator[_Fact]:
    """The facts that must agree, one by one: each can be read only if those before it agree."""
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
