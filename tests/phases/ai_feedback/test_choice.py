"""Feedback is chosen by what sets a text apart, and illustrated only with words beyond suspicion."""

import re
from importlib import resources
from string import Formatter
from typing import Any

import pytest

from actors.phases.ai_feedback.evidence import Seen, without_overlaps
from actors.phases.ai_feedback.lessons import LANGUAGES, lesson_book
from actors.phases.ai_feedback.misspelling import pattern_of
from actors.phases.ai_feedback.offline import offline_feedback, read
from actors.phases.ai_feedback.passage import Passage
from contracts.results.ai_feedback import EvidenceItem, EvidenceSource, Strength, Trait, WorkPoint
from contracts.results.spellcheck import CorrectionKind
from tests.phases.ai_feedback.essays import ABLE, evidence, task, told

NON_WORD = CorrectionKind.NON_WORD
ENGLISH = (
    "adverbs", "agreement", "articles", "clauses", "nouns", "objects", "punctuation", "questions", "sequence", "tense",
    "verbs",
)  # fmt: skip
SWEDISH = (
    "swedish", "swedish_definite", "swedish_forms", "swedish_order", "swedish_phrases", "swedish_verbs",
)  # fmt: skip
SLIP = "I think that school are important, because we learn a lot of things there."


def test_a_sentence_with_a_slip_or_a_doubt_is_no_example_of_anything_good() -> None:
    """Praise for such a sentence quotes none of its words."""
    for feedback in (told(SLIP, ("school are", "verb_agreement", "x")), told(SLIP, doubts=("school are",))):
        assert feedback.analysis.strengths
        assert not [one for strength in feedback.analysis.strengths for one in strength.quotations]
    assert any(strength.quotations for strength in told(SLIP.replace("are", "is")).analysis.strengths)


def test_no_sentence_of_a_text_full_of_slips_is_quoted_as_good() -> None:
    """About half of the slips are found, and the others may be anywhere."""
    text = SLIP.replace("school are", "school is") + " " + "He go home. " * 5
    seen = [(text[match.start() : match.end()], "verb_agreement", "x") for match in re.finditer("He go", text)]
    items = tuple(
        evidence(text, quote, topic, rule).model_copy(update={"start": place.start(), "end": place.end()})
        for (quote, topic, rule), place in zip(seen, re.finditer("He go", text), strict=True)
    )
    given = task(text)
    feedback = offline_feedback(given, read(given, "en", Seen(items, ())), items)
    assert not [one for strength in feedback.analysis.strengths for one in strength.quotations]


def test_what_might_happen_is_no_experience() -> None:
    """In om något händer vill jag ringa min mamma, nothing has happened yet."""
    supposed = "Det är bra med mobil. Om något händer vill jag kunna ringa min mamma. Då är man trygg i skolan."
    assert "own_experience" not in {one.topic for one in told(supposed, language="sv").analysis.strengths}


def test_a_part_of_a_sentence_is_not_quoted_as_good() -> None:
    """Like this one time where my brother learned to drive is no complete sentence."""
    text = "Mistakes teach us. Like this one time where my brother was learning how to drive. We were all afraid then."
    quoted = [one.quote for praise in told(text).analysis.strengths for one in praise.quotations]
    assert not [quote for quote in quoted if quote.startswith("Like")]


def test_words_that_are_right_are_praised_in_a_text_full_of_slips() -> None:
    """A linking word is right in itself: it is quoted alone, without the words around it."""
    text = "However, he go home. Therefore she go home. Although it rain, he go. Meanwhile he go home. " + SLIP
    slips = [(words, "verb_agreement", "x") for words in ("he go home", "she go home", "it rain", "school are")]
    quoted = [one.quote for praise in told(text, *slips).analysis.strengths for one in praise.quotations]
    assert quoted
    assert all(len(quote.split()) == 1 for quote in quoted)


def test_what_few_texts_do_is_praised_before_what_nearly_all_do() -> None:
    """Nearly every text gives a reason somewhere; few let the other side speak."""
    text = "We should start later because we are tired. Some people say that it is too late then. He go home. " * 2
    praised = [one.topic for one in told(text, ("He go", "verb_agreement", "x")).analysis.strengths]
    assert praised[0] == "other_side"


def test_a_text_of_the_middle_sort_without_a_slip_gets_something_to_try() -> None:
    """A student needs a next step even if no slip was found."""
    text = (
        "Mitt sommarlov var roligt. Först var jag på läger en vecka, och där lärde jag mig att segla. Det regnade "
        "nästan hela tiden, men vi hade kul ändå. Sedan åkte vi till Spanien, och jag badade hela dagarna där. "
        "Jag var rädd i den stora rutschbanan, men jag gjorde det ändå. Hotellet var väldigt fint och låg vid havet."
    )
    assert "show_it" in {point.topic for point in told(text, language="sv").analysis.work_points}


def test_a_question_is_no_opinion() -> None:
    """Do I agree? does not say what the writer thinks."""
    text = "Do I agree with this? I am not sure about it. Some days are good, and others are not so good at all."
    assert "position" not in {one.topic for one in told(text).analysis.strengths}


@pytest.mark.parametrize("line", ["Anna Berg 8B", "Success and failure", "Name: Bo Ek", "3 May 2024", "Dear Mr Smith,"])
def test_names_titles_dates_and_greetings_are_quoted_nowhere(line: str) -> None:
    """They illustrate neither an opening nor a slip."""
    text = f"{line}\n\nFailure is the road to success. My dad failed his driving test, and he drives a bus today."
    analysis = told(text, (line, "spelling", "vowel")).analysis
    points: list[Strength | WorkPoint] = [*analysis.strengths, *analysis.work_points]
    assert not any(line in one.quote for point in points for one in point.quotations)


def test_an_able_writer_gets_challenges() -> None:
    """One slip in a good text is no reason for a lesson, but two things to try are suggested."""
    feedback = told(ABLE, ("allowed to", "verb_agreement", "x"))
    book = lesson_book("en")
    assert len(feedback.analysis.work_points) >= 2
    assert all(book.lessons[point.topic].for_able for point in feedback.analysis.work_points)
    assert book.frame.challenge_heading in feedback.student_text


def test_what_an_able_writer_gets_wrong_again_and_again_is_told() -> None:
    """A repeated slip is a pattern, even in a good text."""
    twice = [
        ("allowed to", "verb_agreement", "x"),
        ("time itself", "verb_agreement", "x"),
        ("a waste", "verb_agreement", "x"),
    ]
    assert "verb_agreement" in {point.topic for point in told(ABLE, *twice).analysis.work_points}


def test_the_rule_and_the_example_are_of_the_pupils_own_pattern() -> None:
    """With two doubled letters and a missing vowel, doubled letters are explained, and only those words are quoted."""
    text = "We stoped at the shop and bought tomatos. Then we runed home and were hapy. " + SLIP
    slips = [("stoped", "doubled"), ("hapy", "doubled"), ("tomatos", "missing")]
    feedback = told(text, *((word, "spelling", rule) for word, rule in slips))
    point = next(one for one in feedback.analysis.work_points if one.topic == "spelling")
    assert "double" in point.rule
    assert any(point.example in case.examples for case in lesson_book("en").lessons["spelling"].cases)
    assert not any("tomatos" in one.quote and "stoped" not in one.quote for one in point.quotations)


def test_a_slip_that_few_make_is_told_before_one_that_all_make() -> None:
    """Three misspellings are usual; since in place of for is not."""
    text = (
        "I belive that my freind is hapy. I live here since ten years. " + SLIP + " It is a nice place to be in. " * 6
    )
    slips = [("belive", "spelling", "ie_ei"), ("freind", "spelling", "ie_ei"), ("hapy", "spelling", "doubled")]
    feedback = told(text, *slips, ("since ten years", "since_for", "since_length"))
    assert feedback.analysis.work_points[0].topic == "since_for"


@pytest.mark.parametrize(
    ("wrong", "right", "kind", "pattern"),
    [
        ("stoped", "stopped", NON_WORD, "doubled"),
        ("drived", "drove", NON_WORD, "irregular"),
        ("keeped", "kept", NON_WORD, "irregular"),
        ("belive", "believe", NON_WORD, "vowel"),
        ("freind", "friend", NON_WORD, "ie_ei"),
        ("teh", "the", NON_WORD, "swapped"),
        ("writeing", "writing", NON_WORD, "silent_e"),
        ("citys", "cities", NON_WORD, "y_ies"),
        ("seperate", "separate", NON_WORD, "vowel"),
        ("goverment", "government", NON_WORD, "missing"),
        ("untill", "until", NON_WORD, "doubled"),
        ("enuf", "enough", NON_WORD, "sound"),
        ("jod", "job", NON_WORD, "letters"),
        ("dont", "don't", NON_WORD, "apostrophe"),
        ("alot", "a lot", CorrectionKind.SPLIT_JOIN, "one_or_two"),
        ("were", "where", CorrectionKind.REAL_WORD, "look_alike"),
        ("intresant", "intressant", NON_WORD, "doubled"),
        ("dem", "de", CorrectionKind.REAL_WORD, "de_dem"),
    ],
)
def test_a_misspelling_has_a_pattern(wrong: str, right: str, kind: CorrectionKind, pattern: str) -> None:
    """The two words alone tell the pattern."""
    assert pattern_of(wrong, right, kind) == pattern


def test_every_rule_of_grammar_has_its_lesson() -> None:
    """Whatever a rule finds can be taught."""
    rooms = {"en": ENGLISH, "sv": SWEDISH}
    for language, modules in rooms.items():
        for module in modules:
            source = resources.files("actors.phases.grammar").joinpath(f"{module}.py").read_text("utf-8")
            topics = set(re.findall(r'(?:slip|_by_pattern)\(\s*"([a-z_]+)"', source))
            assert topics <= set(lesson_book(language).lessons), module


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_praise_can_be_said(language: str) -> None:
    """It has comments with a place for the quotation, or plain ones, and every place that it names is filled."""
    book = lesson_book(language)
    assert all(praise.comments or praise.plain for praise in book.strength)
    for praise in book.strength:
        assert all(_places_in(comment) in ({"quote"}, {"quotes"}) for comment in praise.comments), praise.key
        assert all(_places_in(comment) <= {"where"} for comment in praise.plain), praise.key
    assert len(book.frame.places) == len(book.frame.places_again)
    assert {trait.value for trait in Trait} >= {lesson.trait for lesson in book.lesson}


def _places_in(comment: str) -> set[str]:
    return {place for _, place, _, _ in Formatter().parse(comment) if place is not None}


def test_what_a_rule_makes_of_a_word_that_is_none_is_left_out() -> None:
    """A misspelt verb does not agree with anything: it is reported only as a misspelling."""
    common: dict[str, Any] = {"quote": "siad", "trait": Trait.GRAMMAR}
    misspelt = EvidenceItem(
        start=8, end=12, topic="spelling", source=EvidenceSource.SPELLCHECK, rule="swapped", **common
    )
    grammar = EvidenceItem(
        start=5, end=12, topic="verb_agreement", source=EvidenceSource.PARSER, rule="subject_verb", **common
    )
    look_alike = misspelt.model_copy(update={"rule": "look_alike"})
    assert without_overlaps([grammar, misspelt]) == [misspelt]
    assert without_overlaps([grammar, look_alike]) == [grammar]


def test_a_common_word_with_a_capital_is_no_name() -> None:
    """Only names and numbers are details, and a word that the text elsewhere writes small is no name."""
    text = "We like our school very much. I think that our School is good. My friend Albert lives near it."
    reading = read(task(text, language="en"), "en", Seen((), ()))
    assert [reading.names_something(sentence) for sentence in reading.sentences] == [False, False, True]


def test_a_sentence_starts_after_a_full_stop_with_a_space_on_its_wrong_side() -> None:
    """Students type like that, and no quotation crosses such a full stop."""
    assert len(Passage("They learn a lot .In school we read.They also write. See e.g. Node.js there.").sentences) == 4


@pytest.mark.parametrize("within", [", They go home", "; and they go home"])
def test_a_sentence_with_a_capital_or_a_stray_mark_within_is_not_quoted_as_good(within: str) -> None:
    """It is not a whole, correctly written sentence."""
    reading = read(task(f"When it rains{within}.", language="en"), "en", Seen((), ()))
    assert not reading.is_whole(reading.sentences[0])


def test_language_of_chats_is_no_misspelling() -> None:
    """The lesson on casual words explains gonna, not a spelling rule."""
    casual = evidence("I am gonna go.", "gonna", "casual_words", "casual_words.1")
    misspelt = evidence("I am gonna go.", "gonna", "spelling", "sound")
    assert without_overlaps([misspelt.model_copy(update={"source": EvidenceSource.SPELLCHECK}), casual]) == [casual]


def test_a_name_in_small_letters_is_no_exact_word() -> None:
    """Borgholm is a town, so borgholm is a slip, however rare the word."""
    text = "Vi såg borgholm och bryggan. Pappa grillade, och mormor stickade. Morfar vittjade näten och snickrade."
    quoted = [one.quote for praise in told(text, language="sv").analysis.strengths for one in praise.quotations]
    assert "borgholm" not in quoted


@pytest.mark.parametrize(
    ("topic", "rule", "words"),
    [
        ("plural_nouns", "other", "Other"),
        ("plural_nouns", "plural_after_one", "singular"),
        ("base_verb", "MD_WON_T", "one at a time"),
        ("preposition", "THE_SAME_AS", "same as"),
        ("collocation", "SAY_TELL", "tell somebody"),
        ("want_to", "WANT_THAT_I", "with a person"),
    ],
)
def test_a_lessons_rule_speaks_of_the_pattern_that_was_seen(topic: str, rule: str, words: str) -> None:
    """The rule for many does not explain other person."""
    case = lesson_book("en").lessons[topic].case_of(rule)
    assert case is not None
    assert words in case.rule


def test_to_like_somebody_is_no_opinion() -> None:
    """Jag tycker om min lärare does not state a position."""
    praised = told("Jag tycker om min lärare. Hon förklarar bra och skrattar ofta åt oss alla.", language="sv")
    assert "position" not in {one.topic for one in praised.analysis.strengths}


def test_an_ending_that_takes_up_the_title_needs_no_echo() -> None:
    """The opening is all that comes first, and the ending is a whole paragraph."""
    text = f"Bring back the clock!\n\n{ABLE}\n\nSo remember the clock in the hall. There are worse things to keep."
    assert "echo" not in {one.topic for one in told(text).analysis.work_points}


def test_a_text_that_argues_for_nothing_is_not_told_to_convince() -> None:
    """There is no argument to develop in an account of a journey."""
    text = "We flew to Crete. It took four hours, and I felt sick on the way. When we arrived, it was warm outside."
    assert "develop" not in {one.topic for one in told(text).analysis.work_points}


def test_what_another_rule_explains_is_not_shown_beside_the_one_that_is_told() -> None:
    """Every years is shown with the rule for every; many friend counts, but follows another rule."""
    text = "We go there every years in the summer. He has many friend in the town by the sea, and they like him."
    seen = ("every years", "plural_nouns", "plural_after_one"), ("many friend", "plural_nouns", "singular_after_many")
    (point,) = (one for one in told(text, *seen).analysis.work_points if one.topic == "plural_nouns")
    assert point.occurrences == len(seen)
    assert not [one.quote for one in point.quotations if "many friend" in one.quote]
