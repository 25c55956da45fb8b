"""Suggests what an able writer could try next. None is a fault: each names a place where it would work."""

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Final

from actors.phases.ai_feedback.findings import EssayReading, Finding
from actors.phases.ai_feedback.genre import Genre
from actors.phases.ai_feedback.passage import Extent
from actors.phases.ai_feedback.structure import head, tail

_ABLE_FROM: Final = 120
"""From this number of words on, a text shows what its writer can do."""
_SLIPS_OF_ABLE_WRITERS: Final = {"en": 1.2, "sv": 0.5}
"""The most slips seen per 100 words; fewer are seen in Swedish, which has no parser."""
_MOST_DOUBTFUL: Final = 0.4
"""The greatest share of an able writer's sentences that is in doubt (such as two sentences in one)."""
_GENERAL: Final = re.compile(r"\b(?:man|alltid|you|always|if|om)\b|[\"”“]")
_IN_MIND: Final = {
    "en": re.compile(
        r"\b(?:is|are|was|were|'s|had|has|have|knew|know|knows|thought|think|wanted|want|wants|liked|like|likes|loved|love"
        r"|hoped|hope|believed|believe|understood|needed|need|decided|wished|learned|learnt|agree|agreed|should|would|will"
        r"|can|could|means|meant|seemed)\b"
    ),
    "sv": re.compile(
        r"\b(?:är|var|hade|har|visste|vet|trodde|tror|tyckte|tycker|ville|vill|gillade|gillar|älskade|älskar|hoppades"
        r"|hoppas|förstod|behövde|behöver|bestämde|skulle|ska|kan|kunde|betyder|verkade|heter|hette)\b"
    ),
}
_WEIGHED: Final = {
    "en": re.compile(r"\b(?:disadvantages?|drawbacks?|downsides?)\b"),
    "sv": re.compile(r"\bnackdel(?:ar|en|arna)?\b"),
}
_DESCRIBED: Final = {
    "en": re.compile(r"\b(?:is|are|was|were) (?:very|really|so|extremely) [a-z]+"),
    "sv": re.compile(r"\b(?:är|var) (?:mycket|väldigt|så|jätte) ?[a-zåäö]+"),
}


def is_able(reading: EssayReading, slips: int) -> bool:
    """True for a writer with few slips and few doubtful sentences, to whom something new is of more use than a rule."""
    if reading.word_count < _ABLE_FROM or 100 * slips >= _SLIPS_OF_ABLE_WRITERS[reading.language] * reading.word_count:
        return False
    doubtful = sum(any(one.overlaps(doubt) for doubt in reading.doubts) for one in reading.sentences)
    return doubtful <= _MOST_DOUBTFUL * len(reading.sentences)


def challenge_findings(reading: EssayReading, praised: Sequence[Extent] = ()) -> list[Finding]:
    """The first finding of each kind whose place has not just been praised."""
    firsts = (next((one for one in detect(reading) if not is_at(one, praised)), None) for detect in _DETECTORS)
    return [first for first in firsts if first is not None]


def is_at(finding: Finding, places: Sequence[Extent]) -> bool:
    """True if a finding is at one of these places."""
    return any(one.overlaps(other) for one in finding.extents for other in places)


def _counter(reading: EssayReading) -> Iterator[Finding]:
    weighed = _WEIGHED[reading.language].search(reading.passage.lower)
    if weighed is not None or reading.marks("other_side_marks", reading.everything):
        return
    for sentence in reading.sentences:
        if reading.marks("opinion_marks", sentence) and not reading.asks(sentence) and reading.is_own(sentence):
            yield Finding("counter", (head(reading, sentence, 20),), 1.2)


def _rhythm(reading: EssayReading) -> Iterator[Finding]:
    lengths = [reading.length(sentence) for sentence in reading.sentences]
    for place in range(len(lengths) - 2):
        three = lengths[place : place + 3]
        together = Extent(reading.sentences[place].start, reading.sentences[place + 2].end)
        one_paragraph = any(one.start <= together.start and together.end <= one.end for one in reading.paragraphs)
        if one_paragraph and min(three) >= 9 and max(three) - min(three) <= 3:
            heads = tuple(head(reading, one, 5) for one in reading.sentences[place : place + 3])
            if len({reading.passage.lowered(one) for one in heads}) == len(heads):
                yield Finding("rhythm", heads, 1.0)


def _show_it(reading: EssayReading) -> Iterator[Finding]:
    for sentence in reading.sentences:
        found = _DESCRIBED[reading.language].search(reading.passage.lower, sentence.start, sentence.end)
        if found is not None and reading.length(sentence) <= 24 and reading.is_own(sentence):
            yield Finding("show_it", (sentence,), 1.1)


def _tighten(reading: EssayReading) -> Iterator[Finding]:
    long = [one for one in reading.sentences if 26 <= reading.length(one) <= 45]
    for sentence in sorted(long, key=reading.length, reverse=True):
        yield Finding("tighten", (head(reading, sentence, 14),), 1.0)


def _echo(reading: EssayReading) -> Iterator[Finding]:
    first, last = reading.sentences[0], reading.sentences[-1]
    opening = Extent(0, reading.sentences[1].end) if reading.sentences[1:] else first
    ending = Extent(reading.paragraphs[-1].start, last.end)
    apart = len(reading.sentences) >= 8 and not _shares_a_word(reading, opening, ending)
    if apart and reading.genre is not Genre.LETTER:
        yield Finding("echo", (head(reading, first, 10), tail(reading, last, 10)), 1.0)


def _shares_a_word(reading: EssayReading, first: Extent, second: Extent) -> bool:
    return bool(reading.content_words(first) & reading.content_words(second))


def _senses(reading: EssayReading) -> Iterator[Finding]:
    if reading.genre is Genre.STORY:
        told = [one for one in reading.sentences[1:] if 5 <= reading.length(one) <= 12 and _happens(reading, one)]
        middle = len(told) // 2
        yield from (Finding("senses", (sentence,), 1.2) for sentence in told[middle:] + told[:middle])


def _happens(reading: EssayReading, sentence: Extent) -> bool:
    """True for something that happens once, rather than what people generally do, ask, say, think or are."""
    said = reading.passage.lower[sentence.start : sentence.end]
    told = said[0] not in "–—-" and _GENERAL.search(said) is None
    return told and not reading.asks(sentence) and _IN_MIND[reading.language].search(said) is None


def _next_question(reading: EssayReading) -> Iterator[Finding]:
    """The last sentence of the first paragraph or one in the middle, if a reader could ask a question about it."""
    for this, following in [*pairwise(reading.paragraphs[1:]), *pairwise(reading.paragraphs[:2])]:
        inside = [one for one in reading.sentences if one.overlaps(this)]
        if len(inside) >= 3 and following and reading.genre in {Genre.ESSAY, Genre.REPORT, Genre.REVIEW}:
            yield Finding("next_question", (tail(reading, inside[-1], 26),), 1.0)


_DETECTORS: Final[tuple[Callable[[EssayReading], Iterator[Finding]], ...]] = (
    _counter,
    _rhythm,
    _show_it,
    _tighten,
    _echo,
    _senses,
    _next_question,
)
