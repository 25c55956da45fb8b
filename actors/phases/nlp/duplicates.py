"""Essays of a batch that are nearly the same, found without comparing all pairs.

Essays are compared as sets of word triples (shingles, Broder 1997). In a large batch, MinHash signatures in a
locality-sensitive index (datasketch) give the candidates; in a class, all are. The sets themselves decide: two are
nearly the same where they share a good part of all triples of both, or where one has most of its own from the other.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final, Protocol

from actors.phases.nlp.document import words_of

if TYPE_CHECKING:
    from datasketch import MinHash

JACCARD: Final = 0.3
"""Two essays are nearly the same from this share of common triples, out of all triples of both."""

CONTAINED: Final = 0.5
"""... or from this share of the smaller essay's triples."""

_SHINGLE: Final = 3
_FEWEST_SHINGLES: Final = 10  # shorter texts share a phrase by chance
_FEW: Final = 300  # so many are compared with each other before datasketch has been imported
_PERMUTATIONS: Final = 128
_CANDIDATE_JACCARD: Final = 0.2  # below what decides, so that estimates miss little
_SAME: Final = 0.9  # essays this close to one in the index are not entered themselves

Shingles = frozenset[tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Resemblance:
    """How like two essays are: common word triples out of all (Jaccard), and out of the smaller essay's."""

    other: str
    jaccard: float
    contained: float

    @property
    def is_near_duplicate(self) -> bool:
        """Whether they are alike enough to be looked at."""
        return self.jaccard >= JACCARD or self.contained >= CONTAINED


def near_duplicates(texts: Mapping[str, str], prompt: str = "") -> dict[str, Resemblance]:
    """The essays that are nearly the same as another, each with the one it is most like.

    What essays quote from ``prompt`` does not count. The time grows with the number of essays, not of pairs.
    """
    asked = shingles_of(prompt)
    return _closest({essay: shingles_of(text) - asked for essay, text in texts.items()})


def shingles_of(text: str) -> Shingles:
    """The word triples of ``text``, without regard to capitals and punctuation."""
    words = words_of(text.replace("’", "'"))
    return frozenset(zip(*(words[place:] for place in range(_SHINGLE)), strict=False))


def resemblance(shingles: Shingles, others: Shingles, other: str) -> Resemblance:
    """How like two sets of shingles are (neither is empty)."""
    shared = len(shingles & others)
    return Resemblance(other, shared / (len(shingles) + len(others) - shared), shared / min(len(shingles), len(others)))


def _closest(shingles: Mapping[str, Shingles]) -> dict[str, Resemblance]:
    index: _Index = _All() if len(shingles) <= _FEW else _Signatures()
    closest: dict[str, Resemblance] = {}
    for essay, own in shingles.items():
        if len(own) < _FEWEST_SHINGLES:
            continue
        likeness = [resemblance(own, shingles[other], other) for other in sorted(index.candidates(own))]
        _note(closest, essay, [found for found in likeness if found.is_near_duplicate])
        if all(found.jaccard < _SAME for found in likeness):
            index.enter(essay, own)
    return closest


def _note(closest: dict[str, Resemblance], essay: str, found: Iterable[Resemblance]) -> None:
    """Keep the closest of each essay, both ways."""
    for likeness in found:
        back = Resemblance(essay, likeness.jaccard, likeness.contained)
        for one, its in ((essay, likeness), (likeness.other, back)):
            if one not in closest or its.jaccard > closest[one].jaccard:
                closest[one] = its


class _Index(Protocol):
    """The essays so far, by what they are like."""

    def candidates(self, shingles: Shingles) -> Iterable[str]:
        """Those that may be like an essay with these."""
        ...

    def enter(self, essay: str, shingles: Shingles) -> None:
        """One more."""
        ...


class _All(_Index):
    def __init__(self) -> None:
        self._essays: dict[str, Shingles] = {}

    def candidates(self, shingles: Shingles) -> Iterable[str]:
        return [
            essay
            for essay, others in self._essays.items()
            if resemblance(shingles, others, essay).jaccard >= _CANDIDATE_JACCARD
        ]

    def enter(self, essay: str, shingles: Shingles) -> None:
        self._essays[essay] = shingles


class _Signatures(_Index):
    def __init__(self) -> None:
        from datasketch import MinHashLSH  # noqa: PLC0415  (with SciPy's integrals: over a second)

        self._index = MinHashLSH(threshold=_CANDIDATE_JACCARD, num_perm=_PERMUTATIONS)

    def candidates(self, shingles: Shingles) -> Iterable[str]:
        found: list[str] = self._index.query(_signature(shingles))
        return found

    def enter(self, essay: str, shingles: Shingles) -> None:
        self._index.insert(essay, _signature(shingles))


@lru_cache(maxsize=1)  # an essay is looked for, and entered right after
def _signature(shingles: Shingles) -> "MinHash":
    from datasketch import MinHash  # noqa: PLC0415

    signature = MinHash(num_perm=_PERMUTATIONS)
    signature.update_batch([" ".join(shingle).encode("utf-8", "surrogatepass") for shingle in shingles])
    return signature
