"""Finds passages in another language: rows of unknown words that are frequent in that language."""

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import groupby
from typing import Final

from wordfreq import top_n_list

from actors.phases.spellcheck.tokens import Word

_LANGUAGES: Final = ("fr", "es", "de", "it", "pt", "nl", "sv", "da", "nb", "fi", "pl", "tr", "en")
_FREQUENT: Final = 1_000
_FEWEST: Final = 3
_SHARE: Final = 0.65


def foreign_passages(words: Sequence[Word], left_alone: set[int], unknown: set[int], language: str) -> set[int]:
    """The places of words in passages that are not in ``language``.

    A passage reaches from the first to the last word of a sentence that is unknown in ``language`` and frequent in the
    other one. Most of its words must be frequent there: a poor speller may hit such a word by chance, but not most of
    the time.
    """
    found: set[int] = set()
    for sentence in _sentences(words):
        strange = [place for place in sentence if place in unknown]
        if len(strange) >= _FEWEST:
            found.update(_passage(words, sentence, strange, left_alone, language))
    return found


def _sentences(words: Sequence[Word]) -> Iterator[list[int]]:
    number = 0

    def sentence_of(place: int) -> int:
        nonlocal number
        number += words[place].opens_sentence
        return number

    for _, places in groupby(range(len(words)), sentence_of):
        yield list(places)


def _passage(
    words: Sequence[Word], sentence: Sequence[int], strange: Sequence[int], left_alone: set[int], language: str
) -> Iterator[int]:
    for other in _LANGUAGES:
        frequent = _frequent(other)
        there = [place for place in strange if words[place].base in frequent]
        if other == language or len(there) < _FEWEST:
            continue
        passage = [place for place in sentence if there[0] <= place <= there[-1]]
        counted = [place for place in passage if place not in left_alone]
        if sum(words[place].base in frequent for place in counted) >= _SHARE * len(counted):
            yield from passage
            yield from _unknown_beside(passage, strange)


def _unknown_beside(passage: Sequence[int], strange: Sequence[int]) -> Iterator[int]:
    """The unknown words right before and after a passage: they are its rarer words."""
    for step, place in ((-1, passage[0]), (1, passage[-1])):
        beside = place + step
        while beside in strange:
            yield beside
            beside += step


@cache
def _frequent(language: str) -> frozenset[str]:
    return frozenset(top_n_list(language, _FREQUENT, wordlist="small"))
