"""Classifies misspellings, so that the rule and the example told to the student fit the case."""

import re
from itertools import groupby
from typing import Final

from actors.phases.grammar.words import listed, words
from actors.phases.spellcheck.letters import sound_key
from contracts.results.spellcheck import CorrectionKind

_VOWELS: Final = re.compile(r"[aeiouyåäö]+")
_ALSO_PARTICIPLES: Final = listed(
    "kept felt bought taught caught thought found told said left met slept built sent spent lost won heard held "
    "brought sold paid made understood"
)
"""Past forms of verbs whose participle is the same."""
_SUFFIX: Final = re.compile(r"e(?:ing|able|ous|y)|(?:ing|ly|ment|ful|less)\Z")


def pattern_of(wrong: str, right: str, kind: CorrectionKind) -> str:
    """The name of the pattern: irregular, doubled, ie_ei, swapped, silent_e, y_ies, vowel, missing, extra, sound ..."""
    wrong, right = wrong.lower().replace("’", "'"), right.lower().replace("’", "'")
    if wrong.replace("'", "") == right.replace("'", ""):
        return "apostrophe" if wrong != right else "capital"
    if kind is CorrectionKind.SPLIT_JOIN or wrong.replace(" ", "") == right.replace(" ", "").replace("-", ""):
        return "one_or_two"
    if {wrong, right} == {"de", "dem"}:
        return "de_dem"
    if kind is CorrectionKind.REAL_WORD:
        return "look_alike"
    if wrong.endswith("ed") and right in words().past.keys() | _ALSO_PARTICIPLES:
        return "irregular"
    return _of_letters(wrong, right)


def _of_letters(wrong: str, right: str) -> str:
    if _without_doubles(wrong) == _without_doubles(right):
        return "doubled"
    if wrong.replace("ie", "ei") == right.replace("ie", "ei"):
        return "ie_ei"
    if sorted(wrong) == sorted(right):
        return "swapped"
    if right.replace("ie", "y") == wrong or right.replace("i", "y") == wrong:
        return "y_ies"
    if wrong.replace("e", "") == right.replace("e", "") and (_SUFFIX.search(wrong) or (right[-1] == "e" != wrong[-1])):
        return "silent_e"
    if _VOWELS.sub("", wrong) == _VOWELS.sub("", right):
        return "vowel"
    if _is_within(wrong, right):
        return "missing"
    if _is_within(right, wrong):
        return "extra"
    sounds = {sound_key(right), sound_key(right.replace("gh", "f"))}
    return "sound" if sound_key(wrong) in sounds else "letters"


def _without_doubles(word: str) -> str:
    return "".join(letter for letter, _ in groupby(word))


def _is_within(short: str, long: str) -> bool:
    """True if all letters of one word occur in the other, in the same order."""
    letters = iter(long)
    return all(letter in letters for letter in short)
