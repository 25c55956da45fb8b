"""Finds what the texts of a class share: the same sentences, or the same content in other words.

Two writers on one subject write alike here and there. A writer who has copied a passage and changed its words has
several sentences in a row, with little between them, that share most of their content words with as many sentences of
another text. A local alignment of the sentences of the two texts finds them (Smith and Waterman 1981).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate
from typing import Final, TypedDict

import numpy as np
from scipy.sparse import csr_matrix

from actors.phases.cj_assessment.bradley_terry import Floats

_SHORTEST_COPY: Final = 6
"""The shortest sentence, in words, that two writers hardly write alike by chance."""
_NEARLY_ALL: Final = 0.75
"""From this share of words in shared sentences on, a text is taken for the source that another has grown from."""
_USUAL_OVERLAP: Final = 0.4
"""The share of content words that two sentences on one subject may have in common."""
_USUAL_CONTENT: Final = 5
_MOST_TELLING: Final = 2.0
"""Longer sentences are stronger evidence of copying, at most this many times as strong as one of usual length."""
_SKIPPED: Final = 0.05
_COPY: Final = 1.4
"""The least score of a copy: three sentences of eight content words each, with seven in ten in common."""
_FEW: Final = 2
"""In how many other texts a passage may be paraphrased; one in more is how the class writes about its subject."""

_Pair = tuple[tuple[int, int], tuple[int, int]]
_Places = dict[tuple[int, int], set[int]]
"""For sentences, by text and position, the other texts that have them."""


class MeasuredSentence(TypedDict):
    """A measured sentence: its words in lower case, the base forms of its content words, and rates of errors.

    ``content`` leaves out misspelt words, since they do not tell what the sentence is about.
    """

    words: list[str]
    content: list[str]
    rates: dict[str, float]


Text = Sequence[MeasuredSentence]


def copied(texts: Sequence[Text]) -> list[set[int]]:
    """For each text, the sentences that do not count in it because another text has them too.

    Who wrote them first cannot be told. They count only in a text that has hardly anything else; among several such
    texts, in the one with the least besides.
    """
    shared = _shared(texts)
    of_text: list[set[int]] = [set() for _ in texts]
    for place, sentence in shared:
        of_text[place].add(sentence)
    share = [_share(text, its) for text, its in zip(texts, of_text, strict=True)]
    found: list[set[int]] = [set() for _ in texts]
    for (place, sentence), others in shared.items():
        if share[place] < max(_NEARLY_ALL, *(share[other] for other in others)):
            found[place].add(sentence)
    return found


def _shared(texts: Sequence[Text]) -> _Places:
    same, alike = _held_by(_word_for_word(texts)), _held_by(_in_other_words(texts))
    few = {place: others for place, others in alike.items() if len(others) <= _FEW}
    return {place: same.get(place, set()) | few.get(place, set()) for place in same.keys() | few.keys()}


def _held_by(pairs: Iterable[_Pair]) -> _Places:
    found: _Places = defaultdict(set)
    for first, second in pairs:
        found[first].add(second[0])
        found[second].add(first[0])
    return found


def _share(text: Text, shared: set[int]) -> float:
    long = {place for place, sentence in enumerate(text) if len(sentence["words"]) >= _SHORTEST_COPY} | shared
    words = sum(len(text[place]["words"]) for place in long)
    return sum(len(text[place]["words"]) for place in shared) / words if words else 0.0


def _word_for_word(texts: Sequence[Text]) -> Iterator[_Pair]:
    having: Mapping[tuple[str, ...], list[tuple[int, int]]] = defaultdict(list)
    for text, sentences in enumerate(texts):
        for place, sentence in enumerate(sentences):
            if len(sentence["words"]) >= _SHORTEST_COPY:
                having[tuple(sentence["words"])].append((text, place))
    for places in having.values():
        if len({text for text, _ in places}) > 1:
            yield from ((places[0], other) for other in places[1:] if other[0] != places[0][0])


def _in_other_words(texts: Sequence[Text]) -> Iterator[_Pair]:
    """Pairs of sentences from passages that are much alike in two texts."""
    if not any(texts):
        return
    table = _table(texts)
    sizes = table.sum(axis=1).A1
    starts = [0, *accumulate(len(text) for text in texts)]
    for text in range(len(texts) - 1):
        rows, later = slice(starts[text], starts[text + 1]), slice(starts[text + 1], None)
        if rows.start == rows.stop:
            continue
        likeness = _likeness((table[rows] @ table[later].T).toarray(), sizes[rows], sizes[later])
        for other in range(text + 1, len(texts)):
            block = likeness[:, starts[other] - rows.stop : starts[other + 1] - rows.stop]
            if block.size and np.maximum(block.max(axis=1), 0.0).sum() >= _COPY:
                yield from (((text, i), (other, j)) for i, j in _aligned(block))


def _table(texts: Sequence[Text]) -> csr_matrix:
    """A table with a row for each sentence and a 1 for each of its content words."""
    columns: dict[str, int] = {}
    rows = [sorted({columns.setdefault(word, len(columns)) for word in s["content"]}) for text in texts for s in text]
    ends = np.array([0, *accumulate(map(len, rows))])
    indices = np.array([place for row in rows for place in row], dtype=np.intp)
    return csr_matrix((np.ones(len(indices)), indices, ends), shape=(len(rows), len(columns)))


def _likeness(shared: Floats, own: Floats, others: Floats) -> Floats:
    """How far the overlap of two sentences is above the usual. It is weighted by length: short ones tell little."""
    longer, shorter = np.maximum.outer(own, others), np.minimum.outer(own, others)
    likeness: Floats = (shared / np.maximum(longer, 1.0) - _USUAL_OVERLAP) * np.minimum(
        shorter / _USUAL_CONTENT, _MOST_TELLING
    )
    return likeness


def _aligned(likeness: Floats) -> list[tuple[int, int]]:
    """The pairs of sentences in the best alignment of two texts; none if it is not a copy."""
    rows, columns = likeness.shape
    best = np.zeros((rows + 1, columns + 1))
    for i in range(rows):
        for j in range(columns):
            skipped = max(best[i, j + 1], best[i + 1, j]) - _SKIPPED
            best[i + 1, j + 1] = max(0.0, best[i, j] + likeness[i, j], skipped)
    return [*_traced(best, likeness)] if best.max() >= _COPY else []


def _traced(best: Floats, likeness: Floats) -> Iterator[tuple[int, int]]:
    """Trace the alignment back from its best score to its beginning."""
    i, j = (int(place) for place in np.unravel_index(int(best.argmax()), best.shape))
    while best[i, j] > 0:
        if best[i, j] == best[i - 1, j - 1] + likeness[i - 1, j - 1]:
            i, j = i - 1, j - 1
            if likeness[i, j] > 0:
                yield i, j
        elif best[i, j] == best[i - 1, j] - _SKIPPED:
            i -= 1
        else:
            j -= 1
