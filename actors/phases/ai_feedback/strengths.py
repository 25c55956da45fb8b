"""Detectors of what is done well. A praise must be earned: it quotes a sentence in which nothing is suspicious.

If there is no such sentence, what the text does is praised without a quotation. A reason is a reason however it is
spelt, but a misspelt one is not shown as an example.
"""

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Final

from actors.phases.ai_feedback.findings import EssayReading, Finding
from actors.phases.ai_feedback.passage import Extent
from actors.phases.ai_feedback.told import LONGEST_QUOTE, has_detail, is_lived, stands_alone

_FEWEST_WORDS: Final = 12
_LONGEST_CLEAR: Final = 16
_STEPS: Final = 3
_TOLD_WITHOUT_A_QUOTE: Final = {
    "example": "stated_examples",
    "own_experience": "experience_marks",
    "other_side": "other_side_marks",
    "turning_point": "turning_marks",
    "feeling": "feeling_marks",
    "contrast": "contrast_marks",
    "comparison": "comparison_marks",
    "supposition": "supposition_marks",
    "recommendation": "recommendation_marks",
    "position": "opinion_marks",
    "reason": "given_reasons",
}
_FEWEST_PARAGRAPHS: Final = 3
_SENTENCES_OF_A_PARAGRAPH: Final = 2


def strength_findings(reading: EssayReading) -> list[Finding]:
    """All praise that has a quotation; if there is at most one, also praise without a quotation."""
    shown = [finding for detect in _DETECTORS for finding in detect(reading)]
    shown = shown or [*_clear_sentence(reading)]
    topics = {finding.topic for finding in shown}
    return shown if len(shown) > 1 else [*shown, *(one for one in _without_quotes(reading) if one.topic not in topics)]


def _without_quotes(reading: EssayReading) -> Iterator[Finding]:
    if reading.word_count < _FEWEST_WORDS:
        return
    told = [one for one in reading.sentences if not reading.is_left_out(one)]
    for topic, marks in _TOLD_WITHOUT_A_QUOTE.items():
        lived = [one for one in told if is_lived(reading, one)] if topic == "own_experience" else told
        place = next((one for one in lived if reading.marks(marks, one)), None)
        if place is not None:
            yield Finding(topic, (place,), 1.0, shown=False)
    question = next((one for one in reading.sentences if reading.asks(one) and not reading.is_copied(one)), None)
    if question is not None:
        yield Finding("question", (question,), 0.9, shown=False)
    yield from _without_a_sentence(reading)
    yield from _words_alone(reading)


def _without_a_sentence(reading: EssayReading) -> Iterator[Finding]:
    """What the text has as a whole: steps in order, an ending, details, paragraphs."""
    steps = {reading.passage.lowered(one): one for one in reading.marks("order_marks", reading.everything)}
    if len(steps) >= _STEPS:
        yield Finding("order", (min(steps.values(), key=lambda one: one.start),), 1.0, shown=False)
    closing = reading.sentences[-max(1, len(reading.sentences) // 4) :] if len(reading.sentences) >= 5 else ()
    end = next((one for one in closing if reading.marks("closing_marks", one)), None)
    if end is not None:
        yield Finding("conclusion", (end,), 1.0, shown=False)
    exact = next((one for one in reading.sentences[1:] if has_detail(reading, one)), None)
    if exact is not None:
        yield Finding("detail", (exact,), 0.9, shown=False)
    full = [sum(one.overlaps(part) for one in reading.sentences) for part in reading.paragraphs]
    if len(full) >= _FEWEST_PARAGRAPHS and min(full) >= _SENTENCES_OF_A_PARAGRAPH:
        yield Finding("paragraphing", (reading.paragraphs[0],), 1.0, shown=False)


def _words_alone(reading: EssayReading) -> Iterator[Finding]:
    """Words that are well chosen, wherever they are, if nothing in them is wrong."""
    yield from _distinct_words(reading, "links", "strong_connectives", reading.is_unsuspected)
    yield from _exact_words_that(reading, reading.is_unsuspected)


def _marked_sentence(topic: str, marks: str, urgency: float) -> Callable[[EssayReading], Iterator[Finding]]:
    """Make a detector of the first sentence with one of the marks that can be quoted and is not a question."""

    def detect(reading: EssayReading) -> Iterator[Finding]:
        yield from _first_with(reading, topic, marks, urgency, reading.sentences)

    return detect


def _first_with(
    reading: EssayReading, topic: str, marks: str, urgency: float, sentences: tuple[Extent, ...]
) -> Iterator[Finding]:
    for sentence in sentences:
        fits = not reading.asks(sentence) and (topic != "own_experience" or is_lived(reading, sentence))
        found = reading.marks(marks, sentence) if fits else []
        if found and (quote := _quotable(reading, sentence, found[0])):
            yield Finding(topic, (quote,), urgency)
            return


def _quotable(reading: EssayReading, sentence: Extent, mark: Extent) -> Extent | None:
    """The sentence if it can be quoted: complete, clean and the student's own; if long, only from the mark on."""
    words = list(reading.passage.words_in(sentence))
    if not reading.is_own(sentence) or not reading.is_whole(sentence) or len(words) < 5:
        return None
    if len(words) > LONGEST_QUOTE:
        words = _clause(reading, [word for word in words if word.start >= mark.start][:LONGEST_QUOTE])
        return Extent(words[0].start, words[-1].end) if len(words) >= 6 else None
    return sentence


def _clause(reading: EssayReading, words: list[Extent]) -> list[Extent]:
    """The words up to the end of a clause (a comma or a semicolon); none if no clause ends in time."""
    text = reading.passage.plain
    for number in range(len(words) - 1, 5, -1):
        if text[words[number].end : words[number].end + 1] in {",", ";", ":"}:
            return words[: number + 1] if stands_alone(text[words[0].start : words[number].end]) else []
    return []


def _position(reading: EssayReading) -> Iterator[Finding]:
    opening = reading.sentences[: max(2, len(reading.sentences) // 3)]
    yield from _first_with(reading, "position", "opinion_marks", 0.8, opening)


def _conclusion(reading: EssayReading) -> Iterator[Finding]:
    if len(reading.sentences) >= 5:
        closing = reading.sentences[-max(1, len(reading.sentences) // 4) :]
        yield from _first_with(reading, "conclusion", "closing_marks", 1.0, closing)


def _words_of(topic: str, marks: str) -> Callable[[EssayReading], Iterator[Finding]]:
    """Make a detector of three different marks, all in clean sentences."""

    def detect(reading: EssayReading) -> Iterator[Finding]:
        yield from _distinct_words(reading, topic, marks, reading.is_clean)

    return detect


def _distinct_words(
    reading: EssayReading, topic: str, marks: str, admits: Callable[[Extent], bool]
) -> Iterator[Finding]:
    found = [one for one in reading.marks(marks, reading.everything) if admits(one)]
    distinct = {reading.passage.lowered(extent): extent for extent in reversed(found)}
    if len(distinct) >= 3:
        places = sorted(distinct.values(), key=lambda extent: extent.start)[:3]
        yield Finding(topic, tuple(places), min(1.3, 0.6 + 0.12 * len(distinct)))


def _exact_words(reading: EssayReading) -> Iterator[Finding]:
    yield from _exact_words_that(reading, reading.is_clean)


def _exact_words_that(reading: EssayReading, admits: Callable[[Extent], bool]) -> Iterator[Finding]:
    by_stem: dict[str, tuple[float, Extent]] = {}
    for extent in reading.words:
        word = reading.passage.plain[extent.start : extent.end]
        zipf = reading.zipf(word)
        exact = len(word) >= 7 and word.islower() and 2.6 <= zipf <= 3.9 and not reading.is_of_the_task(word)
        if exact and reading.is_spelled(word):
            by_stem.setdefault(word[:5], (zipf, extent))
    clean = [(zipf, extent) for zipf, extent in by_stem.values() if admits(extent)]
    if len(clean) >= 4 and len(clean) >= 0.01 * reading.word_count:
        rarest = sorted(clean, key=lambda one: one[0])[:3]
        places = sorted((extent for _, extent in rarest), key=lambda extent: extent.start)
        yield Finding("exact_words", tuple(places), min(1.2, 0.5 + 20 * len(clean) / reading.word_count))


def _complex_sentence(reading: EssayReading) -> Iterator[Finding]:
    for sentence in reading.sentences:
        joined = reading.marks("subordinators", sentence)
        if joined and 13 <= reading.length(sentence) <= LONGEST_QUOTE and _is_shown(reading, sentence):
            yield Finding("complex_sentence", (sentence,), 0.9)
            return


def _is_shown(reading: EssayReading, sentence: Extent) -> bool:
    return reading.is_whole(sentence) and reading.is_own(sentence) and not reading.asks(sentence)


def _question(reading: EssayReading) -> Iterator[Finding]:
    for place, sentence in enumerate(reading.sentences):
        fits = reading.asks(sentence) and 4 <= reading.length(sentence) <= 18
        if fits and reading.is_whole(sentence) and reading.is_own(sentence):
            yield Finding("opening_question" if place == 0 else "question", (sentence,), 0.8)
            return


def _detail(reading: EssayReading) -> Iterator[Finding]:
    """A number, or a name that is not in the task: a concrete detail."""
    for sentence in reading.sentences[1:]:
        if has_detail(reading, sentence) and _is_shown(reading, sentence):
            yield Finding("detail", (sentence,), 0.9)
            return


def _clear_sentence(reading: EssayReading) -> Iterator[Finding]:
    """A clean sentence with some content, for a text that gives no other example of what it does well."""
    clear = [
        one
        for one in reading.sentences
        if 6 <= reading.length(one) <= _LONGEST_CLEAR and _is_shown(reading, one) and reading.content_words(one)
    ]
    if clear and reading.word_count >= _FEWEST_WORDS:
        yield Finding("clear_sentence", (max(clear, key=lambda one: _says_by_itself(reading, one)),), 1.0)


def _says_by_itself(reading: EssayReading, sentence: Extent) -> tuple[bool, int]:
    """How much a sentence says without its neighbours: more if it does not continue the one before."""
    goes_on = any(mark.start == sentence.start for mark in reading.marks("going_on", sentence))
    return not goes_on, len(reading.content_words(sentence))


def _short_after_long(reading: EssayReading) -> Iterator[Finding]:
    for first, second in pairwise(reading.sentences):
        turn = reading.length(first) >= 16 and 3 <= reading.length(second) <= 6
        if turn and _is_shown(reading, second) and reading.is_clean(first):
            yield Finding("short_after_long", (second,), 0.9)
            return


def _form_of_a_letter(reading: EssayReading) -> Iterator[Finding]:
    if reading.frame.greeting is not None and reading.frame.farewell is not None:
        yield Finding("form_of_a_letter", (reading.frame.greeting,), 0.8, shown=False)


_DETECTORS: Final[tuple[Callable[[EssayReading], Iterator[Finding]], ...]] = (
    _marked_sentence("example", "stated_examples", 1.1),
    _marked_sentence("own_experience", "experience_marks", 1.0),
    _marked_sentence("other_side", "other_side_marks", 1.2),
    _marked_sentence("contrast", "contrast_marks", 0.9),
    _marked_sentence("comparison", "comparison_marks", 0.9),
    _marked_sentence("supposition", "supposition_marks", 0.8),
    _marked_sentence("turning_point", "turning_marks", 1.0),
    _marked_sentence("feeling", "feeling_marks", 0.8),
    _marked_sentence("recommendation", "recommendation_marks", 0.9),
    _marked_sentence("purpose", "purpose_marks", 1.0),
    _marked_sentence("reason", "given_reasons", 0.8),
    _conclusion,
    _position,
    _words_of("links", "strong_connectives"),
    _words_of("order", "order_marks"),
    _exact_words,
    _complex_sentence,
    _question,
    _detail,
    _short_after_long,
    _form_of_a_letter,
)
