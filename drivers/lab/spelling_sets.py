"""Reads published sets of misspellings, as pairs of a misspelling and its correction."""

import json
from dataclasses import dataclass
from pathlib import Path

from actors.phases.spellcheck.letters import base_form


@dataclass(frozen=True, slots=True)
class Misspelling:
    """One misspelling with its correction; ``group`` is the text (or the list) that it comes from."""

    word: str
    correction: str
    group: str


def toefl_spell(path: Path) -> list[Misspelling]:
    """The 6,121 misspellings of single words (type M) of TOEFL-Spell (Flor, Fried and Rozovskaya 2019)."""
    rows = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()[1:]]
    return [Misspelling(base_form(row[2].strip()), base_form(row[4].strip()), row[0]) for row in rows if row[3] == "M"]


def mitton_list(path: Path) -> list[Misspelling]:
    """A list in Mitton's format: ``$correction``, then its misspellings, one per line.

    The whole list counts as one text. It has every pair only once: if only the pair itself were left out, a misspelling
    with two corrections would keep just the other one, which would teach that known corrections are wrong.
    """
    pairs, correction = [], ""
    for line in path.read_text(encoding="utf-8").split("\n"):
        word = base_form(line.strip().replace("_", " "))
        if line.startswith("$"):
            correction = word[1:]
        elif word:
            pairs.append(Misspelling(word, correction, path.stem))
    return pairs


def dalaj(path: Path) -> list[Misspelling]:
    """DaLAJ's spelling errors (type O) in single words, except those in letter case only."""
    pairs = []
    for line in path.read_text(encoding="utf-8").splitlines():
        meta = json.loads(line)["meta"]
        if meta["error_label"] != "O":
            continue
        pair = meta["confusion_pair"]
        word, correction = base_form(pair["incorrect_span"]), base_form(pair["correction"] or "")
        if word and correction and word != correction and " " not in word + correction:
            pairs.append(Misspelling(word, correction, word))
    return pairs
