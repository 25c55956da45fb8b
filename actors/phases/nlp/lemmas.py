"""Base forms of words by rule: irregular forms from a list, and regular endings removed if that gives a known word.

A frequency list decides between the candidates for an ending (``making`` is from ``make``, since ``mak`` is not a
word), so that no dictionary of forms has to be shipped. Without context, it cannot be told whether a form is of a noun
or of a verb (``meeting``).
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Final

Frequencies = Mapping[str, float]
Candidates = Callable[[str], Sequence[str]]

_LEAST_FREQUENCY: Final = 1e-7  # Zipf 2: rarer "words" of the list are mostly misspellings and names
_SHORTEST: Final = 3
_FIRST_COUNTS: Final = 10.0  # the candidate that the spelling favours loses only to one this many times as frequent
_WANTS_E: Final = re.compile(r"(?:(?:\A|[^aeiou])[aeiouy][^aeiouwxy]|[cuvz]|[^n]g|[nr]s)\Z")
_CLITICS: Final = frozenset({"s", "m", "re", "ve", "ll", "d"})
_TAKES_ES: Final = ("sses", "shes", "ches", "xes", "zes", "oes")


class Lemmatiser:
    """Finds the base form of words of one language.

    ``irregular`` gives the forms of each base; ``kept`` are words that look inflected but are not.
    """

    def __init__(
        self, language: str, frequencies: Frequencies, irregular: Mapping[str, str], kept: frozenset[str]
    ) -> None:
        self._frequencies = frequencies
        self._candidates_of = _CANDIDATES[language]
        self._bases = dict.fromkeys(kept, "") | {
            form: base for base, forms in irregular.items() for form in forms.split()
        }

    def lemma_of(self, word: str) -> str:
        """The base form of ``word`` (in lower case); the word itself if none is known."""
        head, _, clitic = word.partition("'")
        if clitic in _CLITICS:
            word = head
        if (base := self._bases.get(word)) is not None:
            return base or word
        if word.endswith("n't"):
            return self.lemma_of(word[:-3])
        return self._likeliest(self._candidates_of(word)) or word

    def _likeliest(self, candidates: Sequence[str]) -> str | None:
        weights = {}
        for place, base in enumerate(candidates):
            frequency = self._frequencies.get(base, 0.0)
            if len(base) >= _SHORTEST and frequency >= _LEAST_FREQUENCY:
                weights[base] = frequency * (_FIRST_COUNTS if place == 0 else 1)
        return max(weights, key=weights.__getitem__, default=None)


def _english(word: str) -> Sequence[str]:
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return _without_s(word)
    if word.endswith("ied"):
        return [word[:-3] + "y", word[:-1]]
    if word.endswith("ed"):
        return _without_vowel_ending(word[:-2])
    if word.endswith("ing"):
        return _without_vowel_ending(word[:-3])
    return []


def _without_s(word: str) -> Sequence[str]:
    if word.endswith("ies"):
        return [word[:-3] + "y", word[:-1]]
    return [word[:-2], word[:-1]] if word.endswith(_TAKES_ES) else [word[:-1]]


def _without_vowel_ending(stem: str) -> Sequence[str]:
    """Candidates for the base of ``stopp`` (stop), ``call`` (call), ``mak`` (make), ``walk`` (walk), the best first."""
    if not re.search(r"[aeiouy]", stem):
        return []
    if len(stem) > 2 and stem[-1] == stem[-2]:
        return [stem, stem[:-1]] if stem[-1] in "lszfd" else [stem[:-1], stem]
    return [stem + "e", stem] if _WANTS_E.search(stem) else [stem, stem + "e"]


def _swedish(word: str) -> Sequence[str]:
    return list(_swedish_candidates(word))


def _swedish_candidates(word: str) -> Iterator[str]:
    for ending, bases in _SWEDISH_ENDINGS:
        if word.endswith(ending):
            stem = word[: -len(ending)]
            yield from (stem + base for base in bases)


_CANDIDATES: Final[Mapping[str, Candidates]] = MappingProxyType({"en": _english, "sv": _swedish})

_SWEDISH_ENDINGS: Final = (
    ("ornas", ("a",)), ("arnas", ("", "e", "a")), ("ernas", ("",)), ("orna", ("a",)), ("arna", ("", "e", "a")),
    ("erna", ("",)), ("ades", ("a",)), ("ande", ("a",)), ("ade", ("a",)), ("ar", ("a", "", "e")), ("or", ("a",)),
    ("er", ("a", "")), ("ens", ("",)), ("ets", ("",)), ("en", ("", "e")), ("et", ("", "e", "a")), ("an", ("a",)),
    ("at", ("a",)), ("de", ("a",)), ("te", ("a",)), ("as", ("a",)), ("na", ("",)), ("a", ("",)), ("t", ("",)),
    ("s", ("",)),
)  # fmt: skip
