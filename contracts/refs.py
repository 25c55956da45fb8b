"""How an essay is referred to in commands and outcomes."""

from collections.abc import Iterable, Mapping
from typing import Annotated, Final, TypeAlias

from pydantic import BaseModel, Field, TypeAdapter

from contracts.base import Contract


class EssayProcessingInputRefV1(Contract):
    """An essay and the text of it that is to be worked on next."""

    essay_id: str = Field(min_length=1)
    text_storage_id: str = Field(min_length=1)


NAMES_ESSAYS: Final = "names essays"
"""Marks a field that is a list of essay ids: whoever has to find an essay in a message looks for it."""

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
    """The references to those essays of ``order`` that have a text in ``texts``, in order.

    Validated all at once: one by one, references are a quarter of what a large batch costs its orchestrator.
    """
    return _REFS.validate_python(
        [{"essay_id": name, "text_storage_id": texts[name]} for name in order if name in texts]
    )
