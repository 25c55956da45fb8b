"""Texts from anywhere, made harmless for the formats they are written to."""

import re
from typing import Final

# What XML 1.0 cannot hold: control characters but tab and line feed, lone surrogates, two noncharacters.
_UNPRINTABLE: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_UNSEEN: Final = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0"
)
_FORMULA: Final = re.compile(rf"[\s{_UNSEEN}]*[=+\-@|%\uff1d\uff0b\uff0d\uff20\uff5c\uff05\u2212]|[\t\r]")
_CUT_MARK = " … (cut)"


def printable(text: str) -> str:
    """``text`` without the characters that XML, and so HTML, Word and Excel files, cannot hold."""
    return _UNPRINTABLE.sub("", text)


def cut(text: str, limit: int, mark: str = _CUT_MARK) -> str:
    """At most ``limit`` characters of ``text``, with a mark at the end where something was left out."""
    return text if len(text) <= limit else text[: limit - len(mark)] + mark


def cell_text(text: str) -> str:
    """``text`` as a spreadsheet shows it: never a formula.

    A leading apostrophe makes it a text to every program (OWASP, "CSV Injection"); full-width signs count as well,
    and so do signs behind characters that nobody sees.
    """
    clean = printable(text)
    return f"'{clean}" if _FORMULA.match(clean) else clean
