"""CEFR levels of English words, from cefrpy (MIT; the CEFR-J wordlist, extended to other words by frequency)."""

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cefrpy import CEFRAnalyzer


def level_of(word: str) -> float | None:
    """The level of an English word, 1 (A1) to 6 (C2), averaged over its parts of speech; None if unknown."""
    level: float | None = _analyzer().get_average_word_level_float(word)
    return level


@cache
def _analyzer() -> "CEFRAnalyzer":
    from cefrpy import CEFRAnalyzer  # noqa: PLC0415  (reads its word list then)

    return CEFRAnalyzer()
