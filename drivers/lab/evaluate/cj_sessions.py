"""Compares the fit with published fits of real sessions (Kinnear, Jones and Davies 2025, who used R's sirt)."""

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from actors.phases.cj_assessment.bradley_terry import Comparisons, fit_btm
from actors.phases.cj_assessment.diagnostics import item_fit, separation_reliability


@dataclass(frozen=True, slots=True)
class Parity:
    """The largest differences from the published fit of one session."""

    session: str
    items: int
    decisions: int
    ssr: float
    ssr_difference: float
    theta_difference: float
    se_difference: float
    infit_difference: float
    outfit_difference: float


def parities(folder: Path) -> list[Parity]:
    """Fit every session of a folder as it was fitted for publication, and compare."""
    published = {row["session"]: float(row["ssr"]) for row in _rows(folder / "published_ssr.csv")}
    sessions = sorted(path.name.removesuffix(".decisions.csv") for path in folder.glob("*.decisions.csv"))
    return [_parity(folder, session, published[session]) for session in sessions]


def read_session(path: Path) -> tuple[list[str], Comparisons]:
    """The items, in alphabetical order, and the decisions of one session."""
    rows = _rows(path)
    items = sorted({row[column] for row in rows for column in ("candidate_chosen", "candidate_not_chosen")})
    place = {item: index for index, item in enumerate(items)}
    chosen = np.array([place[row["candidate_chosen"]] for row in rows], dtype=np.intp)
    other = np.array([place[row["candidate_not_chosen"]] for row in rows], dtype=np.intp)
    return items, Comparisons(len(items), chosen, other, np.ones(len(rows)))


def _parity(folder: Path, session: str, published_ssr: float) -> Parity:
    items, comparisons = read_session(folder / f"{session}.decisions.csv")
    published = {row["individual"]: row for row in _rows(folder / f"{session}.published.csv")}
    fit = fit_btm(comparisons)
    mean_squares = item_fit(comparisons, fit.theta)
    ssr = separation_reliability(fit.theta, fit.se) or 0.0

    def off(values: np.ndarray[tuple[int], np.dtype[np.float64]], column: str) -> float:
        return float(np.abs(values - [float(published[item][column]) for item in items]).max())

    return Parity(
        session=session,
        items=len(items),
        decisions=len(comparisons.share),
        ssr=ssr,
        ssr_difference=abs(ssr - published_ssr),
        theta_difference=off(fit.theta, "theta"),
        se_difference=off(fit.se, "se.theta"),
        infit_difference=off(mean_squares.infit, "infit"),
        outfit_difference=off(mean_squares.outfit, "outfit"),
    )


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))
