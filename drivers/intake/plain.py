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
_LINE_BREAKERS: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]+")
_ESCAPED_BYTE: Final = re.compile("[\udc80-\udcff]")  # how Python keeps such a byte
_LINE_ENDS: Final = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
# Typesetters join these letters to one, and PDF files keep it so; to a speller, "waﬄes" is no word.
_LIGATURES: Final = {ord(joined): unicodedata.normalize("NFKC", joined) for joined in "ﬀﬁﬂﬃﬄﬅﬆ"}
_MOSTLY_CONTROLS = 0.1
_HIGH: Final = bytes(range(0x80, 0x100))
_NOT_IN_1252: Final = b"\x81\x8d\x8f\x90\x9d"
_MOST_HIGH = 0.3  # of the bytes of a text in Latin letters; with more it is in another script, or no text
_MOST_STRAY = 0.05  # of its letters beyond ASCII
_PROBE = 65_536


def decode(data: bytes) -> Document:
    """Decode text: by its byte order mark, else as UTF-8, else as Windows-1252.

    No statistical guess is made: guessers misread short texts, and what pupils hand in is one of these.

    Raises:
        UnreadableError: the bytes are not text.
    """
    text, name = _decoded(data)
    controls = len(_CONTROLS.findall(text[:_PROBE]))
    if controls > _MOSTLY_CONTROLS * min(len(text), _PROBE):
        raise _no_text()
    return Document(text, () if name == "UTF-8" else (f"read as {name}",))


def _decoded(data: bytes) -> tuple[str, str]:
    for mark, codec, name in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(codec, "replace"), name
    try:
        return data.decode("utf-8"), "UTF-8"
    except UnicodeDecodeError:
        return _damaged_utf8(data) or (_cp1252(data), "Windows-1252")


def _damaged_utf8(data: bytes) -> tuple[str, str] | None:
    """A file that is UTF-8 but for a few bytes: as Windows-1252, all of its letters would be wrong."""
    text = data.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    sound = len(text) - len(text.encode("ascii", "ignore")) - broken
    return (text, f"UTF-8, of which {broken} characters are damaged") if sound > broken else None


def _cp1252(data: bytes) -> str:
    high, stray = (len(data) - len(data.translate(None, some)) for some in (_HIGH, _NOT_IN_1252))
    if high > _MOST_HIGH * len(data) or stray > _MOST_STRAY * high:
        raise UnreadableError(
            ErrorCode.BINARY_CONTENT,
            "This file is in an encoding that is not known, or holds no text: save it as .docx, or as text in UTF-8.",
        )
    # Five bytes mean nothing in Windows-1252; as in Latin-1 they become control characters, and are taken out.
    return data.decode("cp1252") if not stray else data.decode("latin-1")


def label(name: str) -> str:
    """A name of a file or a person as one line that is safe to show.

    Names may hold line ends, commands to a terminal, marks that turn the direction of writing, and bytes that are no
    UTF-8 (on old disks, which wrote Latin letters otherwise).
    """
    readable = _ESCAPED_BYTE.sub(lambda found: chr(ord(found[0]) - 0xDC00), name)  # the byte, as Latin-1
    readable = readable.encode("utf-8", "replace").decode("utf-8")
    return _LINE_BREAKERS.sub(" ", unicodedata.normalize("NFC", readable))


def refuse_binary(text: str) -> None:
    """Refuse a text with a NUL in it, which no program for writing puts there.

    Raises:
        UnreadableError: there is one.
    """
    if "\0" in text:
        raise _no_text()


def _no_text() -> UnreadableError:
    return UnreadableError(
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
