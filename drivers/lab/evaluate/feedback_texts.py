"""Reads each essay once, and measures the students' texts: how they read, and how much they repeat within a class."""

import csv
import re
import statistics
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from pydantic import BaseModel

from actors.phases.ai_feedback.evidence import seen_in
from actors.phases.ai_feedback.offline import Feedback, offline_feedback, read
from actors.phases.nlp import measure, measured
from contracts.results.ai_feedback import Trait
from drivers.lab.evaluate.evidence import Map, task
from drivers.lab.evaluate.progress import shown

_COLUMNS: Final = {Trait.LANGUAGE: "overall"}
"""Traits that have another name in ELLIPSE."""
_CLASS: Final = 30
_SPELLING: Final = "spelling"


@dataclass(frozen=True, slots=True)
class Essay:
    """An essay with its scores and its feedback."""

    prompt: str
    text: str
    scores: dict[Trait, float]
    feedback: Feedback
    cpu_seconds: float

    @property
    def measures(self) -> dict[str, float]:
        """The measures that bands are computed from."""
        return self.feedback.analysis.figures


class TextFigures(BaseModel):
    """Figures of the students' texts: how they read, whether they differ, and the CPU time per essay."""

    essays: int
    distinct: int
    words: float
    flesch_kincaid_grade: float
    quotations_in_the_essay: float
    cpu_seconds_per_essay: float
    cpu_seconds_at_most: float


class ClassFigures(BaseModel):
    """The share of a class that hears the most common item of each kind: the mean, and the worst class.

    For rules and examples of spelling, too, the share is of the whole class.
    """

    classes: int
    mean: dict[str, float]
    worst: dict[str, float]
    commonest: dict[str, str]


def essays_in(table: Path, each: Map = map) -> list[Essay]:
    """The essays of ELLIPSE, each with its feedback; ``each`` may read several in parallel."""
    csv.field_size_limit(10_000_000)
    with table.open(encoding="utf-8", newline="") as file:
        rows = [*csv.DictReader(file)]
    return [*shown(each(_essay, rows), "Reading essays", len(rows))]


def _essay(row: dict[str, str]) -> Essay:
    scores = {trait: float(row[_COLUMNS.get(trait, trait)]) for trait in Trait}
    return _with_feedback(row["prompt"], row["full_text"], scores)


def _with_feedback(prompt: str, text: str, scores: dict[Trait, float]) -> Essay:
    started = time.process_time()
    given = task(text, prompt)
    seen = seen_in(given, "en")
    feedback = offline_feedback(given, read(given, "en", seen), seen.evidence)
    return Essay(prompt, text, scores, feedback, time.process_time() - started)


def text_figures(essays: Sequence[Essay]) -> TextFigures:
    """Figures of some essays' texts; the first essay's time is left out, as it includes loading models."""
    texts = [essay.feedback.student_text for essay in essays]
    quoted = [quote in one.text for one in essays for quote in re.findall(r"“([^“”]+)”", one.feedback.student_text)]
    seconds = [essay.cpu_seconds for essay in essays[1:]]
    return TextFigures(
        essays=len(essays),
        distinct=len(set(texts)),
        words=round(statistics.mean(len(text.split()) for text in texts), 1),
        flesch_kincaid_grade=round(
            statistics.mean(measured(measure(text, "en"))["flesch_kincaid_grade"] for text in texts), 2
        ),
        quotations_in_the_essay=statistics.mean(quoted),
        cpu_seconds_per_essay=round(statistics.mean(seconds), 4),
        cpu_seconds_at_most=round(float(np.max(seconds)), 4),
    )


def classes_of(essays: Sequence[Essay]) -> Iterator[list[Essay]]:
    """Classes of thirty essays on the same prompt, in order; a remainder of fewer is left out."""
    for prompt in sorted({essay.prompt for essay in essays}):
        same = [essay for essay in essays if essay.prompt == prompt]
        yield from (same[start : start + _CLASS] for start in range(0, len(same) - _CLASS + 1, _CLASS))


def class_figures(classes: Sequence[Sequence[Essay]]) -> ClassFigures:
    """How much the texts within each class repeat."""
    commonest = [{kind: _commonest(kind, essays) for kind in ("praise", "lesson", *_OF_SPELLING)} for essays in classes]
    kinds = commonest[0].keys()
    return ClassFigures(
        classes=len(classes),
        mean={kind: round(statistics.mean(one[kind][1] for one in commonest), 2) for kind in kinds},
        worst={kind: round(max(one[kind][1] for one in commonest), 2) for kind in kinds},
        commonest={kind: Counter(one[kind][0] for one in commonest).most_common(1)[0][0] for kind in kinds},
    )


_OF_SPELLING: Final = ("rule of spelling", "example")


def _commonest(kind: str, essays: Sequence[Essay]) -> tuple[str, float]:
    said = Counter(one for essay in essays for one in set(_said(kind, essay)))
    what, times = said.most_common(1)[0] if said else ("", 0)
    return what, times / len(essays)


def _said(kind: str, essay: Essay) -> Iterator[str]:
    analysis = essay.feedback.analysis
    if kind == "praise":
        yield from (strength.topic for strength in analysis.strengths)
        return
    for point in analysis.work_points:
        if kind == "lesson":
            yield point.topic
        elif kind == "example":
            yield point.example
        elif point.topic == _SPELLING:
            yield point.rule
