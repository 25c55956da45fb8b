"""Real words that stand for others: *I except your apology*.

A model of word sequences weighs each confusable word against the words it may stand for. Another word must be so much
more probable that a slip is the better explanation (Mays, Damerau and Mercer 1991). How much more depends on how often
people confuse the two.
"""

import gzip
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from itertools import permutations
from typing import Final

from actors.phases.spellcheck.realword import confusion_data
from actors.phases.spellcheck.word_model import SENTENCE_START, Neighbours, WordModel, log_probabilities

_STEEPNESS: Final = 0.5
_KNOWN_CONFUSION: Final = 4.8
_SOUNDS_ALIKE: Final = 6.0
_DOUBTFUL: Final = 6.0
_SLIP: Final = 8.75
_ONE_LETTER: Final = 11.0
"""Evidence, in nats, at which the word is as likely wrong as right. Set by hand while reading running text."""

_AGAINST: Final = -2.0
_NOT_BOTH_SIDES: Final = 3.0
_UNKNOWN_SIDE: Final = 1.0
_OPENS: Final = 2.5
"""Evidence needed in addition where a sentence begins: the model is of speech, where few begin with an order."""
_FITS: Final = 0.2
_FAR_RARER: Final = 5.0
_HOPELESS: Final = 4.0
_LARGEST: Final = 30.0
_LIKELY: Final = 0.4
_SHOWN: Final = 3
_MOST_SURE: Final = 0.97


@dataclass(frozen=True, slots=True)
class Meant:
    """The words that may have been meant, the best first, and the confidence in the first (0 to 1)."""

    words: tuple[str, ...]
    confidence: float


class Confusables:
    """Words that may stand for others, each with the evidence that it takes to say so."""

    def __init__(self, costs: Mapping[str, Mapping[str, float]], meanings: Mapping[str, str], model: WordModel) -> None:
        self._costs: Final = costs
        self._meanings: Final = meanings
        self._model: Final = model

    def is_confusable(self, word: str) -> bool:
        """True when ``word`` may stand for another."""
        return word in self._costs

    def meant(self, word: str, around: Neighbours) -> Meant | None:
        """The words that ``word`` may stand for between its neighbours; None if it is best left alone."""
        written = log_probabilities(self._model, [word], around)
        doubts = _UNKNOWN_SIDE * sum(not side or not self._model.knows(side) for side in around.next_to)
        doubts += _OPENS * (around.next_to[0] == SENTENCE_START)
        odds = {
            other: found
            for other, cost in self._costs.get(word, {}).items()
            if other not in around.next_to  # nobody means a word twice
            and (found := self._odds(other, written, around, cost + doubts))
        }
        best = sorted(odds, key=lambda other: -odds[other])[:_SHOWN]
        sure = odds[best[0]] / (1 + sum(odds.values())) if best else 0.0
        return Meant(tuple(best), min(_MOST_SURE, sure)) if sure >= _LIKELY else None

    def why(self, word: str, other: str) -> str:
        """A sentence for the student: what the two words mean, as far as that is known."""
        meant, written = self._meanings.get(other), self._meanings.get(word)
        if meant and written:
            return f"“{other}” {meant}; “{word}” {written}."
        if meant:
            return f"Here it is “{other}”, which {meant}."
        return "“{original}” is a word, but here it seems that “{replacement}” is meant."

    def speaks_for(self, word: str, other: str, around: Neighbours) -> bool:
        """True if ``other`` fits about as well as ``word`` or better, or if the model knows no context."""
        return not self._model.has_context or sum(self.evidence(word, other, around)) >= _AGAINST

    def evidence(self, word: str, other: str, around: Neighbours) -> tuple[float, float]:
        """How much better, in nats, ``other`` follows the words before, and how much better it leads to the next."""
        before, after = log_probabilities(self._model, [word], around)
        other_before, other_after = log_probabilities(self._model, other.split(" "), around)
        return other_before - before, other_after - after

    def _odds(self, other: str, written: tuple[float, float], around: Neighbours, cost: float) -> float:
        """The odds of ``other``; 0 if they are too low to matter."""
        before = self._model.log_probability(other, around.before[1], around.before[0]) - written[0]
        if before - written[1] < cost - _HOPELESS:  # the words after it cannot become more than certain
            return 0.0
        after = log_probabilities(self._model, [other], around)[1] - written[1]
        cost += _NOT_BOTH_SIDES * ((before < _FITS) + (after < _FITS))
        return math.exp(max(-_LARGEST, min(_LARGEST, _STEEPNESS * (before + after - cost))))


def load_confusables(language: str, model: WordModel) -> Confusables:
    """The confusable words of a language, from its own list and, for English, words that sound alike or nearly so."""
    data = confusion_data(language).get("confusions", {})
    costs: dict[str, dict[str, float]] = {}
    for word, alike, slips in _listed(language):
        costs[word] = dict.fromkeys(slips, _ONE_LETTER) | dict.fromkeys(alike, _SOUNDS_ALIKE)
    for kind, cost in (("slips", _SLIP), ("known", _KNOWN_CONFUSION), ("doubtful", _DOUBTFUL)):
        for one, other in _pairs(data.get(kind, "")):
            costs.setdefault(one, {})[other] = cost
    plausible = {word: _not_far_rarer(word, others, model) for word, others in costs.items()}
    costs = {word: others for word, others in plausible.items() if others}
    return Confusables(costs, confusion_data(language).get("meanings", {}), model)


def _not_far_rarer(word: str, others: Mapping[str, float], model: WordModel) -> dict[str, float]:
    """Leave out far rarer words: nobody writes *that* for *hat*, since a slip seldom hits a more frequent word."""
    alone = model.log_probability(word)
    return {other: cost for other, cost in others.items() if model.log_probability(other) >= alone - _FAR_RARER}


def _pairs(groups: str) -> Iterator[tuple[str, str]]:
    for group in groups.split(","):
        one, directed, other = group.strip().partition(">")
        yield from [(one, other)] if directed else permutations(group.split(), 2)


def _listed(language: str) -> Iterator[tuple[str, list[str], list[str]]]:
    path = files(__package__) / "data" / f"confusions-{language}.txt.gz"
    lines = gzip.decompress(path.read_bytes()).decode("utf-8").splitlines() if path.is_file() else []
    for line in lines:
        if not line.startswith("#"):
            word, alike, slips = line.split("\t")
            yield word, alike.split(), slips.split()
