"""Finds the words that may have been meant by a misspelling."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from actors.phases.spellcheck.candidates import NearbyWords
from actors.phases.spellcheck.features import Features, features
from actors.phases.spellcheck.lexicon import LISTED_TERM_ZIPF, Lexicon
from actors.phases.spellcheck.word_model import WordModel, zipf_of_pair

_FREQUENT_ZIPF: Final = 3.0
_SHORTEST_FOR_THREE: Final = 6
_SHORTLIST: Final = 24
_ZIPF_PER_EDIT: Final = 1.6
_PART_ZIPF: Final = 3.5
_SHORTEST_PART: Final = 3
_PARTS_TRIED: Final = 6
_COMPOUND_ZIPF: Final = 1.5
_SHORT_PARTS: Final = frozenset({"a", "i"})


class CandidateFinder:
    """Finds the plausible candidates for a misspelling, each with its features."""

    def __init__(self, lexicon: Lexicon, model: WordModel) -> None:
        self._lexicon = lexicon
        self._model = model
        words = lexicon.proposable()
        self._all = NearbyWords(words)
        self._frequent = NearbyWords([word for word in words if lexicon.zipf(word) >= _FREQUENT_ZIPF])

    def find(self, word: str, *, known: Iterable[str] = (), terms: NearbyWords | None = None) -> dict[str, Features]:
        """The candidates for ``word`` with their features.

        ``known`` are corrections to propose in any case; ``terms`` are the words of the teacher's list.
        """
        frequencies = dict.fromkeys((term for term, _ in terms.within(word, 2)), LISTED_TERM_ZIPF) if terms else {}
        frequencies |= {near: self._lexicon.zipf(near) for near in self._near(word)}
        frequencies |= {split: self._pair_zipf(split) for split in self._splits(word)}
        frequencies |= dict.fromkeys(self._compounds(word, set(frequencies)), _COMPOUND_ZIPF)
        for correction in known:
            frequencies.setdefault(correction, self._zipf(correction))
        frequencies.pop(word, None)
        return {candidate: features(word, candidate, zipf) for candidate, zipf in frequencies.items()}

    def _near(self, word: str) -> list[str]:
        found = dict(self._all.within(word, 2 if len(word) > 2 else 1))
        if len(word) >= _SHORTEST_FOR_THREE:
            found = dict(self._frequent.within(word, 3)) | found
        elif not found:
            found = dict(self._frequent.within(word, 2))
        found.pop(word, None)
        return sorted(found, key=lambda near: _ZIPF_PER_EDIT * found[near] - self._lexicon.zipf(near))[:_SHORTLIST]

    def _splits(self, word: str) -> Iterator[str]:
        for at in range(1, len(word)):
            if self._is_part(word[:at]) and self._is_part(word[at:]):
                yield f"{word[:at]} {word[at:]}"

    def _compounds(self, word: str, found: set[str]) -> Iterator[str]:
        """Compounds that are in no list and have one of two parts misspelt: ``vattenbol`` for ``vattenboll``."""
        if not self._lexicon.makes_compounds or len(word) < 2 * _SHORTEST_PART:
            return
        for at in range(_SHORTEST_PART, len(word) - _SHORTEST_PART + 1):
            head, tail = word[:at], word[at:]
            joined = [f"{head}{near}" for near in self._part_near(tail)] if self._is_part(head) else []
            joined += [f"{near}{tail}" for near in self._part_near(head)] if self._is_part(tail) else []
            yield from (each for each in joined if each not in found and self._lexicon.knows(each))

    def _part_near(self, part: str) -> list[str]:
        near = (other for other, _ in self._frequent.within(part, 1) if other != part and len(other) >= _SHORTEST_PART)
        return sorted(near, key=lambda other: -self._lexicon.zipf(other))[:_PARTS_TRIED]

    def _is_part(self, part: str) -> bool:
        if len(part) == 1:
            return part in _SHORT_PARTS
        return self._lexicon.zipf(part) >= _PART_ZIPF and self._lexicon.knows(part)

    def _zipf(self, candidate: str) -> float:
        return self._pair_zipf(candidate) if " " in candidate else self._lexicon.zipf(candidate)

    def _pair_zipf(self, pair: str) -> float:
        first, _, second = pair.partition(" ")
        return zipf_of_pair(self._model, first, second)


def known_features(pairs: Mapping[str, float], candidate: str) -> Features:
    """Features of ``candidate`` from a list of known misspellings: ``pairs`` are the corrections seen, with counts."""
    total = sum(pairs.values())
    if not total:
        return []
    share = pairs.get(candidate, 0.0) / total
    return [("known pair", share), ("known pair, often", share * min(total, 10.0) / 10)]
