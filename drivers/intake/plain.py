"""Plain text: which encoding it is in, and whether it is text at all."""

import codecs
import re
import unicodedata
from typing import Final

from contracts.failures import ErrorCode
from drivers.intake.model import Document, UnreadableError

# The longer marks first: UTF-32's begins with UTF-16's.
_MARKS: Final = (
    (codecs.BOM_UTF32_LE, "utf-32-le", "UTF-32"),
    (codecs.BOM_UTF32_BE, "utf-32-be", "UTF-32"),
    (codecs.BOM_UTF8, "utf-8", "UTF-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "UTF-16"),
)
_CONTROLS: Final = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")
_LINE_ENDS: Final = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
# Typesetters join these letters to one, and PDF files keep it so; to a speller, "waﬄes" is no word.
_LIGATURES: Final = {ord(joined): unicodedata.normalize("NFKC", joined) for joined in "ﬀﬁﬂﬃﬄﬅﬆ"}
_MOSTLY_CONTROLS = 0.1
_PROBE = 65_536


def decode(data: bytes) -> Document:
    """Decode text: by its byte order mark, else as strict UTF-8, else as Windows-1252.

    No statistical guess is made: guessers misread short texts, and what pupils hand in is one of these.

    Raises:
        UnreadableError: the bytes are not text.
    """
    text, name = _decoded(data)
    _refuse_binary(text)
    return Document(text, () if name == "UTF-8" else (f"read as {name}",))


def _decoded(data: bytes) -> tuple[str, str]:
    for mark, codec, name in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(codec, "replace"), name
    try:
        return data.decode("utf-8"), "UTF-8"
    except UnicodeDecodeError:
        # Five bytes mean nothing in Windows-1252; as Latin-1 they become control characters, and are judged as such.
        return _cp1252(data), "Windows-1252"


def _cp1252(data: bytes) -> str:
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def _refuse_binary(text: str) -> None:
    controls = len(_CONTROLS.findall(text[:_PROBE]))
    if "\0" in text or controls > _MOSTLY_CONTROLS * min(len(text), _PROBE):
        raise UnreadableError(
            ErrorCode.BINARY_CONTENT,
            "This file holds no text (it may be a picture or a program): ask for the essay again.",
        )


def tidy(document: Document) -> Document:
    """Bring a text into the one form that all phases work on, and say so where more than line ends changed.

    Lines end in a line feed, letters are composed (Unicode NFC, as spelling lists are) and not joined, and control
    characters and lone surrogates, which no later format can hold, are taken out.

    Raises:
        UnreadableError: nothing that can be read remains.
    """
    text = _LINE_ENDS.sub("\n", document.text).removeprefix("\ufeff")
    text, controls = _CONTROLS.subn("", text)
    text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    text = unicodedata.normalize("NFC", text).translate(_LIGATURES)
    if not any(character.isprintable() and not character.isspace() for character in text):
        raise UnreadableError(ErrorCode.EMPTY_CONTENT, "This file is empty: there is no text in it.")
    notes = (f"{controls} control characters were taken out",) if controls else ()
    return Document(text, (*document.notes, *notes))
