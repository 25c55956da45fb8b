"""The result of the spellcheck phase."""

from enum import StrEnum

from pydantic import Field, NonNegativeInt

from contracts.base import Contract
from contracts.results.base import PhaseResultData


class CorrectionKind(StrEnum):
    """What is wrong with the original."""

    NON_WORD = "non_word"
    """No word of the language."""
    SPLIT_JOIN = "split_join"
    """Two words written as one, or one word written as two."""
    REAL_WORD = "real_word"
    """A word of the language, but not the one that was meant."""


class SpellingCorrection(Contract):
    """One correction: what stood there, and what should.

    ``start`` and ``stop`` count the characters (Unicode code points) of the original text, so that
    ``text[start:stop] == original``. ``candidates`` are ranked, the best first, each as it would be written in this
    place; ``replacement`` is the first of them. ``confidence`` (0 to 1) estimates the probability that the
    replacement is right; a correction that is not ``applied`` is a suggestion and did not change the text.
    ``explanation`` is a sentence for the pupil, in the language of the text.
    """

    start: NonNegativeInt
    stop: NonNegativeInt
    original: str = Field(min_length=1)
    replacement: str = Field(min_length=1)
    candidates: tuple[str, ...] = Field(min_length=1)
    kind: CorrectionKind
    confidence: float = Field(ge=0, le=1)
    explanation: str
    applied: bool


class SpellcheckResultDataV1(PhaseResultData):
    """Corrections found in one essay.

    ``corrections`` are in the order of the text and do not overlap. ``language`` is the language the text was
    checked in (``en``, ``en-US``, ``en-GB`` or ``sv``), detected where the batch said ``auto``. ``words_checked``
    counts the words that were looked at, ``words_left_alone`` those that never are: names, numbers, addresses,
    mark-up, foreign words in quotes.
    """

    language: str = "en"
    corrections: tuple[SpellingCorrection, ...] = ()
    words_checked: NonNegativeInt = 0
    words_left_alone: NonNegativeInt = 0

    @property
    def applied(self) -> tuple[SpellingCorrection, ...]:
        """The corrections that changed the text."""
        return tuple(correction for correction in self.corrections if correction.applied)


def apply_corrections(text: str, corrections: tuple[SpellingCorrection, ...]) -> str:
    """``text`` with its applied corrections made, by their spans; everything else stays as it is."""
    pieces, at = [], 0
    for correction in corrections:
        if correction.applied:
            pieces += [text[at : correction.start], correction.replacement]
            at = correction.stop
    return "".join([*pieces, text[at:]])
