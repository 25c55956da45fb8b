"""Topics to work on, in the reader's language."""

from actors.phases.ai_feedback.lessons import LANGUAGES, lesson_book
from drivers.report.languages import words_of
from drivers.report.topics import OF_ENGLISH, OF_OTHERS, topic_title


def test_every_lesson_has_a_name_in_every_language() -> None:
    """That includes lessons that exist in one language only."""
    topics = {language: lesson_book(language).lessons for language in LANGUAGES}
    only_english = {lesson.title for topic, lesson in topics["en"].items() if topic not in topics["sv"]}
    assert only_english == set(OF_ENGLISH)
    assert set(topics["sv"]) - set(topics["en"]) == set(OF_OTHERS)


def test_a_swedish_teacher_reads_swedish_of_english_essays_and_the_reverse() -> None:
    """An unknown topic keeps its own title."""
    assert topic_title("verb_agreement", "sv") == "Verb som stämmer med subjektet"
    assert topic_title("spelling", "sv") == words_of("sv").said("Spelling") == "Stavning"
    assert topic_title("gender", "en") == "A noun’s gender: en or ett"
    assert topic_title("new_topic", "sv", "A new title") == "A new title"
