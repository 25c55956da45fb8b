"""How many places tricks gain an essay with the offline judge: some essays of a class are tricked, one at a time.

Added words that say nothing must not gain a place; removed correctness must lose some.
"""

import csv
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from typing import Final

import numpy as np

from actors.phases.cj_assessment.feature_judge import UNTRAINED, scores_of
from actors.phases.cj_assessment.features import Measure, measure_of
from actors.phases.cj_assessment.in_class import SENTENCES, features_in_class
from actors.phases.cj_assessment.posterior import ranks_of
from actors.phases.service import EssayTask, PhaseSettings
from contracts.texts import text_storage_id_of
from drivers.lab.evaluate.trick_texts import HELD_BACK, LOOKED_AT, Padding
from drivers.lab.evaluate.tricks import Setting, tricks

LOOKED_AT_CLASSES: Final = (
    "Success and failure",
    "Cell phones at school",
    "Year-round school",
    "Being busy",
    "First impressions",
    "Controlling extracurricular involvement",
)
"""Tasks of the classes that were used to make the judge resist tricks."""
HELD_BACK_CLASSES: Final = (
    "Trying something beyond what you have mastered",
    "Four-day work week",
    "Working with a group or alone",
    "Extended school day",
    "Places to visit",
    "Praising student work",
)
"""Tasks of the classes that are only used for measuring."""
_UNRELATED: Final = ("Spending time outdoors", "Internships and shadowing", "Summer projects")
"""Tasks of no class here, from which good essays on an unrelated subject are taken."""
_GOOD: Final = 4.0
_CLASS: Final = 30
_KEYWORDS: Final = 12

Measuring = Callable[[str, str], Measure]
"""Returns the measure of a text, given the text and its task."""


@dataclass(frozen=True, slots=True)
class Class:
    """The essays of a class by name, their task, and good essays on unrelated subjects."""

    task: str
    texts: Mapping[str, str]
    unrelated: Sequence[str]
    padding: Padding = LOOKED_AT


@dataclass(frozen=True, slots=True)
class TrickReport:
    """Places gained by tricked essays: the mean, the largest gain, the share that gained any, and the mean by class."""

    trick: str
    essays: int
    mean_gain: float
    largest_gain: int
    share_gaining: float
    by_class: Mapping[str, float]


def classes_of(path: Path, *, held_back: bool) -> list[Class]:
    """Classes of thirty from the ELLIPSE table; those held back have padding of their own."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = [*csv.DictReader(file)]
    unrelated = [row["full_text"] for row in rows if row["prompt"] in _UNRELATED and float(row["overall"]) >= _GOOD]
    return [
        Class(
            prompt,
            {row["text_id"]: row["full_text"] for row in islice((r for r in rows if r["prompt"] == prompt), _CLASS)},
            unrelated,
            HELD_BACK if held_back else LOOKED_AT,
        )
        for prompt in (HELD_BACK_CLASSES if held_back else LOOKED_AT_CLASSES)
    ]


def measured(text: str, task: str) -> Measure:
    """The measure of an English text."""
    settings = PhaseSettings(language="en", essay_instructions=task)
    return measure_of(EssayTask("essay", text_storage_id_of(text), text, settings))


def trick_reports(classes: Iterable[Class], every: int = 3, measuring: Measuring = measured) -> list[TrickReport]:
    """Reports on every trick, applied to each ``every``-th essay of the classes, one at a time."""
    gains: dict[str, dict[str, list[int]]] = {}
    for one in classes:
        for name, gain in _gains(one, every, measuring):
            gains.setdefault(name, {}).setdefault(one.task, []).append(gain)
    return [_report(name, by_class) for name, by_class in gains.items()]


def _report(trick: str, by_class: Mapping[str, Sequence[int]]) -> TrickReport:
    gains = np.concatenate([*by_class.values()])
    means = {task: float(np.mean(found)) for task, found in by_class.items()}
    return TrickReport(trick, len(gains), float(gains.mean()), int(gains.max()), float((gains > 0).mean()), means)


def _gains(one: Class, every: int, measuring: Measuring) -> Iterator[tuple[str, int]]:
    texts = [text for _, text in sorted(one.texts.items())]
    measures = [measuring(text, one.task) for text in texts]
    before, keywords = _ranks(measures), _keywords(measures)
    for place, unrelated in zip(range(0, len(texts), every), cycle(one.unrelated), strict=False):
        setting = Setting(one.task, unrelated, keywords, one.padding)
        for name, trick in tricks(setting).items():
            tricked = [*measures]
            tricked[place] = measuring(trick(texts[place]), one.task)
            yield name, before[place] - _ranks(tricked)[place]


def _ranks(measures: Sequence[Measure]) -> Sequence[int]:
    return [int(rank) for rank in ranks_of(scores_of(UNTRAINED, features_in_class(measures)))]


def _keywords(measures: Sequence[Measure]) -> list[str]:
    """The content words that the most texts of a class have."""
    used = Counter(word for one in measures for word in {w for sentence in one[SENTENCES] for w in sentence["content"]})
    return sorted(used, key=lambda word: (-used[word], word))[:_KEYWORDS]
