"""References to essays in commands and outcomes."""

from collections.abc import Iterable, Mapping
from typing import Annotated, Final, TypeAlias

from pydantic import BaseModel, Field, TypeAdapter

from contracts.base import Contract


class EssayProcessingInputRefV1(Contract):
    """An essay, and the text of it to work on next."""

    essay_id: str = Field(min_length=1)
    text_storage_id: str = Field(min_length=1)


NAMES_ESSAYS: Final = "names essays"
"""Marks a field as a list of essay ids, so that an essay can be found in any message."""

EssayIds: TypeAlias = Annotated[list[str], NAMES_ESSAYS]


def fields_naming_essays(model: type[BaseModel]) -> frozenset[str]:
    """The fields of a model that are lists of essays, by id or by reference."""
    return frozenset(
        name
        for name, field in model.model_fields.items()
        if NAMES_ESSAYS in field.metadata or field.annotation == list[EssayProcessingInputRefV1]
    )


_REFS: Final = TypeAdapter(list[EssayProcessingInputRefV1])


def refs_of(texts: Mapping[str, str], order: Iterable[str]) -> list[EssayProcessingInputRefV1]:
    """References to the essays of ``order`` that have a text in ``texts``, in order.

    They are validated all at once: one by one, they would be a quarter of an orchestrator's cost for a large batch.
    """
    return _REFS.validate_python(
        [{"essay_id": name, "text_storage_id": texts[name]} for name in order if name in texts]
    )
