"""The few figures of each phase that fit a table: a column for each, absent where the phase did not run.

A stored result may be of another version of its phase: what it lacks is left out.
"""

from collections.abc import Mapping
from typing import Any

from contracts.phases import PhaseName


def figures_of(results: Mapping[str, Any]) -> dict[str, Any]:
    """An essay's key figures from its results (as JSON, by phase)."""
    figures: dict[str, Any] = {}
    for phase, result in results.items():
        figures.update(_FIGURES[PhaseName(phase)](result) if PhaseName(phase) in _FIGURES else {})
    return figures


def _spellcheck(result: Mapping[str, Any]) -> dict[str, Any]:
    corrections = result.get("corrections")
    if corrections is None:
        return {}
    applied = sum(correction["applied"] for correction in corrections)
    return {"corrected": applied, "suggested": len(corrections) - applied}


def _cj_assessment(result: Mapping[str, Any]) -> dict[str, Any]:
    names = {"rank": "rank", "theta": "theta", "se": "theta_se"}
    return {shown: _rounded(result[name]) for name, shown in names.items() if name in result}


def _nlp(result: Mapping[str, Any]) -> dict[str, Any]:
    metrics = result.get("metrics", {})
    return {name: _rounded(metrics[name]) for name in _METRICS if name in metrics}


_METRICS = ("words_count", "mtld", "flesch_reading_ease", "lix")


def _ai_feedback(result: Mapping[str, Any]) -> dict[str, Any]:
    if "analysis" not in result:
        return {}
    bands = [trait["band"] for trait in result["analysis"]["traits"] if trait["band"] is not None]
    work_on = ", ".join(point["title"] for point in result["analysis"]["work_points"])
    return {"band": _rounded(sum(bands) / len(bands)) if bands else None, "work_on": work_on}


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 2) or 0  # never minus zero


_FIGURES = {
    PhaseName.SPELLCHECK: _spellcheck,
    PhaseName.CJ_ASSESSMENT: _cj_assessment,
    PhaseName.NLP: _nlp,
    PhaseName.AI_FEEDBACK: _ai_feedback,
}
