"""A text with its corrections in place."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from contracts.results.spellcheck import SpellingCorrection


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of the text as it was written, with the correction it has (numbered from 1 in the text) or none."""

    text: str
    number: int = 0
    correction: SpellingCorrection | None = None


def passages(text: str, corrections: Sequence[SpellingCorrection], limit: int) -> Iterator[Passage]:
    """Cut the first ``limit`` characters of ``text`` at its corrections.

    A correction that does not fit the text (it was made on another one) is passed over: nothing is marked wrong that
    may be right.
    """
    at = 0
    for number, correction in enumerate(corrections, start=1):
        fits = at <= correction.start and text[correction.start : correction.stop] == correction.original
        if fits and correction.stop <= limit:
            yield Passage(text[at : correction.start])
            yield Passage(correction.original, number, correction)
            at = correction.stop
    yield Passage(text[at:limit])
