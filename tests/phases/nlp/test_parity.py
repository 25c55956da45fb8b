"""The metrics compared with other implementations and with published values."""

import csv
import math
import sys
from functools import cache
from importlib.resources import files
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from actors.phases.nlp.document import Document, words_of
from actors.phases.nlp.families import diversity, readability
from tests.measuring import measuring_data

WORDS = words_of(
    "The quick brown fox jumps over the lazy dog and then the dog sleeps while the fox runs through the green forest "
    "where many birds sing and the sun shines on every tree until the evening comes and all the animals go home to "
    "rest because the night is long and the fox is tired but the dog is awake again and looks for the fox. " * 3
)
TEXT = (
    "The quick brown fox jumps over the lazy dog. Every student should understand the importance of education. "
    "Universities provide considerable opportunities, although competition is difficult. We played games at home. "
)


def _lexical_diversity(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Kyle's package, which finds its files through a module that setuptools no longer has."""
    place = SimpleNamespace(resource_filename=lambda package, name: str(files(package) / name))
    monkeypatch.setitem(sys.modules, "pkg_resources", place)
    return pytest.importorskip("lexical_diversity.lex_div", reason="lexical-diversity is not installed")


def test_mtld_is_that_of_lexical_diversity(monkeypatch: pytest.MonkeyPatch) -> None:
    """Kyle's implementation gives the same for the same words."""
    oracle = _lexical_diversity(monkeypatch)
    assert diversity.mtld_of(WORDS) == pytest.approx(oracle.mtld(WORDS))


def test_mattr_hdd_and_maas_are_those_of_lexical_diversity(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the same words, windows and sample size."""
    oracle = _lexical_diversity(monkeypatch)
    document = Document(" ".join(WORDS), "en")
    assert diversity.mattr_of(WORDS, 50) == pytest.approx(oracle.mattr(WORDS))
    assert diversity.hdd_of(document.types) == pytest.approx(oracle.hdd(WORDS))
    assert diversity.maas(document) == pytest.approx(oracle.maas_ttr(WORDS))


def test_diversity_is_that_of_lexicalrichness() -> None:
    """HD-D, MATTR, Yule's K, Guiraud and Herdan equal another implementation's."""
    oracle = pytest.importorskip("lexicalrichness", reason="lexicalrichness is not installed")
    other = oracle.LexicalRichness(" ".join(WORDS))
    document = Document(" ".join(WORDS), "en")
    assert diversity.hdd_of(document.types) == pytest.approx(other.hdd(draws=42))
    assert diversity.mattr_of(WORDS, 50) == pytest.approx(other.mattr(window_size=50))
    assert diversity.root_ttr(document) == pytest.approx(other.rttr)
    assert diversity.log_ttr(document) == pytest.approx(other.Herdan)
    assert diversity.yules_k(document) == pytest.approx(other.yulek)


def test_readability_is_that_of_textstat() -> None:
    """The formulas equal textstat-rs's, given its own counts of words, sentences and syllables."""
    oracle = pytest.importorskip("textstat_rs", reason="textstat-rs is not installed")
    words, sentences = oracle.lexicon_count(TEXT), oracle.sentence_count(TEXT)
    syllables, letters = oracle.syllable_count(TEXT), oracle.letter_count(TEXT)
    assert readability.flesch(words, sentences, syllables) == pytest.approx(oracle.flesch_reading_ease(TEXT), abs=0.01)
    assert readability.flesch_kincaid(words, sentences, syllables) == pytest.approx(
        oracle.flesch_kincaid_grade(TEXT), abs=0.01
    )
    rounded = (0.0588 - 0.058) * 100 * letters / words  # textstat has the paper's 0.0588 as 0.058
    assert readability.coleman_liau(words, sentences, letters) - rounded == pytest.approx(
        oracle.coleman_liau_index(TEXT), abs=0.01
    )
    assert readability.automated_readability(words, sentences, oracle.char_count(TEXT)) == pytest.approx(
        oracle.automated_readability_index(TEXT), abs=0.01
    )
    assert readability.smog(sentences, oracle.polysyllabcount(TEXT)) == pytest.approx(oracle.smog_index(TEXT), abs=0.01)


def test_formulas_are_those_of_two_other_packages_on_a_hundred_essays() -> None:
    """Given a package's own counts, each formula gives its value, whatever it counts as a word.

    ``readability`` has Coleman and Liau's coefficients with all digits; textstat rounds .0588 to .058.
    """
    textstat = pytest.importorskip("textstat_rs", reason="textstat-rs is not installed")
    getmeasures = pytest.importorskip("readability", reason="readability is not installed").getmeasures
    for document in _essays()[:: len(_essays()) // 100][:100]:
        found = getmeasures([" ".join(sentence.words) for sentence in document.sentences], lang="en")
        theirs, counts = found["readability grades"], found["sentence info"]
        words, sentences, syllables = counts["words"], counts["sentences"], counts["syllables"]
        assert theirs["FleschReadingEase"] == pytest.approx(readability.flesch(words, sentences, syllables))
        assert theirs["Kincaid"] == pytest.approx(readability.flesch_kincaid(words, sentences, syllables))
        assert theirs["LIX"] == pytest.approx(readability.lix_of(words, sentences, counts["long_words"]))
        ours = readability.coleman_liau(words, sentences, counts["characters"])
        assert theirs["Coleman-Liau"] == pytest.approx(ours, abs=0.01)
        text = document.text
        words, sentences = textstat.lexicon_count(text), textstat.sentence_count(text)
        ours = readability.flesch(words, sentences, textstat.syllable_count(text))
        assert textstat.flesch_reading_ease(text) == pytest.approx(ours, abs=0.01)
        ours = readability.coleman_liau(words, sentences, textstat.letter_count(text))
        rounded = 0.08 * textstat.letter_count(text) / words
        assert textstat.coleman_liau_index(text) == pytest.approx(ours - rounded, abs=0.01)


@cache
def _essays() -> list[Document]:
    with measuring_data("ellipse/essays.csv").open(encoding="utf-8") as file:
        return [Document(row["full_text"], "en") for row in csv.DictReader(file)]


def test_types_and_tokens_are_those_published_with_ellipse() -> None:
    """Correlations with the corpus's own columns are .999 and more, .995 for TTR, and .94 for MTLD."""
    with measuring_data("ellipse/essays.csv").open(encoding="utf-8") as file:
        rows = [row for number, row in enumerate(csv.DictReader(file)) if number % 4 == 0]
    documents = [Document(row["full_text"], "en") for row in rows]
    assert _r([len(one.words) for one in documents], [float(row["token"]) for row in rows]) >= 0.999
    assert _r([len(one.types) for one in documents], [float(row["type"]) for row in rows]) >= 0.999
    assert _r([diversity.ttr(one) for one in documents], [float(row["ttr"]) for row in rows]) >= 0.995
    assert _r(
        [diversity.mtld_lemmas(one) if len(one.words) >= 50 else math.nan for one in documents],
        [float(row["mtld"]) for row in rows],
    ) >= 0.94  # without a tagger; with one, see the evaluate driver  # fmt: skip


def _r(ours: list[float] | list[int], published: list[float]) -> float:
    mine, theirs = np.array(ours, dtype=float), np.array(published)
    known = ~np.isnan(mine)
    return float(np.corrcoef(mine[known], theirs[known])[0, 1])
