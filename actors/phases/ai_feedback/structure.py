"""Detectors of what could be worked on in the text as a whole. Each looks at one thing and quotes where it shows."""

from collections import Counter
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Final

from actors.phases.ai_feedback.findings import Finding, Reading
from actors.phases.ai_feedback.passage import Extent

_LONG_SENTENCE: Final = 40
_HEAD: Final = 8
"""Words with which a long sentence is quoted."""


def structure_findings(reading: Reading) -> list[Finding]:
    """All that the detectors find, in a fixed order."""
    return [finding for detect in _DETECTORS for finding in detect(reading)]


def _long_sentence(reading: Reading) -> Iterator[Finding]:
    sentences = reading.passage.words_by_sentence
    longest = sorted((words for words in sentences if len(words) > _LONG_SENTENCE), key=len, reverse=True)
    if longest:
        count = len(longest[0])
        heads = tuple(Extent(words[0].start, words[_HEAD - 1].end) for words in longest[:1])
        yield Finding("long_sentence", heads, min(2.0, 0.5 + count / 80 + 0.15 * len(longest)), count)


def _short_sentences(reading: Reading) -> Iterator[Finding]:
    lengths = [len(words) for words in reading.passage.words_by_sentence]
    if len(lengths) < 8 or sum(lengths) / len(lengths) > 9:
        return
    for (first, second), pair in zip(pairwise(lengths), pairwise(reading.passage.sentences), strict=True):
        if 3 <= first <= 8 and 3 <= second <= 8:
            yield Finding("short_sentences", pair, 1.1)
            return


def _repeated_opener(reading: Reading) -> Iterator[Finding]:
    openers = [words[0] for words in reading.passage.words_by_sentence if words]
    if len(openers) < 6:
        return
    word, count = Counter(map(reading.passage.lowered, openers)).most_common(1)[0]
    if count >= 4 and count >= 0.3 * len(openers):
        same = [words for words in reading.passage.words_by_sentence if reading.passage.lowered(words[0]) == word]
        heads = tuple(Extent(words[0].start, words[min(4, len(words)) - 1].end) for words in same[:3])
        yield Finding("repeated_opener", heads, 0.5 + count / len(openers), count)


def _paragraphs(reading: Reading) -> Iterator[Finding]:
    sentences = reading.passage.sentences
    if len(reading.passage.paragraphs) > 1 or reading.word_count < 180 or len(sentences) < 5:
        return
    middle = sentences[len(sentences) // 4 : -1]
    turn = next((sentence for sentence in middle if _opens_with_link(reading, sentence)), middle[len(middle) // 3])
    yield Finding("paragraphs", (_head(reading, turn, _HEAD),), min(1.6, reading.word_count / 250), reading.word_count)


def _opens_with_link(reading: Reading, sentence: Extent) -> bool:
    found = reading.marks("paragraph_openers", sentence)
    return bool(found) and found[0].start == sentence.start


def _few_links(reading: Reading) -> Iterator[Finding]:
    sentences = [sentence for sentence in reading.passage.sentences if _length(reading, sentence) >= 5]
    if len(sentences) < 6:
        return
    linked = [bool(reading.marks("connectives", sentence)) for sentence in sentences]
    if sum(linked) > 0.5 * len(linked):
        return
    for (first, second), (this, after) in zip(pairwise(sentences), pairwise(linked), strict=True):
        if not this and not after and _length(reading, first) < 18 and _length(reading, second) < 18:
            yield Finding("few_links", (first, second), 1.6 - sum(linked) / len(linked))
            return


def _no_example(reading: Reading) -> Iterator[Finding]:
    if reading.word_count < 80 or reading.marks("example_marks", reading.everything):
        return
    claims = [sentence for sentence in reading.passage.sentences if reading.marks("opinion_marks", sentence)]
    if claims:
        yield Finding("no_example", (_head(reading, claims[0], 14),), 1.3)


def _no_ending(reading: Reading) -> Iterator[Finding]:
    sentences = reading.passage.sentences
    if reading.word_count < 120 or len(sentences) < 6:
        return
    close = Extent(sentences[-max(2, len(sentences) // 5)].start, sentences[-1].end)
    if not reading.marks("ending_marks", close):
        yield Finding("no_ending", (_tail(reading, sentences[-1], 10),), 0.9)


def _repeated_content_word(reading: Reading) -> Iterator[Finding]:
    words = [word for word in reading.passage.words if _is_content(reading, reading.passage.lowered(word))]
    if not words:
        return
    word, count = Counter(map(reading.passage.lowered, words)).most_common(1)[0]
    if count >= 6 and count >= 0.025 * reading.word_count:
        places = [one for one in words if reading.passage.lowered(one) == word]
        extents = (places[0], places[len(places) // 2])
        yield Finding("repeated_content_word", extents, min(1.5, 20 * count / reading.word_count), count)


def _is_content(reading: Reading, word: str) -> bool:
    return len(word) >= 5 and reading.zipf(word) < 5.4 and not reading.is_of_the_task(word)


def _vague_words(reading: Reading) -> Iterator[Finding]:
    found = reading.marks("vague", reading.everything)
    if len(found) >= 4 and len(found) >= 0.015 * reading.word_count:
        first_of_each = {reading.passage.lowered(extent): extent for extent in reversed(found)}
        places = sorted(first_of_each.values(), key=lambda extent: extent.start)[:3]
        yield Finding("vague_words", tuple(places), min(1.5, 30 * len(found) / reading.word_count), len(found))


def _develop(reading: Reading) -> Iterator[Finding]:
    """Never a fault: where little else is found, the shortest thought of the student's own is one to build on."""
    middle = reading.passage.sentences[1:-1] or reading.passage.sentences
    own = [one for one in middle if 5 <= _length(reading, one) <= 25 and not reading.is_copied(one)]
    if own:
        yield Finding("develop", (min(own, key=lambda sentence: _length(reading, sentence)),))


def _opening(reading: Reading) -> Iterator[Finding]:
    """Never a fault either: the beginning deserves a second look when there is nothing more pressing."""
    if reading.word_count >= 20:
        yield Finding("opening", (_head(reading, reading.passage.sentences[0], 14),))


def _head(reading: Reading, sentence: Extent, length: int) -> Extent:
    words = list(reading.passage.words_in(sentence))
    return sentence if len(words) <= length else Extent(words[0].start, words[length - 1].end)


def _tail(reading: Reading, sentence: Extent, length: int) -> Extent:
    words = list(reading.passage.words_in(sentence))
    return sentence if len(words) <= length else Extent(words[-length].start, sentence.end)


def _length(reading: Reading, sentence: Extent) -> int:
    return sum(1 for _ in reading.passage.words_in(sentence))


_DETECTORS: Final[tuple[Callable[[Reading], Iterator[Finding]], ...]] = (
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
)
