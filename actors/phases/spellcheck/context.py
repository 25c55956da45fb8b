"""How well a word goes with its neighbours, by the association of pairs of words."""

import math
from array import array
from collections.abc import Callable, Iterable
from functools import cache
from importlib.resources import files
from typing import Final

import numpy as np

_BIGRAM_FILE: Final = "frequency_bigramdictionary_en_243_342.txt"
_TOKENS: Final = 1.02e12
"""Words behind symspellpy's bigrams (Google Books 1-grams and Web Trillion Word Corpus, per its README)."""

_SEEN_FROM: Final = 6.4e6
"""The least count of a bigram in the file: a pair that is missing occurs at most this often."""

_BOUND: Final = 6.0


class PairCounts:
    """Counts of pairs of words, kept as sorted numbers so that a quarter of a million take four megabytes."""

    def __init__(self, counts: Iterable[tuple[str, str, float]]) -> None:
        self._ids: dict[str, int] = {}
        keys, numbers = array("q"), array("d")  # compact while they grow: lists of a quarter of a million leave holes
        for first, second, count in counts:
            keys.append(self._place(first) << 32 | self._place(second))
            numbers.append(count)
        order = np.argsort(np.array(keys, np.int64))
        self._keys: Final = np.array(keys, np.int64)[order]
        self._logs: Final = np.log(np.array(numbers, np.float64))[order].astype(np.float32)

    def __len__(self) -> int:
        return len(self._keys)

    def _place(self, word: str) -> int:
        return self._ids.setdefault(word, len(self._ids))

    def log_count(self, first: str, second: str) -> float | None:
        """The natural logarithm of how often ``second`` follows ``first``; None when that is too rare to be listed."""
        one, other = self._ids.get(first), self._ids.get(second)
        if one is None or other is None:
            return None
        key = one << 32 | other
        place = int(np.searchsorted(self._keys, key))
        return float(self._logs[place]) if place < len(self._keys) and self._keys[place] == key else None


class Bigrams:
    """How well pairs of words go together, by counts of pairs and the frequencies of single words."""

    def __init__(self, counts: PairCounts, zipf: Callable[[str], float], *, seen_from: float) -> None:
        self._counts: Final = counts
        self.log_count: Final = counts.log_count
        self._zipf = zipf
        self._log_seen_from: Final = math.log(seen_from)

    def association(self, first: str, second: str) -> float:
        """Pointwise mutual information of two words in nats (Church and Hanks 1990), between -6 and 6.

        A pair that is not listed counts as evidence against the two words if, had they been independent, it would be
        listed. It is 0 where the pair would be too rare to be listed anyway, for words with an apostrophe (the counts
        have none), and without any counts.
        """
        if not self._counts or "'" in first or "'" in second:
            return 0.0
        expected = (self._zipf(first) + self._zipf(second) - 18) * math.log(10) + math.log(_TOKENS)
        found = self.log_count(first, second)
        if found is None:
            return max(-_BOUND, min(0.0, self._log_seen_from - 1 - expected))
        return max(-_BOUND, min(_BOUND, found - expected))

    def zipf_of_pair(self, first: str, second: str) -> float:
        """The Zipf frequency of the pair; estimated from its words where it is not listed."""
        found = self.log_count(first, second)
        if found is not None:
            return found / math.log(10) - math.log10(_TOKENS) + 9
        together = self._zipf(first) + self._zipf(second) - 9
        return min(together, self._log_seen_from / math.log(10) - math.log10(_TOKENS) + 9) if self._counts else together


def load_bigrams(language: str, zipf: Callable[[str], float]) -> Bigrams:
    """The English bigrams that symspellpy ships; for other languages an empty table."""
    counts = _english_counts() if language.startswith("en") else PairCounts(())
    return Bigrams(counts, zipf, seen_from=_SEEN_FROM)


@cache
def _english_counts() -> PairCounts:
    with (files("symspellpy") / _BIGRAM_FILE).open(encoding="utf-8") as lines:
        parts = (line.split(" ") for line in lines)
        return PairCounts((first, second, int(count)) for first, second, count in parts)
