"""The metrics that need no model: worked examples, reasons, and what holds for every text."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actors.phases.nlp import METRICS, Unmeasured, measure, measured
from actors.phases.nlp.document import Document
from actors.phases.nlp.measuring import FAMILIES, MODEL_FREE

TEXT = "The cat sat on the mat. It was very happy, because the dog had gone home."
LONG = " ".join(f"Word{number} is here, and the other word comes after it today." for number in range(30))


def value(name: str, text: str = TEXT, language: str = "en") -> float:
    """A metric's value for a text."""
    found = METRICS[name].of(Document(text, language))
    assert isinstance(found, float), found
    return found


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("words_count", 16),
        ("types_count", 14),
        ("sentences_count", 2),
        ("paragraphs_count", 1),
        ("letters_count", 55),
        ("words_per_sentence", 8),
        ("words_per_sentence_sd", 2),
        ("longest_sentence", 10),
        ("ttr", 14 / 16),
        ("root_ttr", 14 / 4),
        ("log_ttr", math.log(14) / math.log(16)),
        ("hapaxes_percent", 100 * 13 / 14),
        ("commas_per_100_words", 100 / 16),
        ("articles_per_100_words", 300 / 16),
        ("causal_connectives_per_100_words", 100 / 16),
        ("capitalised_sentences_percent", 100),
        ("terminated_sentences_percent", 100),
        ("distinct_openings_percent", 100),
        ("lix", 8 + 100 * 1 / 16),
        ("automated_readability_index", 4.71 * 55 / 16 + 0.5 * 8 - 21.43),
        ("coleman_liau_index", 5.88 * 55 / 16 - 29.6 * 2 / 16 - 15.8),
        ("flesch_reading_ease", 206.835 - 1.015 * 8 - 84.6 * 19 / 16),
        ("flesch_kincaid_grade", 0.39 * 8 + 11.8 * 19 / 16 - 15.59),
        ("gunning_fog_index", 0.4 * 8),
    ],
)
def test_a_metric_is_what_its_definition_says(name: str, expected: float) -> None:
    """Computed by hand for a text of sixteen words."""
    assert value(name) == pytest.approx(expected)


def test_a_long_word_of_lix_has_more_than_six_letters() -> None:
    """Apostrophes and digits are not letters: *doesn't* has six, *doesn'ts* would have seven."""
    assert measure("It doesn't.", "en")["lix"] == pytest.approx(2)
    assert measure("It's players' parents'.", "en")["lix"] == pytest.approx(3 + 200 / 3)


def test_a_longer_connective_is_counted_instead_of_the_shorter_one_in_it() -> None:
    """``because of`` is one connective, and ``as well as`` counts once."""
    counts = Document("He stayed because of rain as well as fog, even though it was late.", "en").connectives
    assert counts == {"causal": 1, "additive": 1, "adversative": 1}


def test_neighbouring_sentences_overlap_in_base_forms() -> None:
    """A plural repeats its singular."""
    assert value("neighbour_overlap_percent", "A dog barked. Dogs are loud. It rained.") == 50


def test_a_text_that_repeats_no_word_has_its_length_as_mtld() -> None:
    """No factor is ever completed, so the text is less than one factor."""
    text = " ".join(chr(97 + i) + chr(97 + j) for i in range(10) for j in range(10))
    assert value("mtld", text) == pytest.approx(100)


def test_a_misspelling_adds_no_diversity_of_base_forms() -> None:
    """MTLD on base forms leaves out words that no list has."""
    text = LONG.lower().replace("word0", "qzxqv")
    assert value("mtld_lemmas", text) == value("mtld_lemmas", text.replace("qzxqv", "qzxqw"))


@pytest.mark.parametrize("name", ["mtld", "hdd", "mattr_50", "yules_k", "ovix"])
def test_a_text_too_short_has_a_reason_instead_of_a_value(name: str) -> None:
    """The diversity of a few words means nothing: the reason gives the length that is needed, and the actual one."""
    assert METRICS[name].of(Document(TEXT, "en")) == Unmeasured("needs at least 50 words; the text has 16")


@pytest.mark.parametrize("text", ["", "   \n\n ", "12 345 !!! ..."])
def test_a_text_without_words_is_counted_as_none_and_has_reasons_for_the_rest(text: str) -> None:
    """Counts are zero, and nothing that was not measured is reported as zero."""
    values = measured(measure(text, "en"))
    counted = ("words", "types", "lemmas", "sentences", "paragraphs", "letters")
    assert values == {f"{things}_count": 0 for things in counted}


def test_swedish_has_its_own_formulas_and_says_what_it_lacks() -> None:
    """There are LIX, OVIX and Swedish frequencies, but neither syllables nor CEFR levels."""
    measures = measure("Jag tycker om att läsa långa böcker när det regnar ute. " * 6, "sv")
    assert {"lix", "ovix", "zipf_mean", "mtld"} <= measured(measures).keys()
    assert measures["flesch_reading_ease"] == Unmeasured(
        "not available for Swedish: the formula is calibrated on English; LIX and OVIX are the Swedish ones"
    )
    assert isinstance(measures["cefr_mean"], Unmeasured)


def test_ovix_is_that_of_its_definition() -> None:
    """Hultman and Westman's formula for 60 words, 40 of which are different."""
    text = " ".join([f"ord{chr(97 + n // 20)}{chr(97 + n % 20)}" for n in range(40)] + ["ordaa"] * 20)
    assert value("ovix", text, "sv") == pytest.approx(math.log(60) / math.log(2 - math.log(40) / math.log(60)))


def test_shares_of_cefr_levels_add_up() -> None:
    """Every levelled word is in exactly one band."""
    shares = [value(f"cefr_{band}_percent", LONG) for band in ("a1", "a2", "b1", "b2", "c1", "c2")]
    assert sum(shares) == pytest.approx(100)


def test_every_metric_has_a_name_of_its_own() -> None:
    """No metric is lost because its name is used twice."""
    assert len(METRICS) == sum(len(family.metrics) for family in FAMILIES) > 75


def test_the_families_of_metrics_are_these() -> None:
    """None is forgotten, and none is empty."""
    assert [family.name for family in FAMILIES] == [
        "counts",
        "readability",
        "diversity",
        "sophistication",
        "structure",
        "cohesion",
        "punctuation",
        "accuracy",
        "syntax",
        "parsed_diversity",
        "entities",
    ]
    assert all(family.metrics for family in FAMILIES)


def test_the_region_of_a_language_makes_no_difference() -> None:
    """``en-GB`` is measured as English."""
    assert measure(TEXT, "en-GB") == measure(TEXT, "en-US") == measure(TEXT, "en")


def test_other_languages_are_refused() -> None:
    """There are metrics for English and Swedish."""
    with pytest.raises(ValueError, match="no metrics for the language 'de'"):
        measure(TEXT, "de")


@given(text=st.text(max_size=300), language=st.sampled_from(["en", "sv"]))
@settings(max_examples=300, deadline=None)
def test_every_text_has_for_every_metric_a_finite_value_or_a_reason(text: str, language: str) -> None:
    """Whatever its characters, all metrics are there, and percentages are between 0 and 100."""
    measures = measure(text, language)
    assert list(measures) == [metric.name for family in MODEL_FREE for metric in family]
    for name, found in measures.items():
        if isinstance(found, Unmeasured):
            assert found.reason
        else:
            assert math.isfinite(found)
            assert not name.endswith("_percent") or 0 <= found <= 100.0001, name


@given(
    words=st.lists(st.sampled_from(["the", "dog", "cat", "runs", "home.", "And,", "good!", "time?", "I"]), max_size=400)
)
@settings(max_examples=100, deadline=None)
def test_every_text_of_words_has_finite_values_and_always_the_same(words: list[str]) -> None:
    """Formulas may divide by zero in texts long enough for all metrics, with few different words."""
    text = " ".join(words)
    measures = measure(text, "en")
    assert all(math.isfinite(found) for found in measured(measures).values())
    assert measures == measure(text, "en")
