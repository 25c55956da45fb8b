"""How an essay is referred to in commands and outcomes."""

from collections.abc import Iterable, Mapping
from typing import Final

from pydantic import Field, TypeAdapter

from contracts.base import Contract


class EssayProcessingInputRefV1(Contract):
    """An essay and the text of it that is to be worked on next."""

    essay_id: str = Field(min_length=1)
    text_storage_id: str = Field(min_length=1)


_REFS: Final = TypeAdapter(list[EssayProcessingInputRefV1])


def refs_of(texts: Mapping[str, str], order: Iterable[str]) -> list[EssayProcessingInputRefV1]:
    """The references to those essays of ``order`` that have a text in ``texts``, in order.

    Validated all at once: one by one, references are a quarter of what a large batch costs its orchestrator.
    """
    return _REFS.validate_python(
        [{"essay_id": name, "text_storage_id": texts[name]} for name in order if name in texts]
    )
