"""How sentences and paragraphs are built, and how the writer speaks, by lengths and closed classes of words."""

import math
from collections.abc import Callable, Sequence
from statistics import median
from typing import Final

from actors.phases.nlp.document import Document
from actors.phases.nlp.metric import Family
from actors.phases.nlp.requirements import paragraphs, sentences, words

STRUCTURE: Final = Family("structure", "Sentences, paragraphs and stance", (words(1),))

SHORT_SENTENCE: Final = 8
LONG_SENTENCE: Final = 30


@STRUCTURE.metric()
def words_per_sentence(document: Document) -> float:
    """Mean length of a sentence.

    Unit: words per sentence. Source: MLS of L2SCA (Lu 2010).
    """
    return len(document.words) / len(document.sentences)


@STRUCTURE.metric(sentences(2))
def words_per_sentence_sd(document: Document) -> float:
    """Standard deviation of the lengths of sentences.

    Unit: words. Source: Coh-Metrix DESSLd (McNamara et al. 2014).
    """
    return deviation(_sentence_lengths(document))


@STRUCTURE.metric()
def words_per_sentence_median(document: Document) -> float:
    """Median length of a sentence, which a single run-on sentence does not change.

    Unit: words per sentence. Source: Coh-Metrix DESSL (McNamara et al. 2014), as a median.
    """
    return median(_sentence_lengths(document))


@STRUCTURE.metric()
def longest_sentence(document: Document) -> float:
    """Length of the longest sentence.

    Unit: words. Source: own definition, a sign of run-on sentences.
    """
    return max(_sentence_lengths(document))


@STRUCTURE.metric()
def short_sentences_percent(document: Document) -> float:
    """Sentences of fewer than 8 words, out of all sentences.

    Unit: %. Source: own definition, a sign of fragments and simple sentences.
    """
    return 100 * sum(length < SHORT_SENTENCE for length in _sentence_lengths(document)) / len(document.sentences)


@STRUCTURE.metric()
def long_sentences_percent(document: Document) -> float:
    """Sentences of more than 30 words, out of all sentences.

    Unit: %. Source: own definition, a sign of run-on sentences.
    """
    return 100 * sum(length > LONG_SENTENCE for length in _sentence_lengths(document)) / len(document.sentences)


@STRUCTURE.metric()
def sentences_per_paragraph(document: Document) -> float:
    """Mean number of sentences in a paragraph.

    Unit: sentences per paragraph. Source: Coh-Metrix DESPL (McNamara et al. 2014).
    """
    return len(document.sentences) / len(document.paragraphs)


@STRUCTURE.metric()
def words_per_paragraph(document: Document) -> float:
    """Mean length of a paragraph.

    Unit: words per paragraph. Source: Coh-Metrix DESPL (McNamara et al. 2014), in words.
    """
    return len(document.words) / len(document.paragraphs)


@STRUCTURE.metric(paragraphs(2))
def words_per_paragraph_cv(document: Document) -> float:
    """Standard deviation of the lengths of paragraphs, divided by their mean: how uneven they are.

    Unit: ratio. Source: Coh-Metrix DESPLd (McNamara et al. 2014), relative.
    """
    lengths = [sum(len(sentence.words) for sentence in paragraph) for paragraph in document.paragraphs]
    return deviation(lengths) * len(lengths) / sum(lengths)


@STRUCTURE.metric(sentences(2))
def distinct_openings_percent(document: Document) -> float:
    """Distinct first words of sentences, out of all sentences.

    Unit: %. Source: own definition, after variety of sentence openings in rubrics.
    """
    return 100 * len({sentence.words[0] for sentence in document.sentences}) / len(document.sentences)


@STRUCTURE.metric()
def coordinated_openings_percent(document: Document) -> float:
    """Sentences that begin with a coordinator (and, but, so), out of all sentences.

    Unit: %. Source: Biber (1988), sentence-initial coordination.
    """
    coordinators = document.lexicon.groups["coordinators"]
    return 100 * sum(sentence.words[0] in coordinators for sentence in document.sentences) / len(document.sentences)


@STRUCTURE.metric()
def subordinators_per_sentence(document: Document) -> float:
    """Subordinating conjunctions and relative pronouns per sentence: how clauses are joined, without a parse.

    Unit: per sentence. Source: Biber (1988); a model-free stand-in for DC/S of L2SCA (Lu 2010).
    """
    return document.in_group("subordinators") / len(document.sentences)


@STRUCTURE.metric()
def prepositions_per_sentence(document: Document) -> float:
    """Prepositions per sentence: how densely phrases are packed, without a parse.

    Unit: per sentence. Source: Biber (1988).
    """
    return document.in_group("prepositions") / len(document.sentences)


def deviation(lengths: Sequence[int]) -> float:
    """The population standard deviation of whole numbers."""
    mean = sum(lengths) / len(lengths)
    return math.sqrt(sum((length - mean) ** 2 for length in lengths) / len(lengths))


def _sentence_lengths(document: Document) -> list[int]:
    return [len(sentence.words) for sentence in document.sentences]


def _rate_of(group: str) -> Callable[[Document], float]:
    return lambda document: 100 * document.in_group(group) / len(document.words)


_GROUPS: Final = {
    "first_person_singular": ("Pronouns of the first person singular (I, my)", "Biber (1988)"),
    "first_person_plural": ("Pronouns of the first person plural (we, our)", "Biber (1988)"),
    "second_person": ("Pronouns of the second person (you, your)", "Biber (1988)"),
    "third_person": ("Pronouns of the third person (he, their, it)", "Biber (1988)"),
    "modals": ("Modal verbs (can, should)", "Biber (1988)"),
    "negations": ("Words of negation (not, never)", "Biber (1988)"),
    "subordinators": ("Subordinating conjunctions and relative pronouns (because, which)", "Biber (1988)"),
    "relative_pronouns": ("Relative pronouns other than that (who, which)", "Biber (1988)"),
    "coordinators": ("Coordinating conjunctions (and, but)", "Biber (1988)"),
    "prepositions": ("Prepositions (of, between)", "Biber (1988)"),
    "articles": ("Articles (a, the)", "Biber (1988)"),
    "demonstratives": ("Demonstratives (this, those)", "Biber (1988)"),
    "be_forms": ("Forms of the verb be", "Biber (1988)"),
    "hedges": ("Hedges (perhaps, seems)", "Hyland (2005)"),
    "boosters": ("Boosters (certainly, very)", "Hyland (2005)"),
    "vague_words": ("Vague, all-purpose words (thing, good, get)", "own list, after Biber (1988)"),
}

for _group, (_what, _source) in _GROUPS.items():
    STRUCTURE.add(
        f"{_group}_per_100_words",
        _rate_of(_group),
        f"{_what} per 100 words.\n\nUnit: per 100 words. Source: {_source}.",
    )
