"""Finds the words of a text, and marks those that are not to be checked.

Every pattern is bounded, so that the time is linear in the length of any text.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from actors.phases.spellcheck.letters import APOSTROPHES, INVISIBLE, base_form

_LETTER: Final = rf"[^\W\d_][\u0300-\u036f{INVISIBLE}]*"
_APOSTROPHE: Final = f"[{APOSTROPHES}]"
_WORD: Final = re.compile(rf"(?:{_LETTER})+(?:{_APOSTROPHE}(?:{_LETTER})+)*")
_PROTECTED: Final = re.compile(
    r"""
      (?:https?://|www\.)\S+                               # addresses
    | \b[^\W\d_]{1,4}\.(?:[^\W\d_]{1,3}\.)+                # bl.a., p.m.
    | [\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64})*          # mail
    | (?<!\w)[@#\\]\w+                                     # mentions, tags, commands
    | \b[\w-]{1,64}(?:\.[\w-]{1,64}){0,3}\.(?:com|org|net|edu|gov|info|se|html?|pdf|docx?|txt|jpe?g|png)\b(?!\.\w)
    | </?[A-Za-z][^<>\n]{0,300}> | &\#?\w{1,10};           # mark-up
    | `[^`\n]{1,300}` | \]\([^)\s]{1,300}\)
    | \$(?!\s)(?:\\\w+ | [^$\n\w\\] | [\d_] | (?<![a-zA-Z])[a-zA-Z]{1,2}(?![a-zA-Z])){1,120}(?<!\s)\$  # formulas
    | (?<!\w)\w*[\d_]\w*                                   # numbers, identifiers
    """,
    re.VERBOSE,
)
_QUOTED: Final = re.compile(
    r"""
      "(?P<straight>[^"\n]{1,120})" | [“”„](?P<curly>[^“”„\n]{1,120})[”“] | [«»](?P<angle>[^«»\n]{1,120})[«»]
    | (?<!\w)['‘](?P<single>[^'‘’\n]{1,60})['’](?!\w) | (?<![\w*])\*{1,2}(?P<star>[^*\n]{1,60})\*{1,2}(?![\w*])
    """,
    re.VERBOSE,
)
_ENDS_SENTENCE: Final = re.compile(r"[.!?:…\n\r\u2028\u2029•]")
_OPENERS: Final = frozenset("\"'“”„«»‘(*[-–—")
_ABBREVIATIONS: Final = frozenset({"mr", "mrs", "ms", "dr", "prof", "st", "jr", "sr", "vs", "etc", "bl", "dvs", "ca"})
_NUMBER: Final = re.compile(r"\d")
_LONGEST_GAP: Final = 200
_PARAGRAPH: Final = 2


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the text: its span, its form for look-ups, and what is around it.

    ``opens_sentence``: the word begins a sentence, so that a capital letter says nothing. ``is_protected``: it is part
    of an address, a number or mark-up. ``follows_closely``: it is one space behind the word before,
    ``follows_in_clause``: only white space divides the two, ``follows_number``: there is a digit between the two.
    ``is_hyphenated``: it touches a hyphen. ``is_ending``: a colon ties it to the word before, as in *TV:ns*.
    """

    start: int
    stop: int
    text: str
    base: str
    opens_sentence: bool
    is_protected: bool
    follows_closely: bool
    follows_in_clause: bool
    follows_number: bool
    is_hyphenated: bool
    is_ending: bool

    @property
    def is_capitalised(self) -> bool:
        """True when its first letter is a capital."""
        return self.text[0].isupper() or self.text[0].istitle()

    @property
    def is_upper(self) -> bool:
        """True when it has more than one letter, all of them capitals."""
        return len(self.text) > 1 and self.text.isupper()

    @property
    def has_inner_capital(self) -> bool:
        """True for a word such as ``iPhone`` or ``McDonald``."""
        return not self.text.isupper() and any(letter.isupper() for letter in self.text[1:])


def words_of(text: str) -> list[Word]:
    """The words of ``text``, in order."""
    words: list[Word] = []
    protected = _PROTECTED.finditer(text)
    guard = next(protected, None)
    for match in _WORD.finditer(text):
        while guard and guard.end() <= match.start():
            guard = next(protected, None)
        before = text[words[-1].stop if words else 0 : match.start()]
        words.append(
            Word(
                start=match.start(),
                stop=match.end(),
                text=match[0],
                base=base_form(match[0]),
                opens_sentence=not words or _opens_sentence(words[-1], before),
                is_protected=bool(guard and guard.start() < match.end()),
                follows_closely=bool(words) and before == " ",
                follows_in_clause=bool(words) and before.isspace() and before.count("\n") < _PARAGRAPH,
                follows_number=_NUMBER.search(before) is not None,
                is_hyphenated="-" in (text[match.start() - 1 : match.start()], text[match.end() : match.end() + 1]),
                is_ending=bool(words) and before == ":",
            )
        )
    return words


def _opens_sentence(previous: Word, between: str) -> bool:
    if between == ". " and (len(previous.base) == 1 or previous.base in _ABBREVIATIONS):
        return False
    ends = bool(_ENDS_SENTENCE.search(between[:_LONGEST_GAP]) or _ENDS_SENTENCE.search(between[-_LONGEST_GAP:]))
    return ends or (between != "-" and between[-1:] in _OPENERS)


def quotations(text: str) -> Iterator[tuple[int, int]]:
    """The spans of quotations and of text set off with asterisks, without the marks."""
    for match in _QUOTED.finditer(text):
        if match.lastgroup:
            yield match.span(match.lastgroup)
