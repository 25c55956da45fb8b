"""A model's quotations are found in the essay, whatever their typography."""

import pytest

from actors.phases.ai_feedback.quotes import Quotable

TEXT = "He said: “I don’t know – maybe… tomorrow.”\nThen he  left the\u00a0room, and nobody spoke. It wasn\u2019t late."


@pytest.mark.parametrize(
    ("quote", "in_the_text"),
    [
        ("I don't know - maybe... tomorrow", "I don’t know – maybe… tomorrow"),
        ("\"I don't know", "I don’t know"),
        ("Then he left the room,", "Then he  left the\u00a0room,"),
        ("then he left the room", "Then he  left the\u00a0room"),
        ("nobody spoke...", "nobody spoke"),
        ("It wasn't late", "It wasn\u2019t late"),
        ("room, and nobody", "room, and nobody"),
    ],
)
def test_a_quotation_is_found_at_its_true_place(quote: str, in_the_text: str) -> None:
    """The slice has the essay's own typography."""
    place = Quotable(TEXT).find(quote)
    assert place is not None
    assert TEXT[place[0] : place[1]] == in_the_text


@pytest.mark.parametrize("quote", ["I do not know", "Then he left the house", "", '"', "..."])
def test_other_words_are_not_found(quote: str) -> None:
    """Typography may differ, but words may not, and a mark alone is no quotation."""
    assert Quotable(TEXT).find(quote) is None


@pytest.mark.parametrize(
    ("quote", "text"),
    [
        ("art", "A part of it."),
        ("par", "A part of it."),
        ("Art", "A PART of it."),
        ("10", "In 2010 and 100."),
        ("you can", "But you can't."),
        ("you can", "But you can\u2019t."),
        ("art", "A p\u00adart of it."),
        ("cafe", "The cafe\u0301s."),
    ],
)
def test_a_part_of_a_word_is_no_quotation(quote: str, text: str) -> None:
    """A quotation begins and ends where words do."""
    assert Quotable(text).find(quote) is None


@pytest.mark.parametrize(
    ("quote", "text", "start"),
    [
        ("art", "A part of art.", 10),
        ("art", "A party, 'art', it is.", 10),
        ("known", "A well-known man.", 7),
        ("students", "The students' work.", 4),
        ("ART", "A part of \u201cart\u201d.", 11),
        ("[NAME1]", "It is [NAME1]'s.", 6),
    ],
)
def test_a_whole_word_is_found_behind_a_part_of_one(quote: str, text: str, start: int) -> None:
    """The first place that cuts no word in two counts."""
    assert Quotable(text).find(quote) == (start, start + len(quote))
