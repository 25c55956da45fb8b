"""PDF files made with reportlab, as word processors write them and as students fill them in."""

import io

from pypdf import PdfReader, PdfWriter
from pypdf.annotations import FreeText, Text
from pypdf.generic import DecodedStreamObject, NameObject
from reportlab.pdfgen.canvas import Canvas

TOP, LEFT, LEADING = 760, 60, 15
INVISIBLE = 3  # the mode in which text is not drawn
Pages = list[list[str]]


def _saved(canvas: Canvas, stream: io.BytesIO) -> bytes:
    canvas.save()
    return stream.getvalue()


def _write(canvas: Canvas, lines: list[str], top: float = TOP, *, grey: float = 0, mode: int = 0) -> None:
    text = canvas.beginText(LEFT, top, direction="LTR")
    text.setFillGray(grey)
    if mode:
        text.setTextRenderMode(mode)
    text.setLeading(LEADING)
    for line in lines:
        text.textLine(line)
    canvas.drawText(text)


def pages(texts: Pages, head: str = "", foot: str = "") -> bytes:
    """A page for each list of lines; ``{page}`` in head and foot is the page's number, ``{pages}`` the total."""
    canvas = Canvas(stream := io.BytesIO(), invariant=True)
    for number, lines in enumerate(texts, start=1):
        canvas.drawString(LEFT, 810, head.format(page=number, pages=len(texts)))
        _write(canvas, lines)
        canvas.drawString(LEFT, 30, foot.format(page=number, pages=len(texts)))
        canvas.showPage()
    return _saved(canvas, stream)


def upright(lines: list[str], quarter: int) -> bytes:
    """A page whose text is printed along another side."""
    canvas = Canvas(stream := io.BytesIO(), invariant=True)
    canvas.translate(300, 400)
    canvas.rotate(90 * quarter)
    canvas.translate(-300, -400)
    _write(canvas, lines)
    return _saved(canvas, stream)


def with_unseen(seen: list[str], unseen: list[str], *, undrawn: bool = False) -> bytes:
    """A page with white text, or text that is not drawn, below its visible text."""
    canvas = Canvas(stream := io.BytesIO(), invariant=True)
    _write(canvas, seen)
    _write(canvas, unseen, top=400, grey=0 if undrawn else 1, mode=INVISIBLE if undrawn else 0)
    return _saved(canvas, stream)


def recognised_scan(lines: list[str]) -> bytes:
    """A picture of a page, with recognised text behind it."""
    from PIL import Image

    canvas = Canvas(stream := io.BytesIO(), invariant=True)
    _write(canvas, lines, mode=INVISIBLE)
    canvas.drawInlineImage(Image.new("L", (20, 20)), 0, 0, width=595, height=842)
    return _saved(canvas, stream)


def form(answers: dict[str, str]) -> bytes:
    """A form with a filled-in field for each question."""
    canvas = Canvas(stream := io.BytesIO(), invariant=True)
    for place, (question, answer) in enumerate(answers.items()):
        canvas.drawString(LEFT, TOP - 200 * place, question)
        canvas.acroForm.textfield(name=f"q{place}", value=answer, x=LEFT, y=TOP - 160 - 200 * place,
                                  width=400, height=150, fieldFlags="multiline")  # fmt: skip
    canvas.acroForm.checkbox(name="agree", x=10, y=10, checked=True)
    return _saved(canvas, stream)


def with_notes(data: bytes, typed: str, remark: str) -> bytes:
    """The file with a text typed onto its first page, and a reader's remark."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(data)))
    writer.add_annotation(0, FreeText(text=typed, rect=(50, 100, 300, 200)))
    writer.add_annotation(0, Text(text=remark, rect=(50, 100, 70, 120)))
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()


def with_other_letters(lines: list[str]) -> bytes:
    """A file with a wrong table of characters: each letter copied from it is another one."""
    canvas = Canvas(stream := io.BytesIO(), invariant=True)
    _write(canvas, lines)
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(_saved(canvas, stream))))
    letters = "abcdefghijklmnopqrstuvwxyz"
    others = "xqzkvjwbfpgmchydtnrlsuieao"
    rows = [f"<{ord(one):02X}> <{ord(other):04X}>" for one, other in zip(letters, others, strict=True)]
    table = "\n".join(rows)
    stream_object = writer._add_object(
        _stream(f"1 begincodespacerange <00> <FF> endcodespacerange\n26 beginbfchar\n{table}\nendbfchar")
    )
    for font in writer.pages[0]["/Resources"]["/Font"].values():  # type: ignore[index]
        font.get_object()[NameObject("/ToUnicode")] = stream_object
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _stream(content: str) -> DecodedStreamObject:

    made = DecodedStreamObject()
    made.set_data(content.encode())
    return made
