"""What the detectors say about a text as a whole, and the measures and word lists that they look at."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Final

from wordfreq import zipf_frequency

from actors.phases.ai_feedback.lessons import LessonBook
from actors.phases.ai_feedback.passage import Extent, Passage
from actors.phases.cj_assessment.cleaning import speaks_to_the_assessor
from actors.phases.llm.untrusted import speaks_to_a_model

_RAREST_KNOWN: Final = 2.0
"""Zipf frequency below which a word may well be a slip (2 is one in ten million words; Van Heuven et al. 2014)."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One observation with the places that show it. ``urgency`` is 1 where it is clearly worth a word."""

    topic: str
    extents: tuple[Extent, ...]
    urgency: float = 1.0
    count: int = 0


@dataclass(frozen=True)
class Reading:
    """A passage as the detectors read it: with the lessons of its language, its task, and the slips found in it.

    A ``lenient`` reading does not mind slips: what a sentence says can be praised although how it is written cannot.
    """

    passage: Passage
    language: str
    book: LessonBook
    instructions: str = ""
    slips: tuple[Extent, ...] = ()
    lenient: bool = False
    _task_words: frozenset[str] = field(init=False, default=frozenset())

    def __post_init__(self) -> None:
        task = Passage(self.instructions)
        object.__setattr__(self, "_task_words", frozenset(map(task.lowered, task.words)))

    @cached_property
    def orders(self) -> tuple[Extent, ...]:
        """The sentences that speak to the assessor or to a model: neither quoted to the student nor sent anywhere."""
        passage = self.passage
        return tuple(one for one in passage.sentences if _is_order(passage.plain[one.start : one.end]))

    def is_an_order(self, place: int) -> bool:
        """True for a place within such a sentence."""
        return any(one.start <= place < one.end for one in self.orders)

    def marks(self, name: str, extent: Extent) -> list[Extent]:
        """Where words of the list ``name`` stand in a part of the text."""
        found = self.book.marks[name].finditer(self.passage.lower, extent.start, extent.end)
        return [Extent(*match.span()) for match in found]

    @cached_property
    def everything(self) -> Extent:
        """The whole text."""
        return Extent(0, len(self.passage.plain))

    @cached_property
    def word_count(self) -> int:
        """How many words the text has."""
        return len(self.passage.words)

    def is_of_the_task(self, word: str) -> bool:
        """True for a word that the task itself uses."""
        return word in self._task_words

    def is_copied(self, extent: Extent) -> bool:
        """True when most of a part's words stand in the task, so that it is hardly the student's own."""
        words = [self.passage.lowered(word) for word in self.passage.words_in(extent)]
        return bool(words) and sum(map(self.is_of_the_task, words)) > 0.7 * len(words)

    def is_clean(self, extent: Extent) -> bool:
        """True when a part of the text has no slip, knows all its words (or they are names), and gives no orders."""
        if self.lenient:
            return not any(extent.overlaps(order) for order in self.orders)
        spoilt = any(extent.overlaps(other) for other in (*self.slips, *self.orders))
        return not spoilt and all(self._is_known(word) for word in self.passage.words_in(extent))

    def _is_known(self, word: Extent) -> bool:
        written = self.passage.plain[word.start : word.end]
        return written[0].isupper() or self.zipf(written.lower()) >= _RAREST_KNOWN

    def zipf(self, word: str) -> float:
        """How common a word is: log10 of its uses per billion words, 0 when unknown."""
        return _zipf(word, self.language)


def _is_order(sentence: str) -> bool:
    return speaks_to_the_assessor(sentence) or speaks_to_a_model(sentence)


@cache
def _zipf(word: str, language: str) -> float:
    return zipf_frequency(word, language) if len(word) < 40 else 0.0


def merged(extents: Iterable[Extent]) -> tuple[Extent, ...]:
    """Extents in order, each overlap made one."""
    result: list[Extent] = []
    for extent in sorted(extents, key=lambda one: (one.start, one.end)):
        if result and extent.start < result[-1].end:
            result[-1] = Extent(result[-1].start, max(result[-1].end, extent.end))
        else:
            result.append(extent)
    return tuple(result)
