"""Explains a correction to the student in one sentence, in the language of the text."""

from typing import Final

from actors.phases.spellcheck.features import Edit, edits
from actors.phases.spellcheck.letters import ADJACENT_KEYS, SIMILAR_SOUNDS, VOWELS, base_form
from contracts.results.spellcheck import CorrectionKind

_ENGLISH: Final = {
    "split": "“{original}” is written as two words: “{replacement}”.",
    "join": "“{original}” is written as one word: “{replacement}”.",
    "hyphen": "“{replacement}” is written with a hyphen.",
    "apostrophe": "“{replacement}” is written with an apostrophe.",
    "no apostrophe": "“{replacement}” is written without an apostrophe.",
    "swap": "Two letters have changed places: it is spelt “{replacement}”.",
    "double": "“{replacement}” has a double “{letter}”.",
    "single": "“{replacement}” has a single “{letter}” here.",
    "missing": "The letter “{letter}” is missing: “{replacement}”.",
    "extra": "There is a letter too many: it is spelt “{replacement}”, without the “{letter}”.",
    "vowel": "It is “{letter}”, not “{old}”: “{replacement}”.",
    "typo": "This looks like a slip on the keyboard: “{replacement}”.",
    "other": "“{original}” is not in the dictionary; it is spelt “{replacement}”.",
    "suggestion": "“{original}” is not in the dictionary. Did you mean “{replacement}”?",
}
_SWEDISH: Final = {
    "split": "”{original}” skrivs som två ord: ”{replacement}”.",
    "join": "”{original}” skrivs ihop, som ett ord: ”{replacement}”.",
    "hyphen": "”{replacement}” skrivs med bindestreck.",
    "apostrophe": "”{replacement}” skrivs med apostrof.",
    "no apostrophe": "”{replacement}” skrivs utan apostrof.",
    "swap": "Två bokstäver har bytt plats: det stavas ”{replacement}”.",
    "double": "”{replacement}” skrivs med dubbelt ”{letter}”.",
    "single": "”{replacement}” skrivs med bara ett ”{letter}” här.",
    "missing": "Bokstaven ”{letter}” fattas: ”{replacement}”.",
    "extra": "Det är en bokstav för mycket: det stavas ”{replacement}”, utan ”{letter}”.",
    "vowel": "Det ska vara ”{letter}”, inte ”{old}”: ”{replacement}”.",
    "typo": "Det här ser ut som ett skrivfel: ”{replacement}”.",
    "other": "”{original}” finns inte i ordlistan; det stavas ”{replacement}”.",
    "suggestion": "”{original}” finns inte i ordlistan. Menade du ”{replacement}”?",
}


def explanation(language: str, original: str, replacement: str, kind: CorrectionKind, *, sure: bool) -> str:
    """Say in one sentence what is wrong with ``original``; if the correction is not sure, ask it as a question."""
    word, right = base_form(original), base_form(replacement)
    reason, change = _reason(word, right, kind)
    if not sure and kind is CorrectionKind.NON_WORD:
        reason = "suggestion"
    sentences = _SWEDISH if language == "sv" else _ENGLISH
    return sentences[reason].format(original=original, replacement=replacement, letter=change.new, old=change.old)


def _reason(word: str, right: str, kind: CorrectionKind) -> tuple[str, Edit]:
    operations = edits(word, right)
    if kind is CorrectionKind.SPLIT_JOIN:
        return ("split" if right.count(" ") > word.count(" ") else "join"), operations[0]
    if len(operations) != 1:
        return "other", Edit("", "", "", 0)
    return _reason_of(operations[0], right)


def _reason_of(edit: Edit, right: str) -> tuple[str, Edit]:
    marks = {"'": "apostrophe", "-": "hyphen"}
    if edit.kind == "insert":
        return marks.get(edit.new) or ("double" if edit.new in _around(right, edit.at) else "missing"), edit
    if edit.kind == "delete":
        shown = edit._replace(new=edit.old)
        if edit.old == "'":
            return "no apostrophe", shown
        return ("single" if edit.old in right[max(edit.at - 1, 0) : edit.at + 1] else "extra"), shown
    if edit.kind == "replace":
        pair = {edit.old, edit.new}
        if pair & VOWELS:
            return "vowel", edit
        is_slip = frozenset(pair) in ADJACENT_KEYS and frozenset(pair) not in SIMILAR_SOUNDS
        return ("typo" if is_slip else "other"), edit
    return "swap", edit


def _around(word: str, at: int) -> str:
    return word[max(at - 1, 0) : at] + word[at + 1 : at + 2]
