"""The student's text, split into its parts."""

from hypothesis import given
from hypothesis import strategies as st

from drivers.report.prose import Part, blocks

TEXT = """What works well
• You quote.
• You end.

What to work on
1. Spelling
You wrote: x.
The rule: y.

Go on.
"""


def test_headings_lists_and_points_are_told_apart() -> None:
    """A screen reader and a Word file need to know which is which."""
    assert [(block.part, block.lines) for block in blocks(TEXT)] == [
        (Part.HEADING, ("What works well",)),
        (Part.LIST, ("You quote.", "You end.")),
        (Part.HEADING, ("What to work on",)),
        (Part.TITLE, ("1. Spelling",)),
        (Part.LINES, ("You wrote: x.", "The rule: y.")),
        (Part.LINES, ("Go on.",)),
    ]


@given(st.text(alphabet="a1. \n•*-"))
def test_no_word_is_lost(text: str) -> None:
    """Whatever a language model writes, only list markers are removed."""
    kept = "".join(line for block in blocks(text) for line in block.lines)
    marks = " \n•*-"
    assert kept.translate({ord(mark): None for mark in marks}) == text.translate({ord(mark): None for mark in marks})
