"""How well a word goes with its neighbours: a model of word sequences."""

import math
from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Final, Protocol

SENTENCE_START: Final = "<s>"
SENTENCE_END: Final = "</s>"

_NATS: Final = math.log(10)
_UNSEEN: Final = -19.0
"""The log probability of a word that is not in the model: once in some 180 million words."""

_LOG_BASE: Final = 1.0001
_ZERO: Final = -100_000_000
_REMEMBERED: Final = 100_000
_BOUND: Final = 8.0


class WordModel(Protocol):
    """Gives log probabilities, in nats, of a word after others. ``has_context``: the others make a difference."""

    has_context: bool

    def knows(self, word: str) -> bool:
        """True if the model has seen ``word``."""
        ...

    def log_probability(self, word: str, before: str | None = None, before2: str | None = None) -> float:
        """The log probability of ``word`` after ``before2 before``; None stands for an unknown neighbour."""
        ...


class Trigrams:
    """The trigram model of American and British English that pocketsphinx ships (72,547 words).

    It backs off to two words or one where three were not seen together (Katz 1987). Contractions are single words;
    punctuation is left out.
    """

    has_context = True

    def __init__(self, path: Path) -> None:
        from pocketsphinx import Config, LogMath, NGramModel  # noqa: PLC0415 - 60 ms, for English only

        self._model = NGramModel(Config(lm=str(path)), LogMath(_LOG_BASE, 0, False), str(path))
        self._nat: Final = math.log(_LOG_BASE)
        self.knows = lru_cache(maxsize=_REMEMBERED)(self._knows)
        self.log_probability = lru_cache(maxsize=_REMEMBERED)(self._log_probability)

    def _knows(self, word: str) -> bool:
        return bool(self._model.prob([word]) > _ZERO)

    def _log_probability(self, word: str, before: str | None = None, before2: str | None = None) -> float:
        if not self.knows(word):
            return _UNSEEN
        words = [word]
        for neighbour in (before, before2):
            if neighbour is None or not self.knows(neighbour):
                break
            words.append(neighbour)
        return float(self._model.prob(words) * self._nat)


class Frequencies:
    """A model without context: the probability of a word is its frequency."""

    has_context = False

    def __init__(self, zipf: Callable[[str], float]) -> None:
        self._zipf = zipf

    def knows(self, word: str) -> bool:
        """True when the word has a frequency."""
        return self._zipf(word) > 0

    def log_probability(self, word: str, before: str | None = None, before2: str | None = None) -> float:
        """The log probability of ``word``; its neighbours make no difference."""
        del before, before2
        return (self._zipf(word) - 9) * _NATS if self.knows(word) else _UNSEEN


class Neighbours:
    """Up to two words on each side of a place; None stands for an unknown word."""

    def __init__(self, before: Sequence[str | None] = (), after: Sequence[str | None] = ()) -> None:
        self.before: Final = (None, None, *before)[-2:]
        self.after: Final = (*after, None, None)[:2]

    @property
    def next_to(self) -> tuple[str | None, str | None]:
        """The nearest word on each side."""
        return self.before[1], self.after[0]


def log_probabilities(model: WordModel, words: Sequence[str], around: Neighbours) -> tuple[float, float]:
    """The log probabilities of ``words`` given the words before them, and of the words after them given both."""
    before2, before = around.before
    own = following = 0.0
    for word in words:
        own += model.log_probability(word, before, before2)
        before2, before = before, word
    for after in around.after:
        if after is None:
            break
        following += model.log_probability(after, before, before2)
        before2, before = before, after
    return own, following


def association(model: WordModel, words: Sequence[str], around: Neighbours) -> float:
    """How much more probable ``words``, and the words after them, are in this place than apart.

    Pointwise mutual information in nats (Church and Hanks 1990), between -8 and 8.
    """
    alone, following_alone = log_probabilities(model, words, Neighbours())[0], _alone(model, around.after)
    own, following = log_probabilities(model, words, around)
    return max(-_BOUND, min(_BOUND, own - alone + following - following_alone))


def _alone(model: WordModel, words: Sequence[str | None]) -> float:
    return log_probabilities(model, (), Neighbours(after=words))[1]


def zipf_of_pair(model: WordModel, first: str, second: str) -> float:
    """The Zipf frequency of two words side by side."""
    alone = model.log_probability(first) + model.log_probability(second, first)
    return max(0.0, alone / _NATS + 9)


def load_word_model(language: str, zipf: Callable[[str], float]) -> WordModel:
    """The model of a language: trigrams for English, only word frequencies for other languages."""
    return _english() if language.startswith("en") else Frequencies(zipf)


@cache
def _english() -> Trigrams:
    """One model for all kinds of English, since it takes 30 MB."""
    from pocketsphinx import get_model_path  # noqa: PLC0415 - for English only

    return Trigrams(Path(get_model_path("en-us/en-us.lm.bin")))
