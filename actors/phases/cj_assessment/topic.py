"""Decides whether sentences keep to the topic that the class writes about.

How much a word belongs to the topic is its *lift*: the logarithm of how many times as often the others of the class
use it as people do in general. Words of the assignment always belong to it. A sentence keeps to the topic if it, and
its neighbours with it, use such words on the whole. How much it *counts* depends as well on how much it says that is
not in the assignment and not common to all essays, and on whether other sentences take it up: a phrase that fits any
essay says nothing, wherever it stands.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import compress
from typing import Final

import numpy as np

from actors.phases.nlp.lexicon import Lexicon

Words = Sequence[str]
"""The base forms of a sentence's content words, each once."""

_SMOOTHING: Final = 2
"""The number of imagined texts that use a word as often as people do in general."""
_FORMS: Final = 1.5
"""How many times as common a base form is with all its forms."""
_LEAST_ZIPF: Final = 1.5
_LEAST_LIFT: Final = -2.0
_MOST_LIFT: Final = 3.0
_OF_THE_USUAL: Final = (0.4, 0.2, 0.0, -0.2)
"""Shares of the class's usual lift below which a passage is off the topic; if a whole text is, the next is tried."""
_CHANGE_OF_SUBJECT: Final = 16.0
"""The lift that must speak for it before a text is taken to change its subject: that of 15 words that nobody else uses
in a class of twenty, or 30 in a class of four."""
_FEWEST_TEXTS: Final = 3
_MOST_OF_A_SENTENCE: Final = 8
"""The most words of one sentence that can add to the content."""
_PRIOR_WORDS: Final = 2
_KEEPS_TO_IT: Final = 0.8
"""The share of the class's usual lift from which on a sentence fully keeps to the topic."""
_SAYS_ENOUGH: Final = 1.2
"""A sentence counts in full if it says this many times what the class's median sentence does."""
_COUNTS_AT_LEAST: Final = 0.1
_BEYOND_CHANCE: Final = 0.5
"""The lift that a word may have by chance; only what is above it counts."""
_COMMON: Final = 6.0
_LESS_COMMON: Final = 4.5
"""Zipf frequencies: a word as common as the first says nothing on a topic; from the second down, it counts in full."""


@dataclass(frozen=True)
class Topic:
    """What a class writes about: how many of its texts use each word, in relation to the usual share."""

    texts: int
    used_by: Counter[str]
    lifts: Mapping[str, float]
    worth: Mapping[str, float]
    of_any: frozenset[str]

    def lift(self, word: str) -> float:
        """The logarithm of how many times as often as in general the others of the class use ``word``."""
        return self.lifts[word]

    def rarity(self, word: str) -> float:
        """The weight of a word that two sentences share: inverse document frequency."""
        return 0.1 + math.log(self.texts / self.used_by[word])

    def content(self, sentences: Iterable[tuple[Words, float]]) -> float:
        """How much a text says on the topic: each word counts once, by how much it belongs to the topic.

        It is weighted by its sentence, and only the best few words of a sentence count: a list is not an essay.
        """
        worth = dict[str, float]()
        for words, weight in sentences:
            said = {word: weight * self.worth[word] for word in words}
            for word in sorted(said, key=said.__getitem__, reverse=True)[:_MOST_OF_A_SENTENCE]:
                worth[word] = max(said[word], worth.get(word, 0.0))
        return sum(worth.values())

    def saying(self, words: Iterable[str]) -> float:
        """How much the words say on the topic: the lift of those not in the assignment and not common to all essays."""
        return sum(max(0.0, self.lift(word)) for word in words if word not in self.of_any)

    def weights(self, sentences: Sequence[Words], own: Sequence[bool], usual: float, saying: float) -> list[float]:
        """The weight of each sentence of a text, up to 1; ``saying`` is how much the class's median sentence says.

        Words that another of the text's ``own`` sentences uses as well count twice.
        """
        used = Counter(word for words in compress(sentences, own) for word in words)
        found = []
        for words, its_own in zip(sentences, own, strict=True):
            says = self.saying(words) + self.saying(word for word in words if used[word] > its_own)
            part = min(1.0, says / (_SAYS_ENOUGH * saying)) if saying > 0 else 1.0
            found.append(max(_COUNTS_AT_LEAST, part * self.keeping(words, usual)))
        return found

    def keeping(self, words: Words, usual: float) -> float:
        """How far a sentence keeps to the topic, from 0 to 1; a short one is drawn to the usual."""
        lift = (sum(map(self.lift, words)) + _PRIOR_WORDS * usual) / (len(words) + _PRIOR_WORDS)
        return min(1.0, max(0.0, lift / (_KEEPS_TO_IT * usual))) if usual > 0 else 1.0

    def keeps_to_it(self, sentences: Sequence[Words], usual: float) -> list[bool]:
        """Whether each sentence of a text, in order, is on the topic; ``usual`` is the class's median lift.

        The result is the likeliest course of a text that seldom changes its subject (Viterbi 1967). If all of the text
        strays, the part that strays least is kept, if there is one.
        """
        for share in _OF_THE_USUAL if self.texts >= _FEWEST_TEXTS else ():
            against = [sum(share * usual - self.lift(word) for word in sentence) for sentence in sentences]
            strays = _likeliest_course(against, _CHANGE_OF_SUBJECT)
            if not all(strays):
                return [not off for off in strays]
        return [True] * len(sentences)

    def mean_lift(self, sentences: Sequence[Words]) -> float:
        """The mean lift over a text's words; 0 for a text without content words."""
        lifts = [self.lift(word) for sentence in sentences for word in sentence]
        return float(np.mean(lifts)) if lifts else 0.0

    def usual_lift(self, texts: Sequence[Sequence[Words]]) -> float:
        """The median lift over the texts of the class, at least 0."""
        return max(0.0, float(np.median([self.mean_lift(text) for text in texts if text] or [0.0])))


def topic_of(texts: Sequence[Sequence[Words]], asked_for: Iterable[str], lexicon: Lexicon) -> Topic:
    """The topic of a class, from the sentences of all its texts and the words of the assignment."""
    used_by = Counter(word for text in texts for word in {word for sentence in text for word in sentence})
    content = float(np.median([sum(map(len, text)) for text in texts])) if texts else 0.0
    length = 2 * max(1.0, content)  # about half of all words are content words
    asked, shell = frozenset(asked_for), lexicon.groups["shell"]
    zipf = {word: lexicon.facts_of(word).zipf for word in used_by}
    lifts = {
        word: _MOST_LIFT if word in asked else _lift(used_by[word], len(texts), _usual_share(zipf[word], length))
        for word in used_by
    }
    worth = {word: 0.0 if word in shell else _worth(lifts[word], zipf[word]) for word in used_by}
    return Topic(len(texts), used_by, lifts, worth, asked | shell)


def _lift(used_by: int, texts: int, usual: float) -> float:
    share = (used_by - 1 + _SMOOTHING * usual) / (texts - 1 + _SMOOTHING)
    return min(_MOST_LIFT, max(_LEAST_LIFT, math.log(share / usual)))


def _worth(lift: float, zipf: float) -> float:
    """How much a word says on the topic, from 0 to 1."""
    belongs = min(1.0, max(0.0, lift - _BEYOND_CHANCE))
    return belongs * min(1.0, max(0.0, (_COMMON - zipf) / (_COMMON - _LESS_COMMON)))


def _usual_share(zipf: float, length: float) -> float:
    """The share of texts of that length in which a word is expected on any topic."""
    return 1 - math.exp(-_FORMS * length * 10 ** (max(zipf, _LEAST_ZIPF) - 9))


def _likeliest_course(gains: Sequence[float], cost: float) -> list[bool]:
    """The course (there or elsewhere) that gains most: ``gains`` for each step there, less ``cost`` for each change."""
    best, came = (0.0, 0.0), list[tuple[bool, bool]]()  # the best sums for being elsewhere and for being there
    for gain in gains:
        stay, go = best
        came.append((go - cost > stay, stay - cost <= go))
        best = (max(stay, go - cost), max(go, stay - cost) + gain)
    there, course = best[1] > best[0], list[bool]()
    for before in reversed(came):
        course.append(there)
        there = before[there]
    return course[::-1]
