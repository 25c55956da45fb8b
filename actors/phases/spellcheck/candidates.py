"""Finds the words that are a few edits away from a misspelling."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import OSA

_BITS: Final = 31


def letter_masks(words: Sequence[str]) -> NDArray[np.uint32]:
    """The set of letters of each word, as a bit mask. No word may be empty."""
    if not words:
        return np.empty(0, np.uint32)
    letters = np.frombuffer("".join(words).encode("utf-32-le", "surrogatepass"), np.uint32)
    bits = np.left_shift(np.uint32(1), letters % np.uint32(_BITS))
    starts = np.cumsum([0, *map(len, words[:-1])])
    return np.bitwise_or.reduceat(bits, starts)


class NearbyWords:
    """Finds the words of a fixed list that are within an edit distance of a given word.

    The distance is the optimal string alignment distance, which counts insertions, deletions, substitutions and swaps
    of neighbouring letters (Damerau 1964). Two filters leave few words to measure. One compares lengths. The other
    compares sets of letters: an insertion or deletion changes at most one member, a substitution two, a swap none. Both
    bounds are exact, so that no word within the distance is lost.
    """

    def __init__(self, words: Sequence[str]) -> None:
        self.words: Final = sorted(words, key=len)
        lengths = np.fromiter((len(word) for word in self.words), np.int16, len(self.words))
        self._lengths: Final = lengths
        self._masks: Final = letter_masks(self.words)
        longest = int(lengths[-1]) if len(lengths) else 0
        self._starts: Final = np.searchsorted(lengths, np.arange(longest + 2))

    def within(self, word: str, distance: int) -> list[tuple[str, int]]:
        """The words at most ``distance`` edits from ``word``, each with its distance."""
        first, last = self._span(len(word) - distance, len(word) + distance)
        if first >= last:
            return []
        plausible = first + np.flatnonzero(self._plausible(word, distance, first, last))
        near = [self.words[place] for place in plausible]
        if not near:
            return []
        found = process.cdist([word], near, scorer=OSA.distance, score_cutoff=distance, dtype=np.uint8)[0]
        return [(near[place], int(found[place])) for place in np.flatnonzero(found <= distance)]

    def _plausible(self, word: str, distance: int, first: int, last: int) -> NDArray[np.bool_]:
        changed = np.bitwise_count(self._masks[first:last] ^ letter_masks([word]))
        allowed = 2 * distance - np.abs(self._lengths[first:last] - len(word))
        plausible: NDArray[np.bool_] = changed <= allowed
        return plausible

    def _span(self, shortest: int, longest: int) -> tuple[int, int]:
        top = len(self._starts) - 2
        if longest < 0 or shortest > top or top < 0:
            return 0, 0
        return int(self._starts[max(shortest, 0)]), int(self._starts[min(longest, top) + 1])
