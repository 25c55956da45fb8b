"""How an essay is referred to in commands and outcomes."""

from pydantic import Field

from contracts.base import Contract


class EssayProcessingInputRefV1(Contract):
    """An essay and the text of it that is to be worked on next."""

    essay_id: str = Field(min_length=1)
    text_storage_id: str = Field(min_length=1)
