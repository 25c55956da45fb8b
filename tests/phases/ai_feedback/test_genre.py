"""A letter is told apart from a story, a report, a review and an essay, and is not taught what does not fit."""

import pytest

from actors.phases.ai_feedback.evidence import Seen
from actors.phases.ai_feedback.genre import Genre
from actors.phases.ai_feedback.lessons import lesson_book
from actors.phases.ai_feedback.offline import offline_feedback, read
from tests.phases.ai_feedback.essays import task

STORY = """One night I woke up because somebody was singing in the garden. I opened the window and looked out. \
Suddenly the door behind me closed. I ran to it and pulled, but it did not move. Then I saw the cat with \
a key in her mouth."""
LETTER = f"Dear Tom,\n\n{STORY}\n\nLove,\nAnna"
REPORT = """Introduction
The aim of this report is to describe the canteen. I spoke to forty students.

Recommendations
It is recommended that the canteen sells more fruit."""
REVIEW = """The main character is a boy who wants to fly. The plot is simple, but the special effects are not. I would \
recommend this to everybody who likes birds."""
ESSAY = "I think that school should start later. I believe that we would learn more, because we would sleep longer."


@pytest.mark.parametrize(
    ("text", "instructions", "genre"),
    [
        (STORY, "", Genre.STORY),
        (LETTER, "", Genre.LETTER),
        (REPORT, "", Genre.REPORT),
        (REVIEW, "", Genre.REVIEW),
        (ESSAY, "", Genre.ESSAY),
        (ESSAY, "Write an e-mail to your head teacher.", Genre.LETTER),
        (ESSAY, "Write a report for the school.", Genre.REPORT),
        (STORY, "Write a story that begins at night.", Genre.STORY),
    ],
)
def test_a_genre_is_told_by_the_task_the_frame_and_the_words(text: str, instructions: str, genre: Genre) -> None:
    """What was asked for counts more than what the text looks like."""
    assert read(task(text, instructions=instructions), "en", Seen((), ())).genre is genre


@pytest.mark.parametrize(
    ("text", "language", "genre"),
    [
        ("Kära dagbok\n\nIdag missade jag bussen. Läraren blev sur.", "sv", Genre.STORY),
        ("Dear diary,\n\nToday I missed the bus. The teacher was not amused.", "en", Genre.STORY),
        ("Syfte\nSyftet med laborationen var att mäta.\n\nSlutsats\nMin hypotes stämde.", "sv", Genre.REPORT),
    ],
)
def test_a_diary_is_no_letter_and_an_experiment_a_report(text: str, language: str, genre: Genre) -> None:
    """A diary has a greeting, but no farewell."""
    assert read(task(text, language=language), language, Seen((), ())).genre is genre


def test_a_swedish_story_is_told_by_what_is_done_in_it() -> None:
    """Verbs such as creep, shout and hear tell it, with a name or a pronoun before or after them."""
    text = "Det var mörkt. Plötsligt hörde hon ett ljud. Alva smög uppför trappan. Hjälp, ropade någon, och hon skrek."
    assert read(task(text), "sv", Seen((), ())).genre is Genre.STORY


@pytest.mark.parametrize(("text", "language"), [(LETTER, "en"), (STORY, "en"), (REPORT, "en"), (REVIEW, "en")])
def test_no_lesson_and_no_praise_is_given_that_does_not_fit_the_genre(text: str, language: str) -> None:
    """For example, no second opening for a letter, and no example for a story."""
    given = task(text)
    reading = read(given, language, Seen((), ()))
    analysis = offline_feedback(given, reading, ()).analysis
    book = lesson_book(language)
    assert not [one.topic for one in analysis.work_points if reading.genre in book.lessons[one.topic].not_for]
    assert not [one.topic for one in analysis.strengths if reading.genre in book.praises[one.topic].not_for]
