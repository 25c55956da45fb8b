"""Everything in flat tables: a row for each essay, correction, piece of feedback and phase."""

from collections.abc import Iterator
from dataclasses import dataclass

from contracts.results.cj_assessment import JudgeSummary
from drivers.report.digest import people_judging
from drivers.report.view import ClassView, EssayView

Cell = str | int | float | bool | None
Row = dict[str, Cell]


@dataclass(frozen=True, slots=True)
class Table:
    """A named table; ``columns`` in their order, a row may lack some."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]


def tables_of(view: ClassView) -> list[Table]:
    """The tables, without those that would be empty."""
    made = [
        _table("essays", (_essay_row(essay) for essay in view.essays)),
        _table("texts", (_text_row(essay) for essay in view.essays if essay.original)),
        _table("corrections", (row for essay in view.essays for row in _correction_rows(essay))),
        _table("feedback", (row for essay in view.essays for row in _feedback_rows(essay))),
        _table("judges", (_judge_row(judged) for judged in people_judging(view))),
        _table("phases", (row for essay in view.essays for row in _phase_rows(essay))),
    ]
    return [table for table in made if table.rows]


def _table(name: str, rows: Iterator[Row]) -> Table:
    kept = tuple(rows)
    return Table(name, tuple(dict.fromkeys(column for row in kept for column in row)), kept)


def _essay_row(essay: EssayView) -> Row:
    row: Row = {
        "essay_id": essay.essay_id,
        "file": essay.file,
        "status": essay.status,
        "error_code": essay.failure.error_code.value if essay.failure else None,
        "error": essay.failure.message if essay.failure else None,
    }
    return row | _cj_columns(essay) | _trait_columns(essay) | _metric_columns(essay) | _added_columns(essay)


def _cj_columns(essay: EssayView) -> Row:
    if essay.cj is None:
        return {}
    theta, rank = essay.cj.theta_interval, essay.cj.rank_interval
    return {
        "cj_rank": essay.cj.rank,
        "cj_rank_best": rank.best if rank else None,
        "cj_rank_worst": rank.worst if rank else None,
        "cj_theta": essay.cj.theta,
        "cj_se": essay.cj.se,
        "cj_theta_low": theta.low if theta else None,
        "cj_theta_high": theta.high if theta else None,
        "cj_comparisons": essay.cj.comparisons,
        "cj_grade": essay.cj.grade.most_likely if essay.cj.grade else None,
    }


def _judge_row(judged: JudgeSummary) -> Row:
    return {
        "judge": judged.judge,
        "decisions": judged.comparisons,
        "ties": judged.ties,
        "undecided": judged.undecided,
        "median_seconds": judged.median_seconds,
        "agreement": judged.agreement,
        "misfit": judged.misfit if judged.comparisons else None,
        "left_share": judged.left_share,
        "one_sided": judged.one_sided if judged.comparisons else None,
    }


def _trait_columns(essay: EssayView) -> Row:
    traits = essay.feedback.analysis.traits if essay.feedback else ()
    return {f"trait_{trait.trait.value}": trait.band for trait in traits}


def _metric_columns(essay: EssayView) -> Row:
    spelling: Row = {"corrected": essay.corrected_count, "suggested": essay.suggested_count} if essay.spelling else {}
    return spelling | (dict(essay.nlp.metrics) if essay.nlp else {})


def _added_columns(essay: EssayView) -> Row:
    """What the phases found that were added, under their names."""
    return {f"{phase}_{name}": value for phase, found in essay.plain.items() for name, value in found.items()}


def _text_row(essay: EssayView) -> Row:
    return {"essay_id": essay.essay_id, "original": essay.original, "corrected": essay.corrected}


def _correction_rows(essay: EssayView) -> Iterator[Row]:
    for item in essay.corrections:
        yield {
            "essay_id": essay.essay_id,
            "start": item.start,
            "stop": item.stop,
            "original": item.original,
            "replacement": item.replacement,
            "applied": item.applied,
            "kind": item.kind.value,
            "confidence": item.confidence,
            "candidates": ", ".join(item.candidates),
            "explanation": item.explanation,
        }


def _feedback_rows(essay: EssayView) -> Iterator[Row]:
    if essay.feedback is None:
        return
    yield {"essay_id": essay.essay_id, "kind": "student_text", "comment": essay.feedback.student_text}
    for strength in essay.feedback.analysis.strengths:
        quotes = " / ".join(quotation.quote for quotation in strength.quotations)
        yield {"essay_id": essay.essay_id, "kind": "strength", "comment": strength.comment, "quotes": quotes}
    for point in essay.feedback.analysis.work_points:
        yield {
            "essay_id": essay.essay_id,
            "kind": "work_point",
            "comment": point.title,
            "quotes": " / ".join(quotation.quote for quotation in point.quotations),
            "rule": point.rule,
            "next_step": point.next_step,
            "occurrences": point.occurrences,
        }


def _phase_rows(essay: EssayView) -> Iterator[Row]:
    for phase, result in essay.results.items():
        yield {
            "essay_id": essay.essay_id,
            "phase": phase,
            "status": result.status.value,
            "duration_ms": result.duration_ms,
            "producer": result.producer,
            "producer_version": result.producer_version,
        }
