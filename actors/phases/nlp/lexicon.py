"""Facts about words that need no model: frequency, CEFR level, syllables, base form, function word or not.

Frequencies are wordfreq's (Speer 2022), on the Zipf scale (van Heuven et al. 2014: the base-10 logarithm of the
frequency per billion words; up to 3 is rare, from 4 on common). CEFR levels are cefrpy's: those of the CEFR-J wordlist
(Tono 2020), extended to other words by frequency.
"""

import math
import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from typing import Any, Final

from actors.phases.nlp.cefr import level_of
from actors.phases.nlp.lemmas import Lemmatiser
from actors.phases.nlp.syllables import syllables_in

LANGUAGES: Final = ("en", "sv")

_CACHED_WORDS: Final = 1 << 16
_LONGEST_WORD: Final = 64  # longer tokens are not words: they get the facts of their first 64 characters


@dataclass(frozen=True, slots=True)
class WordFacts:
    """Facts about one word.

    ``zipf`` is 0 for a word that is in no frequency list. ``cefr`` is 1 (A1) to 6 (C2), or None if unknown.
    """

    lemma: str
    zipf: float
    cefr: float | None
    syllables: int
    is_content: bool


class Phrases:
    """Expressions of one or more words, by kind, to be counted in texts."""

    def __init__(self, phrases_of_kind: Mapping[str, Sequence[str]]) -> None:
        self._by_first: dict[str, list[tuple[list[str], str]]] = {}
        for kind, phrases in phrases_of_kind.items():
            for words in map(str.split, phrases):
                self._by_first.setdefault(words[0], []).append((words, kind))
        for candidates in self._by_first.values():
            candidates.sort(key=lambda candidate: len(candidate[0]), reverse=True)

    def count(self, words: Sequence[str]) -> Counter[str]:
        """How often each kind occurs in ``words``. The longest expression wins, and no two overlap."""
        found: Counter[str] = Counter()
        end = 0
        by_first = self._by_first
        for start in [position for position, word in enumerate(words) if word in by_first]:
            if start >= end and (match := self._match(words, start)):
                found[match[1]] += 1
                end = start + len(match[0])
        return found

    def opening(self, words: Sequence[str]) -> int:
        """The number of words in the expressions that ``words`` begin with."""
        end = 0
        while end < len(words) and words[end] in self._by_first and (match := self._match(words, end)):
            end += len(match[0])
        return end

    def _match(self, words: Sequence[str], start: int) -> tuple[list[str], str] | None:
        for phrase, kind in self._by_first[words[start]]:
            if len(phrase) == 1 or words[start : start + len(phrase)] == phrase:
                return phrase, kind
        return None


class Lexicon:
    """The words of one language, and the facts about them."""

    def __init__(self, language: str) -> None:
        self.language = language
        lists = _lists_of(language)
        self.groups: Mapping[str, frozenset[str]] = {name: _words(group) for name, group in lists["groups"].items()}
        self.abbreviations = _words(lists["abbreviations"])
        self.closing_abbreviations = _words(lists["closing_abbreviations"])
        self.connectives = Phrases(lists["connectives"])
        self._frequencies = _frequencies_of(language)
        kept = self.groups["function"] | _words(lists["uninflected"])
        self._lemmatiser = Lemmatiser(language, self._frequencies, lists["irregular"], kept)
        self._cached_facts = lru_cache(_CACHED_WORDS)(self._find_facts)

    def facts_of(self, word: str) -> WordFacts:
        """The facts about ``word`` (in lower case, with straight apostrophes)."""
        return self._cached_facts(word[:_LONGEST_WORD])

    def _find_facts(self, word: str) -> WordFacts:
        lemma = self._lemmatiser.lemma_of(word)
        return WordFacts(
            lemma=lemma,
            zipf=self.zipf_of(word),
            cefr=level_of(lemma) if self.language == "en" else None,
            syllables=syllables_in(word),
            is_content=word not in self.groups["function"],
        )

    def zipf_of(self, word: str) -> float:
        """The frequency of ``word`` on the Zipf scale; 0 if it is in no list."""
        frequency = self._frequencies.get(word) or self._frequencies.get(word.removesuffix("'s"), 0.0)
        return round(max(0.0, math.log10(frequency) + 9), 2) if frequency else 0.0


def _frequencies_of(language: str) -> Mapping[str, float]:
    from wordfreq import get_frequency_dict  # noqa: PLC0415  (a third of a second, and memory for the tables)

    found: Mapping[str, float] = get_frequency_dict(language, "best")
    return found


@lru_cache(maxsize=len(LANGUAGES))
def lexicon_of(language: str) -> Lexicon:
    """The lexicon of ``language``, loaded once (0.2 s, some 50 MB)."""
    return Lexicon(language)


@cache
def attested_words() -> frozenset[str]:
    """English words on a curated list: symspellpy's 82,765 (from SCOWL, with Google's frequencies)."""
    lines = resources.files("symspellpy").joinpath("frequency_dictionary_en_82_765.txt").read_text("utf-8-sig")
    return frozenset(line.partition(" ")[0] for line in lines.splitlines())


def _lists_of(language: str) -> dict[str, Any]:
    return tomllib.loads(resources.files(__package__).joinpath("data", f"{language}.toml").read_text("utf-8"))


def _words(block: str) -> frozenset[str]:
    return frozenset(block.split())
