"""How sentences hold together: connectives by kind, and what neighbouring sentences and paragraphs share."""

from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from itertools import pairwise
from typing import Final

from actors.phases.nlp.document import Document
from actors.phases.nlp.metric import Family
from actors.phases.nlp.requirements import paragraphs, sentences, words

COHESION: Final = Family("cohesion", "Cohesion", (words(1),))

CONNECTIVE_KINDS: Final = {
    "additive": "that add (also, moreover, for example)",
    "adversative": "that contrast (but, however, on the other hand)",
    "causal": "of cause and consequence (because, therefore, as a result)",
    "conditional": "of condition (if, unless)",
    "temporal": "of time (when, before, meanwhile)",
    "sequencing": "that order (first, secondly, finally)",
    "concluding": "that conclude (in conclusion, overall)",
}


def _rate_of(kind: str) -> Callable[[Document], float]:
    return lambda document: 100 * document.connectives[kind] / len(document.words)


for _kind, _what in CONNECTIVE_KINDS.items():
    COHESION.add(
        f"{_kind}_connectives_per_100_words",
        _rate_of(_kind),
        f"""Connectives {_what} per 100 words; the longest expression counts, once.

        Unit: per 100 words. Source: Halliday and Hasan (1976); Coh-Metrix CNC (McNamara et al. 2014).""",
    )


@COHESION.metric()
def connectives_per_100_words(document: Document) -> float:
    """Connectives of all kinds per 100 words.

    Unit: per 100 words. Source: Coh-Metrix CNCAll (McNamara et al. 2014).
    """
    return 100 * document.connectives.total() / len(document.words)


@COHESION.metric()
def connective_kinds(document: Document) -> float:
    """Number of the seven kinds of connective that occur.

    Unit: kinds 0 to 7. Source: own definition, on Halliday and Hasan (1976).
    """
    return len(document.connectives)


@COHESION.metric(sentences(2))
def neighbour_overlap_percent(document: Document) -> float:
    """Pairs of neighbouring sentences that share the base form of a content word, out of all pairs.

    Unit: %. Source: TAACO, binary adjacent sentence overlap (Crossley et al. 2016).
    """
    pairs = list(pairwise(document.content_lemmas))
    return 100 * sum(not one.isdisjoint(other) for one, other in pairs) / len(pairs)


@COHESION.metric(sentences(2))
def neighbour_overlap_mean(document: Document) -> float:
    """Mean Jaccard overlap of the content words' base forms in neighbouring sentences.

    Unit: ratio 0 to 1. Source: TAACO, adjacent sentence overlap (Crossley et al. 2016).
    """
    return _mean_jaccard(document.content_lemmas)


@COHESION.metric(sentences(3))
def second_neighbour_overlap_percent(document: Document) -> float:
    """Sentences that share the base form of a content word with one of the two sentences before them.

    Unit: %. Source: TAACO, adjacent two-sentence overlap (Crossley et al. 2016).
    """
    contents = document.content_lemmas
    shared = sum(
        not contents[place].isdisjoint(contents[place - 1] | contents[place - 2]) for place in range(2, len(contents))
    )
    return 100 * shared / (len(contents) - 2)


@COHESION.metric(paragraphs(2))
def paragraph_overlap_mean(document: Document) -> float:
    """Mean Jaccard overlap of the content words' base forms in neighbouring paragraphs.

    Unit: ratio 0 to 1. Source: TAACO, adjacent paragraph overlap (Crossley et al. 2016).
    """
    contents = iter(document.content_lemmas)
    return _mean_jaccard([frozenset().union(*(next(contents) for _ in part)) for part in document.paragraphs])


@COHESION.metric(paragraphs(2))
def frame_overlap(document: Document) -> float:
    """Jaccard overlap of the content words' base forms in the first and the last paragraph.

    Unit: ratio 0 to 1. Source: own definition, after introduction and conclusion in rubrics.
    """
    contents = document.content_lemmas
    first = frozenset().union(*contents[: len(document.paragraphs[0])])
    return jaccard(first, frozenset().union(*contents[-len(document.paragraphs[-1]) :]))


@COHESION.metric(sentences(2))
def given_content_percent(document: Document) -> float:
    """Content words, counted once per sentence, whose base form occurred in an earlier sentence, out of all of them.

    Unit: %. Source: givenness, Coh-Metrix LSAGN (McNamara et al. 2014), by words.
    """
    seen: set[str] = set()
    given = total = 0
    for content in document.content_lemmas:
        given += len(seen & content)
        total += len(content)
        seen |= content
    return 100 * given / total if total else 0.0


def jaccard(one: AbstractSet[str], other: AbstractSet[str]) -> float:
    """The size of the intersection of two sets over that of their union; 0 if both are empty (Jaccard 1912)."""
    shared = len(one & other)
    return shared / (len(one) + len(other) - shared) if shared else 0.0


def _mean_jaccard(parts: Sequence[frozenset[str]]) -> float:
    return sum(jaccard(one, other) for one, other in pairwise(parts)) / (len(parts) - 1)
