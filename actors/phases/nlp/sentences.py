"""Finds where sentences end.

A sentence ends at ``. ! ? …`` before white space, at a full stop that lacks its space (``home.Then``), and at the end
of a paragraph, but not where it goes on:

- after something that is said: *"Where are you?" she asked*, *– Var är du? frågade hon*, or after *(and dogs!)*
- after a pause: *it was … strange*, *Well... I think so*
- after an abbreviation, with or without spaces in it: *bl. a.*, *e.g.*; those that often close a sentence (*etc.*,
  *p.m.*, *f.Kr.*) do so before a capital letter
- within a web address.

The text looked at before or after a mark is bounded, so that every step is linear in its length.
"""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Final

from actors.phases.nlp.lexicon import Lexicon

ADDRESS: Final = (
    r"(?:https?://|www\.)[^\s<>\"”]{0,500}[\w/]"
    r"|(?<![\w.+-])[\w.+-]{1,64}@(?:[\w-]{1,63}\.){1,5}[a-z]{2,12}\b"
    r"|(?<![\w.@-])(?:[\w-]{1,63}\.){1,4}(?:com|org|net|edu|gov|info|se)\b(?:/[^\s<>\"”]{0,500}[\w/])?"
)
"""A regular expression for web and mail addresses."""

_ADDRESS: Final = re.compile(ADDRESS)
# The look-behind keeps a run of terminators from being tried again at each of its characters.
_END: Final = re.compile(
    r"(?<![.!?…])[.!?…]++(?:[\"')\]”’»]*+(?=\s|\Z)|(?<=[a-zà-ÿ][.!?])(?=[A-ZÀ-Þ][a-zà-ÿ]))",
)
_CLOSERS: Final = "\"')]”’»"
_QUOTES: Final = "\"'”’»"
_AFTER_A_CLAUSE: Final = ("", *".,:;!?…")
_SEEN_BEFORE: Final = 40
_SEEN_AFTER: Final = 60
_LAST_WORD: Final = re.compile(r"[^\s(\"'“‘«\[]*\Z")
_FIRST_WORD: Final = re.compile(r"[^\W\d_]+")
_FEW_WORDS: Final = 2


def sentence_ends(paragraph: str, lexicon: Lexicon) -> Iterator[int]:
    """The offsets where the sentences of a paragraph end; the last is the end of the paragraph."""
    inside = {place for address in _ADDRESS.finditer(paragraph) for place in range(*address.span())}
    stops = _abbreviation_stops(paragraph, lexicon)
    begun = 0
    for mark in _END.finditer(paragraph):
        before = paragraph[max(begun, mark.start() - _SEEN_BEFORE) : mark.start()]
        after = paragraph[mark.end() : mark.end() + _SEEN_AFTER].lstrip()
        if mark.start() in inside or _goes_on(mark.group(), before, after, stops.get(mark.start()), lexicon):
            continue
        begun = mark.end()
        yield begun
    yield len(paragraph)


def _goes_on(mark: str, before: str, after: str, abbreviation: str | None, lexicon: Lexicon) -> bool:
    if not after:
        return False
    terminator = mark.rstrip(_CLOSERS)
    if len(terminator) > 1 or terminator == "…":
        pause = "." in terminator or "…" in terminator
        return pause and (after[0].islower() or (_first_word(after) == "I" and len(before.split()) < _FEW_WORDS))
    if terminator == ".":
        word = _last_word(before)
        if abbreviation is not None:
            return not (abbreviation in lexicon.closing_abbreviations and after[0].isupper())
        if (len(word) == 1 and word.isupper() and word != "I") or _counts(word, after, lexicon):
            return True
    return _is_said(mark, terminator, after, lexicon)


def _is_said(mark: str, terminator: str, after: str, lexicon: Lexicon) -> bool:
    """True if speech, or something in parentheses, has ended within a sentence that goes on."""
    if mark != terminator and after[0].islower():
        return True
    reported = _reporting(lexicon).match(after)
    if reported is None:
        return False
    if after[0].islower():
        return terminator != "."
    says_no_more = after[reported.end() :].lstrip()[:1] in _AFTER_A_CLAUSE
    return mark[-1] in _QUOTES and (says_no_more or _first_word(after).lower() not in lexicon.groups["function"])


def _first_word(after: str) -> str:
    found = _FIRST_WORD.match(after)
    return found.group() if found else ""


def _last_word(before: str) -> str:
    found = _LAST_WORD.search(before)
    return found.group() if found else ""


def _counts(word: str, after: str, lexicon: Lexicon) -> bool:
    """True for an abbreviation before a number (*no. 5*); elsewhere it is a word."""
    return after[0].isdigit() and word.lower() in lexicon.groups["before_numbers"]


@cache
def _reporting(lexicon: Lexicon) -> re.Pattern[str]:
    """A pattern for a verb of saying at the beginning, or after one or two words for the speaker."""
    verbs = "|".join(sorted(lexicon.groups["reporting"]))
    return re.compile(rf"(?:[^\W\d_]+ ){{0,2}}(?:{verbs})\b")


def _abbreviation_stops(paragraph: str, lexicon: Lexicon) -> dict[int, str]:
    """The full stops of abbreviations, by offset; the value is the abbreviation, or empty for a stop inside it."""
    stops: dict[int, str] = {}
    for found in _abbreviations(lexicon).finditer(paragraph):
        inner = (place for place in range(found.start(), found.end() - 1) if paragraph[place] == ".")
        stops |= dict.fromkeys(inner, "")
        stops[found.end() - 1] = "".join(found.group().lower().split()).rstrip(".")
    return stops


@cache
def _abbreviations(lexicon: Lexicon) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w.])(?:{'|'.join(_spaced(lexicon.abbreviations))})\.", re.IGNORECASE)


def _spaced(abbreviations: Iterable[str]) -> list[str]:
    """Patterns that allow a space after each full stop, the longest first."""
    ordered = sorted(abbreviations, key=lambda each: (-len(each), each))
    return [r"\.[^\S\n]?".join(map(re.escape, each.split("."))) for each in ordered]
