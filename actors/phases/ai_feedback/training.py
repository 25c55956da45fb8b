"""Fits a ``TraitModel`` to essays that a user has scored: ridge regression on all measures (Hoerl and Kennard 1970).

``python -m actors.phases.ai_feedback.training scores.csv model.json``. The table has a column ``text``, and one for
each trait that was scored (``cohesion``, ``syntax``, ``vocabulary``, ``phraseology``, ``grammar``, ``conventions``;
1 to 5). The JSON of the model is then given to a batch as the phase's option ``trait_model``.
"""

import csv
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Final

import numpy as np
import numpy.typing as npt
import typer

from actors.phases.ai_feedback.evidence import evidence_of
from actors.phases.ai_feedback.measures import measures_of
from actors.phases.ai_feedback.traits import TraitModel, TraitWeights, log_scaled
from actors.phases.service import EssayTask, PhaseSettings
from contracts.results.ai_feedback import Trait
from contracts.texts import text_storage_id_of

PENALTY: Final = 300.0
"""Ridge penalty for standardised measures, so that none dominates with about 100 measures and 100 essays."""
_FOLDS: Final = 10

Matrix = npt.NDArray[np.float64]


def fit(measures: Sequence[Mapping[str, float]], scores: Sequence[Mapping[Trait, float]], language: str) -> TraitModel:
    """Fit every trait for which all essays have a score.

    ``residual_sd`` is the standard deviation of the residuals of held-out essays (ten folds).

    Raises:
        ValueError: there are fewer than 30 essays, or no trait has a score for every essay.
    """
    traits = [trait for trait in Trait if scores and all(trait in one for one in scores)]
    if len(measures) < 30 or not traits:
        raise ValueError("a fit needs at least 30 essays, and a trait that is scored in each of them")
    names = tuple(sorted(set.intersection(*(set(one) for one in measures))))
    raw = np.array([[log_scaled(one[name]) for name in names] for one in measures])
    means, sds = raw.mean(axis=0), np.maximum(raw.std(axis=0), 1e-6)
    standard = np.clip((raw - means) / sds, -4, 4)
    return TraitModel(
        language=language,
        essays=len(measures),
        measures=names,
        means=tuple(means.tolist()),
        sds=tuple(sds.tolist()),
        traits={trait: _fitted(standard, np.array([one[trait] for one in scores])) for trait in traits},
    )


def _fitted(standard: Matrix, target: Matrix) -> TraitWeights:
    fold = np.arange(len(target)) % _FOLDS
    residuals = np.empty_like(target)
    for held in range(_FOLDS):
        seen = fold != held
        weights = _ridge(standard[seen], target[seen])
        residuals[~seen] = target[~seen] - target[seen].mean() - standard[~seen] @ weights
    return TraitWeights(
        intercept=float(target.mean()),
        weights=tuple(_ridge(standard, target).tolist()),
        residual_sd=max(float(residuals.std()), 1e-3),
    )


def _ridge(standard: Matrix, target: Matrix) -> Matrix:
    gram = standard.T @ standard + PENALTY * np.eye(standard.shape[1])
    return np.asarray(np.linalg.solve(gram, standard.T @ (target - target.mean())))


def measures_of_text(text: str, language: str) -> dict[str, float]:
    """The measures of a text by itself, as the feedback phase computes them."""
    task = EssayTask("training", text_storage_id_of(text), text, PhaseSettings(language=language))
    return measures_of(task, language, evidence_of(task, language))


def _read(table: Path) -> tuple[list[str], list[dict[Trait, float]]]:
    with table.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    scored = [{trait: float(row[trait]) for trait in Trait if row.get(trait)} for row in rows]
    return [row["text"] for row in rows], scored


def main(table: Annotated[Path, typer.Argument(exists=True)], model: Path, language: str = "en") -> None:
    """Fit a model to the essays of TABLE and write it to MODEL."""
    texts, scores = _read(table)
    fitted = fit([measures_of_text(text, language) for text in texts], scores, language)
    model.write_text(fitted.model_dump_json(indent=1), encoding="utf-8")
    sys.stdout.write(f"{fitted.essays} essays, traits: {', '.join(fitted.traits)}\n")


if __name__ == "__main__":
    csv.field_size_limit(10_000_000)
    typer.run(main)
