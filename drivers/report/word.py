"""A pupil's feedback as a Word file, by python-docx."""

from pathlib import Path
from typing import Final

from docx import Document
from docx.document import Document as WordDocument
from docx.shared import RGBColor

from drivers.report.marked import passages
from drivers.report.page import TEXT_SHOWN
from drivers.report.safe import printable
from drivers.report.view import EssayView

_RED: Final = RGBColor(0xA3, 0x34, 0x1B)
_GREEN: Final = RGBColor(0x10, 0x68, 0x3B)


def write_handout(essay: EssayView, path: Path) -> Path:
    """Write what a pupil is told: the feedback, the own text with its corrections, the words to learn."""
    made = Document()
    made.add_heading(printable(f"Feedback for {essay.essay_id}"), level=1)
    if essay.failure:
        made.add_paragraph(printable(essay.failure.message))
    if essay.feedback:
        for line in essay.feedback.student_text.splitlines():
            made.add_paragraph(printable(line))
    if essay.original:
        _add_text(made, essay)
    made.save(str(path))
    return path


def _add_text(made: WordDocument, essay: EssayView) -> None:
    made.add_heading("Your text", level=2)
    paragraph = made.add_paragraph()
    for passage in passages(essay.original, essay.corrections, TEXT_SHOWN):
        written = paragraph.add_run(printable(passage.text))
        if passage.correction and passage.correction.applied:
            written.font.strike = True
            written.font.color.rgb = _RED
            right = paragraph.add_run(" " + printable(passage.correction.replacement))
            right.font.bold = True
            right.font.color.rgb = _GREEN
        elif passage.correction:
            written.font.underline = True
