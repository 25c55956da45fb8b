"""The few figures of each phase that fit a table: a column for each, absent where the phase did not run.

A stored result may be of another version of its phase: what it lacks is left out.
"""

from collections.abc import Callable, Mapping
from typing import Any

from contracts.phase_registry import PhaseNotInstalled, definition_of
from contracts.phases import PhaseName


def figures_of(results: Mapping[str, Any]) -> dict[str, Any]:
    """An essay's key figures from its results (as JSON, by phase)."""
    figures: dict[str, Any] = {}
    for phase, result in results.items():
        built_in = _FIGURES.get(phase)
        figures.update(_of_added(phase, result) if built_in is None else built_in(result))
    return figures


def _of_added(phase: str, result: Mapping[str, Any]) -> Mapping[str, Any]:
    """Those that a phase's definition chooses, under the phase's name; none where it is not installed here."""
    try:
        figures = definition_of(PhaseName(phase)).figures
    except (PhaseNotInstalled, ValueError):
        return {}
    if isinstance(figures, tuple):
        return {f"{phase}_{name}": result[name] for name in figures if name in result}
    return figures(result)


def _spellcheck(result: Mapping[str, Any]) -> dict[str, Any]:
    corrections = result.get("corrections")
    if corrections is None:
        return {}
    applied = sum(correction["applied"] for correction in corrections)
    return {"corrected": applied, "suggested": len(corrections) - applied}


def _cj_assessment(result: Mapping[str, Any]) -> dict[str, Any]:
    names = {"rank": "rank", "theta": "theta", "se": "theta_se"}
    between = result.get("rank_interval")
    ranks = {"rank_range": f"{between['best']}–{between['worst']}"} if between else {}
    return {shown: _rounded(result[name]) for name, shown in names.items() if name in result} | ranks


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


_FIGURES: dict[str, Callable[[Mapping[str, Any]], Mapping[str, Any]]] = {
    PhaseName.SPELLCHECK: _spellcheck,
    PhaseName.CJ_ASSESSMENT: _cj_assessment,
    PhaseName.NLP: _nlp,
    PhaseName.AI_FEEDBACK: _ai_feedback,
}
