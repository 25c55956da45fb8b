"""All slips of an essay, from every source, in order and without overlaps."""

from collections.abc import Sequence
from typing import Final

from actors.phases.ai_feedback.grammar import grammar_evidence
from actors.phases.ai_feedback.passage import Passage
from actors.phases.ai_feedback.patterns import pattern_evidence
from actors.phases.ai_feedback.spelling import spelling_evidence
from actors.phases.service import EssayTask
from contracts.results.ai_feedback import EvidenceItem

MOST_EVIDENCE: Final = 500
"""Items that a result carries: a text of one slip repeated ten thousand times does not make a result of megabytes."""


def evidence_of(task: EssayTask, language: str) -> list[EvidenceItem]:
    """The slips that the checker, the patterns and the spelling see. Of equal places, the more telling lesson stays."""
    passage = Passage(task.text)
    grammar = [*grammar_evidence(passage)] if language == "en" else []
    return without_overlaps([*grammar, *pattern_evidence(passage, language), *spelling_evidence(task, language)])


def without_overlaps(items: Sequence[EvidenceItem]) -> list[EvidenceItem]:
    """The items in order of place; of two that overlap, the earlier and then the shorter one stays."""
    kept: list[EvidenceItem] = []
    for item in sorted(items, key=lambda one: (one.start, one.end)):
        if not kept or item.start >= kept[-1].end:
            kept.append(item)
    return kept[:MOST_EVIDENCE]
