"""What a batch may ask of the spellchecker, beside the language."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from actors.phases.service import PhaseWorkError
from actors.phases.spellcheck.checker import APPLIED_FROM
from contracts.failures import ErrorCode

_Term = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]


class SpellcheckOptions(BaseModel):
    """The phase's own settings.

    ``word_list`` are the teacher's words (the characters of a novel, technical terms). ``min_confidence`` is the
    confidence (0 to 1) from which on a correction changes the text; what lies below is a suggestion.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    word_list: tuple[_Term, ...] = Field(default=(), max_length=10_000)
    min_confidence: float = Field(default=APPLIED_FROM, ge=0, le=1)


def options_from(options: Mapping[str, Any]) -> SpellcheckOptions:
    """The options of a batch.

    Raises:
        PhaseWorkError: INVALID_SETTINGS, with what is wrong.
    """
    try:
        return SpellcheckOptions.model_validate(dict(options))
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors())
        raise PhaseWorkError(ErrorCode.INVALID_SETTINGS, f"The spellchecker's options are wrong: {wrong}") from error
