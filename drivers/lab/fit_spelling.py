"""Fit the spellchecker's weights: ``python -m drivers.lab.fit_spelling en|sv --data FOLDER``.

English is fitted on TOEFL-Spell (ETS, CC BY-SA 4.0) and Wikipedia's list of common misspellings (CC BY-SA), Swedish on
DaLAJ (Sprakbanken, CC BY 4.0); their licences allow the fitted weights to be shipped, with attribution.

The ranker is a conditional logit (McFadden 1974): the probability of a candidate among those found is the softmax
of its weighted features, with a Gaussian prior on the weights. Known pairs are counted without the pair's own text, so
that the weight for "this misspelling is known" is not learned from the very pair that is judged.
"""

import json
import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Final

import numpy as np
import typer
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from actors.phases.spellcheck.features import Features
from actors.phases.spellcheck.finder import CandidateFinder, known_features
from actors.phases.spellcheck.lexicon import Lexicon, load_lexicon
from actors.phases.spellcheck.ranker import Ranked, certainty_features, ranked
from actors.phases.spellcheck.word_model import load_word_model
from drivers.cli.options import MeasuringData
from drivers.lab.spelling_sets import Misspelling, dalaj, mitton_list, toefl_spell

Vector = NDArray[np.float64]
Known = Mapping[str, Mapping[str, float]]

FOLDS: Final = 5
_PRIOR_VARIANCE: Final = 2.0
_SMALLEST_WEIGHT: Final = 0.05
_SEED: Final = 7
PACKAGE_DATA: Final = Path(__file__).parent.parent.parent / "actors" / "phases" / "spellcheck" / "data"
ATTRIBUTION: Final = {
    "en": "Fitted on TOEFL-Spell (Educational Testing Service; CC BY-SA 4.0) and on Wikipedia's list of common "
    "misspellings as collected by R. Mitton (CC BY-SA); these weights are under CC BY-SA 4.0.",
    "sv": "Fitted on DaLAJ 2.0 (Sprakbanken Text, from the SweLL corpus; CC BY 4.0).",
}


def count_known(pairs: Iterable[Misspelling]) -> dict[str, Counter[str]]:
    """How often each misspelling had which correction."""
    known: dict[str, Counter[str]] = defaultdict(Counter)
    for pair in pairs:
        known[pair.word][pair.correction] += 1
    return known


@dataclass(frozen=True, slots=True)
class Question:
    """A misspelling with the candidates found for it, and the features of each."""

    pair: Misspelling
    candidates: Sequence[str]
    features: Sequence[Features]

    @property
    def answer(self) -> int | None:
        """The index of the right candidate, or None if it was not found."""
        return self.candidates.index(self.pair.correction) if self.pair.correction in self.candidates else None


def questions(pairs: Sequence[Misspelling], finder: CandidateFinder, known: Known) -> list[Question]:
    """A question for every pair, with ``known`` counted without the pair's own text."""
    own = Counter((pair.group, pair.word, pair.correction) for pair in pairs)
    find = cache(lambda word, corrections: finder.find(word, known=corrections))
    asked = []
    for pair in pairs:
        counts = known.get(pair.word, {})
        others = {
            correction: count - own[pair.group, pair.word, correction]
            for correction, count in counts.items()
            if count > own[pair.group, pair.word, correction]
        }
        found = find(pair.word, tuple(sorted(others)))
        said = [[*about, *known_features(others, candidate)] for candidate, about in found.items()]
        asked.append(Question(pair, list(found), said))
    return asked


class Ranking:
    """The weights of a conditional logit, fitted on questions."""

    def __init__(self, asked: Sequence[Question]) -> None:
        answered = [question for question in asked if question.answer is not None]
        self._names: dict[str, int] = {}
        table = self._table([said for question in answered for said in question.features], grow=True)
        starts = np.cumsum([0, *(len(question.candidates) for question in answered)])
        answers = starts[:-1] + np.array([question.answer for question in answered])
        self._weights = _fitted(table, starts, answers)

    def _table(self, features: Sequence[Features], *, grow: bool = False) -> csr_matrix:
        rows, columns, values = [], [], []
        for row, said in enumerate(features):
            for name, value in said:
                column = self._names.setdefault(name, len(self._names)) if grow else self._names.get(name)
                if column is not None:
                    rows.append(row)
                    columns.append(column)
                    values.append(value)
        return csr_matrix((values, (rows, columns)), shape=(len(features), len(self._names)))

    def scores(self, question: Question) -> Vector:
        """The score of each candidate of a question."""
        return np.asarray(self._table(question.features) @ self._weights, np.float64)

    def as_json(self) -> dict[str, float]:
        """The weights that matter, by feature."""
        weights = {name: round(float(self._weights[place]), 3) for name, place in self._names.items()}
        return {name: weight for name, weight in sorted(weights.items()) if abs(weight) >= _SMALLEST_WEIGHT}


def _fitted(table: csr_matrix, starts: NDArray[np.int64], answers: NDArray[np.int64]) -> Vector:
    lengths = np.diff(starts)

    def loss(weights: Vector) -> tuple[float, Vector]:
        scores = table @ weights
        scores = np.exp(scores - np.repeat(np.maximum.reduceat(scores, starts[:-1]), lengths))
        shares = scores / np.repeat(np.add.reduceat(scores, starts[:-1]), lengths)
        slope = shares.copy()
        slope[answers] -= 1
        prior = float(weights @ weights) / (2 * _PRIOR_VARIANCE)
        return prior - float(np.log(shares[answers]).sum()), table.T @ slope + weights / _PRIOR_VARIANCE

    fitted = minimize(loss, np.zeros(table.shape[1]), jac=True, method="L-BFGS-B", options={"maxiter": 200})
    return np.asarray(fitted.x, np.float64)


class Certainty:
    """A logistic model of whether replacing an unknown word by its first candidate is right."""

    def __init__(self, cases: Sequence[tuple[Features, bool]]) -> None:
        self._names = [name for name, _ in cases[0][0]]
        table = np.array([[value for _, value in said] for said, _ in cases])
        right = np.array([is_right for _, is_right in cases], np.float64)

        def loss(weights: Vector) -> tuple[float, Vector]:
            scores = table @ weights
            slope = 1 / (1 + np.exp(-scores)) - right
            value = np.logaddexp(0, scores).sum() - scores @ right + weights @ weights / 20
            return float(value), table.T @ slope + weights / 10

        fitted = minimize(loss, np.zeros(table.shape[1]), jac=True, method="L-BFGS-B")
        self._weights = np.asarray(fitted.x, np.float64)

    def as_json(self) -> dict[str, float]:
        """The weight of each feature."""
        return {name: round(float(weight), 3) for name, weight in zip(self._names, self._weights, strict=True)}


@dataclass(frozen=True, slots=True)
class Answer:
    """The ranked candidates for a question from a held-out text."""

    pair: Misspelling
    candidates: Sequence[Ranked]

    @property
    def rank(self) -> int | None:
        """The rank of the right candidate, from 0, or None if it was not found."""
        words = [candidate.word for candidate in self.candidates]
        return words.index(self.pair.correction) if self.pair.correction in words else None


def answers(ranking: Ranking, asked: Iterable[Question]) -> list[Answer]:
    """The candidates of each question, ranked."""
    return [
        Answer(question.pair, ranked(dict(zip(question.candidates, ranking.scores(question).tolist(), strict=True))))
        for question in asked
    ]


def cross_validated(
    pairs: Sequence[Misspelling], extra: Sequence[Misspelling], finder: CandidateFinder
) -> list[Answer]:
    """Answer every pair with weights and known pairs from other texts (five folds, split by text) and ``extra``."""
    groups = sorted({pair.group for pair in pairs})
    random.Random(_SEED).shuffle(groups)  # noqa: S311 - folds are no secret
    fold = {group: place % FOLDS for place, group in enumerate(groups)}
    found: list[Answer] = []
    for held_out in range(FOLDS):
        training = [*(pair for pair in pairs if fold[pair.group] != held_out), *extra]
        known = count_known(training)
        ranking = Ranking(questions(training, finder, known))
        asked = questions([pair for pair in pairs if fold[pair.group] == held_out], finder, known)
        found.extend(answers(ranking, asked))
    return found


def right_words(lexicon: Lexicon, foreign: Lexicon, count: int) -> list[str]:
    """Rare and foreign words, drawn by their frequency: right words that the checker must leave alone."""
    chance = np.random.default_rng(_SEED)
    rare = [word for word in lexicon.proposable() if 1.0 < lexicon.zipf(word) <= 3.5 and len(word) > 3]
    other = [word for word in foreign.proposable() if foreign.zipf(word) > 3.5 and not lexicon.knows(word)]
    chosen: list[str] = []
    for words, source in ((rare, lexicon), (other, foreign)):
        often = np.array([10 ** source.zipf(word) for word in words])
        chosen += chance.choice(words, min(count // 2, len(words)), replace=False, p=often / often.sum()).tolist()
    return chosen


def _certainty_cases(
    found: Sequence[Answer], left_alone: Sequence[Answer], lexicon: Lexicon
) -> list[tuple[Features, bool]]:
    return [
        (
            certainty_features(
                answer.pair.word,
                answer.candidates,
                word_zipf=lexicon.seen_zipf(answer.pair.word),
                first_zipf=lexicon.zipf(answer.candidates[0].word),
            ),
            answer.rank == 0,
        )
        for answer in (*found, *left_alone)
        if answer.candidates
    ]


def training_sets(language: str, data: Path) -> tuple[list[Misspelling], list[Misspelling]]:
    """The set that is cross-validated, and the set that is added to every training set."""
    folder = data / "spelling"
    if language == "sv":
        return dalaj(folder / "dalaj-sv-dev.jsonl"), []
    return toefl_spell(folder / "toefl-spell.tsv"), mitton_list(folder / "wikipedia.dat")


def top(found: Sequence[Answer], within: int) -> float:
    """The share of all misspellings whose correction is among the first ``within`` candidates."""
    return sum(answer.rank is not None and answer.rank < within for answer in found) / len(found)


def fit(language: str, data: Path) -> dict[str, Any]:
    """Fit the weights of a language; returns the content of its data file."""
    lexicon = load_lexicon(language)
    finder = CandidateFinder(lexicon, load_word_model(language, lexicon.zipf))
    pairs, extra = training_sets(language, data)
    found = cross_validated(pairs, extra, finder)
    typer.echo(f"{language}: {len(found)} pairs, cross-validated top-1 {top(found, 1):.4f}, top-5 {top(found, 5):.4f}")
    known = count_known([*pairs, *extra])
    ranking = Ranking(questions([*pairs, *extra], finder, known))
    foreign = load_lexicon("en" if language == "sv" else "sv")
    controls = [Misspelling(word, "", word) for word in right_words(lexicon, foreign, len(found))]
    left_alone = answers(ranking, questions(controls, finder, known))
    return {
        "attribution": ATTRIBUTION[language],
        "features": ranking.as_json(),
        "certainty": Certainty(_certainty_cases(found, left_alone, lexicon)).as_json(),
        "known_pairs": {word: dict(sorted(known[word].items())) for word in sorted(known) if not lexicon.knows(word)},
    }


def main(
    language: Annotated[str, typer.Argument(help="en or sv")],
    data: MeasuringData,
) -> None:
    """Fit a language's weights and write its data file."""
    path = PACKAGE_DATA / f"weights-{language}.json"
    path.write_text(json.dumps(fit(language, data), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    typer.echo(f"{path.name}: {path.stat().st_size} bytes")


if __name__ == "__main__":
    typer.run(main)
