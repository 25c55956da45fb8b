"""Praise is true, sentences quoted as good are correct, and nothing is said twice."""

from actors.phases.ai_feedback.findings import EssayReading
from actors.phases.ai_feedback.lessons import lesson_book
from actors.phases.ai_feedback.passage import Passage
from tests.phases.ai_feedback.essays import ABLE, told


def test_what_others_lived_through_is_no_experience() -> None:
    """Last year alone does not make an experience of the writer's own."""
    text = "Vacations are good. Maybe they keep all the information from last year. Some other days are very long then."
    assert "own_experience" not in {one.topic for one in told(text).analysis.strengths}


def test_a_stray_capital_is_no_name() -> None:
    """It's, Every and TV are no details; Spain is one."""
    plain = "We like to go there. People want to see it and It's pretty, and they have TV in Every room to rest there."
    named = plain.replace("Every room", "Spain")
    topics = [[one.topic for one in told(text).analysis.strengths] for text in (plain, named)]
    assert ["detail" in each for each in topics] == [False, True]


def test_a_clause_that_leans_on_another_is_not_quoted_without_it() -> None:
    """For example, if it rains, even when it is cold is no complete thought."""
    text = (
        "We like games a lot. For example, if a family is going out to play in the park, even if a part of this family "
        "would rather stay at home on that day, they can still enjoy it. We play every day when the sun is out."
    )
    quoted = [one.quote for praise in told(text).analysis.strengths for one in praise.quotations]
    assert not [quote for quote in quoted if quote.startswith("For example, if")]


def test_what_was_just_praised_is_no_challenge() -> None:
    """One sentence is not both good and in need of work."""
    analysis = told(ABLE).analysis
    praised = {one.quote for praise in analysis.strengths for one in praise.quotations}
    assert praised
    assert not praised & {one.quote for point in analysis.work_points for one in point.quotations}


def test_what_somebody_thought_is_no_moment_to_slow_down_at() -> None:
    """The advice to show what happens is for sentences in which something happens."""
    story = (
        "Suddenly the lamp went out. I knew that she was right. We heard a noise behind the old door. He opened it. "
        "One night we ran home. The dog followed us over the bridge. "
    )
    told_of = told(story * 3).analysis.work_points
    assert not [one for point in told_of if point.topic == "senses" for one in point.quotations if "knew" in one.quote]


def test_two_slips_in_the_same_few_words_are_not_told_apart() -> None:
    """Jag bor här sedan tre år needs a single correction."""
    text = "Jag bor i Sverige sedan tre år. Min familj är stor och vi bor i en lägenhet nära skolan i Göteborg."
    slips = [("Jag bor", "verb_form", "still_going_on"), ("sedan tre år", "preposition", "preposition.7")]
    points = told(text, *slips, language="sv").analysis.work_points
    assert len({"verb_form", "preposition"} & {point.topic for point in points}) == 1


def test_a_second_praise_at_the_same_place_says_so() -> None:
    """It does not repeat the words of the first."""
    text = "I think that it rain. It is so because he go. " + "They goes home then. " * 12
    slips = [("it rain", "verb_agreement", "x"), ("he go", "verb_agreement", "x")] + [
        ("They goes", "there_is", "y")
    ] * 9
    comments = [one.comment for one in told(text, *slips).analysis.strengths]
    assert sum("at the beginning" in comment for comment in comments) == 2
    assert sum("also at the beginning" in comment.lower() for comment in comments) == 1


def test_a_sentence_of_plain_words_is_shown_in_a_text_with_many_slips() -> None:
    """A teacher shows which sentence is good, if one surely is."""
    text = "He go home. My family is the most important thing to me. She go too. They goes there and he eat. " * 2
    slips = [(words, "verb_agreement", "x") for words in ("He go", "She go", "They goes", "he eat")]
    quoted = [one.quote for praise in told(text, *slips).analysis.strengths for one in praise.quotations]
    assert quoted == ["My family is the most important thing to me"]


def test_a_question_that_is_the_task_is_not_praised() -> None:
    """Where would you like to go is the task if I would like to go answers it; have you ever been there is not."""
    text = (
        "Explain what you like. Where in the world would you like to visit? I would like to visit Spain. {} It is warm."
    )
    copied, own = (
        text.format("We swim."),
        "Have you ever been there? I would like to visit Spain again, as I have never been.",
    )
    asked = [EssayReading(Passage(each), "en", lesson_book("en")) for each in (copied, own)]
    assert [sum(map(reading.is_the_task, reading.sentences)) for reading in asked] == [1, 0]


def test_a_lesson_tells_the_rule_of_the_words_that_it_quotes() -> None:
    """Make us to feel is not mended by adding to, nor be do by a plain verb."""
    lessons = lesson_book("en").lessons
    for topic, rule, said in (
        ("want_to", "made_to", "without to"),
        ("base_verb", "MD_BE_NON_VBP", "third form"),
        ("ing_form", "ing_form.5", "spend"),
        ("collocation", "collocation.8", "each other"),
        ("article", "generic_the", "in general"),
        ("article", "article.4", "in general"),
        ("there_their", "there_their.1", "they love their"),
        ("preposition", "preposition.10", "recommend"),
    ):
        case = lessons[topic].case_of(rule)
        assert case is not None
        assert said in case.rule


def test_what_follows_from_a_thing_is_no_reason_for_it() -> None:
    """Therefore introduces a consequence, because a reason."""
    topics = [
        [one.topic for one in told(f"We like the park. {said} We go there again and again.").analysis.strengths]
        for said in ("Therefore we can play all day there.", "We can play there because it is big.")
    ]
    assert ["reason" in each for each in topics] == [False, True]
