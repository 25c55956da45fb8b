"""What is known about words."""

import pytest
from wordfreq import zipf_frequency

from actors.phases.nlp.lexicon import lexicon_of
from actors.phases.nlp.syllables import syllables_in


@pytest.mark.parametrize(
    ("word", "lemma"),
    [
        ("making", "make"), ("stopped", "stop"), ("called", "call"), ("tried", "try"), ("cities", "city"),
        ("boxes", "box"), ("went", "go"), ("children", "child"), ("caring", "care"), ("hoped", "hope"),
        ("hopped", "hop"), ("created", "create"), ("visiting", "visit"), ("always", "always"), ("during", "during"),
        ("nothing", "nothing"), ("this", "this"), ("glass", "glass"), ("don't", "do"), ("dog's", "dog"),
        ("i'm", "i"), ("we'll", "we"),
        ("qwrtings", "qwrtings"),
    ],
)  # fmt: skip
def test_an_english_form_has_its_base(word: str, lemma: str) -> None:
    """Endings are removed if that gives a known word."""
    assert lexicon_of("en").facts_of(word).lemma == lemma


@pytest.mark.parametrize(
    ("word", "lemma"),
    [
        ("flickorna", "flicka"),
        ("hundar", "hund"),
        ("läser", "läsa"),
        ("gick", "gå"),
        ("skolan", "skola"),
        ("att", "att"),
    ],
)
def test_a_swedish_form_has_its_base(word: str, lemma: str) -> None:
    """The most common endings, and strong verbs."""
    assert lexicon_of("sv").facts_of(word).lemma == lemma


@pytest.mark.parametrize(("language", "word"), [("en", "house"), ("en", "don't"), ("sv", "hus"), ("en", "qzxqv")])
def test_frequencies_are_those_of_wordfreq(language: str, word: str) -> None:
    """Zipf values equal the library's, without its tokenisation."""
    assert lexicon_of(language).zipf_of(word) == pytest.approx(zipf_frequency(word, language), abs=0.01)


def test_content_words_are_those_that_are_not_function_words() -> None:
    """Lexical density counts the words that carry meaning."""
    facts = lexicon_of("en").facts_of
    assert [word for word in ("the", "house", "is", "very", "green") if facts(word).is_content] == ["house", "green"]


@pytest.mark.parametrize(
    ("word", "syllables"),
    [
        ("the", 1), ("make", 1), ("table", 2), ("walked", 1), ("wanted", 2), ("settled", 2), ("houses", 2),
        ("makes", 1),
        ("playing", 2), ("studying", 3), ("idea", 3), ("area", 3), ("special", 2), ("media", 3), ("nation", 2),
        ("period", 3), ("science", 2), ("society", 4), ("usual", 3), ("quality", 3), ("something", 2), ("everyone", 3),
        ("didn't", 2), ("don't", 1), ("criticism", 4), ("people", 2), ("league", 1), ("basically", 3), ("x", 1),
    ],
)  # fmt: skip
def test_syllables_are_counted_by_rule(word: str, syllables: int) -> None:
    """Vowel groups, without silent e, plus hidden boundaries."""
    assert syllables_in(word) == syllables
