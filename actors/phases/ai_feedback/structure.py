"""Detectors of what could be improved in the text as a whole. Each looks at one thing and quotes where it shows."""

from collections import Counter
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Final

from actors.phases.ai_feedback.findings import EssayReading, Finding
from actors.phases.ai_feedback.genre import Genre
from actors.phases.ai_feedback.passage import Extent

_LONG_SENTENCE: Final = 40
_HARDLY_CUT: Final = 4
_HEAD: Final = 8
"""The number of words with which a long sentence is quoted."""


def structure_findings(reading: EssayReading) -> list[Finding]:
    """Everything that the detectors find, in a fixed order."""
    return [finding for detect in _DETECTORS for finding in detect(reading)]


def _long_sentence(reading: EssayReading) -> Iterator[Finding]:
    sentences = reading.words_by_sentence
    longest = sorted((words for words in sentences if len(words) > _LONG_SENTENCE), key=len, reverse=True)
    if longest:
        count = len(longest[0])
        heads = tuple(Extent(words[0].start, words[_HEAD - 1].end) for words in longest[:1])
        yield Finding("long_sentence", heads, min(1.5, 0.2 + count / 100 + 0.1 * len(longest)), count)


def _short_sentences(reading: EssayReading) -> Iterator[Finding]:
    lengths = [len(words) for words in reading.words_by_sentence]
    if len(lengths) < 8 or sum(lengths) / len(lengths) > 9:
        return
    for (first, second), pair in zip(pairwise(lengths), pairwise(reading.sentences), strict=True):
        if 3 <= first <= 8 and 3 <= second <= 8:
            yield Finding("short_sentences", pair, 1.1)
            return


def _repeated_opener(reading: EssayReading) -> Iterator[Finding]:
    openers = [words[0] for words in reading.words_by_sentence if words]
    if len(openers) < 6:
        return
    word, count = Counter(map(reading.passage.lowered, openers)).most_common(1)[0]
    if count >= 4 and count >= 0.3 * len(openers):
        same = [words for words in reading.words_by_sentence if reading.passage.lowered(words[0]) == word]
        heads = tuple(Extent(words[0].start, words[min(4, len(words)) - 1].end) for words in same[:3])
        yield Finding("repeated_opener", heads, 0.5 + count / len(openers), count)


def _paragraphs(reading: EssayReading) -> Iterator[Finding]:
    sentences = reading.sentences
    if len(reading.paragraphs) > 1 or reading.word_count < 180 or len(sentences) < 5:
        return
    middle = sentences[len(sentences) // 4 : -1]
    turn = next((sentence for sentence in middle if _opens_with_link(reading, sentence)), middle[len(middle) // 3])
    yield Finding("paragraphs", (head(reading, turn, _HEAD),), min(1.6, reading.word_count / 250), reading.word_count)


def _opens_with_link(reading: EssayReading, sentence: Extent) -> bool:
    found = reading.marks("paragraph_openers", sentence)
    return bool(found) and found[0].start == sentence.start


def _few_links(reading: EssayReading) -> Iterator[Finding]:
    sentences = [sentence for sentence in reading.sentences if reading.length(sentence) >= 5]
    if len(sentences) < 6:
        return
    linked = [bool(reading.marks("connectives", sentence)) for sentence in sentences]
    if sum(linked) > 0.5 * len(linked):
        return
    for (first, second), (this, after) in zip(pairwise(sentences), pairwise(linked), strict=True):
        apart = not any(one.start <= first.start and second.end <= one.end for one in reading.paragraphs)
        if not this and not after and not apart and reading.length(first) < 18 and reading.length(second) < 18:
            yield Finding("few_links", (first, second), 1.6 - sum(linked) / len(linked))
            return


def _no_example(reading: EssayReading) -> Iterator[Finding]:
    """No example at all: no word that introduces one, no number, no name, no experience."""
    if reading.word_count < 80 or reading.marks("example_marks", reading.everything):
        return
    if any(map(reading.names_something, reading.sentences)):
        return
    told = [one for one in reading.sentences if reading.marks("opinion_marks", one) and not reading.is_left_out(one)]
    if told:
        claim = next(filter(reading.is_clean, told), told[0])
        opinion = Extent(reading.marks("opinion_marks", claim)[0].start, claim.end)
        yield Finding("no_example", (head(reading, opinion, 14),), 1.3)


def _no_ending(reading: EssayReading) -> Iterator[Finding]:
    sentences = reading.sentences
    if reading.word_count < 120 or len(sentences) < 6:
        return
    close = Extent(sentences[-max(2, len(sentences) // 5)].start, sentences[-1].end)
    if not reading.marks("ending_marks", close):
        yield Finding("no_ending", (tail(reading, sentences[-1], 10),), 0.9)


def _repeated_content_word(reading: EssayReading) -> Iterator[Finding]:
    words = [word for word in reading.words if _is_content(reading, reading.passage.lowered(word))]
    if not words:
        return
    word, count = Counter(map(reading.passage.lowered, words)).most_common(1)[0]
    if count >= 6 and count >= 0.025 * reading.word_count:
        places = [one for one in words if reading.passage.lowered(one) == word]
        extents = (places[0], places[len(places) // 2])
        yield Finding("repeated_content_word", extents, min(1.5, 20 * count / reading.word_count), count)


def _is_content(reading: EssayReading, word: str) -> bool:
    return len(word) >= 5 and reading.zipf(word) < 5.4 and not reading.is_of_the_task(word)


def _vague_words(reading: EssayReading) -> Iterator[Finding]:
    found = reading.marks("vague", reading.everything)
    if len(found) >= 4 and len(found) >= 0.015 * reading.word_count:
        first_of_each = {reading.passage.lowered(extent): extent for extent in reversed(found)}
        places = sorted(first_of_each.values(), key=lambda extent: extent.start)[:3]
        yield Finding("vague_words", tuple(places), min(1.5, 30 * len(found) / reading.word_count), len(found))


def _develop(reading: EssayReading) -> Iterator[Finding]:
    """Not a fault: a thought at the end of a paragraph, which the next sentence does not take up, can be developed."""
    if reading.genre is Genre.ESSAY and not reading.marks("opinion_marks", reading.everything):
        return
    found = [
        this
        for this, following in pairwise(reading.sentences[1:])
        if 6 <= reading.length(this) <= 20
        and not reading.is_left_out(this)
        and not _is_taken_up(reading, this, following)
    ]
    ends = {paragraph.end for paragraph in reading.paragraphs}
    at_an_end = [this for this in found if this.end in ends]
    if found and (at_an_end or len(reading.paragraphs) == 1):
        yield Finding("develop", ((at_an_end or found)[0],))


def _is_taken_up(reading: EssayReading, this: Extent, following: Extent) -> bool:
    """True if a sentence gives its own reason or example, or if the next one continues it."""
    given = (reading.marks("reason_marks", this), reading.marks("example_marks", this))
    shown = reading.marks("example_marks", following) or reading.names_something(following)
    going_on = any(mark.start == following.start for mark in reading.marks("going_on", following))
    shared = reading.content_words(this) & reading.content_words(following)
    return any(given) or bool(shown) or going_on or bool(shared)


def _opening(reading: EssayReading) -> Iterator[Finding]:
    """Not a fault: the beginning deserves a second look if nothing is more urgent."""
    if reading.word_count >= 20 and reading.sentences and not reading.is_left_out(reading.sentences[0]):
        yield Finding("opening", (head(reading, reading.sentences[0], 14),))


def _no_farewell(reading: EssayReading) -> Iterator[Finding]:
    """A letter with a greeting but no farewell."""
    letter = reading.frame.greeting is not None and reading.genre is Genre.LETTER
    if letter and reading.frame.farewell is None and reading.word_count >= 40:
        yield Finding("no_farewell", (tail(reading, reading.sentences[-1], 8),), 1.2)


def head(reading: EssayReading, sentence: Extent, length: int) -> Extent:
    """The first ``length`` words of a sentence."""
    words = list(reading.passage.words_in(sentence))
    return sentence if len(words) <= length else Extent(words[0].start, words[length - 1].end)


def tail(reading: EssayReading, sentence: Extent, length: int) -> Extent:
    """The last ``length`` words of a sentence; all of it if only a few would be cut off."""
    words = list(reading.passage.words_in(sentence))
    return sentence if len(words) <= length + _HARDLY_CUT else Extent(words[-length].start, sentence.end)


_DETECTORS: Final[tuple[Callable[[EssayReading], Iterator[Finding]], ...]] = (
    _paragraphs,
    _long_sentence,
    _no_example,
    _few_links,
    _repeated_opener,
    _short_sentences,
    _vague_words,
    _repeated_content_word,
    _no_ending,
    _develop,
    _opening,
    _no_farewell,
)
