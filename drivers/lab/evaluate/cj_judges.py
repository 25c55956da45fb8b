"""Compares the offline judges with people's scores, by prompt: untrained, trained on other prompts, length alone."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Final

import numpy as np
from scipy.special import expit

from actors.phases.cj_assessment.bradley_terry import Floats
from actors.phases.cj_assessment.feature_judge import UNTRAINED, JudgeWeights, WeightedFeature, scores_of, slope_for
from actors.phases.cj_assessment.features import Measure, measure_of
from actors.phases.cj_assessment.training import (
    Figures,
    ScoredEssay,
    figures_of,
    pair_differences,
    scored_essays,
    train,
)
from actors.phases.service import EssayTask, PhaseSettings
from contracts.texts import text_storage_id_of
from drivers.lab.evaluate.progress import shown

_FEWEST: Final = 5
"""Prompts with fewer essays are left out: nothing can be ranked in them."""
_LENGTH_VALIDITY: Final = 0.3
LENGTH_ONLY: Final = JudgeWeights(
    features=(WeightedFeature(name="log_words", weight=1, usual_sd=0.4),), score_sd=1, slope=slope_for(_LENGTH_VALIDITY)
)


@dataclass(frozen=True, slots=True)
class Bin:
    """Pairs for which a judge stated about the same probability, and the share in which it was right."""

    stated: float
    right: float
    pairs: int


@dataclass(frozen=True, slots=True)
class JudgeReport:
    """A judge's figures by prompt, and its calibration over all pairs of essays on the same prompt."""

    judge: str
    prompts: tuple[Figures, ...]
    calibration: tuple[Bin, ...]

    def mean(self, figure: str) -> float:
        """The mean of a figure over all prompts."""
        return float(np.mean([getattr(prompt, figure) for prompt in self.prompts]))


def read_essays(path: Path) -> list[ScoredEssay]:
    """The scored essays of the ELLIPSE table, measured."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = [*csv.DictReader(file)]
    return scored_essays([_measured(row) for row in shown(rows, "Measuring essays")])


def _measured(row: Mapping[str, str]) -> tuple[Measure, float, str]:
    text = row["full_text"]
    settings = PhaseSettings(language="en", essay_instructions=row["prompt"])
    task = EssayTask(row["text_id"], text_storage_id_of(text), text, settings)
    return measure_of(task), float(row["overall"]), row["prompt"]


def judge_reports(essays: Sequence[ScoredEssay]) -> list[JudgeReport]:
    """Reports on the three judges; the trained one is fitted for every prompt without that prompt's essays."""
    prompts = _by_prompt(essays)
    trained = train(essays).without
    return [
        _report("untrained", prompts, dict.fromkeys(prompts, UNTRAINED)),
        _report("trained, prompt held out", prompts, trained),
        _report("length only", prompts, dict.fromkeys(prompts, LENGTH_ONLY)),
    ]


def _report(
    judge: str, prompts: Mapping[str, Sequence[ScoredEssay]], weights: Mapping[str, JudgeWeights]
) -> JudgeReport:
    judged = {prompt: group for prompt, group in prompts.items() if prompt in weights}
    figures = tuple(figures_of(weights[prompt], group, prompt) for prompt, group in judged.items())
    differences = np.concatenate([_differences(weights[prompt], group) for prompt, group in judged.items()])
    return JudgeReport(judge, figures, calibration(differences))


def calibration(differences: Floats) -> tuple[Bin, ...]:
    """Stated against actual probability in ten ranges, from the logits by which a judge placed better essays first."""
    stated, right = expit(np.abs(differences)), differences > 0
    edges = [*np.linspace(0.5, 1.0, 11)[:-1], np.inf]  # a probability may be so close to 1 that it is rounded to it
    inside = [(stated >= low) & (stated < high) for low, high in pairwise(edges)]
    return tuple(Bin(float(stated[i].mean()), float(right[i].mean()), int(i.sum())) for i in inside if i.any())


def _differences(weights: JudgeWeights, essays: Sequence[ScoredEssay]) -> Floats:
    scores = scores_of(weights, [essay.features for essay in essays])
    return pair_differences(scores, np.array([essay.score for essay in essays]))


def _by_prompt(essays: Sequence[ScoredEssay]) -> dict[str, list[ScoredEssay]]:
    groups: dict[str, list[ScoredEssay]] = {}
    for essay in essays:
        groups.setdefault(essay.prompt, []).append(essay)
    return {prompt: group for prompt, group in sorted(groups.items()) if len(group) >= _FEWEST}
