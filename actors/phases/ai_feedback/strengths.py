"""Detectors of what is done well. A praise is earned: it names where it shows, in words without a slip of their own."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final

from actors.phases.ai_feedback.findings import Finding, Reading
from actors.phases.ai_feedback.passage import Extent

_LONGEST_QUOTE: Final = 24


def strength_findings(reading: Reading) -> list[Finding]:
    """All that can be praised, the best first; where all has slips, what the sentences say."""
    lenient = replace(reading, lenient=True)
    found = [finding for detect in _DETECTORS for finding in detect(reading)]
    found = found or [finding for detect in _OF_CONTENT for finding in detect(lenient)]
    return sorted(found, key=lambda finding: -finding.urgency)


def _marked_sentence(topic: str, marks: str, urgency: float) -> Callable[[Reading], Iterator[Finding]]:
    """A detector of a clean sentence that holds one of the marks."""

    def detect(reading: Reading) -> Iterator[Finding]:
        for sentence in reading.passage.sentences:
            found = reading.marks(marks, sentence)
            if found and (quote := _quotable(reading, sentence, found[0])):
                yield Finding(topic, (quote,), urgency)
                return

    return detect


def _quotable(reading: Reading, sentence: Extent, mark: Extent) -> Extent | None:
    """The sentence, or where it is long the part from the mark on, when it is clean and the student's own."""
    words = list(reading.passage.words_in(sentence))
    if len(words) > _LONGEST_QUOTE:
        words = _clause(reading, [word for word in words if word.start >= mark.start][:_LONGEST_QUOTE])
        sentence = Extent(words[0].start, words[-1].end) if words else sentence
    own = 5 <= len(words) <= _LONGEST_QUOTE and not reading.is_copied(sentence)
    return sentence if own and reading.is_clean(sentence) else None


def _clause(reading: Reading, words: list[Extent]) -> list[Extent]:
    """The words up to where a clause ends (a comma or a semicolon), or none where no clause ends in time."""
    text = reading.passage.plain
    for number in range(len(words) - 1, 5, -1):
        if text[words[number].end : words[number].end + 1] in {",", ";", ":"}:
            return words[: number + 1]
    return []


def _position(reading: Reading) -> Iterator[Finding]:
    opening = reading.passage.sentences[: max(2, len(reading.passage.sentences) // 3)]
    for sentence in opening:
        found = reading.marks("opinion_marks", sentence)
        if found and (quote := _quotable(reading, sentence, found[0])):
            yield Finding("position", (quote,), 0.8)
            return


def _conclusion(reading: Reading) -> Iterator[Finding]:
    sentences = reading.passage.sentences
    for sentence in sentences[-max(1, len(sentences) // 4) :] if len(sentences) >= 5 else ():
        found = reading.marks("closing_marks", sentence)
        if found and (quote := _quotable(reading, sentence, found[0])):
            yield Finding("conclusion", (quote,), 1.0)
            return


def _links(reading: Reading) -> Iterator[Finding]:
    found = reading.marks("strong_connectives", reading.everything)
    distinct = {reading.passage.lowered(extent): extent for extent in reversed(found)}
    if len(distinct) >= 3:
        places = sorted(distinct.values(), key=lambda extent: extent.start)[:3]
        yield Finding("links", tuple(places), min(1.3, 0.6 + 0.12 * len(distinct)))


def _complex_sentence(reading: Reading) -> Iterator[Finding]:
    for sentence, words in zip(reading.passage.sentences, reading.passage.words_by_sentence, strict=True):
        if 13 <= len(words) <= _LONGEST_QUOTE and _is_complex(reading, sentence) and reading.is_clean(sentence):
            yield Finding("complex_sentence", (sentence,), 0.9)
            return


def _is_complex(reading: Reading, sentence: Extent) -> bool:
    text = reading.passage.plain[sentence.start : sentence.end]
    whole = text[0].isupper() and text[-1] in ".!?" and '"' not in text
    return whole and bool(reading.marks("subordinators", sentence)) and not reading.is_copied(sentence)


def _exact_words(reading: Reading) -> Iterator[Finding]:
    by_stem: dict[str, tuple[float, Extent]] = {}
    for extent in reading.passage.words:
        word = reading.passage.plain[extent.start : extent.end]
        zipf = reading.zipf(word)
        if len(word) >= 7 and word.islower() and 2.6 <= zipf <= 3.9 and not reading.is_of_the_task(word):
            by_stem.setdefault(word[:5], (zipf, extent))
    clean = [(zipf, extent) for zipf, extent in by_stem.values() if reading.is_clean(extent)]
    if len(clean) >= 4 and len(clean) >= 0.012 * reading.word_count:
        rarest = sorted(clean, key=lambda one: one[0])[:3]
        places = sorted((extent for _, extent in rarest), key=lambda extent: extent.start)
        yield Finding("exact_words", tuple(places), min(1.2, 0.5 + 20 * len(clean) / reading.word_count))


def _question(reading: Reading) -> Iterator[Finding]:
    for sentence in reading.passage.sentences[1:]:
        words = list(reading.passage.words_in(sentence))
        asks = reading.passage.plain[sentence.end - 1] == "?" and 4 <= len(words) <= 18
        if asks and reading.is_clean(sentence) and not reading.is_copied(sentence):
            yield Finding("question", (sentence,), 0.6)
            return


_OF_CONTENT: Final[tuple[Callable[[Reading], Iterator[Finding]], ...]] = (
    _marked_sentence("example", "stated_examples", 1.1),
    _marked_sentence("own_experience", "experience_marks", 1.0),
    _marked_sentence("other_side", "other_side_marks", 1.2),
    _conclusion,
    _position,
    _marked_sentence("reason", "reason_marks", 0.7),
)
_DETECTORS: Final = (*_OF_CONTENT, _links, _exact_words, _complex_sentence, _question)
