"""How an essay's part of the report gets onto one printed page: the size of its letters, by how many there are."""

from math import ceil
from typing import Final, NamedTuple

from drivers.report.view import EssayView

# An A4 page within its margins, in points; a letter's share of the size of its font, generously; a line's.
_WIDTH, _HEIGHT = 515.0, 760.0
_LETTER, _LINE = 0.56, 1.32
_FIXED: Final = 105.0
"""Points for the name and the facts, in two rows at most."""
_GAPS: Final = 0.35
"""Lines between two paragraphs, headings included."""
_LARGEST, _SMALLEST, _STEP = 10.0, 5.0, 0.25


class OnPaper(NamedTuple):
    """The size of the letters; ``without_text`` where they are too much for a page: handouts have both."""

    points: float
    without_text: bool


def on_paper(essay: EssayView) -> OnPaper:
    """The largest size in which the essay with its corrections, and the feedback, are one page."""
    added = sum(len(each.replacement) + 1 for each in essay.corrections if each.applied)
    feedback = essay.feedback.student_text if essay.feedback else ""
    text = essay.original + "x" * added
    whole = _size_for(text + "\n\n\n" + feedback)
    return OnPaper(_size_for(feedback) or _SMALLEST, True) if whole is None else OnPaper(whole, False)


def _size_for(text: str) -> float | None:
    """None: in none is it one page."""
    sizes = (_LARGEST - _STEP * step for step in range(int((_LARGEST - _SMALLEST) / _STEP) + 1))
    return next((size for size in sizes if _height(text, size) <= _HEIGHT), None)


def _height(text: str, size: float) -> float:
    letters = _WIDTH / (_LETTER * size)
    paragraphs = text.split("\n")
    lines = sum(max(1, ceil(len(paragraph) / letters)) for paragraph in paragraphs)
    return _FIXED + size * _LINE * (lines + _GAPS * len(paragraphs) + 3)
