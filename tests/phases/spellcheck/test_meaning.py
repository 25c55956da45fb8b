"""Corrections preserve the meaning: negations stay, and correct words are not changed against the grammar."""

import pytest

from actors.phases.spellcheck.negation import Negations
from actors.phases.spellcheck.verbs import forms_meant
from tests.phases.spellcheck.conftest import Check

_NEGATIONS = Negations(
    f"{verb}n't"
    for verb in (
        *(
            "do",
            "ca",
            "did",
            "does",
            "is",
            "wo",
            "was",
            "would",
            "have",
            "could",
            "are",
            "should",
            "has",
            "were",
            "had",
        ),
        *("need", "must", "might", ""),
    )
)


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        *(("musnt", "mustn't"), ("mightnt", "mightn't"), ("couldent", "couldn't"), ("wasent", "wasn't")),
        *(("wouldn", "wouldn't"), ("didint", "didn't"), ("dosent", "doesn't"), ("havnt", "haven't")),
        *(("did'nt", "didn't"), ("wernt", "weren't"), ("cudnt", "couldn't"), ("hadent", "hadn't"), ("canot", "cannot")),
    ],
)
def test_a_misspelt_negation_stands_for_the_negation(wrong: str, right: str) -> None:
    """The *not* is part of what the writer said."""
    assert _NEGATIONS.meant(wrong) == right


@pytest.mark.parametrize("word", ["studnt", "wint", "differnt", "mont", "agen", "havin", "presidnt"])
def test_a_word_that_only_ends_alike_is_no_negation(word: str) -> None:
    """``nt`` alone does not negate."""
    assert _NEGATIONS.meant(word) is None


@pytest.mark.parametrize("word", ["musnt", "mustnt", "mightnt", "couldent", "cannt", "wouldn", "wasent", "shoudnt"])
def test_a_negation_is_never_lost(check: Check, word: str) -> None:
    """No correction turns a statement into its opposite."""
    text = check(f"They {word} come to the party.").text
    assert "n't come" in text or "cannot come" in text


@pytest.mark.parametrize("text", ["You don t see it.", "He didn t come.", "I can' t go."])
def test_a_contraction_that_a_space_has_torn_is_joined(check: Check, text: str) -> None:
    """Half a negation is none."""
    assert "n't " in check(text).text


@pytest.mark.parametrize(
    "text",
    [
        "They fell then one of the girls screamed.",
        "We watched weather or news on the television.",
        "I was facebooking and skyping with my friends.",
        "He sent an sms about an unidentified object.",
        "It was an homage to an honest man, in an hour.",
        "We had a unique plan for a European university.",
        "An FBI agent saw a UFO, and a NASA pilot met an SOS team.",
        "He sat on a chair that has its ugly side to the wall.",
        "You can have an 8-oz can or an actual bottle.",
    ],
)
def test_a_right_word_is_not_changed_against_the_grammar(check: Check, text: str) -> None:
    """What is right stays, however often people confuse it."""
    assert check(text).text == text


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("My family an friends are here.", "My family and friends are here."),
        ("That is what you wont.", "That is what you want."),
        ("It happened in a other state.", "It happened in another state."),
        ("She choosed the red one.", "She chose the red one."),
        ("He has writed a letter.", "He has written a letter."),
        ("They teached us a lot.", "They taught us a lot."),
    ],
)
def test_the_form_is_chosen_that_fits_the_sentence(check: Check, wrong: str, right: str) -> None:
    """Of several corrections, the one that fits the neighbours is made."""
    assert check(wrong).text == right


def test_a_regular_form_of_an_irregular_verb_stands_for_its_past_and_participle() -> None:
    """``choosed`` is not a slip for ``choose``, because the past was meant."""
    assert forms_meant("choosed") == ("chose", "chosen")
    assert forms_meant("runned") == ("ran", "run")
    assert forms_meant("walked") == forms_meant("ran") == ()
