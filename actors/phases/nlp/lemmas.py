"""Base forms of words by rule: irregular forms from a list, regular endings undone where that gives a known word.

A word list decides among the candidates of an ending (``making`` is ``make`` since ``mak`` is no word), so that no
dictionary of forms has to be shipped. Without context a form that is a noun and a verb is not told apart.
"""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Final

Frequencies = Mapping[str, float]
Lemmatiser = Callable[[str], str]

_LEAST_FREQUENCY: Final = 1e-7  # Zipf 2: rarer "words" of the list are mostly misspellings and names
_SHORTEST: Final = 3


def english_lemmatiser(frequencies: Frequencies, irregular: Mapping[str, str]) -> Lemmatiser:
    """Undoes plural, third person, past and -ing; contractions are reduced to their first word's base."""
    bases = _bases_of(irregular)

    def lemma_of(word: str) -> str:
        word = word.removesuffix("'s")
        if (base := bases.get(word)) is not None:
            return base
        if word.endswith("n't"):
            return lemma_of(word[:-3])
        return _first_known(_english_candidates(word), frequencies, word)

    return lemma_of


def swedish_lemmatiser(frequencies: Frequencies, irregular: Mapping[str, str]) -> Lemmatiser:
    """Undoes the commonest endings of nouns, adjectives and weak verbs."""
    bases = _bases_of(irregular)

    def lemma_of(word: str) -> str:
        return bases.get(word) or _first_known(_swedish_candidates(word), frequencies, word)

    return lemma_of


LEMMATISERS: Final[Mapping[str, Callable[[Frequencies, Mapping[str, str]], Lemmatiser]]] = MappingProxyType(
    {"en": english_lemmatiser, "sv": swedish_lemmatiser}
)


def _bases_of(irregular: Mapping[str, str]) -> dict[str, str]:
    return {form: base for base, forms in irregular.items() for form in forms.split()}


def _first_known(candidates: Iterator[str], frequencies: Frequencies, word: str) -> str:
    known = (base for base in candidates if len(base) >= _SHORTEST and frequencies.get(base, 0.0) >= _LEAST_FREQUENCY)
    return next(known, word)


def _english_candidates(word: str) -> Iterator[str]:
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        yield from _without_s(word)
    elif word.endswith("ed") and len(word) > 4:
        yield from _without_vowel_ending(word[:-2], word[:-1])
        if word.endswith("ied"):
            yield word[:-3] + "y"
    elif word.endswith("ing") and len(word) > 5:
        yield from _without_vowel_ending(word[:-3], word[:-3] + "e")


def _without_s(word: str) -> Iterator[str]:
    if word.endswith("ies"):
        yield word[:-3] + "y"
    if word.endswith(("sses", "shes", "ches", "xes", "zes", "oes")):
        yield word[:-2]
    yield word[:-1]


def _without_vowel_ending(stem: str, with_e: str) -> Iterator[str]:
    """``stopp`` gives stop, ``agre`` agree; where an e can belong to the base (``mak``), it is tried first."""
    doubled = len(stem) > 2 and stem[-1] == stem[-2]
    if doubled and stem[-1] not in "ls":
        yield stem[:-1]
    elif doubled:
        yield stem
        yield stem[:-1]
    elif _wants_e(stem):
        yield with_e
        yield stem
    else:
        yield stem
        yield with_e


def _wants_e(stem: str) -> bool:
    """Whether a base is likelier to have a silent e: after c, g, s, u, v, z, and a consonant after a single vowel."""
    if stem.endswith(
        ("c", "u", "v", "z", "rg", "dg", "ng", "rs", "ns", "as", "us", "bl", "dl", "tl", "pl", "gl", "ur")
    ):
        return not stem.endswith(("ng", "ow")) or stem.endswith(("ang", "eng", "ung"))
    return len(stem) >= 2 and stem[-1] in "kmtdrgsp" and stem[-2] in "aiou" and stem[-3:-2] not in set("aeiou")


def _swedish_candidates(word: str) -> Iterator[str]:
    for ending, bases in _SWEDISH_ENDINGS:
        if word.endswith(ending):
            stem = word[: -len(ending)]
            yield from (stem + base for base in bases)


_SWEDISH_ENDINGS: Final = (
    ("ornas", ("a",)), ("arnas", ("", "e", "a")), ("ernas", ("",)), ("orna", ("a",)), ("arna", ("", "e", "a")),
    ("erna", ("",)), ("ades", ("a",)), ("ande", ("a",)), ("ade", ("a",)), ("ar", ("a", "", "e")), ("or", ("a",)),
    ("er", ("a", "")), ("ens", ("",)), ("ets", ("",)), ("en", ("", "e")), ("et", ("", "e", "a")), ("an", ("a",)),
    ("at", ("a",)), ("de", ("a",)), ("te", ("a",)), ("as", ("a",)), ("na", ("",)), ("a", ("",)), ("t", ("",)),
    ("s", ("",)),
)  # fmt: skip
