"""Pairs of common English words that are neighbours: how strongly they belong together, and which are unusual.

A pair of very common words that is not among the quarter of a million most common pairs of English is unusual.
Learners' slips of grammar and idiom produce such pairs. Their share therefore tells levels apart (compare Bestgen and
Granger 2014 on collocation), and a sentence without any probably reads well. One such pair alone proves no slip.
"""

from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from typing import Final

from wordfreq import zipf_frequency

from actors.phases.ai_feedback.passage import Extent, Passage
from actors.phases.spellcheck.context import Bigrams, load_bigrams
from actors.phases.spellcheck.word_model import SENTENCE_START, load_word_model

_COMMON: Final = 4.5
"""Zipf frequency from which on a word counts as common: some 1,700 words of English."""
_EXPECTED: Final = 11.0
"""Sum of two Zipf frequencies from which on a pair would be listed even if its words met by chance."""
_LIKELY: Final = 10.5
"""The same sum, where a sentence is to be beyond doubt: an editor left 33 of 39 such sentences of JFLEG unchanged,
and 48 of 59 with 11.0 here."""

Pair = tuple[str, str]


def common_pairs(passage: Passage, within: Extent | None = None) -> Iterator[Pair]:
    """The pairs of common words that stand side by side in a sentence, in the whole text or a part of it."""
    parts = [*passage.sentences] if within is None else [within]
    return (pair for part in parts for pair in pairs_of(passage, part) if _is_common(pair))


def pairs_of(passage: Passage, sentence: Extent) -> Iterator[Pair]:
    """All pairs of neighbouring words with only white space between them."""
    for first, second in pairwise(passage.words_in(sentence)):
        if passage.plain[first.end : second.start].isspace():
            yield passage.lowered(first), passage.lowered(second)


def association(pair: Pair) -> float:
    """Pointwise mutual information of a pair, in nats."""
    return _bigrams().association(*pair)


def is_unusual(pair: Pair) -> bool:
    """True for a pair of very common words that hardly ever meet."""
    return _zipf(pair[0]) + _zipf(pair[1]) >= _EXPECTED and _bigrams().log_count(*pair) is None


def is_unlisted(pair: Pair) -> bool:
    """True for a pair of words, also of less common ones, that hardly ever meet."""
    return _zipf(pair[0]) + _zipf(pair[1]) >= _LIKELY and _bigrams().log_count(*pair) is None


def weakest_link(passage: Passage, sentence: Extent) -> float:
    """The least log ratio, in nats, of a word's probability after the two words before it to its probability alone."""
    model = load_word_model("en", _zipf)
    before2, before, weakest = None, SENTENCE_START, 0.0
    for word in map(passage.lowered, passage.words_in(sentence)):
        attraction = model.log_probability(word, before, before2) - model.log_probability(word)
        weakest = min(weakest, attraction) if before != SENTENCE_START else attraction
        before2, before = before, word
    return weakest


def _is_common(pair: Pair) -> bool:
    return all(word.isalpha() and _zipf(word) >= _COMMON for word in pair)


@cache
def _zipf(word: str) -> float:
    return zipf_frequency(word, "en") if len(word) < 40 else 0.0


@cache
def _bigrams() -> Bigrams:
    return load_bigrams("en", _zipf)
