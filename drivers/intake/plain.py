"""Names as one line, and texts in the one form that all phases work on."""

import re
import unicodedata
from dataclasses import replace
from typing import Final

from contracts.failures import ErrorCode
from drivers.intake.model import Document, UnreadableError

_CONTROLS: Final = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")
_LINE_BREAKERS: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]+")
_ESCAPED_BYTE: Final = re.compile("[\udc80-\udcff]")  # how Python keeps such a byte
_LINE_ENDS: Final = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
# Typesetters join these letters to one, and PDF files keep it so; to a speller, "waﬄes" is no word.
_LIGATURES: Final = {ord(joined): unicodedata.normalize("NFKC", joined) for joined in "ﬀﬁﬂﬃﬄﬅﬆ"}
_INVISIBLE: Final = re.compile("(?<=\\w)\u00ad(?=\\w)|[\u200b\u2060\ufeff]")  # where a word may be divided, or not


def label(name: str) -> str:
    """A name of a file or a person as one line that is safe to show.

    Names may hold line ends, commands to a terminal, marks that turn the direction of writing, and bytes that are no
    UTF-8 (on old disks, which wrote Latin letters otherwise).
    """
    readable = _ESCAPED_BYTE.sub(lambda found: chr(ord(found[0]) - 0xDC00), name)  # the byte, as Latin-1
    readable = readable.encode("utf-8", "replace").decode("utf-8")
    return _LINE_BREAKERS.sub(" ", unicodedata.normalize("NFC", readable))


def quoted(text: str, most: int = 60) -> str:
    """A text in quotation marks, or its beginning."""
    return f"“{text}”" if len(text) <= most else f"“{text[:most].rstrip()} …”"


def tidy(document: Document) -> Document:
    """Bring a text into the one form that all phases work on, and say so where more than line ends changed.

    Lines end in a line feed, letters are composed (Unicode NFC, as spelling lists are) and not joined; marks that
    nobody sees within a word, control characters and lone surrogates, which no later format can hold, are taken out.

    Raises:
        UnreadableError: nothing that can be read remains.
    """
    text, controls = _CONTROLS.subn("", _LINE_ENDS.sub("\n", document.text))
    text = _INVISIBLE.sub("", text)
    text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    text = unicodedata.normalize("NFC", text).translate(_LIGATURES)
    if not any(character.isprintable() and not character.isspace() for character in text):
        raise UnreadableError(ErrorCode.EMPTY_CONTENT, "This file is empty: there is no text in it.")
    notes = (f"{controls} control characters were taken out",) if controls else ()
    return replace(document, text=text, notes=(*document.notes, *notes))
