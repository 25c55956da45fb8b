"""How hard a text is to read, by formulas of word and sentence length; each is also a function of its counts."""

import math
from typing import Final

from actors.phases.nlp.document import Document
from actors.phases.nlp.families.counts import long_words
from actors.phases.nlp.lexicon import WordFacts
from actors.phases.nlp.metric import Family
from actors.phases.nlp.requirements import language, sentences, words

READABILITY: Final = Family("readability", "Readability", (words(1),))

_ENGLISH: Final = language("en", "the formula is calibrated on English; LIX and OVIX are the Swedish ones")
_SYLLABLES: Final = language("en", "syllables are counted by English rules")


def flesch(words: int, sentences: int, syllables: float) -> float:
    """Flesch's formula, from its counts."""
    return 206.835 - 1.015 * words / sentences - 84.6 * syllables / words


def flesch_kincaid(words: int, sentences: int, syllables: float) -> float:
    """The formula of Kincaid et al., from its counts."""
    return 0.39 * words / sentences + 11.8 * syllables / words - 15.59


def automated_readability(words: int, sentences: int, characters: int) -> float:
    """The Automated Readability Index, from its counts."""
    return 4.71 * characters / words + 0.5 * words / sentences - 21.43


def coleman_liau(words: int, sentences: int, letters: int) -> float:
    """Coleman and Liau's formula, from its counts."""
    return 5.88 * letters / words - 29.6 * sentences / words - 15.8


def smog(sentences: int, polysyllables: float) -> float:
    """McLaughlin's formula (with the constants of 1969), from its counts."""
    return 1.043 * math.sqrt(30 * polysyllables / sentences) + 3.1291


def gunning_fog(words: int, sentences: int, complex_words: float) -> float:
    """Gunning's formula, from its counts."""
    return 0.4 * (words / sentences + 100 * complex_words / words)


def lix_of(words: int, sentences: int, long_words: int) -> float:
    """Björnsson's formula, from its counts."""
    return words / sentences + 100 * long_words / words


@READABILITY.metric(_SYLLABLES)
def syllables_per_word(document: Document) -> float:
    """Mean number of syllables in a word, counted by rule.

    Unit: syllables per word. Source: Coh-Metrix DESWLsy (McNamara et al. 2014).
    """
    return _syllables(document) / len(document.words)


@READABILITY.metric(_SYLLABLES)
def polysyllables_percent(document: Document) -> float:
    """Words of three or more syllables, out of all words.

    Unit: %. Source: McLaughlin (1969).
    """
    return 100 * _polysyllables(document) / len(document.words)


@READABILITY.metric(_ENGLISH)
def flesch_reading_ease(document: Document) -> float:
    """Reading ease: 206.835 - 1.015 words per sentence - 84.6 syllables per word; about 0 (hard) to 100 (easy).

    Unit: points. Source: Flesch (1948).
    """
    return flesch(len(document.words), len(document.sentences), _syllables(document))


@READABILITY.metric(_ENGLISH)
def flesch_kincaid_grade(document: Document) -> float:
    """Grade level: 0.39 words per sentence + 11.8 syllables per word - 15.59.

    Unit: US school grade. Source: Kincaid et al. (1975).
    """
    return flesch_kincaid(len(document.words), len(document.sentences), _syllables(document))


@READABILITY.metric(_ENGLISH)
def automated_readability_index(document: Document) -> float:
    """Grade level: 4.71 characters per word + 0.5 words per sentence - 21.43.

    Unit: US school grade. Source: Smith and Senter (1967).
    """
    return automated_readability(len(document.words), len(document.sentences), document.letters)


@READABILITY.metric(_ENGLISH)
def coleman_liau_index(document: Document) -> float:
    """Grade level: 5.88 letters per word - 29.6 sentences per word - 15.8.

    Unit: US school grade. Source: Coleman and Liau (1975).
    """
    return coleman_liau(len(document.words), len(document.sentences), document.letters)


@READABILITY.metric(_ENGLISH, sentences(3))
def smog_grade(document: Document) -> float:
    """Grade level: 1.043 sqrt(30 x words of three or more syllables per sentence) + 3.1291.

    Unit: US school grade. Source: McLaughlin (1969).
    """
    return smog(len(document.sentences), _polysyllables(document))


@READABILITY.metric(_ENGLISH)
def gunning_fog_index(document: Document) -> float:
    """Grade level: 0.4 (words per sentence + percentage of words of three or more syllables).

    Unit: US school grade. Source: Gunning (1952).
    """
    return gunning_fog(len(document.words), len(document.sentences), _polysyllables(document))


@READABILITY.metric()
def lix(document: Document) -> float:
    """Words per sentence + percentage of words of more than six letters; about 20 (very easy) to 60 (very hard).

    Unit: points. Source: Björnsson (1968).
    """
    return lix_of(len(document.words), len(document.sentences), long_words(document))


@READABILITY.metric()
def rix(document: Document) -> float:
    """Words of more than six letters per sentence.

    Unit: words per sentence. Source: Anderson (1983).
    """
    return long_words(document) / len(document.sentences)


def _syllables(document: Document) -> float:
    return document.total(lambda facts: facts.syllables)


def _polysyllables(document: Document) -> float:
    return document.total(_is_polysyllable)


def _is_polysyllable(facts: WordFacts) -> bool:
    return facts.syllables >= 3
