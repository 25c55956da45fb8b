"""Evidence for a candidate as the correction of a misspelling, as named features with values.

The features are those of the noisy-channel literature: single letter operations (Kernighan, Church and Gale 1990),
the letters around them (Brill and Moore 2000), sound (Toutanova and Moore 2002), the place in the word, and the
candidate's frequency.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

from rapidfuzz.distance import JaroWinkler, Levenshtein

from actors.phases.spellcheck.letters import ADJACENT_KEYS, SIMILAR_SOUNDS, VOWELS, sound_key, without_accents

Features = list[tuple[str, float]]

_ENDINGS: Final = ("ing", "ed", "s", "ly", "er", "tion", "en", "ar", "na", "t")


class Edit(NamedTuple):
    """One letter operation that turns the misspelling into the candidate.

    ``kind`` is ``insert`` (the writer left ``new`` out), ``delete`` (the writer added ``old``), ``replace`` or
    ``swap``. ``at`` is the place in the candidate.
    """

    kind: str
    old: str
    new: str
    at: int


def edits(word: str, candidate: str) -> list[Edit]:
    """The letter operations that turn ``word`` into ``candidate``; two neighbours in the wrong order are one swap."""
    found: list[Edit] = []
    for step in Levenshtein.editops(word, candidate):
        old = word[step.src_pos] if step.tag != "insert" else ""
        new = candidate[step.dest_pos] if step.tag != "delete" else ""
        edit = Edit(step.tag, old, new, step.dest_pos)
        if found and (swap := _swapped(found[-1], edit)):
            found[-1] = swap
        else:
            found.append(edit)
    return found


def _swapped(one: Edit, other: Edit) -> Edit | None:
    if {one.kind, other.kind} == {"insert", "delete"} and (one.old or one.new) == (other.old or other.new):
        return Edit("swap", one.old or one.new, "", one.at) if abs(one.at - other.at) <= 2 else None
    if one.kind == other.kind == "replace" and other.at == one.at + 1 and (one.old, one.new) == (other.new, other.old):
        return Edit("swap", one.old, "", one.at)
    return None


def features(word: str, candidate: str, zipf: float) -> Features:
    """The evidence for and against ``candidate``, whose Zipf frequency is ``zipf``."""
    operations = edits(word, candidate)
    found = [("zipf", zipf), ("rare", max(0.0, 3.0 - zipf)), (f"edits:{min(len(operations), 5)}", 1.0)]
    found.append(("edits per letter", len(operations) / max(len(word), len(candidate))))
    found.append(("similarity", JaroWinkler.similarity(word, candidate)))
    found.extend((name, 1.0) for name in _whole_word(word, candidate))
    for edit in operations:
        found.extend((name, 1.0) for name in _of_edit(edit, word, candidate))
    return found


def _whole_word(word: str, candidate: str) -> Iterator[str]:
    if word[0] != candidate[0]:
        yield "first letter"
    if word[-1] != candidate[-1]:
        yield "last letter"
    if sound_key(word) == sound_key(candidate):
        yield "same sound"
    if without_accents(word) == without_accents(candidate):
        yield "same but for accents"
    if sorted(word) == sorted(candidate):
        yield "same letters"
    if " " in candidate:
        yield "split"
        yield f"split after {candidate.partition(' ')[0]}"
    if "-" in candidate:
        yield "hyphen"
    yield f"length:{min(len(word), 8)}"
    for ending in _ENDINGS:
        if word.endswith(ending) != candidate.endswith(ending):
            yield f"ending:{ending}:{'added' if candidate.endswith(ending) else 'lost'}"


def _of_edit(edit: Edit, word: str, candidate: str) -> Iterator[str]:
    yield edit.kind
    yield f"{edit.kind}:{edit.old}>{edit.new}"
    if edit.kind == "replace":
        yield from _of_replacement(edit.old, edit.new)
    elif edit.kind == "insert":
        yield from _of_letter(edit.new, edit.at, candidate, "insert")
    elif edit.kind == "delete":
        yield from _of_letter(edit.old, edit.at, word, "delete")
    if edit.at == len(candidate) - 1:
        yield f"{edit.kind} last"
        yield f"{edit.kind} last:{edit.old}>{edit.new}"
    elif edit.at <= 1:
        yield f"{edit.kind} early"
    if 0 < edit.at <= len(candidate):
        yield f"{edit.kind}:{edit.old}>{edit.new} after {candidate[edit.at - 1]}"


def _of_replacement(old: str, new: str) -> Iterator[str]:
    pair = frozenset((old, new))
    if pair <= VOWELS:
        yield "vowel for vowel"
    elif pair & VOWELS:
        yield "vowel for consonant"
    if pair in ADJACENT_KEYS:
        yield "adjacent keys"
    if pair in SIMILAR_SOUNDS:
        yield "similar sounds"
    if without_accents(old) == without_accents(new):
        yield "accent"


def _of_letter(letter: str, at: int, longer: str, kind: str) -> Iterator[str]:
    near = longer[max(at - 1, 0) : at] + longer[at + 1 : at + 2]
    if letter in near:
        yield f"{kind} of a doubled letter"
    yield f"{kind} of a vowel" if letter in VOWELS else f"{kind} of a consonant"
