"""A teacher's sheet: a row for each student, with what is asked for first. All else is in the tables behind it."""

from drivers.report.languages import Words
from drivers.report.sentences import reason_told
from drivers.report.tables import Cell, Row, Table
from drivers.report.topics import work_titles
from drivers.report.view import ClassView, EssayView


def class_sheet(view: ClassView, words: Words) -> Table:
    """The best first where the essays were compared; who could not be read comes last, with the reason."""
    rows = tuple(_row(essay, words) for essay in view.in_order)
    columns = dict.fromkeys(column for row in rows for column in row)
    filled = tuple(column for column in columns if any(row.get(column) not in (None, "") for row in rows))
    return Table(words.said("Class"), filled, rows)


def _row(essay: EssayView, words: Words) -> Row:
    said = words.said
    return {
        said("Name"): essay.name,
        said("File"): essay.file,
        **_place(essay, words),
        said("Words"): _number_of_words(essay),
        said("Words corrected"): essay.corrected_count if essay.spelling else None,
        said("To work on"): "; ".join(work_titles(essay, words.language)),
        said("Reason"): _reason(essay, words),
    }


def _place(essay: EssayView, words: Words) -> Row:
    between = essay.cj.rank_interval if essay.cj else None
    return {
        words.said("Rank"): essay.cj.rank if essay.cj else None,
        words.said("Range of ranks"): f"{between.best}–{between.worst}" if between else None,
    }


def _number_of_words(essay: EssayView) -> Cell:
    counted = essay.metrics.get("words_count")
    return None if counted is None else round(counted)


def _reason(essay: EssayView, words: Words) -> str:
    return reason_told(essay.failure.error_code.value, essay.failure.message, words) if essay.failure else ""
