"""Misspelt negations (``couldent``, ``musnt``): if the *not* is lost, the sentence says the opposite."""

import re
from collections.abc import Iterable
from typing import Final

from rapidfuzz.distance import OSA

_ENDS_NEGATED: Final = re.compile(r"n[aeiou]?'?t{1,2}$")
_NOT_WRITTEN: Final = frozenset({"n't", "an't", "mayn't"})
_SHORTEST: Final = 5
_DOUBLED: Final = re.compile(r"(.)\1")
_SILENT: Final = re.compile(r"l(?=d)|(?<=.)[aeiou']")


class Negations:
    """Finds the contraction with *not* that an unknown word stands for."""

    def __init__(self, contractions: Iterable[str]) -> None:
        negated = (word for word in contractions if word.endswith("n't") and word not in _NOT_WRITTEN)
        self._by_letters: Final = {word.replace("'", ""): word for word in (*negated, "cannot")}

    def of_letters(self, letters: str) -> str | None:
        """The contraction that has these letters once its apostrophe is left out; None if there is none."""
        return self._by_letters.get(letters)

    def meant(self, word: str) -> str | None:
        """The contraction that the unknown ``word`` stands for, if it looks like one."""
        letters = word.replace("'", "")
        if found := self._by_letters.get(letters) or self._by_letters.get(f"{letters}t"):
            return found
        if not _ENDS_NEGATED.search(word):
            return None
        is_short = len(letters) < _SHORTEST  # arnt may have lost a letter, but wint and mont may be anything
        near = [
            word for word in self._by_letters if word[0] == letters[0] and (not is_short or len(word) > len(letters))
        ]
        if not near:
            return None
        distance, sounds_other, _, best = min((*_distance(letters, other), other) for other in near)
        return self._by_letters[best] if distance <= 1 or (distance == 2 and not sounds_other) else None


def _distance(letters: str, other: str) -> tuple[int, bool, bool]:
    """How far apart two words are: edits between their letters, then whether their sound and their end differ."""
    return OSA.distance(letters, other), _skeleton(letters) != _skeleton(other), letters[-2:] != other[-2:]


def _skeleton(letters: str) -> str:
    """The consonants that are pronounced: the same for ``couldnt`` and ``cudent``."""
    return _DOUBLED.sub(r"\1", _SILENT.sub("", letters))
