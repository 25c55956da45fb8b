"""Findings about a text, and the text as the detectors read it, with the measures and word lists that they use."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Final

from wordfreq import zipf_frequency

from actors.phases.ai_feedback.body import Frame, asks_for_a_text, frame_of, is_answered
from actors.phases.ai_feedback.genre import Genre, genre_of
from actors.phases.ai_feedback.lessons import LessonBook
from actors.phases.ai_feedback.pairs import common_pairs, is_unlisted, is_unusual, pairs_of, weakest_link
from actors.phases.ai_feedback.passage import Extent, Passage
from actors.phases.cj_assessment.cleaning import gives_orders
from actors.phases.spellcheck.lexicon import load_lexicon

_CAPITAL_WITHIN: Final = re.compile(
    r"[,;] (?:They|The|It|We|He|She|You|This|And|But|Men|Och|Jag|Vi|Det|Han|Hon|De)\b|; ?(?:and|och)\b"
    r"|(?<=[a-zåäö] )(?:Are|Is|Was|Were|They|And|But|To|Of|In|It|He|She|We|You|My|So|When|Because|If|This|That|Have|Has"
    r"|Do|Be|For|With|Like|Not|Är|Var|Det|Och|Men|Att|Som|För)\b"
)
_FRAGMENT: Final = re.compile(r"(?:Like|Which|Such as|Especially|Vilket)\b|Because [^,]*\Z")
"""A fragment that stands alone as a sentence: Like this one time."""
_MOST_SLIPS: Final = {"en": 1.2, "sv": 0.8}
"""The most slips seen per 100 words in a text to be quoted as good: most slips are unseen and may be anywhere."""
_SLIPS_OF_A_LEARNER: Final = {"en": 5.0, "sv": 0.0}
"""The most slips seen per 100 words in a text from which a short sentence may still be quoted if it is plain."""
_SHORT: Final = 14
_KNOWN_WELL: Final = 3.3
"""The least Zipf frequency of the words in such a sentence."""
_WEAKEST: Final = -1.0
"""How much less likely, in nats, the words before it may make a word of a learner's sentence. Of 80 whole sentences of
JFLEG without suspicion that lose no more, an editor left 56 unchanged; of 13 short ones of common words that lose
nothing, 12; of all 245 without suspicion, 132."""
_FEW_SLIPS: Final = 0.3
"""Up to this many slips per 100 words, a text is trusted: an unusual pair of words is a choice, not a slip."""
_MOST_OF_A_STORY: Final = 3
"""From this many announced examples and conclusions on, a text argues, even if it tells of events."""
_COMMONEST: Final = 5.8
"""Zipf frequency from which on a word says little by itself."""
_RAREST_KNOWN: Final = 2.0
"""Zipf frequency below which a word may be a slip (2 is one in ten million words; Van Heuven et al. 2014)."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One observation, with the places that show it. An ``urgency`` of 1 is clearly worth mentioning.

    ``rule`` is the most frequent one of the rules that saw it. A finding that is not ``shown`` is described by where
    it is, and not quoted.
    """

    topic: str
    extents: tuple[Extent, ...]
    urgency: float = 1.0
    count: int = 0
    rule: str = ""
    shown: bool = True


@dataclass(frozen=True)
class EssayReading:
    """A passage as the detectors read it: with the lessons of its language, its task, and the slips found in it.

    ``doubts`` are places that may be slips. Detectors only look at the prose, without names, titles and greetings.
    """

    passage: Passage
    language: str
    book: LessonBook
    instructions: str = ""
    slips: tuple[Extent, ...] = ()
    doubts: tuple[Extent, ...] = ()
    _task_words: frozenset[str] = field(init=False, default=frozenset())

    def __post_init__(self) -> None:
        task = Passage(self.instructions)
        object.__setattr__(self, "_task_words", frozenset(map(task.lowered, task.words)))

    @cached_property
    def frame(self) -> Frame:
        """The lines around the prose."""
        return frame_of(self.passage, self.instructions)

    @cached_property
    def sentences(self) -> tuple[Extent, ...]:
        """The sentences of the prose."""
        return tuple(one for one in self.passage.sentences if not self.is_framing(one))

    @cached_property
    def words_by_sentence(self) -> tuple[tuple[Extent, ...], ...]:
        """The words of each sentence of the prose."""
        return tuple(tuple(self.passage.words_in(sentence)) for sentence in self.sentences)

    @cached_property
    def words(self) -> tuple[Extent, ...]:
        """The words of the prose."""
        return tuple(word for words in self.words_by_sentence for word in words)

    @cached_property
    def paragraphs(self) -> tuple[Extent, ...]:
        """The paragraphs of the prose."""
        return tuple(one for one in self.passage.paragraphs if not self.is_framing(one))

    @cached_property
    def genre(self) -> Genre:
        """The genre of the text."""
        reasons = [*self.marks("stated_examples", self.everything), *self.marks("closing_marks", self.everything)]
        argues = len(self.marks("opinion_marks", self.everything)) >= 2 or len(reasons) >= _MOST_OF_A_STORY
        return genre_of(self.passage, self.instructions, self.frame, argues=argues)

    def is_framing(self, extent: Extent) -> bool:
        """True for a name, a date, a title, a greeting, or a line of the task itself."""
        return any(extent.overlaps(line) for line in self.frame.lines)

    @cached_property
    def orders(self) -> tuple[Extent, ...]:
        """The sentences that speak to the assessor or to a model: neither quoted to the student nor sent anywhere."""
        passage = self.passage
        return tuple(one for one in passage.sentences if gives_orders(passage.plain[one.start : one.end]))

    def is_an_order(self, place: int) -> bool:
        """True for an offset within such a sentence."""
        return any(one.start <= place < one.end for one in self.orders)

    def marks(self, name: str, extent: Extent) -> list[Extent]:
        """The places in ``extent`` with words of the list ``name``."""
        found = self.book.marks[name].finditer(self.passage.lower, extent.start, extent.end)
        return [Extent(*match.span()) for match in found]

    @cached_property
    def everything(self) -> Extent:
        """The whole text."""
        return Extent(0, len(self.passage.plain))

    @cached_property
    def word_count(self) -> int:
        """How many words the prose has."""
        return len(self.words)

    @cached_property
    def slips_per_100_words(self) -> float:
        """The number of slips seen per 100 words; a text of fewer than 100 words counts as one of 100."""
        return 100 * len(self.slips) / max(self.word_count, 100)

    def is_of_the_task(self, word: str) -> bool:
        """True for a word that the task itself uses."""
        return word in self._task_words

    def is_copied(self, sentence: Extent) -> bool:
        """True if most of its words are in the task, or it is the task: then it is hardly the student's own."""
        words = [self.passage.lowered(word) for word in self.passage.words_in(sentence)]
        in_its_words = bool(words) and sum(map(self.is_of_the_task, words)) > 0.7 * len(words)
        return in_its_words or self.is_the_task(sentence)

    def is_the_task(self, sentence: Extent) -> bool:
        """True for a sentence that asks for this text, and that the text then answers in its words."""
        asks = self.passage.plain[sentence.start : sentence.end]
        return asks_for_a_text(asks) and is_answered(self.passage, sentence)

    def length(self, extent: Extent) -> int:
        """The number of words in a part of the text."""
        return sum(1 for _ in self.passage.words_in(extent))

    def asks(self, sentence: Extent) -> bool:
        """True for a question."""
        return "?" in self.passage.plain[max(sentence.start, sentence.end - 3) : sentence.end]

    def is_whole(self, sentence: Extent) -> bool:
        """True for a complete sentence: one capital at its start, a mark at its end, no fragment and no quotation."""
        text = self.passage.plain[sentence.start : sentence.end]
        marked = bool(set(text) & set('"“”«»()[]*')) or _CAPITAL_WITHIN.search(text) is not None
        return text[0].isupper() and text[-1] in ".!?" and not marked and _FRAGMENT.match(text) is None

    def is_left_out(self, sentence: Extent) -> bool:
        """True for a question, an order to the assessor, or a sentence copied from the task."""
        return self.asks(sentence) or self.is_an_order(sentence.start) or self.is_copied(sentence)

    def is_own(self, sentence: Extent) -> bool:
        """True for a sentence that can be shown as the student's own: nothing suspicious, and not copied."""
        return self.is_clean(sentence) and not self.is_copied(sentence)

    def content_words(self, extent: Extent) -> frozenset[str]:
        """The stems (the first five letters) of the less common words in a part of the text."""
        words = map(self.passage.lowered, self.passage.words_in(extent))
        return frozenset(word[:5] for word in words if len(word) >= 4 and self.zipf(word) < _COMMONEST)

    def names_something(self, sentence: Extent) -> bool:
        """True if a sentence has a number, or a name after its first word that is not in the task."""
        _, *others = self.passage.words_in(sentence)
        named = (one for one in others if self._is_a_name(one) and len(self.passage.lowered(one)) > 2)
        numbered = any(char.isdigit() for char in self.passage.plain[sentence.start : sentence.end])
        return numbered or any(not self._is_common(self.passage.lowered(one)) for one in named)

    def _is_common(self, word: str) -> bool:
        """True for a word of the task, or one that the text also has without a capital."""
        return self.is_of_the_task(word) or word in self._small_words

    @cached_property
    def _small_words(self) -> frozenset[str]:
        return frozenset(text for word in self.words if (text := self.passage.plain[word.start : word.end]).islower())

    def is_unsuspected(self, words: Extent) -> bool:
        """True for words that overlap no slip, doubt, order or line of the frame."""
        others = (*self.slips, *self.doubts, *self.orders, *self.frame.lines)
        return not any(words.overlaps(other) for other in others)

    def is_clean(self, extent: Extent) -> bool:
        """True if nothing is suspicious in any of the sentences that a part of the text touches.

        These sentences have no slip, doubt or order in them and are not of the frame; all their words are known or
        names, and no two common words are neighbours that hardly ever are. About half of all slips are seen: so, in
        a text with many slips, a sentence must also be short and plain.
        """
        touched = [sentence for sentence in self.passage.sentences if sentence.overlaps(extent)]
        many = self.slips_per_100_words > _MOST_SLIPS[self.language]
        if many and self.slips_per_100_words > _SLIPS_OF_A_LEARNER[self.language]:
            return False
        return bool(touched) and all(
            self._is_beyond_doubt(one) and (not many or self._is_plain(one)) for one in touched
        )

    def _is_plain(self, sentence: Extent) -> bool:
        """True for a short sentence of common words, each of which often follows the words before it."""
        first, *others = self.passage.words_in(sentence)
        words = [first, *(word for word in others if not self._is_a_name(word))]
        known = all(self.zipf(self.passage.lowered(word)) >= _KNOWN_WELL for word in words)
        listed = not any(map(is_unlisted, pairs_of(self.passage, sentence)))
        return known and len(others) < _SHORT and listed and weakest_link(self.passage, sentence) >= 0

    def _is_beyond_doubt(self, sentence: Extent) -> bool:
        suspected = (*self.slips, *self.doubts, *self.orders, *self.frame.lines)
        if any(sentence.overlaps(other) for other in suspected):
            return False
        learner = self.language == "en" and self.slips_per_100_words > _FEW_SLIPS
        if learner and any(map(is_unusual, common_pairs(self.passage, sentence))):
            return False
        if learner and weakest_link(self.passage, sentence) < _WEAKEST:
            return False
        first, *others = self.passage.words_in(sentence)
        return all(map(self._is_known, [first, *(word for word in others if not self._is_a_name(word))]))

    def _is_a_name(self, word: Extent) -> bool:
        return self.passage.plain[word.start].isupper()

    def _is_known(self, word: Extent) -> bool:
        return self.zipf(self.passage.lowered(word)) >= _RAREST_KNOWN

    def is_spelled(self, word: str) -> bool:
        """True for a word that is right without a capital."""
        return load_lexicon(self.language).knows(word)

    def zipf(self, word: str) -> float:
        """The frequency of a word: log10 of its uses per billion words, 0 if unknown."""
        return _zipf(word, self.language)


@cache
def _zipf(word: str, language: str) -> float:
    return zipf_frequency(word, language) if len(word) < 40 else 0.0


def merged(extents: Iterable[Extent]) -> tuple[Extent, ...]:
    """The extents in order; those that overlap are merged."""
    result: list[Extent] = []
    for extent in sorted(extents, key=lambda one: (one.start, one.end)):
        if result and extent.start < result[-1].end:
            result[-1] = Extent(result[-1].start, max(result[-1].end, extent.end))
        else:
            result.append(extent)
    return tuple(result)
