"""Texts as students and word processors leave them."""

import pytest

from actors.phases.spellcheck.foreign import foreign_passages
from actors.phases.spellcheck.tokens import words_of
from tests.phases.spellcheck.conftest import Check


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("We re\u00adcieved it.", "We received it."),
        ("It is dif\u200dferent and beau\u200btiful.", None),
        ("He don‘t know, and she didn‘t go.", None),
        ("It costs $5 to recieve and $6 to send.", "It costs $5 to receive and $6 to send."),
        ("The formula is $a_1 + b = \\frac{c}{d}$ here.", None),
        ("A judgment about the colour.", None),
    ],
)
def test_what_word_processors_leave_in_a_text_does_no_harm(check: Check, wrong: str, right: str | None) -> None:
    """Soft hyphens, joiners and odd apostrophes are no errors, and two prices are no formula."""
    assert check(wrong, "en-GB").text == (right or wrong)


@pytest.mark.parametrize("text", ["u r my friend", "thx and plz come", "idk, we coulda gone", "see u l8r, it was gr8"])
def test_the_language_of_chats_is_said_and_not_changed(check: Check, text: str) -> None:
    """It is no misspelling, and the writer knows it: the explanation is about style."""
    outcome = check(text, min_confidence=0.0)
    assert outcome.text == text
    assert len(outcome.result.corrections) >= 2
    assert all("in an essay" in each.explanation for each in outcome.result.corrections)


def test_a_single_letter_is_chat_only_among_words(check: Check) -> None:
    """In a formula, a letter is just a letter."""
    assert check("Let u = 3 and r. be given.").result.corrections == ()


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("I like my new Scool.", "I like my new School."),
        ("We met on Wensday.", "We met on Wednesday."),
        ("The Goverment decides.", "The Government decides."),
        ("She speaks Englsh.", "She speaks English."),
    ],
)
def test_a_misspelt_word_with_a_capital_letter_is_corrected(check: Check, wrong: str, right: str) -> None:
    """A capital alone does not make a name if a common word is one letter away."""
    assert check(wrong).text == right


@pytest.mark.parametrize(("wrong", "right"), [("Autmn", "Autumn"), ("Kitchn", "Kitchen"), ("Februery", "February")])
def test_a_capitalised_word_that_nobody_is_called_is_at_least_asked_about(check: Check, wrong: str, right: str) -> None:
    """The word is unknown, and a frequent word is one letter away."""
    found = check(f"Then we talked to {wrong} again.").result.corrections
    assert [each.replacement for each in found] == [right]


@pytest.mark.parametrize("text", ["I met Micheal and Jonh in Cottonville.", "Wernher and Alexandre came with Sofiya."])
def test_a_name_is_left_as_it_is_spelt(check: Check, text: str) -> None:
    """Names are spelt in many ways."""
    assert check(text).text == text


@pytest.mark.parametrize(
    "text",
    [
        "He said je ne sais pas pourquoi tu veux partir maintenant and left.",
        "My uncle says dass das Leben nicht immer einfach ist to me.",
        "And tack för att du kom hit idag was what she said.",
        "Then no me gusta nada lo que hacen los hombres was heard.",
    ],
)
def test_a_passage_in_another_language_is_left_alone(check: Check, text: str) -> None:
    """Its frequent words reveal the language."""
    assert check(text).text == text


def test_a_row_of_misspelt_words_is_not_another_language(check: Check) -> None:
    """Those who spell badly need help most."""
    outcome = check("Peaple simpley lerned importint thigs alwais becuase teechers")
    assert outcome.text == "People simply learned important things always because teachers"
    assert outcome.result.words_left_alone == 0


def test_one_word_of_another_language_makes_no_passage() -> None:
    """A misspelling may happen to be a word in another language."""
    words = words_of("thay had som nise tings")
    assert foreign_passages(words, set(), {0, 2, 3, 4}, "en") == set()


def test_the_weakest_writers_are_helped(check: Check) -> None:
    """A weak speller's text is corrected; the names in it are counted as left alone."""
    outcome = check(
        "My goil is to get beter at fotball. Peaple laugh becuase my speling is bad, but my freind Abdirahman "
        "simpley teches me how to keep trying. He met Micheal yesturday, and lerned alot."
    )
    assert outcome.text == (
        "My goal is to get better at football. People laugh because my spelling is bad, but my friend Abdirahman "
        "simply teaches me how to keep trying. He met Micheal yesterday, and learned a lot."
    )
    assert outcome.result.words_left_alone == 2


@pytest.mark.parametrize(
    "text", ["a cotch in the woods", "I whent to the biach", "she is a bich", "it is full of shet"]
)
def test_no_coarse_word_is_put_into_a_pupils_mouth(check: Check, text: str) -> None:
    """Coarse words may be right where they are, but are never proposed."""
    coarse = {"bitch", "crotch", "shit"}
    proposed = {word for each in check(text).result.corrections for word in each.candidates}
    assert not proposed & coarse
