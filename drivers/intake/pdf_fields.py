"""What was typed onto a PDF after it was made: the answers in a form's fields, and notes."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import pypdfium2
import pypdfium2.raw as pdfium

_TYPED_FIELDS: Final = {pdfium.FPDF_FORMFIELD_TEXTFIELD, pdfium.FPDF_FORMFIELD_COMBOBOX}
_COMMENTS: Final = {
    pdfium.FPDF_ANNOT_TEXT, pdfium.FPDF_ANNOT_HIGHLIGHT, pdfium.FPDF_ANNOT_UNDERLINE, pdfium.FPDF_ANNOT_STRIKEOUT,
}  # fmt: skip
_LONGEST_QUOTE = 60


@dataclass(frozen=True, slots=True)
class TypedAnswers:
    """The ``texts`` typed onto the pages, from top to bottom, and ``notes`` on them and on what was left out."""

    texts: tuple[str, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Annotation:
    text: str
    page: int
    top: float
    is_answer: bool


def typed_answers(document: pypdfium2.PdfDocument) -> TypedAnswers:
    """The answers in this document; the remarks of a reader are named, and are no text of the pupil's."""
    found = [note for number in range(len(document)) for note in _annotations(document, number)]
    found.sort(key=lambda note: (note.page, -note.top))
    texts = tuple(dict.fromkeys(note.text for note in found if note.is_answer))
    notes = [f"{len(texts)} texts typed into the form or onto the page were read, and stand last"] if texts else []
    notes += [f"a note on page {note.page + 1} was left out: “{note.text[:_LONGEST_QUOTE]}”"
              for note in found if not note.is_answer]  # fmt: skip
    return TypedAnswers(texts, tuple(notes))


def _annotations(document: pypdfium2.PdfDocument, number: int) -> Iterator[_Annotation]:
    page = document[number]
    for place in range(pdfium.FPDFPage_GetAnnotCount(page)):
        annotation = pdfium.FPDFPage_GetAnnot(page, place)
        try:
            kind = pdfium.FPDFAnnot_GetSubtype(annotation)
            text = _text(document, annotation, kind).strip()
            if text:
                yield _Annotation(text, number, _top(annotation), kind not in _COMMENTS)
        finally:
            pdfium.FPDFPage_CloseAnnot(annotation)


def _text(document: pypdfium2.PdfDocument, annotation: Any, kind: int) -> str:
    if kind == pdfium.FPDF_ANNOT_WIDGET:
        form = document.formenv
        if form is None or pdfium.FPDFAnnot_GetFormFieldType(form, annotation) not in _TYPED_FIELDS:
            return ""
        return _wide(lambda room, size: pdfium.FPDFAnnot_GetFormFieldValue(form, annotation, room, size))
    if kind == pdfium.FPDF_ANNOT_FREETEXT or kind in _COMMENTS:
        return _wide(lambda room, size: pdfium.FPDFAnnot_GetStringValue(annotation, b"Contents\0", room, size))
    return ""


def _wide(ask: Any) -> str:
    """A text from the library: asked for once for its size in bytes, and once for itself."""
    size = ask(None, 0)
    room = (pdfium.FPDF_WCHAR * (size // 2 + 1))()
    ask(room, size)
    return bytes(room)[: max(size - 2, 0)].decode("utf-16-le", "replace").replace("\r\n", "\n").replace("\r", "\n")


def _top(annotation: Any) -> float:
    box = pdfium.FS_RECTF()
    pdfium.FPDFAnnot_GetRect(annotation, box)
    return float(max(box.top, box.bottom))
