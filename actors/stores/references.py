"""What is used by what: the ids of texts, results and cohorts that records mention."""

from collections.abc import Iterator
from typing import Final

from pydantic import BaseModel, TypeAdapter, ValidationError

from actors.core.essay import EssayState
from actors.stores.store import ResultRecord


class _Origin(BaseModel):
    original_text_storage_id: str = ""


_ORIGIN: Final = TypeAdapter(_Origin)


def original_text_of(result: ResultRecord) -> str:
    """The id of the text that a result is about, out of its document; empty where the document names none."""
    try:
        return _ORIGIN.validate_json(result.document).original_text_storage_id
    except ValidationError:
        return ""  # the store keeps what it is given; who reads the document will say what is wrong with it


def used_by(essay: EssayState) -> Iterator[str]:
    """The ids of texts and results that an essay mentions."""
    if essay.text_id:
        yield essay.text_id
    if essay.original_text_id and essay.original_text_id != essay.text_id:
        yield essay.original_text_id
    for _, key in essay.results:
        yield key
