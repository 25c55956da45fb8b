"""PDF files, by pdfium: the text layer, and what was typed into forms; a scan has no text, and is said to be one.

Of the libraries compared, it is as exact as any and twenty times as fast as those in Python; it gives each glyph's
place, from which ``pdf_lines`` and ``pdf_layout`` make the text.
"""

import ctypes
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum
from itertools import pairwise
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from contracts.failures import ErrorCode
from drivers.intake.language import is_language
from drivers.intake.model import Document, Limits, UnreadableError
from drivers.intake.pdf_fields import typed_answers
from drivers.intake.pdf_layout import printed_text
from drivers.intake.pdf_lines import Glyph, Line, lines_of
from drivers.intake.plain import quoted

_FEW_CHARACTERS_A_PAGE = 25
_WHITE = 250  # of 255, in each of the three colours
_QUARTER = 1.5707963  # radians


class _Look(Enum):
    """How a piece of text looks on the page."""

    PLAIN = "plain"
    ARTIFACT = "artifact"  # marked by its program as a running head or foot
    UNSEEN = "unseen"  # in white, or transparent
    UNDER_PICTURE = "under a picture"  # never drawn: what a program recognised in a scan


@dataclass(slots=True)
class _PrintedPage:
    """One page, sorted by how its text looks."""

    lines: list[Line]
    artifacts: list[Line] = field(default_factory=list)
    unseen: list[Line] = field(default_factory=list)
    recognised: bool = False
    picture: bool = False


def read_pdf(data: bytes, limits: Limits) -> Document:
    """The text of a PDF as paragraphs, without running heads and page numbers.

    Raises:
        UnreadableError: it is damaged, protected, a scan without text, too long, or its letters cannot be told.
    """
    try:
        with pypdfium2.PdfDocument(data) as document:
            return _document(document, limits)
    except pypdfium2.PdfiumError as error:
        if error.err_code in {pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY}:
            raise UnreadableError(
                ErrorCode.ENCRYPTED_FILE, "This PDF is protected with a password: ask for it without one."
            ) from error
        raise UnreadableError(
            ErrorCode.CORRUPT_FILE, "This PDF is damaged and cannot be read: ask for it again."
        ) from error


def _document(document: pypdfium2.PdfDocument, limits: Limits) -> Document:
    with warnings.catch_warnings(action="ignore"):
        document.init_forms()
    if len(document) > limits.pdf_pages:
        raise UnreadableError(ErrorCode.FILE_TOO_LARGE, f"This PDF has more than {limits.pdf_pages} pages.")
    pages = [_printed_page(document[number], limits) for number in range(len(document))]
    answers = typed_answers(document)
    if not answers.texts:
        _refuse_scan(pages)
        if document.get_formtype() == pdfium.FORMTYPE_XFA_FULL:
            raise UnreadableError(
                ErrorCode.UNKNOWN_FILE_TYPE, "This PDF is a form of a kind that is not read: print it to a new PDF."
            )
    printed = printed_text([page.lines for page in pages])
    text = "\n\n".join([*printed.paragraphs, *answers.texts])
    if not is_language(text):
        raise UnreadableError(
            ErrorCode.BINARY_CONTENT,
            "The letters of this PDF cannot be told (its text is no language): ask for the file it was made from.",
        )
    heads = [*dict.fromkeys(line.text for page in pages for line in page.artifacts), *printed.heads]
    return Document(text, (*_notes(pages, heads), *answers.notes), heads=tuple(heads), top_line=printed.top_line)


def _notes(pages: Sequence[_PrintedPage], heads: Sequence[str]) -> Iterator[str]:
    yield "read from a PDF: line ends were joined to paragraphs"
    if heads:
        yield f"left out as running head, foot or page number: {', '.join(map(quoted, heads[:3]))}"
    unseen = " ".join(line.text for page in pages for line in page.unseen)
    if unseen:
        yield f"hidden text was left out: {quoted(unseen)}"
    if any(page.recognised for page in pages):
        yield "a program recognised this text in a picture: compare it with the picture"
    if pictures := [str(number) for number, page in enumerate(pages, start=1) if page.picture]:
        yield f"page {', '.join(pictures)} is a picture: what is written there was not read"


def _refuse_scan(pages: Sequence[_PrintedPage]) -> None:
    characters = sum(len(line.text) for page in pages for line in page.lines)
    if any(page.picture for page in pages) and characters < _FEW_CHARACTERS_A_PAGE * len(pages):
        raise UnreadableError(
            ErrorCode.SCAN_WITHOUT_TEXT,
            "This PDF is a photo or a scan: a picture without text. Ask for the text that it was printed from.",
        )


def _printed_page(page: pypdfium2.PdfPage, limits: Limits) -> _PrintedPage:
    glyphs = _glyphs(page.get_textpage(), limits)
    has_picture = next(page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE]), None) is not None
    plain, artifacts, unseen, under = (_in_order(lines_of(glyphs[look])) for look in _Look)
    if sum(len(line.text) for line in unseen) > sum(len(line.text) for line in plain):
        plain, unseen = [*plain, *unseen], []  # white on a dark ground
    if under and has_picture and not plain:
        return _PrintedPage(under, artifacts, unseen, recognised=True)
    bare = sum(len(line.text) for line in plain) < _FEW_CHARACTERS_A_PAGE
    return _PrintedPage(plain, artifacts, [*unseen, *under], picture=bare and has_picture)


def _in_order(lines: list[Line]) -> list[Line]:
    """As in the file, but where that goes up the page: the library turns the lines of some turned pages round."""
    upwards = sum(after.baseline > before.baseline for before, after in pairwise(lines))
    return lines[::-1] if upwards > len(lines) / 2 else lines


def _glyphs(text: pypdfium2.PdfTextPage, limits: Limits) -> dict[_Look, list[Glyph]]:
    many = text.count_chars()
    if many > limits.text_characters:
        raise UnreadableError(ErrorCode.FILE_TOO_LARGE, "A page of this PDF holds more letters than any essay.")
    found: dict[_Look, list[Glyph]] = {look: [] for look in _Look}
    looks: dict[int | None, _Look] = {}
    box, x, y = pdfium.FS_RECTF(), ctypes.c_double(), ctypes.c_double()
    for place in range(many):
        if pdfium.FPDFText_IsGenerated(text, place) == 1:
            continue
        pdfium.FPDFText_GetLooseCharBox(text, place, box)
        pdfium.FPDFText_GetCharOrigin(text, place, x, y)
        part = pdfium.FPDFText_GetTextObject(text, place)
        address = ctypes.cast(part, ctypes.c_void_p).value
        if address not in looks:
            looks[address] = _look(part) if address else _Look.PLAIN
        found[looks[address]].append(_glyph(text, place, box, (x.value, y.value)))
    return found


def _glyph(text: pypdfium2.PdfTextPage, place: int, box: Any, origin: tuple[float, float]) -> Glyph:
    """As it would stand on a page that is held upright."""
    character = chr(pdfium.FPDFText_GetUnicode(text, place))
    sides = (box.left, box.right, box.bottom, box.top)
    match round(pdfium.FPDFText_GetCharAngle(text, place) / _QUARTER) % 4:
        case 1:
            return Glyph(character, -sides[3], -sides[2], origin[0], sides[1] - sides[0])
        case 2:
            return Glyph(character, -sides[1], -sides[0], -origin[1], sides[3] - sides[2])
        case 3:
            return Glyph(character, sides[2], sides[3], -origin[0], sides[1] - sides[0])
        case _:
            return Glyph(character, sides[0], sides[1], origin[1], sides[3] - sides[2])


def _look(part: Any) -> _Look:
    marks = (pdfium.FPDFPageObj_GetMark(part, place) for place in range(pdfium.FPDFPageObj_CountMarks(part)))
    if any(_name(mark) == "Artifact" for mark in marks):
        return _Look.ARTIFACT
    if pdfium.FPDFTextObj_GetTextRenderMode(part) == pdfium.FPDF_TEXTRENDERMODE_INVISIBLE:
        return _Look.UNDER_PICTURE
    return _Look.UNSEEN if _is_white(part) else _Look.PLAIN


def _name(mark: Any) -> str:
    length = ctypes.c_ulong()
    room = (pdfium.FPDF_WCHAR * 32)()
    pdfium.FPDFPageObjMark_GetName(mark, room, ctypes.sizeof(room), length)
    return bytes(room)[: max(min(length.value, ctypes.sizeof(room)) - 2, 0)].decode("utf-16-le", "replace")


def _is_white(part: Any) -> bool:
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    if not pdfium.FPDFPageObj_GetFillColor(part, red, green, blue, alpha):
        return False
    return alpha.value == 0 or min(red.value, green.value, blue.value) >= _WHITE
