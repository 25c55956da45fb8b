"""Rich Text Format files, by striprtf, kept from the two expressions on which it needs quadratic time."""

import re
from typing import Final

from striprtf.striprtf import font_table_group, rtf_to_text

from contracts.failures import ErrorCode
from drivers.intake.model import Document, Limits, UnreadableError

_BROKEN: Final = (ArithmeticError, LookupError, TypeError, ValueError)
_FIELD: Final = re.compile(r"(\\fldinst)\{", re.IGNORECASE)
# Told to the library as a group to be ignored: what a pupil has deleted, and the bullets and numbers of lists.
_NOT_WRITTEN: Final = re.compile(r"\\\\|\\(?:deleted|listtext|pntext)(?![a-z0-9])")
_CELL: Final = re.compile(
    r"\\\\|\\(?:nest)?cell(?![a-z])"
)  # to the library a cell ends with a stroke, here with its paragraph
_FONT: Final = re.compile(r"\\f(\d{1,5})[^{};]{0,200}?\\fcharset(\d{1,3})")


def read_rtf(data: bytes, _limits: Limits) -> Document:
    """The running text of an RTF file, its paragraphs separated by an empty line.

    Raises:
        UnreadableError: it is damaged.
    """
    # RTF is ASCII by its definition; a stray byte beyond it is what Windows would show.
    source = _with_plain_fields(_with_plain_fonts(data.decode("cp1252", "replace")))
    source = _rewritten(_CELL, r"\par ", _rewritten(_NOT_WRITTEN, r"\*", source))
    try:
        text: str = rtf_to_text(source, errors="replace")  # type: ignore[no-untyped-call]
    except _BROKEN as error:
        raise UnreadableError(
            ErrorCode.CORRUPT_FILE, "This file is damaged and cannot be read: ask for it again."
        ) from error
    return Document(re.sub(r"\n\s*", "\n\n", text))


def _with_plain_fields(source: str) -> str:
    """Write fields so that the library's expression for links passes them by; the text of a link is read anyway."""
    return _FIELD.sub(r"\1 {", source)


def _rewritten(words: re.Pattern[str], instead: str, source: str) -> str:
    """With ``instead`` for these control words; two backslashes are a backslash that the pupil wrote."""
    return words.sub(lambda found: found[0] if found[0] == "\\\\" else instead, source)


def _with_plain_fonts(source: str) -> str:
    """Reduce the font table to what tells the encodings: a number and a character set for each font."""
    table: str = font_table_group(source)  # type: ignore[no-untyped-call]
    fonts = "".join(rf"{{\f{number}\fcharset{charset} x;}}" for number, charset in _FONT.findall(table))
    return source.replace(table, rf"{{\fonttbl{fonts}}}", 1) if table else source
