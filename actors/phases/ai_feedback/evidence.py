"""Collects the slips of an essay from all sources, in order and without overlaps, and the places in doubt."""

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
"""The most items in a result, so that one slip repeated ten thousand times does not take megabytes."""

_CASUAL: Final = "casual_words"
_OF_WORDS: Final = frozenset({"look_alike", "de_dem", "apostrophe", "capital", "one_or_two"})
"""Rules for misspellings that are real words all the same."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen in an essay: slips to show, and places too unsure for that, which still are no good examples."""

    evidence: tuple[EvidenceItem, ...]
    doubts: tuple[Extent, ...]


def evidence_of(task: EssayTask, language: str) -> list[EvidenceItem]:
    """The slips of an essay."""
    return [*seen_in(task, language).evidence]


def seen_in(task: EssayTask, language: str) -> Seen:
    """The slips found by checkers, rules, patterns and the spelling checker, and the places that rules doubt."""
    passage = Passage(task.text)
    sure, doubts = list[EvidenceItem](), list[Extent]()
    for found in _by_rules(passage, language):
        sure.append(found) if isinstance(found, EvidenceItem) else doubts.append(found)
    found_elsewhere = [*pattern_evidence(passage, language), *spelling_evidence(task, language)]
    return Seen(tuple(without_overlaps([*sure, *found_elsewhere])), tuple(doubts[:MOST_EVIDENCE]))


def looked_at(passage: Passage, language: str) -> int:
    """The offset up to which all installed rules have looked for slips."""
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
    """The items in order of place; of two that overlap, the earlier one stays, and of these the shorter.

    What a rule says about a non-word means nothing: there, the misspelling stays.
    """
    kept: list[EvidenceItem] = []
    for item in sorted(_of_real_words(items), key=lambda one: (one.start, one.end)):
        if not kept or item.start >= kept[-1].end:
            kept.append(item)
    return kept[:MOST_EVIDENCE]


def _without_chat_misspelt(items: Sequence[EvidenceItem]) -> list[EvidenceItem]:
    """Leave out misspellings such as gonna and u where the lesson on casual words covers them."""
    casual = {(item.start, item.end) for item in items if item.topic == _CASUAL}
    return [
        item for item in items if item.source is not EvidenceSource.SPELLCHECK or (item.start, item.end) not in casual
    ]


def _of_real_words(items: Sequence[EvidenceItem]) -> Iterator[EvidenceItem]:
    """The misspellings, and those items from other sources that touch no non-word."""
    items = _without_chat_misspelt(items)
    misspelt = [item for item in items if item.source is EvidenceSource.SPELLCHECK]
    no_words = sorted((item.start, item.end) for item in misspelt if item.rule not in _OF_WORDS)
    for item in items:
        before = bisect_left(no_words, (item.end, 0)) - 1
        touches = before >= 0 and no_words[before][1] > item.start
        if item.source is EvidenceSource.SPELLCHECK or not touches:
            yield item
