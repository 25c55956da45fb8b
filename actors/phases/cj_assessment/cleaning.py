"""Keeps the part of a text that counts: the writer's own sentences, each once.

A judge by features can be gamed by adding words. Therefore sentences that repeat the text or the task, and sentences
that address the assessor, are left out before anything is measured. The measures do not depend on the order of the
sentences.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from actors.phases.llm.untrusted import ORDERING, speaks_to_a_model
from actors.phases.nlp.document import Document, Sentence

SHINGLE: Final = 4
"""Words in a row that make a passage: four seldom recur by chance."""
REPEATED_SHARE: Final = 0.7
"""A sentence is a repeat if this share of its passages has occurred before."""

_LONG_QUOTATION: Final = re.compile(
    r"(?:(?<=\s)|\A)(?:[\"“”]\w[^\"“”\n]{150,1500}[\"”]|[«»]\w[^«»\n]{150,1500}[«»])(?!\w)"
)
"""Some 25 words or more in quotation marks, which are somebody else's."""

_GRADE: Final = r"(?:grades?|marks?|scores?|points?|ratings?|betyg\w*|poäng\w*)"
_THIS_TEXT: Final = (
    r"(?:(?:this|my|the above) (?:\w+ )?(?:essay|text|paper|answer|submission|response)"
    r"|(?:denna|den här|min) (?:\w+ )?(?:uppsats\w*|text\w*|svar\w*))"
)
_GIVING: Final = r"(?:award|give|assign|grant|rate|grade|score|mark|rank|ge|betygsätt|bedöm)"
_TOP: Final = (
    r"(?:top|highest|best|full|maximum|max|perfect|excellent|good|high|first|winner|högsta|bästa|bra|full|toppbetyg"
    r"|\d+(?:/\d+)?)"
)
_ASSESSOR: Final = r"(?:grader|assessor|examiner|evaluator|marker|rater|bedömare)"
_TO_THE_ASSESSOR: Final = re.compile(
    rf"{ORDERING}{_GIVING} (?:{_THIS_TEXT}|me|mig)\b.*(?:\b{_TOP}\b|\ban? a\+?(?![\w'’])|\ba\+)"
    rf"|{ORDERING}{_GIVING} (?:it|den)\b.*\b{_TOP}\W+{_GRADE}\b"
    rf"|\b{_THIS_TEXT} (?:\w+ )?"
    r"(?:deserves?|förtjänar|(?:should|must|ska|bör) (?:\w+ )?(?:get|have|receive|be given|få))\b"
    rf".*(?:\b{_GRADE}\b|\ban? a\+?(?![\w'’])|\ba\+)"
    rf"|\b{_THIS_TEXT} (?:should|must|ska|bör|måste) (?:win|be ranked|vinna)\b"
    rf"|\b(?:dear|note to the|note to|attention|hello|kära|bästa)\W+{_ASSESSOR}\b",
    re.IGNORECASE,
)
"""An order to the assessor, or a claim about this very text. Narrow, since students write about grades, judges and
rules as well."""
_COMPARED: Final = (
    rf"(?:{_THIS_TEXT}|(?:essay|text|uppsats)\s+(?:(?-i:[AB])|[12]|one|two)\b"
    r"|the (?:left|right|first|second|other) (?:essay|text)\b)"
)
_FIRST: Final = (
    r"(?:winner|winning|best|better|first|top|highest|higher|above|ahead of|vinnare\w*|bäst\w*|bättre|först\w*"
    r"|högst\w*|högre|överst|före)\b"
)
_AT_A_BEGINNING: Final = r"(?:(?:^|[.!?:;>\]\n]\s*)(?:please\s+|kindly\s+|snälla\s+|vänligen\s+)?)"
_TO_A_JUDGE: Final = re.compile(
    rf"{ORDERING}(?:choose|pick|select|prefer|vote for|declare|pronounce|crown|name|make|rank|place|put|rate|judge"
    rf"|consider|välj|utse|föredra|rösta på|rangordna|placera|sätt)\s+{_COMPARED}.{{0,40}}?\b{_FIRST}"
    rf"|{_AT_A_BEGINNING}(?:choose|pick|select|prefer|vote for|välj|föredra|rösta på)\s+{_COMPARED}\W*\Z"
    rf"|{ORDERING}(?:let|låt)\s+{_COMPARED}\s+(?:win|vinna)\b"
    rf"|{ORDERING}(?:make sure|ensure|see to it|se till)\b.{{0,10}}\b{_COMPARED}\s+"
    r"(?:wins?|gets?|receives?|is ranked|comes|vinner|får|hamnar)\b"
    rf"|{_AT_A_BEGINNING}(?:award|give|assign|grant|ge|sätt)\s+(?:(?:it|den|the)\s+){{0,2}}"
    rf"(?:full|top|highest|maximum|max|best|perfect|högsta|bästa|full)\s+{_GRADE}\W*\Z"
    rf"|{ORDERING}(?:(?:do not|don['’]?t|never)\s+(?:read|grade|judge|rank|choose|pick)"
    rf"|(?:läs|bedöm|välj)\s+(?:inte|aldrig))\s+{_COMPARED}",
    re.IGNORECASE,
)
"""An order about which of the compared texts is better. It names one of them, which ordinary advice does not."""
_LONGEST_LOOKED_AT: Final = 600
"""Characters looked at from each end of a sentence, which keeps the search linear."""


@dataclass(frozen=True, slots=True)
class OwnText:
    """The sentences that count, in the order of writing, and how many were left out."""

    sentences: tuple[Sentence, ...]
    left_out: int

    @property
    def text(self) -> str:
        """The sentences as a text, each a paragraph, so that they cannot run into each other.

        They are in alphabetical order, so that no measure depends on the order of writing.
        """
        return "\n\n".join(sorted(sentence.text for sentence in self.sentences))


def own_text(text: str, language: str, instructions: str = "") -> OwnText:
    """Keep each of the writer's own sentences once, unless it addresses the assessor. Long quotations are left out.

    Sentences are looked at in alphabetical order, so that it does not depend on the order of writing which of two
    repeats is kept.
    """
    seen = {passage for sentence in _sentences(instructions, language) for passage in _passages(sentence.words)}
    own, quoted = _LONG_QUOTATION.subn(" ", text)
    sentences = _sentences(own, language)
    kept: list[int] = []
    for place in sorted(range(len(sentences)), key=lambda place: sentences[place].text):
        passages = _passages(sentences[place].words)
        if not _repeats(passages, seen) and not gives_orders(sentences[place].text):
            kept.append(place)
        seen.update(passages)
    return OwnText(tuple(sentences[place] for place in sorted(kept)), quoted + len(sentences) - len(kept))


def gives_orders(sentence: str) -> bool:
    """True for a sentence that speaks to the assessor or to a model."""
    return speaks_to_the_assessor(sentence) or speaks_to_a_model(sentence)


def speaks_to_the_assessor(sentence: str) -> bool:
    """True for a sentence that asks the assessor for a grade, or for a place before another text."""
    ends = (sentence[:_LONGEST_LOOKED_AT], sentence[-_LONGEST_LOOKED_AT:])
    return any(pattern.search(end) for pattern in (_TO_THE_ASSESSOR, _TO_A_JUDGE) for end in ends)


def _sentences(text: str, language: str) -> list[Sentence]:
    return Document(text, language).sentences


def _passages(words: Sequence[str]) -> list[tuple[str, ...]]:
    if len(words) < SHINGLE:
        return [tuple(words)]
    return [tuple(words[start : start + SHINGLE]) for start in range(len(words) - SHINGLE + 1)]


def _repeats(passages: Sequence[tuple[str, ...]], seen: set[tuple[str, ...]]) -> bool:
    return sum(passage in seen for passage in passages) >= REPEATED_SHARE * len(passages)
