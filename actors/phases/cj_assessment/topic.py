"""Whether sentences keep to what the class writes about.

How much a word belongs to the topic (its *lift*) is the logarithm of how much oftener the others of the class use it
than people do in general; a word of the assignment belongs to it. A sentence is on the matter where it, and it with
its neighbours, uses such words on the whole. How much it *counts* depends besides on how much it says that neither the
assignment nor any essay has said, or that other sentences go on with: a phrase that fits any essay says nothing,
wherever it stands.
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
"""As many texts as this are taken to use a word as people do in general."""
_FORMS: Final = 1.5
"""A base form is so much commoner with all its forms."""
_LEAST_ZIPF: Final = 1.5
_LEAST_LIFT: Final = -2.0
_MOST_LIFT: Final = 3.0
_OF_THE_USUAL: Final = (0.4, 0.2, 0.0, -0.2)
"""The part of the class's usual lift below which a passage speaks for another subject; the next one where all does."""
_CHANGE_OF_SUBJECT: Final = 16.0
"""How much lift must speak for it before a text is taken to change its subject: 15 words that nobody else uses in a
class of twenty, 30 in one of four."""
_FEWEST_TEXTS: Final = 3
_MOST_OF_A_SENTENCE: Final = 8
"""Words of a sentence that can say something on the matter."""
_PRIOR_WORDS: Final = 2
_KEEPS_TO_IT: Final = 0.8
"""The part of the class's usual lift from which a sentence keeps to the matter as well as any."""
_SAYS_ENOUGH: Final = 1.2
"""How often what the class's median sentence says a sentence has to say, with what it takes up, to count in full."""
_COUNTS_AT_LEAST: Final = 0.1
_BEYOND_CHANCE: Final = 0.5
"""Lift that a word has by chance: what it says begins there."""
_COMMON: Final = 6.0
_LESS_COMMON: Final = 4.5
"""Zipf frequencies: words as common as the first say nothing on a matter, from the second on they say all they can."""


@dataclass(frozen=True)
class Topic:
    """What a class writes about: in how many of its texts each word occurs, beside the share that is usual."""

    texts: int
    used_by: Counter[str]
    lifts: Mapping[str, float]
    worth: Mapping[str, float]
    of_any: frozenset[str]

    def lift(self, word: str) -> float:
        """How much oftener than people in general the others use a word that one text has, as a logarithm."""
        return self.lifts[word]

    def rarity(self, word: str) -> float:
        """How much it says that two sentences share a word: inverse document frequency."""
        return 0.1 + math.log(self.texts / self.used_by[word])

    def content(self, sentences: Iterable[tuple[Words, float]]) -> float:
        """How much a text says on the matter: a word that belongs to it counts once, and less the less it does.

        It counts as its sentence does, and of one sentence only so many do: a list is no essay.
        """
        worth = dict[str, float]()
        for words, weight in sentences:
            said = {word: weight * self.worth[word] for word in words}
            for word in sorted(said, key=said.__getitem__, reverse=True)[:_MOST_OF_A_SENTENCE]:
                worth[word] = max(said[word], worth.get(word, 0.0))
        return sum(worth.values())

    def saying(self, words: Iterable[str]) -> float:
        """How much words say on the matter: the lift of those that neither the assignment nor any essay has."""
        return sum(max(0.0, self.lift(word)) for word in words if word not in self.of_any)

    def weights(self, sentences: Sequence[Words], own: Sequence[bool], usual: float, saying: float) -> list[float]:
        """How much each sentence of a text counts, up to 1; the class's median sentence says as much as ``saying``.

        What another of the text's ``own`` sentences speaks of as well says twice as much.
        """
        used = Counter(word for words in compress(sentences, own) for word in words)
        found = []
        for words, its_own in zip(sentences, own, strict=True):
            says = self.saying(words) + self.saying(word for word in words if used[word] > its_own)
            part = min(1.0, says / (_SAYS_ENOUGH * saying)) if saying > 0 else 1.0
            found.append(max(_COUNTS_AT_LEAST, part * self.keeping(words, usual)))
        return found

    def keeping(self, words: Words, usual: float) -> float:
        """How far a sentence keeps to the matter, from 0 to 1; of a short one little is known."""
        lift = (sum(map(self.lift, words)) + _PRIOR_WORDS * usual) / (len(words) + _PRIOR_WORDS)
        return min(1.0, max(0.0, lift / (_KEEPS_TO_IT * usual))) if usual > 0 else 1.0

    def keeps_to_it(self, sentences: Sequence[Words], usual: float) -> list[bool]:
        """Which sentences of a text, in their order, are on the matter; ``usual`` is the class's median lift.

        The likeliest course of a text that changes its subject seldom (Viterbi 1967). Where all of it strays, what
        strays less than the rest is kept, if there is such a part.
        """
        for share in _OF_THE_USUAL if self.texts >= _FEWEST_TEXTS else ():
            against = [sum(share * usual - self.lift(word) for word in sentence) for sentence in sentences]
            strays = _likeliest_course(against, _CHANGE_OF_SUBJECT)
            if not all(strays):
                return [not off for off in strays]
        return [True] * len(sentences)

    def mean_lift(self, sentences: Sequence[Words]) -> float:
        """The mean over a text's words; 0 for one without content."""
        lifts = [self.lift(word) for sentence in sentences for word in sentence]
        return float(np.mean(lifts)) if lifts else 0.0

    def usual_lift(self, texts: Sequence[Sequence[Words]]) -> float:
        """The median over the texts of the class, not below 0."""
        return max(0.0, float(np.median([self.mean_lift(text) for text in texts if text] or [0.0])))


def topic_of(texts: Sequence[Sequence[Words]], asked_for: Iterable[str], lexicon: Lexicon) -> Topic:
    """The topic of a class, from the sentences of all its texts and the words of the assignment."""
    used_by = Counter(word for text in texts for word in {word for sentence in text for word in sentence})
    content = float(np.median([sum(map(len, text)) for text in texts])) if texts else 0.0
    length = 2 * max(1.0, content)  # half of all words are content words
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
    """How much a word says on the matter, from 0 to 1."""
    belongs = min(1.0, max(0.0, lift - _BEYOND_CHANCE))
    return belongs * min(1.0, max(0.0, (_COMMON - zipf) / (_COMMON - _LESS_COMMON)))


def _usual_share(zipf: float, length: float) -> float:
    """The share of texts of that length in which a word is expected, whatever they are about."""
    return 1 - math.exp(-_FORMS * length * 10 ** (max(zipf, _LEAST_ZIPF) - 9))


def _likeliest_course(gains: Sequence[float], cost: float) -> list[bool]:
    """Where to be to gain most, if each step there gains ``gains``, elsewhere 0, and each change costs ``cost``."""
    best, came = (0.0, 0.0), list[tuple[bool, bool]]()  # of being elsewhere, and there
    for gain in gains:
        stay, go = best
        came.append((go - cost > stay, stay - cost <= go))
        best = (max(stay, go - cost), max(go, stay - cost) + gain)
    there, course = best[1] > best[0], list[bool]()
    for before in reversed(came):
        course.append(there)
        there = before[there]
    return course[::-1]
