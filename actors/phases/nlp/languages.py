"""Detects the language of a text with py3langid (an n-gram model; Lui and Baldwin 2012)."""

import math
import re
from dataclasses import dataclass
from typing import Final

import py3langid

from actors.phases.nlp.lexicon import LANGUAGES

FEWEST_LETTERS: Final = 100
"""A text with fewer letters is too short to be refused for being in another language."""

SURE: Final = 0.99

_LETTER: Final = re.compile(r"[^\W\d_]")
_SAMPLE: Final = 300  # characters from the beginning and from the middle: more takes time and adds nothing


@dataclass(frozen=True, slots=True)
class Detection:
    """The language a text seems to be in, and the supported language that is most likely."""

    language: str
    probability: float
    supported: str

    @property
    def is_foreign(self) -> bool:
        """True if the text is certainly in a language without metrics."""
        return self.language not in LANGUAGES and self.probability >= SURE


def detect(text: str) -> Detection | None:
    """The language of ``text``; None if it has too few letters to tell."""
    sample = _sample_of(text)
    if len(_LETTER.findall(sample)) < FEWEST_LETTERS:
        return None
    ranked: list[tuple[str, float]] = py3langid.rank(sample)
    return Detection(ranked[0][0], _probability_of_first(ranked), _best_supported(ranked))


def likeliest_supported(text: str) -> str:
    """The supported language that ``text`` is most likely in, however short it is."""
    return _best_supported(py3langid.rank(_sample_of(text)))


def _best_supported(ranked: list[tuple[str, float]]) -> str:
    return next(language for language, _ in ranked if language in LANGUAGES)


def _probability_of_first(ranked: list[tuple[str, float]]) -> float:
    """The probability of the first language (a softmax over the model's log probabilities)."""
    best = ranked[0][1]
    return round(1 / sum(math.exp(score - best) for _, score in ranked), 6)


def _sample_of(text: str) -> str:
    if len(text) <= 2 * _SAMPLE:
        return text
    middle = len(text) // 2
    return f"{text[:_SAMPLE]} {text[middle : middle + _SAMPLE]}"
