"""Correctly spelt words used where another is meant, detected with a language model of word sequences."""

import pytest

from actors.phases.spellcheck.confusable import Confusables
from actors.phases.spellcheck.word_model import Neighbours, association, log_probabilities, zipf_of_pair
from contracts.results.spellcheck import CorrectionKind
from tests.phases.spellcheck.conftest import Check


class Pairs:
    """A word model that knows two things: *he passed* and *passed the* are frequent, and all else is rare."""

    has_context = True
    _seen = frozenset({("he", "passed"), ("passed", "the")})

    def knows(self, word: str) -> bool:
        return word in {"he", "past", "passed", "the"}

    def log_probability(self, word: str, before: str | None = None, before2: str | None = None) -> float:
        del before2
        return -2.0 if (before, word) in self._seen else -14.0


_CONFUSABLES = Confusables({"past": {"passed": 5.0}}, {"passed": "is the past of “pass”"}, Pairs())


def test_a_word_is_mistaken_where_another_fits_far_better_on_both_sides() -> None:
    """The evidence must be strong enough to make a slip the better explanation."""
    meant = _CONFUSABLES.meant("past", Neighbours(["he"], ["the"]))
    assert meant is not None
    assert meant.words == ("passed",)
    assert meant.confidence > 0.9


@pytest.mark.parametrize("around", [Neighbours(), Neighbours([None], [None])])
def test_without_evidence_the_word_is_left_alone(around: Neighbours) -> None:
    """If nothing is known about its neighbours, the word stays."""
    assert _CONFUSABLES.meant("past", around) is None


def test_a_word_is_not_taken_for_its_neighbour() -> None:
    """Nobody means a word twice: *it's its own* is not *it's it's own*."""
    assert _CONFUSABLES.meant("past", Neighbours(["passed"], ["the"])) is None
    assert _CONFUSABLES.meant("past", Neighbours(["he"], ["passed"])) is None


def test_what_follows_belongs_to_the_probability_of_a_word() -> None:
    """A word is judged by what comes before it, and by what comes after it."""
    assert log_probabilities(Pairs(), ["passed"], Neighbours(["he"], ["the"])) == (-2.0, -2.0)
    assert association(Pairs(), ["passed"], Neighbours()) == 0
    assert zipf_of_pair(Pairs(), "he", "passed") > zipf_of_pair(Pairs(), "he", "past")


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("I except your apology.", "I accept your apology."),
        ("He past the test yesterday.", "He passed the test yesterday."),
        ("Your welcome.", "You're welcome."),
        ("It's tail was very long.", "Its tail was very long."),
        ("I would of went there.", "I would have went there."),
        ("Were are you?", "Where are you?"),
        ("I no what you mean.", "I know what you mean."),
        ("We had a grate time at the beach.", "We had a great time at the beach."),
        ("I ate the hole cake.", "I ate the whole cake."),
        ("I will right a letter to you.", "I will write a letter to you."),
        ("He wants to by a new car.", "He wants to buy a new car."),
        ("I got a letter form my brother.", "I got a letter from my brother."),
        ("You must chose one of them.", "You must choose one of them."),
        ("The children where playing in the garden.", "The children were playing in the garden."),
        ("I want to loose weight.", "I want to lose weight."),
        ("It was a peace of cake.", "It was a piece of cake."),
        ("We do it two hours peer day.", "We do it two hours per day."),
        ("He has a god job here.", "He has a good job here."),
        ("You are all ways up too date.", "You are all ways up to date."),
    ],
)
def test_a_real_word_error_is_corrected(check: Check, wrong: str, right: str) -> None:
    """Half of what students misspell is a word, but not the one that they meant."""
    outcome = check(wrong)
    assert outcome.text == right
    assert {each.kind for each in outcome.result.corrections} == {CorrectionKind.REAL_WORD}


@pytest.mark.parametrize(
    "text",
    [
        "All the students except Tom accept that the past has passed.",
        "The principal has a principle: no cereal for the serial number.",
        "She wears the shoes that we're selling where they were made.",
        "The board was bored by the tale of the dog's tail.",
        "They form a team, and the letter from my brother is in its place.",
        "Of the two, I want to go too.",
        "Write between 100 and 300 words.",
        "When our neighbouring town opened theirs three years ago, I expected a grey square.",
        "They counted before anyone got wet, and its running costs would be high.",
        "We heard that men must serve, and that women vote.",
        "The moth flew past the lamp every night for a month.",
        "The river rises in the hills, and they raise sheep there.",
        "The work queue is long. A work queue holds the tasks.",
    ],
)
def test_right_words_that_are_often_confused_stay(check: Check, text: str) -> None:
    """Changing a right word is the worst error."""
    assert check(text).text == text


def test_of_two_words_that_both_fit_neither_is_put_in(check: Check) -> None:
    """An uncertain correction is suggested, with both words, and not made."""
    found = check("I think a computer an teach us.").result.corrections
    assert {"and", "can"} <= set(found[0].candidates)


def test_the_pupil_is_told_what_the_two_words_mean(check: Check) -> None:
    """The explanation beside a correction is a lesson."""
    found = check("I except your apology.").result.corrections[0]
    assert found.explanation == "“accept” means to take what is offered; “except” means but not."
