"""Words that are right in themselves and wrong in their place."""

import pytest

from actors.phases.spellcheck.articles import article_for
from contracts.results.spellcheck import CorrectionKind
from tests.phases.spellcheck.conftest import Check


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("Their are many people.", "There are many people."),
        ("They do it for there parents.", "They do it for their parents."),
        ("It is better then the other one.", "It is better than the other one."),
        ("We ate. Than we went home.", "We ate. Then we went home."),
        ("I think its a good idea.", "I think it's a good idea."),
        ("It has it's own door.", "It has its own door."),
        ("If your not careful.", "If you're not careful."),
        ("She is to young.", "She is too young."),
        ("I want too go home.", "I want to go home."),
        ("You should of gone.", "You should have gone."),
        ("I have a apple and an car.", "I have an apple and a car."),
        ("They wont come.", "They won't come."),
        ("He did it him self.", "He did it himself."),
        ("I train everyday.", "I train every day."),
    ],
)
def test_a_confusion_is_corrected_where_its_company_is_strong_evidence(check: Check, wrong: str, right: str) -> None:
    """The neighbours say which of the two words was meant."""
    outcome = check(wrong)
    assert outcome.text == right
    assert {each.kind for each in outcome.result.corrections} <= {CorrectionKind.REAL_WORD, CorrectionKind.SPLIT_JOIN}


@pytest.mark.parametrize(
    "text",
    [
        "Their own house is there, and there they stay.",
        "She is older than I am, and then we left.",
        "Its door is open, and it's its only one.",
        "To whom it may concern: your parents are here too.",
        "He was the last one off the bus. The fall of the Roman Empire.",
        "An hour in a university is an honour, a one-off and a European thing.",
        "Everyday life is hard. Vitamin a is good, and plan A is better.",
        "Give peace a chance, for a peace of mind.",
        "I know where they were, and whether the weather was good.",
        "We go to many places, and that leads to much more.",
    ],
)
def test_a_right_word_is_left_alone(check: Check, text: str) -> None:
    """A changed right word is the worst error."""
    assert check(text).text == text


@pytest.mark.parametrize(
    ("word", "article"),
    [
        *(("apple", "an"), ("university", "a"), ("uninteresting", "an"), ("hour", "an"), ("house", "a"), ("one", "a")),
        *(("european", "a"), ("umbrella", "an"), ("useful", "a"), ("usher", "an"), ("unicorn", "a"), ("uniform", "a")),
        *(("historic", None), ("unimportant", "an"), ("urgent", "an"), ("utopia", "a"), ("unit", "a"), ("union", "a")),
    ],
)
def test_the_article_goes_by_sound_and_not_by_letter(word: str, article: str | None) -> None:
    """``an`` stands before a vowel that is heard; where usage is divided nothing is said."""
    assert article_for(word) == article
