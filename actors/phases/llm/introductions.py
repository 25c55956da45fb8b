"""Finds words that a text presents as somebody's name, although they may be ordinary words too."""

import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Final

from actors.phases.spellcheck.letters import base_form

_WORD: Final = r"[^\W\d_]{1,40}"
_INTRODUCED: Final = re.compile(
    r"\b(?:my name(?: is|'s|’s)|(?:name|names|named|namn) (?:is|was|are|är|var)|i am called|call me|"
    r"jag heter|heter|hette|mitt namn är|(?:mr|mrs|ms|miss|dr)\.?)\s+"
    rf"({_WORD}(?:\s+(?=[A-ZÅÄÖ]){_WORD})?)",
    re.IGNORECASE,
)
_KIN: Final = (
    r"friend|bestie|bff|mate|buddy|brother|sister|cousin|uncle|aunt|auntie|niece|nephew|neighbou?r|classmate|teammate|coach|"
    r"teacher|girlfriend|boyfriend|crush|roommate|twin|son|daughter|kompis|kompisen|polare|vän|väninna|bror|brorsa|"
    r"syster|syrra|kusin|moster|faster|farbror|morbror|granne|klasskamrat|lärare|tränare|flickvän|pojkvän|tjej|kille|"
    r"tvilling|son|dotter|named|called|kallas|kallad"
)
_RELATED: Final = re.compile(rf"\b(?:{_KIN})[ ,]{{1,2}}({_WORD})(?!\w)", re.IGNORECASE)
_AND_I: Final = re.compile(rf"(?<!\w)({_WORD}) (?:and|och) (?:i|me|jag)\b", re.IGNORECASE)
_ALSO_VERBS: Final = frozenset(
    (
        "will", "may", "drew", "rose", "grant", "chase", "mark", "sue", "rob", "skip", "pat", "ward", "wade", "lance",
        "bill", "hope", "love", "ask", "ash", "chuck", "chip", "buck", "pierce", "win", "don", "rod", "ray", "bob",
        "nick", "josh", "vide", "bo", "be", "var",
    )
)  # fmt: skip
"""Names that are also verbs and the like. The word after them must show a person: *my friend will come* has none."""
_IS_SOMEBODY: Final = re.compile(
    r"['’]s\b|\s*[,.;:!?]|\s+(?:is|was|has|had|and|or|said|says|who|came|comes|went|goes|told|lives|lived|likes|liked|loves|"
    r"plays|played|wants|wanted|thinks|thought|got|gets|i|är|var|har|hade|och|sa|säger|som|kom|kommer|gick|går|bor|gillar|"
    r"spelar|spelade|vill|ville|tycker|fick|får)\b",
    re.IGNORECASE,
)
_BEHIND: Final = 20
_QUOTED: Final = re.compile(
    r"[\"“”„«»]([^\W\d_][^\"“”„«»\n]{0,28}[^\W_])[\"“”«»]|(?<!\w)['‘]([^\W\d_][^'’‘\n]{0,28}[^\W_])['’](?!\w)"
)
_CALLED: Final = re.compile(
    rf"(?:\bcall(?:s|ed|ing)?|\bnick\w*|\bknown as|\ba\.?k\.?a\.?|\balias|\bnamed?|\bkalla\w*|"
    rf"\bhet(?:er|te)|\bsmeknamn\w*|\böknamn\w*|\b(?:{_KIN}))\b[^.!?\n]{{0,25}}\Z",
    re.IGNORECASE,
)
_BEFORE: Final = 45
_FAMILY_NAME: Final = re.compile(rf" ((?=[A-ZÅÄÖ]){_WORD})")
_LONGEST_NICKNAME: Final = 2  # words
_SAID: Final = frozenset(
    (
        "yes", "no", "ok", "okay", "hello", "hi", "hey", "stop", "what", "why", "help", "ja", "nej", "hej", "stopp",
        "va", "hjälp",
    )
)  # fmt: skip


@cache
def names_that_are_words() -> frozenset[str]:
    """Given names that are also ordinary words."""
    lines = files(__package__).joinpath("names_that_are_words.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


def is_somebody(text: str, base: str, end: int) -> bool:
    """True if the word that ends at ``end`` is in the list of names, and used as a name by the words after it."""
    if base not in names_that_are_words():
        return False
    return base not in _ALSO_VERBS or _IS_SOMEBODY.match(text[end : end + _BEHIND]) is not None


def introduced_in(text: str) -> Iterator[tuple[str, bool]]:
    """The base forms of words presented as names, each with whether it is certain whatever the word looks like."""
    for match in _INTRODUCED.finditer(text):
        for word in match.group(1).split():
            base = base_form(word)
            yield base, word[0].isupper() or base in names_that_are_words()
    for pattern in (_RELATED, _AND_I):
        for match in pattern.finditer(text):
            if is_somebody(text, base := base_form(match.group(1)), match.end(1)):
                yield base, True
    yield from _nicknames_in(text)


def _nicknames_in(text: str) -> Iterator[tuple[str, bool]]:
    """The words of nicknames: one or two quoted words that somebody is called by, or that have capital letters."""
    for match in _QUOTED.finditer(text):
        words = (match.group(1) or match.group(2)).split()
        bases = [base_form(word) for word in words]
        if len(words) > _LONGEST_NICKNAME or _SAID.issuperset(bases) or not all(word.isalpha() for word in words):
            continue
        is_called = _CALLED.search(text[max(0, match.start() - _BEFORE) : match.start()]) is not None
        family_name = _family_name_behind(text, *match.span())
        is_called = is_called or bool(family_name)
        yield from ((base_form(name), True) for name in family_name)
        if is_called or all(word[0].isupper() for word in words):
            yield from ((base, is_called) for base in bases if base not in {"the", "a", "an", "den", "det"})


def _family_name_behind(text: str, start: int, end: int) -> list[str]:
    """The family name after a quoted nickname that stands within a name: Erik "Bagarn" Berg."""
    behind = _FAMILY_NAME.match(text, end)
    is_within = start > 1 and text[start - 1] == " " and text[start - 2].isalpha()
    return [behind.group(1)] if behind and is_within else []
