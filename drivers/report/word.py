"""A student's feedback as a Word file, by python-docx."""

import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from docx import Document
from docx.document import Document as WordDocument
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt, RGBColor
from docx.text.paragraph import Paragraph

from drivers.report.languages import Words
from drivers.report.marked import passages
from drivers.report.page import ROWS_SHOWN, TEXT_SHOWN
from drivers.report.prose import Part, blocks
from drivers.report.safe import cut, printable
from drivers.report.terms import REASONS, term
from drivers.report.view import EssayView

_RED: Final = RGBColor(0xA3, 0x34, 0x1B)
_GREEN: Final = RGBColor(0x10, 0x68, 0x3B)
_REGIONS: Final = {"en": "en-GB", "sv": "sv-SE"}  # Word knows languages by region
_LONGEST_TITLE: Final = 255  # characters that a document's property holds
_SPELLING_COLUMNS: Final = ("Written", "Correct", "Why")


def write_handouts(essays: Sequence[tuple[EssayView, Words]], path: Path, title: str = "") -> Path:
    """Write what students are told, each on a page of its own: the feedback, the own text with its corrections, words.

    Each essay comes with the words of its student's language.
    """
    made = _blank(essays[0][1])
    titles = [printable(words.said("Feedback for {name}").format(name=essay.name)) for essay, words in essays]
    made.core_properties.title = cut(title or titles[0], _LONGEST_TITLE)
    for number, ((essay, words), name) in enumerate(zip(essays, titles, strict=True)):
        heading = _directed(made.add_heading(name, level=1))
        heading.paragraph_format.page_break_before = number > 0
        _add_essay(made, essay, words)
    made.save(str(path))
    return path


def _add_essay(made: WordDocument, essay: EssayView, words: Words) -> None:
    if essay.failure:
        reason = words.said(term(REASONS, essay.failure.error_code.value))
        made.add_paragraph(words.said("This essay could not be finished: {reason}.").format(reason=reason))
    if essay.feedback:
        _add_feedback(made, essay.feedback.student_text)
    if essay.original:
        _add_text(made, essay, words)
    if essay.corrections:
        _add_spelling(made, essay, words)


def _blank(words: Words) -> WordDocument:
    """An empty document that Word checks in the right language."""
    made = Document()
    style = made.styles["Normal"]
    style.font.size = Pt(11)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), _REGIONS[words.language])
    style.element.get_or_add_rPr().append(language)
    made.core_properties.language = _REGIONS[words.language]
    return made


def _directed(paragraph: Paragraph) -> Paragraph:
    """Set from right to left where its first letter is written so."""
    directions = (unicodedata.bidirectional(letter) for letter in paragraph.text)
    if next((one for one in directions if one in {"L", "R", "AL"}), "L") != "L":
        paragraph._p.get_or_add_pPr().append(OxmlElement("w:bidi"))  # noqa: SLF001  (python-docx has no name for it)
    return paragraph


def _add_feedback(made: WordDocument, text: str) -> None:
    for block in blocks(printable(text)):
        match block.part:
            case Part.HEADING:
                made.add_heading(block.lines[0], level=2)
            case Part.TITLE:
                made.add_heading(block.lines[0], level=3)
            case Part.LIST:
                for line in block.lines:
                    _directed(made.add_paragraph(line, style="List Bullet"))
            case Part.LINES:
                _directed(made.add_paragraph("\n".join(block.lines)))


def _add_text(made: WordDocument, essay: EssayView, words: Words) -> None:
    made.add_heading(words.said("Your text"), level=2)
    paragraphs = [made.add_paragraph()]
    for passage in passages(essay.original, essay.corrections, TEXT_SHOWN):
        for number, line in enumerate(passage.text.split("\n")):
            paragraphs += [made.add_paragraph()] if number else []
            written = paragraphs[-1].add_run(printable(line))
        if passage.correction and passage.correction.applied:
            written.font.strike = True
            written.font.color.rgb = _RED
            right = paragraphs[-1].add_run(" " + printable(passage.correction.replacement))
            right.font.bold = True
            right.font.color.rgb = _GREEN
        elif passage.correction:
            written.font.underline = True
    for paragraph in paragraphs:
        _directed(paragraph)


def _add_spelling(made: WordDocument, essay: EssayView, words: Words) -> None:
    made.add_heading(words.said("Your spelling"), level=2)
    table = made.add_table(rows=1, cols=len(_SPELLING_COLUMNS), style="Light Grid Accent 1")
    for cell, column in zip(table.rows[0].cells, _SPELLING_COLUMNS, strict=True):
        cell.text = words.said(column)
    for item in essay.corrections[:ROWS_SHOWN]:
        replacement = item.replacement if item.applied else f"{item.replacement} ?"
        row = (item.original, replacement, item.explanation)
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = printable(text)
