"""Which of all findings the student hears about: one or two strengths, two or three things to work on."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from actors.phases.ai_feedback.findings import Finding
from actors.phases.ai_feedback.lessons import LessonBook
from actors.phases.ai_feedback.passage import Extent
from contracts.results.ai_feedback import EvidenceItem, Trait

MOST_STRENGTHS: Final = 2
MOST_WORK_POINTS: Final = 3
_LEAST: Final = 0.8
"""Urgency (times the lesson's weight) below which a finding is told only where there is nothing better."""
_FEWEST_WORK_POINTS: Final = 2
_SAME_TRAIT: Final = 0.6
"""What a further point about the same trait is worth, so that the points differ."""


def findings_from(evidence: Iterable[EvidenceItem], words: int) -> list[Finding]:
    """The evidence gathered by lesson. Urgency grows with the root of how often it comes per 100 words."""
    by_topic: dict[str, list[EvidenceItem]] = defaultdict(list)
    for item in evidence:
        by_topic[item.topic].append(item)
    return [
        Finding(
            topic,
            tuple(Extent(item.start, item.end) for item in items),
            0.4 + math.sqrt(100 * len(items) / max(words, 100)),
            len(items),
        )
        for topic, items in by_topic.items()
    ]


def work_points(findings: Sequence[Finding], book: LessonBook) -> list[Finding]:
    """The findings that matter most, of differing traits where that can be."""
    weights = {key: lesson.weight for key, lesson in book.lessons.items()}
    traits = {key: lesson.trait for key, lesson in book.lessons.items()}
    worth = {finding.topic: finding.urgency * weights[finding.topic] for finding in findings}
    pressing = [finding for finding in findings if worth[finding.topic] >= _LEAST]
    picked = _picked(pressing, worth, traits, MOST_WORK_POINTS)
    return picked if len(picked) >= _FEWEST_WORK_POINTS else _picked(findings, worth, traits, _FEWEST_WORK_POINTS)


def strengths(findings: Sequence[Finding], book: LessonBook) -> list[Finding]:
    """The strengths that show best, of differing traits where that can be."""
    traits = {key: praise.trait for key, praise in book.praises.items()}
    return _picked(findings, {finding.topic: finding.urgency for finding in findings}, traits, MOST_STRENGTHS)


def _picked(
    findings: Sequence[Finding], worth: Mapping[str, float], traits: Mapping[str, Trait], most: int
) -> list[Finding]:
    """The best, one after the other; each trait already there makes the next point about it worth less."""
    left, picked, seen = list(findings), list[Finding](), Counter[Trait]()
    while left and len(picked) < most:
        best = max(left, key=lambda finding: worth[finding.topic] * _SAME_TRAIT ** seen[traits[finding.topic]])
        left = [finding for finding in left if not _shares_place(finding, best)]
        picked.append(best)
        seen[traits[best.topic]] += 1
    return picked


def _shares_place(finding: Finding, other: Finding) -> bool:
    """True for the same topic, or where one would quote the very same words."""
    return finding.topic == other.topic or finding.extents[:1] == other.extents[:1]
