"""The offline judges beside people's scores, by prompt: untrained, trained on other prompts, length alone."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Final

import numpy as np
from scipy.special import expit

from actors.phases.cj_assessment.bradley_terry import Floats
from actors.phases.cj_assessment.feature_judge import UNTRAINED, JudgeWeights, WeightedFeature, scores_of, slope_for
from actors.phases.cj_assessment.features import features_of
from actors.phases.cj_assessment.training import Figures, ScoredEssay, figures_of, pair_differences, train
from actors.phases.service import EssayTask, PhaseSettings
from contracts.texts import text_storage_id_of

_FEWEST: Final = 5
"""Prompts with fewer essays are left out: nothing can be ranked in them."""
_LENGTH_VALIDITY: Final = 0.3
LENGTH_ONLY: Final = JudgeWeights(
    features=(WeightedFeature(name="log_words", weight=1, usual_sd=0.4),), score_sd=1, slope=slope_for(_LENGTH_VALIDITY)
)


@dataclass(frozen=True, slots=True)
class JudgeReport:
    """A judge's figures by prompt. ``curve`` is of the untrained judge: stated probability, share right, pairs."""

    judge: str
    prompts: tuple[Figures, ...]

    def mean(self, figure: str) -> float:
        """A figure's mean over prompts."""
        return float(np.mean([getattr(prompt, figure) for prompt in self.prompts]))


def read_essays(path: Path) -> list[ScoredEssay]:
    """The scored essays of the ELLIPSE table, measured."""
    with path.open(encoding="utf-8", newline="") as file:
        return [_measured(row) for row in csv.DictReader(file)]


def _measured(row: Mapping[str, str]) -> ScoredEssay:
    text = row["full_text"]
    settings = PhaseSettings(language="en", essay_instructions=row["prompt"])
    task = EssayTask(row["text_id"], text_storage_id_of(text), text, settings)
    return ScoredEssay(features_of(task), float(row["overall"]), row["prompt"])


def judge_reports(essays: Sequence[ScoredEssay]) -> list[JudgeReport]:
    """The three judges. The trained one is fitted anew for every prompt, without it."""
    trained = train(essays).held_out
    return [
        JudgeReport("untrained", tuple(_each_prompt(UNTRAINED, essays))),
        JudgeReport("trained, prompt held out", tuple(figures for figures in trained if figures.essays >= _FEWEST)),
        JudgeReport("length only", tuple(_each_prompt(LENGTH_ONLY, essays))),
    ]


def _each_prompt(weights: JudgeWeights, essays: Sequence[ScoredEssay]) -> Iterator[Figures]:
    for prompt, group in _by_prompt(essays).items():
        yield figures_of(weights, group, prompt)


def calibration(essays: Sequence[ScoredEssay], weights: JudgeWeights = UNTRAINED) -> list[tuple[float, float, int]]:
    """How often the more probable essay of a pair was the better: stated, actual, pairs, by range of the stated."""
    differences = np.concatenate([_differences(weights, group) for group in _by_prompt(essays).values()])
    stated, right = expit(np.abs(differences)), differences > 0
    bounds = np.linspace(0.5, 1.0, 11)
    inside = [(stated >= low) & (stated < high) for low, high in pairwise(bounds)]
    return [(float(stated[i].mean()), float(right[i].mean()), int(i.sum())) for i in inside if i.any()]


def _differences(weights: JudgeWeights, essays: Sequence[ScoredEssay]) -> Floats:
    scores = scores_of(weights, [essay.features for essay in essays])
    return pair_differences(scores, np.array([essay.score for essay in essays]))


def _by_prompt(essays: Sequence[ScoredEssay]) -> dict[str, list[ScoredEssay]]:
    groups: dict[str, list[ScoredEssay]] = {}
    for essay in essays:
        groups.setdefault(essay.prompt, []).append(essay)
    return {prompt: group for prompt, group in sorted(groups.items()) if len(group) >= _FEWEST}
