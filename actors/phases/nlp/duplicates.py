"""Finds essays of a batch that are nearly the same, without comparing all pairs in a large one.

Essays are compared as sets of word triples (shingles, Broder 1997). In a large batch, MinHash signatures in a
locality-sensitive index (datasketch) give the candidates; in a class, every pair is compared. Neither sees a short
essay in a much longer one: such pairs are candidates by the triples that few others have (``containment``). The sets
themselves decide: two essays are nearly the same if they share a good part of all triples of both, or if one has most
of its own triples from the other.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final, Protocol

from actors.phases.nlp.containment import Shingles, sharing_pairs
from actors.phases.nlp.document import words_of

if TYPE_CHECKING:
    from datasketch import MinHash

JACCARD: Final = 0.3
"""Two essays are nearly the same if they share at least this part of all triples of both."""

CONTAINED: Final = 0.5
"""... or at least this part of the smaller essay's triples."""

_SHINGLE: Final = 3
_FEWEST_SHINGLES: Final = 10  # shorter texts share phrases by chance
_FEW: Final = 300  # up to this many essays, comparing all pairs takes less time than importing datasketch
_PERMUTATIONS: Final = 128
_CANDIDATE_JACCARD: Final = 0.2  # below the deciding threshold, so that the estimates miss little
_SAME: Final = 0.9  # an essay this close to one in the index is not added itself


@dataclass(frozen=True, slots=True)
class Resemblance:
    """How alike two essays are: common word triples over all (Jaccard), and over the smaller essay's."""

    other: str
    jaccard: float
    contained: float

    @property
    def is_near_duplicate(self) -> bool:
        """True if the two are so alike that somebody should look at them."""
        return self.jaccard >= JACCARD or self.contained >= CONTAINED


def near_duplicates(texts: Mapping[str, str], prompt: str = "") -> dict[str, Resemblance]:
    """The essays that are nearly the same as another one, each with the one it is most like.

    Triples that also occur in ``prompt`` do not count. The time grows with the number of essays, not of pairs.
    """
    asked = shingles_of(prompt)
    return _closest({essay: shingles_of(text) - asked for essay, text in texts.items()})


def shingles_of(text: str) -> Shingles:
    """The word triples of ``text``, ignoring capitals and punctuation."""
    words = words_of(text.replace("’", "'"))
    return frozenset(zip(*(words[place:] for place in range(_SHINGLE)), strict=False))


def resemblance(shingles: Shingles, others: Shingles, other: str) -> Resemblance:
    """How alike two sets of shingles are; neither may be empty."""
    shared = len(shingles & others)
    return Resemblance(other, shared / (len(shingles) + len(others) - shared), shared / min(len(shingles), len(others)))


def _closest(shingles: Mapping[str, Shingles]) -> dict[str, Resemblance]:
    index: _Index = _All() if len(shingles) <= _FEW else _Signatures()
    closest: dict[str, Resemblance] = {}
    entered: dict[str, Shingles] = {}
    for essay, own in shingles.items():
        if len(own) < _FEWEST_SHINGLES:
            continue
        likeness = [resemblance(own, shingles[other], other) for other in sorted(index.candidates(own))]
        _note(closest, essay, likeness)
        if all(found.jaccard < _SAME for found in likeness):
            index.enter(essay, own)
            entered[essay] = own
    for essay, other in sharing_pairs(entered):
        _note(closest, essay, [resemblance(entered[essay], entered[other], other)])
    return closest


def _note(closest: dict[str, Resemblance], essay: str, found: Iterable[Resemblance]) -> None:
    """Keep the closest near-duplicate of each essay, in both directions."""
    for likeness in found:
        if not likeness.is_near_duplicate:
            continue
        back = Resemblance(essay, likeness.jaccard, likeness.contained)
        for one, its in ((essay, likeness), (likeness.other, back)):
            if one not in closest or its.jaccard > closest[one].jaccard:
                closest[one] = its


class _Index(Protocol):
    """An index of the essays seen so far, by their shingles."""

    def candidates(self, shingles: Shingles) -> Iterable[str]:
        """The essays that may be like one with these shingles."""
        ...

    def enter(self, essay: str, shingles: Shingles) -> None:
        """Add an essay."""
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


@lru_cache(maxsize=1)  # an essay is looked up, and added right afterwards
def _signature(shingles: Shingles) -> "MinHash":
    from datasketch import MinHash  # noqa: PLC0415

    signature = MinHash(num_perm=_PERMUTATIONS)
    signature.update_batch([" ".join(shingle).encode("utf-8", "surrogatepass") for shingle in shingles])
    return signature
