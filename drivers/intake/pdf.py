"""PDF files, by pypdf: the text layer only; a scan has none, and is said to be one."""

import logging
import re
import zlib
from io import BytesIO
from itertools import pairwise
from typing import Final

from pypdf import PdfReader
from pypdf.errors import DependencyError, PyPdfError

from contracts.failures import ErrorCode
from drivers.intake.model import Document, Limits, UnreadableError

# What a broken PDF makes the library raise, beside its own errors.
_BROKEN: Final = (
    PyPdfError, ArithmeticError, AssertionError, AttributeError, LookupError, NotImplementedError, OSError,
    RecursionError, TypeError, ValueError, zlib.error,
)  # fmt: skip
_FEW_CHARACTERS_A_PAGE = 25
_FULL_LINES = 0.8  # the line longer than this share of all lines is taken for a full one
_SURELY_FITS = 0.8  # of a full line: letters differ in width

logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # its remarks on every small fault are not for teachers


def read_pdf(data: bytes, limits: Limits) -> Document:
    """The text layer of a PDF, its lines joined to paragraphs.

    Raises:
        UnreadableError: it is damaged, protected, a scan without text, or too long.
    """
    try:
        reader = PdfReader(BytesIO(data))
        _unlock(reader)
        return _text_layer(reader, limits)
    except DependencyError as error:
        raise _protected() from error
    except _BROKEN as error:
        raise UnreadableError(
            ErrorCode.CORRUPT_FILE, "This PDF is damaged and cannot be read: ask for it again."
        ) from error


def _protected() -> UnreadableError:
    return UnreadableError(ErrorCode.ENCRYPTED_FILE, "This PDF is protected with a password: ask for it without one.")


def _unlock(reader: PdfReader) -> None:
    # Many are protected against changes only, and open with the empty password.
    if reader.is_encrypted and not reader.decrypt(""):
        raise _protected()


def _text_layer(reader: PdfReader, limits: Limits) -> Document:
    if len(reader.pages) > limits.pdf_pages:
        raise UnreadableError(ErrorCode.FILE_TOO_LARGE, f"This PDF has more than {limits.pdf_pages} pages.")
    pages = [page.extract_text() for page in reader.pages]
    characters = [sum(not character.isspace() for character in page) for page in pages]
    bare = [number for number, found in enumerate(characters) if found < _FEW_CHARACTERS_A_PAGE]
    pictures = [number + 1 for number in bare if _has_picture(reader.pages[number])]
    if pictures and sum(characters) < _FEW_CHARACTERS_A_PAGE * len(pages):
        raise UnreadableError(
            ErrorCode.SCAN_WITHOUT_TEXT,
            "This PDF is a scan: a picture without text. Ask for the file it was printed from.",
        )
    scanned = f"page {', '.join(map(str, pictures))} is a picture: what is written there was not read"
    notes = ("read from a PDF: line ends were joined to paragraphs", *((scanned,) if pictures else ()))
    return Document(unwrap("\n".join(pages)), notes)


def _has_picture(page: object) -> bool:
    return bool(getattr(page, "images", ()))


def unwrap(text: str) -> str:
    """Join the lines of a printed page to paragraphs.

    A paragraph ends at an empty line, and where the next line's first word would still have fitted: a program
    that fills lines would have put it there. A hyphen at a line's end is kept: pupils' programs break lines after the
    hyphens of compounds, and add none.
    """
    lines = [line.strip() for line in text.replace("\u00ad\n", "").replace("\u00ad", "").splitlines()]
    lengths = sorted(len(line) for line in lines if line)
    full = lengths[int(_FULL_LINES * len(lengths))] if lengths else 0
    joined = (line + _joint(line, following, full) for line, following in pairwise([*lines, ""]))
    return re.sub(r"\n{3,}", "\n\n", "".join(joined)).strip()


def _joint(line: str, following: str, full: int) -> str:
    first_word = following.partition(" ")[0]
    if not first_word or not line or len(line) + 1 + len(first_word) < _SURELY_FITS * full:
        return "\n\n"
    return "" if line.endswith("-") else " "
