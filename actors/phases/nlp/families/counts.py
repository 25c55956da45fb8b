"""How long a text is: words, sentences, paragraphs, and the lengths of words."""

import math
from statistics import median
from typing import Final

from actors.phases.nlp.document import Document
from actors.phases.nlp.metric import Family
from actors.phases.nlp.requirements import words

COUNTS: Final = Family("counts", "Counts")


@COUNTS.metric()
def words_count(document: Document) -> float:
    """Words (tokens): runs of letters and digits with at least one letter; numbers are not counted.

    Unit: words. Source: Unicode UAX #29 (word boundaries).
    """
    return len(document.words)


@COUNTS.metric()
def types_count(document: Document) -> float:
    """Distinct words (types), ignoring capitals.

    Unit: words. Source: Templin (1957).
    """
    return len(document.types)


@COUNTS.metric()
def lemmas_count(document: Document) -> float:
    """Distinct base forms.

    Unit: base forms. Source: Treffers-Daller (2013).
    """
    return len(set(document.lemmas))


@COUNTS.metric()
def sentences_count(document: Document) -> float:
    """Sentences with at least one word.

    Unit: sentences. Source: Coh-Metrix DESSC (McNamara et al. 2014).
    """
    return len(document.sentences)


@COUNTS.metric()
def paragraphs_count(document: Document) -> float:
    """Paragraphs with at least one word.

    Unit: paragraphs. Source: Coh-Metrix DESPC (McNamara et al. 2014).
    """
    return len(document.paragraphs)


@COUNTS.metric()
def letters_count(document: Document) -> float:
    """Letters and digits in all words together.

    Unit: characters. Source: Coleman and Liau (1975).
    """
    return document.letters


@COUNTS.metric(words(1))
def log_words(document: Document) -> float:
    """Natural logarithm of the number of words: length in the saturating form in which it relates to human scores.

    Unit: log words. Source: Page (1966), Project Essay Grade.
    """
    return math.log(len(document.words))


@COUNTS.metric(words(1))
def fourth_root_words(document: Document) -> float:
    """Fourth root of the number of words.

    Unit: words^(1/4). Source: Page (1966), Project Essay Grade.
    """
    return float(len(document.words) ** 0.25)


@COUNTS.metric(words(1))
def letters_per_word(document: Document) -> float:
    """Mean length of a word.

    Unit: characters per word. Source: Coh-Metrix DESWLlt (McNamara et al. 2014).
    """
    return document.letters / len(document.words)


@COUNTS.metric(words(2))
def letters_per_word_sd(document: Document) -> float:
    """Standard deviation of the lengths of words.

    Unit: characters. Source: Coh-Metrix DESWLltd (McNamara et al. 2014).
    """
    mean = sum(map(len, document.words)) / len(document.words)
    squares = sum(times * (len(word) - mean) ** 2 for word, times in document.types.items())
    return math.sqrt(squares / len(document.words))


@COUNTS.metric(words(1))
def letters_per_word_median(document: Document) -> float:
    """Median length of a word.

    Unit: characters. Source: Coh-Metrix DESWLlt (McNamara et al. 2014), as a median.
    """
    return median(map(len, document.words))


@COUNTS.metric(words(1))
def long_words_percent(document: Document) -> float:
    """Words of more than six letters, out of all words.

    Unit: %. Source: Björnsson (1968), as in LIX.
    """
    return 100 * long_words(document) / len(document.words)


@COUNTS.metric(words(1))
def short_words_percent(document: Document) -> float:
    """Words of one to three letters, out of all words.

    Unit: %. Source: miniwords of McAlpine (2006).
    """
    return 100 * sum(times for word, times in document.types.items() if len(word) <= 3) / len(document.words)


def long_words(document: Document) -> int:
    """The number of words of more than six letters; apostrophes and digits are not letters."""
    return sum(times for word, times in document.types.items() if len(word) > 6 and sum(map(str.isalpha, word)) > 6)
