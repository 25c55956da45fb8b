"""Finds short essays of which a good part stands in a longer one, however much longer that is.

The overlap of such a pair is a small share of both texts together, so that MinHash signatures cannot tell it from
chance. The triples that only a few essays have can: phrases that everybody uses, and words of an assignment that was
not given, are in many essays, while a copied passage is in those of the copiers. Every such triple votes for the pairs
of essays that share it. The work grows with the number of triples, since a triple of many essays has no vote.
"""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Shingles = frozenset[tuple[str, ...]]

FEWEST_VOTES: Final = 12
"""Two essays are a candidate pair if they share at least this many triples that few others have."""

_A_FEW: Final = 5  # a triple that at most this many essays have has a vote in the smallest batch
_ONE_IN: Final = 30  # in a larger one, if at most one essay in this many has it
_NOT_MANY: Final = 20  # but never more than this, which bounds the pairs


def sharing_pairs(shingles: Mapping[str, Shingles]) -> Iterator[tuple[str, str]]:
    """The pairs of essays that share triples which few essays have, in the order of ``shingles``."""
    import numpy as np  # noqa: PLC0415  (intake starts faster without it)

    essays = list(shingles)
    triples, owners = _triples_and_owners(shingles)
    codes = _votes(triples, owners, len(essays), min(_NOT_MANY, max(_A_FEW, len(essays) // _ONE_IN)))
    pairs, votes = np.unique(codes, return_counts=True)
    for pair in pairs[votes >= FEWEST_VOTES].tolist():
        first, second = divmod(pair, len(essays))
        yield essays[first], essays[second]


def _triples_and_owners(shingles: Mapping[str, Shingles]) -> "tuple[NDArray[np.int64], NDArray[np.int64]]":
    """The hash of every essay's every triple, and the number of its essay: sorted by hash, then by essay."""
    import numpy as np  # noqa: PLC0415

    sizes = [len(own) for own in shingles.values()]
    hashes = np.fromiter((hash(each) for own in shingles.values() for each in own), np.int64, sum(sizes))
    owners = np.repeat(np.arange(len(sizes)), sizes)
    order = np.argsort(hashes, kind="stable")
    return hashes[order], owners[order]


def _votes(triples: "NDArray[np.int64]", owners: "NDArray[np.int64]", essays: int, most: int) -> "NDArray[np.int64]":
    """For every triple of two to ``most`` essays, each pair of them as one number, first * essays + second."""
    import numpy as np  # noqa: PLC0415

    begins = np.concatenate([np.ones(min(1, len(triples)), bool), triples[1:] != triples[:-1]])
    sizes = np.diff(np.flatnonzero(begins), append=len(triples))
    few = np.repeat((sizes > 1) & (sizes <= most), sizes)
    group, owners = np.cumsum(begins)[few], owners[few]
    votes = [np.empty(0, np.int64)]
    for distance in range(1, most):
        same = group[:-distance] == group[distance:]
        votes.append(owners[:-distance][same] * essays + owners[distance:][same])
    return np.concatenate(votes)
