"""Separates the student's prose from what stands around it: names, dates, titles, greetings, the task itself.

Nothing of this frame counts as an opening, an ending or an example of anything, and none of it is quoted.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from actors.phases.ai_feedback.passage import Extent, Passage

_LABEL: Final = re.compile(
    r"(?:name|class|date|teacher|subject|course|school|student|period|group|grade|essay|title|topic|to|from|cc|re"
    r"|namn|klass|datum|lärare|ämne|kurs|skola|elev|grupp|årskurs|titel|uppsats|till|från)\s*[:.]",
    re.IGNORECASE,
)
_BY: Final = re.compile(r"(?:by|av|written by|skriven av)\s+(?:[A-ZÅÄÖ][\w'-]*\s*){1,4}", re.IGNORECASE)
_MONTH: Final = r"(?:jan|feb|mar|apr|ma[jy]|jun|jul|aug|sep|o[ck]t|nov|de[cz])[a-zé]*"
_DATE: Final = re.compile(
    rf"(?:[a-zåäö]+,?\s+)??(?:\d{{1,2}}(?:st|nd|rd|th)?\.?\s+(?:of\s+)?{_MONTH}|{_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?"
    rf"|\d{{1,4}}[./-]\d{{1,2}}[./-]\d{{1,4}})\b.{{0,12}}",
    re.IGNORECASE,
)
_GREETING: Final = re.compile(
    r"(?:dear|hi|hello|hey|good (?:morning|afternoon|evening)|to whom it may concern|kära|käre|hej|hejsan|bästa"
    r"|tjena)\b",
    re.IGNORECASE,
)
_FAREWELL: Final = re.compile(
    r"(?:yours|(?:kind|best|warm|with) (?:regards|wishes|love)|(?:kindest|warmest) regards|regards|sincerely|love|bye|"
    r"see you|take care|lots of love|all the best|best wishes|thank you for your time|(?:med )?vänlig\w*|hälsning\w*|"
    r"kram\w*|mvh|hej då|ha det|varma hälsningar|bästa hälsningar)\b",
    re.IGNORECASE,
)
_ENDS_A_SENTENCE: Final = re.compile(r"[.!?…:;,][\"')\]”’»]*\Z")
_ASKS_FOR_A_TEXT: Final = re.compile(
    r"\b(?:do you agree|take a position|support your (?:answer|ideas|position|opinion|response|argument)"
    r"|use (?:specific |reasons|details|examples)|(?:should|would|could|which|what) (?:you|your)\b"
    r"|write (?:an?|your) (?:essay|argument|response|letter)|skriv (?:en|ett)|hur tycker du|vad tycker du)",
    re.IGNORECASE,
)
_ASKS_THE_WRITER: Final = re.compile(
    r"\A(?:so,? )?(?:explain|describe|discuss|imagine that you|write|förklara|beskriv|diskutera|skriv|berätta)\b"
    r"|\b(?:would|should|could|do|did|if|what|where|which|who|why|how) you\b|\byour opinion\b"
    r"|\byou (?:would|think|like|want|believe|agree)\b"
    r"|\b(?:tycker|anser|skulle|vill) du\b",
    re.IGNORECASE,
)
_ANSWERED_IN: Final = 3
"""Words in a row that a question and its answer share: would you like to visit - I would like to visit."""
_FIRST_PERSON: Final = frozenset({"i", "we", "jag", "vi"})
_SECOND_PERSON: Final = frozenset({"you", "du", "ni"})
_TAKEN_OVER: Final = 5
"""Words in a row of a task that recur in the text: our school should not follow this model by extending ..."""
_LONGEST_LINE: Final = 10
"""The most words of a title, a greeting or a line with a name."""
_LONGEST_CALL: Final = 8
"""The most words of a title that asks or calls (Bygg en skatepark!), which needs some lines after it."""
_FEWEST_LINES: Final = 2
_HEAD_LINES: Final = 5
_FOOT_LINES: Final = 4


@dataclass(frozen=True, slots=True)
class Frame:
    """The lines around the prose, in order, and which of them are the greeting and the farewell."""

    lines: tuple[Extent, ...]
    greeting: Extent | None = None
    farewell: Extent | None = None
    headings: int = 0


def frame_of(passage: Passage, instructions: str) -> Frame:
    """Find the frame of a text. A text without any prose has no frame: all of it counts then."""
    reader = _Reader(passage, frozenset(_words(Passage(instructions.casefold()))))
    kinds = reader.kinds()
    lines = tuple(line for line, kind in zip(passage.paragraphs, kinds, strict=True) if kind)
    if len(lines) == len(passage.paragraphs):
        return Frame(())
    by_kind = dict(zip(reversed(kinds), reversed(passage.paragraphs), strict=True))
    headings = sum(kind in {"title", "heading"} for kind in kinds)
    return Frame(lines, by_kind.get("greeting"), by_kind.get("farewell"), headings)


def asks_for_a_text(sentence: str) -> bool:
    """True for a sentence that asks its reader for an opinion or a description."""
    return _ASKS_FOR_A_TEXT.search(sentence) is not None or _ASKS_THE_WRITER.search(sentence) is not None


def is_answered(passage: Passage, sentence: Extent) -> bool:
    """True if, after ``sentence``, a first person is followed by three words in a row of the sentence."""
    words = [word for word in map(passage.lowered, passage.words_in(sentence)) if word not in _SECOND_PERSON]
    runs = {" ".join(words[place : place + _ANSWERED_IN]) for place in range(len(words) - _ANSWERED_IN + 1)}
    behind = Extent(sentence.end, len(passage.plain))
    answers = [passage.lowered(word) for word in passage.words_in(behind)]
    return any(
        answers[place] in _FIRST_PERSON and " ".join(answers[place + 1 : place + 1 + _ANSWERED_IN]) in runs
        for place in range(len(answers) - _ANSWERED_IN)
    )


def _words(passage: Passage) -> Iterator[str]:
    return (passage.lowered(word) for word in passage.words)


@dataclass(frozen=True, slots=True)
class _Reader:
    passage: Passage
    task: frozenset[str]

    def kinds(self) -> list[str]:
        """The kind of each line; empty for prose."""
        lines = self.passage.paragraphs
        kinds = [self._kind(place, lines) for place in range(len(lines))]
        leave = next((place for place, kind in enumerate(kinds) if kind == "farewell"), len(kinds))
        return [kind or ("signature" if place > leave else "") for place, kind in enumerate(kinds)]

    def _kind(self, place: int, lines: Sequence[Extent]) -> str:
        line = lines[place]
        text = self.passage.plain[line.start : line.end]
        words = list(self.passage.words_in(line))
        if len(words) > _LONGEST_LINE:
            copied = place < _HEAD_LINES and self._is_the_task(words)
            return "task" if copied or (place == 0 and self._is_a_copied_task(line, lines[1:])) else ""
        if _LABEL.match(text) or _BY.fullmatch(text) or _DATE.fullmatch(text):
            return "label"
        if place < _HEAD_LINES and _GREETING.match(text) and not text.endswith((".", "?")):
            return "greeting"
        if place >= len(lines) - _FOOT_LINES and _FAREWELL.match(text) and not text.endswith("?"):
            return "farewell"
        return self._kind_of_title(place, lines, text)

    def _kind_of_title(self, place: int, lines: Sequence[Extent], text: str) -> str:
        """The kind of a short line: title or heading (ends no sentence, and the next line starts one), or signature."""
        words = list(self.passage.words_in(lines[place]))
        if place == len(lines) - 1:
            named = place > 0 and len(words) <= 3 and all(self.passage.plain[word.start].isupper() for word in words)
            return "signature" if named and not _ENDS_A_SENTENCE.search(text) else ""
        if place < _HEAD_LINES and self._is_the_task(words) and len(words) >= 2:
            return "task"
        following = self.passage.plain[lines[place + 1].start]
        if place == 0 and len(words) <= _LONGEST_CALL and text.endswith(("!", "?")) and len(lines) > _FEWEST_LINES:
            return "title"
        if _ENDS_A_SENTENCE.search(text) or following.islower() or text[0].islower():
            return ""
        if place < _HEAD_LINES:
            return "title" if place == 0 else "heading"
        return "heading" if len(words) <= 5 else ""

    def _is_a_copied_task(self, line: Extent, rest: Sequence[Extent]) -> bool:
        """True for a first paragraph that asks for a text, and whose words the text takes up."""
        asks = _ASKS_FOR_A_TEXT.search(self.passage.plain, line.start, line.end) is not None
        if not asks or not rest:
            return False
        return not self._runs([line]).isdisjoint(self._runs(rest))

    def _runs(self, lines: Sequence[Extent]) -> set[tuple[str, ...]]:
        words = [self.passage.lowered(word) for line in lines for word in self.passage.words_in(line)]
        return {tuple(words[place : place + _TAKEN_OVER]) for place in range(len(words) - _TAKEN_OVER + 1)}

    def _is_the_task(self, words: Sequence[Extent]) -> bool:
        known = sum(self.passage.lowered(word) in self.task for word in words)
        return bool(words) and known >= 0.85 * len(words)
