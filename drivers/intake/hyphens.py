"""Words that were divided at the end of a printed line: put together again, or a compound that keeps its hyphen."""

import re
from collections import Counter
from collections.abc import Callable, Iterable
from functools import cache
from typing import Final

HYPHENS: Final = "-\u2010\u00ad\u0002"
"""What may end a line within a word; the last is what the PDF library calls a hyphen that it knows for one."""
_SOFT: Final = "\u00ad"
_LEFT: Final = re.compile(rf"(\w[\w'’]*)[{HYPHENS}]$")
_RIGHT: Final = re.compile(r"\w[\w'’]*")
_COMPOUND: Final = re.compile(r"[^\W\d_]+-[^\W\d_]+")
_COMMON_WORD = 3.0  # on the Zipf scale: once in a million words
_WORD = 2.5
_LONGEST_WORD = 80
_LANGUAGES: Final = ("en", "sv")

Frequency = Callable[[str], float]


@cache
def frequency(word: str) -> float:
    """How common a word is in English or Swedish, on the Zipf scale; 0 is unknown."""
    try:
        from wordfreq import zipf_frequency  # noqa: PLC0415  (its lists take a second to load, and few files need them)
    except ModuleNotFoundError:  # an extra: without it, each divided word is joined that is written so nowhere else
        return 0.0
    return max(float(zipf_frequency(word, language)) for language in _LANGUAGES)


class Joiner:
    """Joins the lines of one document; how it writes a word elsewhere tells more than any list of words."""

    def __init__(self, lines: Iterable[str], frequency: Frequency = frequency) -> None:
        words = [line.casefold() for line in lines]
        self._whole = Counter(word for line in words for word in _RIGHT.findall(line))
        self._compounds = Counter(word for line in words for word in _COMPOUND.findall(line))
        self._frequency = frequency

    def join(self, line: str, following: str) -> str:
        """One line and the next: with a space between, or as the one word that was divided."""
        return self.ending(line, following) + following

    def ending(self, line: str, following: str) -> str:
        """A line as it stands before the next: with a space, without the hyphen that divides a word, or with it."""
        left, right = _LEFT.search(line[-_LONGEST_WORD:]), _RIGHT.match(following)
        if left is None or right is None:
            return f"{line} "
        if line[-1] == _SOFT:
            return line[:-1]
        divided = following[0].islower() and self._is_divided(left[1].casefold(), right[0].casefold())
        return line[:-1] + ("" if divided else "-")

    def _is_divided(self, left: str, right: str) -> bool:
        compound, whole = self._compounds[f"{left}-{right}"], self._whole[left + right]
        if compound or whole:
            return whole > compound
        if self._frequency(left + right) >= _COMMON_WORD:
            return True
        return not all(self._frequency(part) >= _WORD for part in (left, right))
