"""Finds quotations whose typography differs from the text's: curly quotes, dashes, dots, spaces, capitals."""

import re
import unicodedata
from functools import cached_property
from typing import Final

_ALIKE: Final = {
    **dict.fromkeys("’‘ʼ`´′‛", "'"), **dict.fromkeys("“”„«»″‟", '"'), **dict.fromkeys("–—‒−‐‑―", "-"), "…": "...",
}  # fmt: skip
_IGNORED: Final = frozenset("\u00ad\u200b\u200c\u200d\u2060\ufeff")
_AROUND: Final = " \t\n\"'"
_TRAILING: Final = re.compile(r"(?:\.{3}|[.,;:])\Z")
_SHORTEST: Final = 2
_JOINT: Final = "['’ʼ\u00ad\u200b\u200c\u200d\u2060\ufeff]{0,2}"
_WORD_BEFORE: Final = re.compile(rf"[^\W_][\u0300-\u036f]*{_JOINT}\Z")
_WORD_AFTER: Final = re.compile(rf"[\u0300-\u036f]|{_JOINT}[^\W_]")
_CONTEXT: Final = 8  # a letter with its accents, and what may join it to the next


class Quotable:
    """A text in which quotations are looked up."""

    def __init__(self, text: str) -> None:
        self._text = text

    def find(self, quote: str) -> tuple[int, int] | None:
        """The span of a quotation in the text, in the same words but any typography; None if it is not there.

        It begins and ends where words do: ``art`` is not in ``part``, nor ``you can`` in ``you can't``. Quotation marks
        around it, and a mark added at its end, need not be in the text.
        """
        if not any(map(str.isalnum, quote)):
            return None
        start = _place_of_words(quote, self._text) if len(quote) >= _SHORTEST else -1
        if start >= 0:
            return start, start + len(quote)
        plain = _plain(quote)[0].strip(_AROUND)
        for wanted in (plain, _TRAILING.sub("", plain).strip(_AROUND)):
            if len(wanted) >= _SHORTEST and (place := self._place_of(wanted)) is not None:
                return place
        return None

    def _place_of(self, wanted: str) -> tuple[int, int] | None:
        plain, places = self._plain
        start = _place_of_words(wanted, plain)
        if start < 0 and len(folded := plain.casefold()) == len(plain):
            start = _place_of_words(wanted.casefold(), folded)
        if start < 0:
            return None
        return places[start], places[start + len(wanted) - 1] + 1

    @cached_property
    def _plain(self) -> tuple[str, list[int]]:
        return _plain(self._text)


def _place_of_words(wanted: str, text: str) -> int:
    """The first place in ``text`` where ``wanted`` cuts no word in two; -1 if there is none."""
    start = text.find(wanted)
    while start >= 0 and (_is_in_a_word(text, start) or _is_in_a_word(text, start + len(wanted))):
        start = text.find(wanted, start + 1)
    return start


def _is_in_a_word(text: str, place: int) -> bool:
    """True if a word goes on across ``place``; an apostrophe between letters, or a soft hyphen, does not end it."""
    before = text[max(0, place - _CONTEXT) : place]
    return _WORD_BEFORE.search(before) is not None and _WORD_AFTER.match(text, place) is not None


def _plain(text: str) -> tuple[str, list[int]]:
    """The text in plain typography, and the index of each of its characters; runs of white space become one space."""
    plain, places = list[str](), list[int]()
    for place, char in enumerate(text):
        if char in _IGNORED or (char.isspace() and plain[-1:] == [" "]):
            continue
        written = " " if char.isspace() else _ALIKE.get(char) or unicodedata.normalize("NFKC", char)
        plain += written
        places += [place] * len(written)
    return "".join(plain), places
