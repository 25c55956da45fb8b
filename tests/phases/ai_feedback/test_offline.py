"""Feedback by rules: every claim can be checked, whatever the text."""

import re
import time
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from actors.phases.ai_feedback import AIFeedbackService
from actors.phases.ai_feedback.evidence import looked_at
from actors.phases.ai_feedback.passage import Passage
from actors.phases.service import PhaseWorkError
from contracts.failures import ErrorCode
from contracts.results.ai_feedback import AIFeedbackResultDataV1, Quotation, Strength, WorkPoint
from tests.phases.ai_feedback.essays import LEARNER, SWEDISH, task

SERVICE = AIFeedbackService()


def feedback_on(text: str, language: str = "auto", **options: Any) -> AIFeedbackResultDataV1:
    """The result for a text."""
    result = SERVICE.process(task(text, language=language, **options)).result
    assert isinstance(result, AIFeedbackResultDataV1)
    return result


def quotations_of(result: AIFeedbackResultDataV1) -> list[Quotation]:
    """All quotations of a result."""
    analysis = result.analysis
    points: list[Strength | WorkPoint] = [*analysis.strengths, *analysis.work_points]
    return [*analysis.evidence, *(quotation for point in points for quotation in point.quotations)]


@pytest.mark.parametrize("text", [LEARNER, SWEDISH], ids=["english", "swedish"])
def test_every_quotation_is_a_slice_of_the_essay(text: str) -> None:
    """``text[start:end] == quote``, for evidence, strengths and work points alike."""
    quotations = quotations_of(feedback_on(text))
    assert quotations
    assert all(text[one.start : one.end] == one.quote for one in quotations)


def test_what_stands_in_quotation_marks_in_the_students_text_is_in_the_essay() -> None:
    """Words between quotation marks are always the essay's."""
    quoted = re.findall(r"“([^“”]*)”", feedback_on(LEARNER).student_text)
    assert quoted
    assert all(words in LEARNER for words in quoted)


def test_feedback_is_in_the_language_of_the_essay() -> None:
    """A Swedish essay is answered in Swedish, an English one in English."""
    assert "Att arbeta vidare med" in feedback_on(SWEDISH).student_text
    assert "What to work on" in feedback_on(LEARNER).student_text


def test_slips_that_are_in_the_text_are_found() -> None:
    """The lessons on agreement, plain verbs, apostrophes, comparison, capitals and compounds each find their slip."""
    topics = {item.topic for item in feedback_on(LEARNER).analysis.evidence}
    assert {
        "verb_agreement",
        "base_verb",
        "apostrophe",
        "double_comparison",
        "capital_i",
        "one_word_or_two",
    } <= topics


def test_swedish_slips_are_found() -> None:
    """The lessons on word order, gender, compounds, comparison and plain verbs each find their slip."""
    topics = {item.topic for item in feedback_on(SWEDISH).analysis.evidence}
    assert {"word_order", "gender", "split_compound", "double_comparison", "base_verb"} <= topics


def test_the_same_essay_reads_the_same_each_time() -> None:
    """Nothing is random, so a repeat gives the same words."""
    assert feedback_on(LEARNER).student_text == feedback_on(LEARNER).student_text


def test_the_text_is_not_changed() -> None:
    """The next phase gets the text that came in."""
    product = SERVICE.process(task(LEARNER))
    assert product.text is None
    assert product.result.text_storage_id == product.result.original_text_storage_id


def test_another_language_is_refused_by_name() -> None:
    """A request for French fails as an unsupported language, and the failure says which languages there are."""
    with pytest.raises(PhaseWorkError) as error:
        feedback_on(LEARNER, language="fr")
    assert error.value.code is ErrorCode.LANGUAGE_NOT_SUPPORTED
    assert "'fr': only in English and Swedish" in error.value.message
    assert error.value.details["supported"] == ["en", "sv"]


def test_an_unknown_option_is_refused() -> None:
    """A misspelt option is not silently ignored."""
    with pytest.raises(PhaseWorkError) as error:
        feedback_on(LEARNER, bakcend="offline")
    assert error.value.code is ErrorCode.INVALID_SETTINGS


def test_an_empty_text_fails_with_a_reason() -> None:
    """White space alone is no essay."""
    with pytest.raises(PhaseWorkError) as error:
        feedback_on(" \n\t")
    assert error.value.code is ErrorCode.EMPTY_CONTENT


@settings(max_examples=25, deadline=None)
@given(st.text(st.characters(exclude_categories=()), min_size=1, max_size=300).filter(str.strip))
@example("sa\ud800A")
def test_any_text_is_answered_or_refused_and_quotes_hold(text: str) -> None:
    """Any Unicode, even lone surrogates, gets feedback whose quotations are slices of the text."""
    result = feedback_on(text, language="en")
    assert all(text[one.start : one.end] == one.quote for one in quotations_of(result))


MONOTONOUS = (
    "a",
    "A. ",
    "(",
    '"',
    "word, ",
    "\u0301",
    *(pytest.param(piece, marks=pytest.mark.slow) for piece in ("a ", "a\n", "i ")),
)


@pytest.mark.parametrize("piece", [*MONOTONOUS, "people is "])
def test_long_monotonous_texts_take_linear_time(piece: str) -> None:
    """Four times the text takes about four times as long, not sixteen times."""
    seconds = []
    for length in (2_000, 8_000):
        started = time.thread_time()
        result = feedback_on(piece * (length // len(piece)), language="en")
        seconds.append(time.thread_time() - started)
        assert len(result.student_text) < 6_000
    assert seconds[1] < 8 * seconds[0] + 0.5


def test_one_of_the_is_quoted_with_its_noun() -> None:
    """Without the words before it, the slip would look right: the best player."""
    text = "He is one of the best soccer player in America. " + LEARNER
    points = {point.topic: point for point in feedback_on(text).analysis.work_points}
    quoted = [one.quote for one in points["plural_nouns"].quotations] if "plural_nouns" in points else []
    assert all("one of the" in quote for quote in quoted)


def test_an_essay_that_tells_of_the_writer_is_not_said_to_lack_an_example() -> None:
    """A story of one's own is an example, even without the words for example."""
    text = "I believe that we learn from mistakes. " * 12 + "When I had to coach the team we lost, and I was sad. "
    assert "no_example" not in {item.topic for item in feedback_on(text, language="en").analysis.evidence}


def test_people_is_within_a_longer_subject_is_no_slip() -> None:
    """In one of those people is me, the verb belongs to one."""
    text = "One of those people is my brother. Helping people is good. Some of the people is a phrase."
    assert "verb_agreement" not in {item.topic for item in feedback_on(text, language="en").analysis.evidence}


def test_a_weak_essay_is_praised_for_what_it_does_without_a_quotation() -> None:
    """If every sentence has slips, its reason is praised, but none of it is quoted as an example."""
    text = "i belive schol is importent because you lern alot of thing in schol and you get freinds their."
    result = feedback_on(text, language="en")
    assert [strength.topic for strength in result.analysis.strengths] == ["reason"]
    assert not result.analysis.strengths[0].quotations


@pytest.mark.parametrize(
    ("wrong", "text"),
    [
        (
            "My mother she work",
            "My mother she work in a bank. She is kind, because she helps all the people on our street.",
        ),
        ("What a biggest", "What a biggest person on the earth. He is my father, and he helps me when I am sad."),
        ("jag bli stor", "När jag bli stor jag vill bli läkare därför jag vill hjälpa människor. Min bror bor i Lund."),
        ("mobil förbud", "Därför borde skolan ha mobil förbud. Jag tycker att det är bra för alla elever i vår skola."),
    ],
)
def test_what_is_wrong_is_never_praised(wrong: str, text: str) -> None:
    """No quotation of a strength contains it."""
    quoted = [one.quote for strength in feedback_on(text).analysis.strengths for one in strength.quotations]
    assert not [quote for quote in quoted if wrong in quote]


def test_sedan_as_a_conjunction_is_no_slip_of_word_order() -> None:
    """In Sedan jag flyttat till Stockholm har jag ..., sedan means since."""
    text = "Sedan jag flyttat till Stockholm har jag lärt mig att klä mig varmt."
    assert "word_order" not in {item.topic for item in feedback_on(text, language="sv").analysis.evidence}


@pytest.mark.parametrize(
    ("text", "ends_within"),
    [("a-" * 15_000, 15_100), ("qwzx " * 5_000, 5_100), (". ! " * 7_500, 30_000)],
    ids=["hyphens", "unknown words", "marks"],
)
def test_a_text_full_of_marks_or_unknown_words_is_looked_at_in_part(text: str, ends_within: int) -> None:
    """A parser's time depends on words and marks, a spelling checker's on unknown words, and neither on characters."""
    assert looked_at(Passage(text), "en") <= ends_within
    prose = LEARNER * 40
    assert looked_at(Passage(prose), "en") == len(prose)


def test_feedback_says_how_much_of_a_text_it_looked_at() -> None:
    """A note says what was not looked at."""
    notes = feedback_on("qwzx " * 1_500, language="en").analysis.notes
    assert any("in the first 5,000 of 7,500 characters" in note for note in notes)
