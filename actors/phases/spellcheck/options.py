"""The options a batch can give the spellchecker, besides the language."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from actors.phases.service import PhaseWorkError
from actors.phases.spellcheck.checker import APPLIED_FROM
from contracts.failures import ErrorCode

_Term = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]


class SpellcheckOptions(BaseModel):
    """The phase's own settings."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    word_list: tuple[_Term, ...] = Field(
        default=(),
        max_length=10_000,
        description="Words that are right: the teacher's, as the characters of a novel or technical terms.",
    )
    min_confidence: float = Field(
        default=APPLIED_FROM,
        ge=0,
        le=1,
        description="The confidence from which on a correction changes the text; what lies below is a suggestion.",
    )


def options_from(options: Mapping[str, Any]) -> SpellcheckOptions:
    """Validate the options of a batch.

    Raises:
        PhaseWorkError: INVALID_SETTINGS, with what is wrong.
    """
    try:
        return SpellcheckOptions.model_validate(dict(options))
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors())
        raise PhaseWorkError(ErrorCode.INVALID_SETTINGS, f"The spellchecker's options are wrong: {wrong}") from error
