"""All slips of an essay, from every source, in order and without overlaps; and where there may be one."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from actors.phases.ai_feedback import languagetool
from actors.phases.ai_feedback.grammar import grammar_evidence, load_beside
from actors.phases.ai_feedback.parsed import grammar_slips, parse_evidence, swedish_evidence
from actors.phases.ai_feedback.passage import Extent, Passage
from actors.phases.ai_feedback.patterns import pattern_evidence
from actors.phases.ai_feedback.spelling import spelling_evidence
from actors.phases.nlp import parsing
from actors.phases.service import EssayTask
from contracts.results.ai_feedback import EvidenceItem, EvidenceSource

MOST_EVIDENCE: Final = 500
"""Items that a result carries: a text of one slip repeated ten thousand times does not make a result of megabytes."""

_CASUAL: Final = "casual_words"
_OF_WORDS: Final = frozenset({"look_alike", "de_dem", "apostrophe", "capital", "one_or_two"})
"""Misspellings of what is a word, or two words, all the same."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen in an essay: slips that can be shown, and places too unsure for that, no examples of anything."""

    evidence: tuple[EvidenceItem, ...]
    doubts: tuple[Extent, ...]


def evidence_of(task: EssayTask, language: str) -> list[EvidenceItem]:
    """The slips of an essay."""
    return [*seen_in(task, language).evidence]


def seen_in(task: EssayTask, language: str) -> Seen:
    """The slips that checkers, rules, patterns and the spelling see, and the places that they doubt."""
    passage = Passage(task.text)
    sure, doubts = list[EvidenceItem](), list[Extent]()
    for found in _by_rules(passage, language):
        sure.append(found) if isinstance(found, EvidenceItem) else doubts.append(found)
    found_elsewhere = [*pattern_evidence(passage, language), *spelling_evidence(task, language)]
    return Seen(tuple(without_overlaps([*sure, *found_elsewhere])), tuple(doubts[:MOST_EVIDENCE]))


def looked_at(passage: Passage, language: str) -> int:
    """Where the part of a text ends in which all rules that are installed have looked for slips."""
    ends = [len(passage.plain)]
    if languagetool.is_installed(language):
        ends.append(languagetool.checked_end(passage, language))
    if language == "en" and parsing.is_installed():
        ends.append(parsing.parsed_end(passage.plain))
    return min(ends)


def _by_rules(passage: Passage, language: str) -> Iterator[EvidenceItem | Extent]:
    if language == "en":
        load_beside()
    for match in languagetool.matches(passage, language):
        yield languagetool.evidence_from(passage, match, match.lesson) if match.lesson else match.place
    if language == "sv":
        yield from swedish_evidence(passage)
    else:
        yield from grammar_evidence(passage)
        for slip, place in grammar_slips(passage):
            yield place if slip.doubt else parse_evidence(passage, slip, place)


def without_overlaps(items: Sequence[EvidenceItem]) -> list[EvidenceItem]:
    """The items in order of place; of two that overlap, the earlier and then the shorter one stays.

    What a rule makes of a word that is no word at all says nothing: there, the misspelling stays.
    """
    kept: list[EvidenceItem] = []
    for item in sorted(_of_real_words(items), key=lambda one: (one.start, one.end)):
        if not kept or item.start >= kept[-1].end:
            kept.append(item)
    return kept[:MOST_EVIDENCE]


def _without_chat_misspelt(items: Sequence[EvidenceItem]) -> list[EvidenceItem]:
    """Gonna and u are no misspellings where the lesson on casual words speaks to them."""
    casual = {(item.start, item.end) for item in items if item.topic == _CASUAL}
    return [
        item for item in items if item.source is not EvidenceSource.SPELLCHECK or (item.start, item.end) not in casual
    ]


def _of_real_words(items: Sequence[EvidenceItem]) -> Iterator[EvidenceItem]:
    """The misspellings, and the other items that touch none of what is no word."""
    items = _without_chat_misspelt(items)
    misspelt = [item for item in items if item.source is EvidenceSource.SPELLCHECK]
    no_words = sorted((item.start, item.end) for item in misspelt if item.rule not in _OF_WORDS)
    for item in items:
        before = bisect_left(no_words, (item.end, 0)) - 1
        touches = before >= 0 and no_words[before][1] > item.start
        if item.source is EvidenceSource.SPELLCHECK or not touches:
            yield item
