"""What is corrected, what is only suggested, and what is left alone."""

import pytest

from contracts.results.spellcheck import CorrectionKind
from tests.phases.spellcheck.conftest import Check


def test_a_word_that_occurs_twice_is_corrected_both_times(check: Check) -> None:
    """Corrections apply to spans, not to strings."""
    assert check("I recieve what you recieve.").text == "I receive what you receive."


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("Becuase of the enviroment.", "Because of the environment."),
        ("I like it alot.", "I like it a lot."),
        ("It was al though late.", "It was although late."),
        ("She said thats fine and im happy.", "She said that's fine and I'm happy."),
        ("He wasn’t definately there.", "He wasn’t definitely there."),
        ("My freind’s dog.", "My friend’s dog."),
        ("WE RECIEVE MANY LETTERS.", "WE RECEIVE MANY LETTERS."),
        ("an amercan car", "an American car"),
    ],
)
def test_a_plain_misspelling_is_corrected(check: Check, wrong: str, right: str) -> None:
    """Non-words, joined or split words, lost apostrophes; letter case and kind of apostrophe are kept."""
    assert check(wrong).text == right


@pytest.mark.parametrize(
    "text",
    [
        "We met Gerhild and Xanthippa in Szczecin.",
        "Gerhild came. Then I saw Gerhild leave.",
        "See https://exampel.com/recieve and mail teh@exampel.com about it.",
        "The 21th B2B meeting had 3x more peple2 in it_was.",
        "They call it “lagom” and 'fika' and «gemütlich».",
        "<span class=recieve>Good</span> and `teh code` and &nbsp; here.",
        "He said: “Je ne sais pas pourquoi tu veux partir”, and left.",
        "Nothin' was ever said, 'twas all for 'em, y'all.",
        "I do n't know what he 'll say.",
        "The colour of the harbour and the color of the harbor.",
        "The state-\nment was well-known and pre-war.",
        "It is on iPhone, eBay and in McDonald's.",
        "english people on monday",
    ],
)
def test_what_is_nobodys_business_is_left_alone(check: Check, text: str) -> None:
    """Names, addresses, numbers, markup, quoted foreign words, clipped speech and letter case stay."""
    assert check(text).text == text


def test_a_region_narrows_what_is_right(check: Check) -> None:
    """English accepts American and British spelling, but a region's English only its own."""
    assert check("The color of the harbour.", "en").text == "The color of the harbour."
    assert check("The color of the harbour.", "en-GB").text == "The colour of the harbour."
    assert check("The color of the harbour.", "en-US").text == "The color of the harbor."


def test_the_teachers_words_are_right_and_are_proposed(check: Check) -> None:
    """A batch's word list may have names from a novel, and terms of the subject."""
    text = "the houyhnhnm meets a houyhnhmn"
    outcome = check(text, word_list=["Houyhnhnm"])
    assert [each.original for each in outcome.result.corrections] == ["houyhnhmn"]
    assert outcome.result.corrections[0].candidates[0] == "Houyhnhnm"


def test_below_the_confidence_a_correction_is_a_suggestion(check: Check) -> None:
    """What the checker is not sure of is suggested, and not changed."""
    outcome = check("I recieve it.", min_confidence=1.0)
    assert outcome.text == "I recieve it."
    assert [(each.applied, each.replacement) for each in outcome.result.corrections] == [(False, "receive")]


def test_one_misspelling_is_treated_alike_in_one_essay(check: Check) -> None:
    """The same misspelling with the same correction has one confidence, so it is always changed, or never."""
    corrections = check("A misktake is a misktake. So we make at misktake again, misktake.").result.corrections
    assert len({each.confidence for each in corrections}) == 1


def test_a_correction_is_explained_in_the_language_of_the_text(check: Check) -> None:
    """The explanation names the wrong letter."""
    english = check("I recieve it and I lern.").result.corrections
    assert [each.explanation for each in english] == [
        "Two letters have changed places: it is spelt “receive”.",
        "The letter “a” is missing: “learn”.",
    ]
    assert check("Jag tyker om det.", "sv").result.corrections[0].explanation == "Bokstaven ”c” fattas: ”tycker”."


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("Jag tyker att skolan är vigtig.", "Jag tycker att skolan är viktig."),
        ("Klimatförendringarna är stora.", "Klimatförändringarna är stora."),
        ("Fotbollsplansägaren gick hem.", "Fotbollsplansägaren gick hem."),
    ],
)
def test_swedish_is_corrected_and_its_compounds_are_words(check: Check, wrong: str, right: str) -> None:
    """Swedish forms compounds freely, so one that is in no list is still right."""
    assert check(wrong, "sv").text == right


def test_words_run_together_from_two_content_words_are_only_suggested(check: Check) -> None:
    """``moodyhappy`` may be a word that the list lacks, so its split is suggested, and not made."""
    outcome = check("He was in a moodyhappy state.")
    assert outcome.text == "He was in a moodyhappy state."
    assert [each.kind for each in outcome.result.corrections] == [CorrectionKind.SPLIT_JOIN]
