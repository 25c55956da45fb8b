"""What surrounds the prose of a text is told apart from it."""

import pytest

from actors.phases.ai_feedback.body import frame_of
from actors.phases.ai_feedback.passage import Passage

PROSE = "Failure is the road to success, and my dad failed his driving test four times before he passed it."


def frame_lines(text: str, instructions: str = "") -> list[str]:
    """The lines that are not prose."""
    return [text[line.start : line.end] for line in frame_of(Passage(text), instructions).lines]


@pytest.mark.parametrize(
    "line",
    [
        "Anna Berg 8B",
        "Name: Bo Ek",
        "By Bo Ek",
        "Klass: 8B",
        "3 May 2024",
        "Monday 12th of March",
        "May 3rd",
        "Success and failure",
        "The Lost Key",
        "Av Lisa Ek",
    ],
)
def test_a_name_a_date_or_a_title_before_the_text_is_no_prose(line: str) -> None:
    """It is neither an opening nor quoted."""
    assert frame_lines(f"{line}\n\n{PROSE}") == [line]
    assert frame_lines(f"{line}\n{PROSE}") == [line]


def test_a_task_that_is_copied_into_the_text_is_no_prose() -> None:
    """A copied question asks for the text, which answers in its words; an opening question to the reader is prose."""
    asked = "Some schools have a four-day week. Should your school follow this model by adding two hours to each day?"
    answer = "I think that we should not follow this model by adding two hours, since nobody learns at five o'clock."
    assert frame_lines(f"{asked}\n\n{answer}\n\n{PROSE}") == [asked]
    opening = "What would you do with a free day in every week, when nobody tells you to get up or to be quiet?"
    assert not frame_lines(f"{opening}\n\n{answer}\n\n{PROSE}")


def test_several_lines_before_a_text_are_all_set_apart() -> None:
    """For example name, class and date at the top of a sheet."""
    assert frame_lines(f"Name: Bo Ek\nClass: 8B\nDate: 3 May\n\n{PROSE}") == ["Name: Bo Ek", "Class: 8B", "Date: 3 May"]


def test_a_letter_has_a_greeting_and_a_farewell() -> None:
    """Both are set apart, as is the name below; what is between them is prose."""
    text = f"Dear Mrs Green,\n\n{PROSE}\n\nYours sincerely,\nMaria Lopez"
    frame = frame_of(Passage(text), "")
    assert frame.greeting is not None
    assert frame.farewell is not None
    assert frame_lines(text) == ["Dear Mrs Green,", "Yours sincerely,", "Maria Lopez"]


def test_the_tasks_own_words_are_no_opening() -> None:
    """A copied assignment is set apart, even as a whole sentence."""
    task = "Write about a time when you failed, and say what you learned from it."
    assert frame_lines(f"{task}\n\n{PROSE}", task) == [task]


@pytest.mark.parametrize("opening", ["I like dogs.", "Have you ever failed?", "Never again!", "my dad is a driver"])
def test_a_short_first_sentence_is_prose(opening: str) -> None:
    """A punctuation mark at its end or a small letter at its beginning tells it from a title."""
    assert frame_lines(f"{opening}\n\n{PROSE}") == []


def test_lines_that_only_break_where_the_paper_ended_are_prose() -> None:
    """A hard-wrapped text has no titles in it."""
    text = "Failure is the road\nto success, and my dad\nfailed his test four times\nbefore he passed it."
    assert frame_lines(text) == []


def test_a_text_without_any_prose_is_all_prose() -> None:
    """Even a name alone is read as prose."""
    assert frame_lines("Anna Berg") == []
