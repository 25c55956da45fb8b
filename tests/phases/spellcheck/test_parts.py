"""The parts of the checker, each on its own."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from actors.phases.spellcheck.candidates import NearbyWords
from actors.phases.spellcheck.checker import checker_of
from actors.phases.spellcheck.context import Bigrams, PairCounts
from actors.phases.spellcheck.features import Edit, edits
from actors.phases.spellcheck.lexicon import load_lexicon
from actors.phases.spellcheck.ranker import ranked
from actors.phases.spellcheck.tokens import words_of

_words = st.text("abcdeåé'", min_size=1, max_size=9)


@given(_words, st.lists(_words, unique=True, max_size=30), st.integers(0, 3))
def test_the_filters_lose_no_word_within_the_distance(word: str, listed: list[str], distance: int) -> None:
    """The search finds exactly the words that measuring each of them would find."""
    found = dict(NearbyWords(listed).within(word, distance))
    assert found == {other: OSA.distance(word, other) for other in listed if OSA.distance(word, other) <= distance}


@given(st.text(max_size=200))
def test_words_are_spans_of_the_text_in_order(text: str) -> None:
    """A word is at its span, and words do not overlap."""
    words = words_of(text)
    assert all(text[word.start : word.stop] == word.text for word in words)
    assert all(one.stop <= other.start for one, other in pairwise(words))


def test_two_letters_in_the_wrong_order_are_one_edit() -> None:
    """A swap is what the writer did, not a deletion and an insertion."""
    assert edits("recieve", "receive") == [Edit("swap", "e", "", 3)]


def test_probabilities_of_candidates_sum_to_one_and_fall() -> None:
    """The ranking is a softmax."""
    found = ranked({"a": 1.0, "b": 3.0, "c": -500.0})
    assert [candidate.word for candidate in found] == ["b", "a", "c"]
    assert abs(sum(candidate.probability for candidate in found) - 1) < 1e-9


def test_a_pair_that_should_have_been_seen_counts_against_itself() -> None:
    """Two frequent words that never occur together do not belong together; nothing is known about rare words."""
    zipf = {"the": 7.7, "of": 7.4, "and": 7.4, "quokka": 1.5}.__getitem__
    bigrams = Bigrams(PairCounts([("of", "the", 3e9)]), zipf, seen_from=6.4e6)
    assert bigrams.association("the", "of") < -3
    assert bigrams.association("of", "the") > -3
    assert bigrams.association("the", "quokka") == 0


def test_all_phases_of_a_process_share_a_languages_words() -> None:
    """Loading them takes half a second and 40 MB each time."""
    assert checker_of("en").lexicon is load_lexicon("en")
    assert checker_of("en") is checker_of("en")
