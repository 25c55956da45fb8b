"""Ranks the candidates for a misspelling, and says how certain the first of them is."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Final

from actors.phases.spellcheck.features import Features

_LARGEST_ODDS: Final = 8.0


@dataclass(frozen=True, slots=True)
class Ranked:
    """A candidate with its log-linear score and its probability among the candidates found."""

    word: str
    score: float
    probability: float


@dataclass(frozen=True, slots=True)
class Weights:
    """A fitted model, as ``drivers.lab.fit_spelling`` writes it.

    ``features`` are the weights for ranking candidates, ``certainty`` those for deciding whether to change the text,
    and ``known_pairs`` has the counts of known misspellings with their corrections.
    """

    features: Mapping[str, float]
    certainty: Mapping[str, float]
    known_pairs: Mapping[str, Mapping[str, float]]

    @classmethod
    def load(cls, language: str) -> "Weights":
        """The weights that ship for ``en`` or ``sv``."""
        path = files(__package__) / "data" / f"weights-{language}.json"
        data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return cls(data["features"], data["certainty"], data["known_pairs"])

    def score(self, features: Features) -> float:
        """The log-linear score of a candidate with these features."""
        return weighted(self.features, features)


def weighted(weights: Mapping[str, float], features: Features) -> float:
    """The weighted sum of the features' values; a feature without a weight counts nothing."""
    return sum(weights.get(name, 0.0) * value for name, value in features)


def ranked(scores: Mapping[str, float]) -> list[Ranked]:
    """The candidates, the highest score first, each with its probability (softmax)."""
    if not scores:
        return []
    best = max(scores.values())
    powers = {word: math.exp(score - best) for word, score in scores.items()}
    total = sum(powers.values())
    ordered = sorted(scores, key=lambda word: (-scores[word], word))
    return [Ranked(word, scores[word], powers[word] / total) for word in ordered]


def certainty_features(word: str, candidates: Sequence[Ranked], *, word_zipf: float, first_zipf: float) -> Features:
    """Evidence for replacing ``word`` by the first of its candidates, rather than leaving it alone."""
    first = candidates[0]
    odds = math.log(max(first.probability, 1e-9) / max(1 - first.probability, 1e-9))
    return [
        ("bias", 1.0),
        ("odds of the first", max(-_LARGEST_ODDS, min(_LARGEST_ODDS, odds))),
        ("score of the first", first.score),
        ("frequency of the first", first_zipf),
        ("frequency of the word", word_zipf),
        ("length", float(min(len(word), 12))),
        ("split", float(" " in first.word)),
    ]


def certainty(weights: Weights, features: Features) -> float:
    """The probability that the replacement is right (logistic)."""
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, weighted(weights.certainty, features)))))
