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
