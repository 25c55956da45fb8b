"""Figures of comparative judgement: the fit's parity, the offline judges, tricks, the efficiency curve, calibration.

Tricks are tried in twelve classes of thirty. Six of them, with the words that are put between their sentences, were
used while the judge was made; the other six have other words, and show how it fares with what it was not made for.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from itertools import starmap
from pathlib import Path
from typing import Any, Final

from rich.console import Console
from rich.table import Table

from drivers.lab.evaluate.cj_judges import Bin, JudgeReport, judge_reports, read_essays
from drivers.lab.evaluate.cj_sessions import Parity, parities
from drivers.lab.evaluate.cj_simulation import GradeCalibration, Point, efficiency, grade_calibration
from drivers.lab.evaluate.cj_tricks import TrickReport, classes_of, trick_reports
from drivers.lab.evaluate.progress import shown

DIAGRAM: Final = Path("cj-reliability-diagram.svg")
_SIZE: Final = 360
_COLOURS: Final = ("#2b6cb0", "#2f855a", "#c05621")


def run(data: Path, as_json: bool) -> int:
    """Print all figures there is data for, as tables (with a reliability diagram, an SVG file) or as JSON."""
    sessions, scored = data / "cj_sessions", data / "ellipse" / "essays.csv"
    missing = [str(path) for path in (sessions, scored) if not path.exists()]
    found_sessions = parities(sessions) if sessions.exists() else []
    essays = read_essays(scored) if scored.exists() else []
    judges = judge_reports(essays) if essays else []
    classes = {held: classes_of(scored, held_back=held) for held in (False, True) if scored.exists()}
    tricks = {held: trick_reports(shown(these, "Trying tricks")) for held, these in classes.items()}
    points, grades = efficiency(), grade_calibration()
    if as_json:
        everything = {
            "missing": missing,
            "parity": [asdict(row) for row in found_sessions],
            "judges": [asdict(report) for report in judges],
            "tricks": [asdict(report) | {"held_back": held} for held in tricks for report in tricks[held]],
            "efficiency": [asdict(point) for point in points],
            "grades": [asdict(row) for row in grades],
        }
        print(json.dumps(everything, indent=1))
        return 0
    console = Console()
    for path in missing:
        console.print(f"Not measured, there is no {path}.")
    tables = (_parity_table(found_sessions), *map(_judge_table, judges), *starmap(_trick_table, tricks.items()))
    _print(console, (*tables, _points(points), _grades(grades)))
    if judges:
        DIAGRAM.write_text(reliability_diagram(judges), encoding="utf-8")
        console.print(f"Reliability diagram of the judges: {DIAGRAM}")
    return 0


def _print(console: Console, tables: Iterable[Table]) -> None:
    for table in tables:
        if table.row_count:
            console.print(table)


def _table(title: str, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> Table:
    table = Table(*header, title=title)
    for row in rows:
        table.add_row(*(f"{cell:.3f}" if isinstance(cell, float) else str(cell) for cell in row))
    return table


def _parity_table(rows: Sequence[Parity]) -> Table:
    header = ("session", "items", "decisions", "SSR", "off by", "theta off", "SE off", "infit off", "outfit off")
    title = "Parity with published fits (largest differences)"
    return _table(title, header, (tuple(asdict(row).values()) for row in rows))


def _judge_table(report: JudgeReport) -> Table:
    header = ("prompt", "essays", "Spearman", "right pairs", "log loss")
    mean = ("mean", "", report.mean("spearman"), report.mean("pair_accuracy"), report.mean("log_loss"))
    rows = [tuple(asdict(prompt).values()) for prompt in report.prompts]
    return _table(f"Judge: {report.judge}", header, [*rows, mean])


def _trick_table(held_back: bool, rows: Sequence[TrickReport]) -> Table:
    header = ("trick", "essays", "mean gain", "largest", "share gaining", "mean gain by class")
    title = f"Places gained by tricks in classes of 30 {'held back' if held_back else 'looked at'}, untrained judge"
    lines = (
        (row.trick, row.essays, row.mean_gain, row.largest_gain, row.share_gaining, _by_class(row)) for row in rows
    )
    return _table(title, header, lines)


def _by_class(row: TrickReport) -> str:
    return " ".join(f"{gain:+.1f}" for gain in row.by_class.values())


def _points(points: Sequence[Point]) -> Table:
    header = ("pairing", "SD of theta", "rounds", "comparisons/essay", "true r2", "SSR", "posterior reliability")
    return _table("Efficiency, 30 essays", header, (tuple(asdict(point).values()) for point in points))


def _grades(rows: Sequence[GradeCalibration]) -> Table:
    header = ("confidence from", "to", "grades", "stated", "right")
    return _table("Grades from 6 anchors, 10 rounds", header, (tuple(asdict(row).values()) for row in rows))


def reliability_diagram(judges: Sequence[JudgeReport]) -> str:
    """Stated against actual probability, as an SVG picture: both axes from 0.5 to 1, a dot's area by its pairs."""
    frame = f'<rect width="{_SIZE}" height="{_SIZE}" fill="white" stroke="#888"/>'
    line = f'<line x1="0" y1="{_SIZE}" x2="{_SIZE}" y2="0" stroke="#888" stroke-dasharray="4"/>'
    text = '<text x="8" y="18" font-size="12">share right by stated probability, both 0.5 to 1</text>'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" width="{_SIZE}" height="{_SIZE}" font-family="sans-serif">'
    series = (_series(report, number) for number, report in enumerate(judges))
    return f"{head}{frame}{line}{text}{''.join(series)}</svg>\n"


def _series(report: JudgeReport, number: int) -> str:
    colour = _COLOURS[number % len(_COLOURS)]
    most = max(found.pairs for found in report.calibration)
    name = f'<text x="8" y="{36 + 16 * number}" font-size="12" fill="{colour}">{report.judge}</text>'
    return f'<g fill="{colour}">{name}{"".join(_dot(found, most) for found in report.calibration)}</g>'


def _dot(found: Bin, most: int) -> str:
    radius = 2 + 8 * (found.pairs / most) ** 0.5
    place = f'cx="{_along(found.stated)}" cy="{_SIZE - _along(found.right)}" r="{radius:.1f}"'
    title = f"<title>stated {found.stated:.2f}, right {found.right:.2f}, {found.pairs} pairs</title>"
    return f'<circle {place} fill-opacity="0.7">{title}</circle>'


def _along(value: float) -> float:
    return round((value - 0.5) * 2 * _SIZE, 1)
