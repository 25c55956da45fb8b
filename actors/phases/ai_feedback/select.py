"""Which of all findings the student hears about: one or two strengths, two or three things to work on.

What counts is what sets an essay apart: slips of a kind against how many of that kind an essay by learners at school
has (``Lesson.typical``, a round number), praise against how often it can be given (``Praise.common``). An essay is read
alone, so that its class is this norm; of what is worth about the same, the essay's own text decides.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from actors.phases.ai_feedback.compose import Chooser
from actors.phases.ai_feedback.findings import Finding
from actors.phases.ai_feedback.genre import Genre
from actors.phases.ai_feedback.lessons import LessonBook
from actors.phases.ai_feedback.passage import Extent
from contracts.results.ai_feedback import EvidenceItem, Trait

MOST_STRENGTHS: Final = 2
MOST_WORK_POINTS: Final = 3
_LEAST: Final = 0.8
"""Urgency (times the lesson's weight) below which a finding is told only where there is nothing better."""
FEWEST_WORK_POINTS: Final = 2
_SAME_TRAIT: Final = 0.6
"""What a further point about the same trait is worth, so that the points differ."""
_MOST_APART: Final = 2.5
_SAME_WORDS: Final = 15
"""Characters between two slips that are shown in the same few words."""
_OF_TWO_EQUALS: Final = 0.5
"""How much of a finding's worth the essay's text may decide."""
_SHOWN: Final = 1.4
"""What a praise is worth more that shows which sentence is meant."""
_REPEATED: Final = 2
"""Slips of one kind that are a pattern, and are told to an able writer too."""

Worth = Callable[[Finding], float]


def findings_from(evidence: Iterable[EvidenceItem], words: int, book: LessonBook) -> list[Finding]:
    """The evidence gathered by lesson. Urgency grows with how far its frequency is above what is typical."""
    by_topic: dict[str, list[EvidenceItem]] = defaultdict(list)
    for item in evidence:
        by_topic[item.topic].append(item)
    return [_finding(topic, items, words, book) for topic, items in by_topic.items()]


def _finding(topic: str, items: Sequence[EvidenceItem], words: int, book: LessonBook) -> Finding:
    """A topic's places: those of its commonest pattern where it comes again, so that rule and words go together."""
    rule, times = Counter(item.rule for item in items).most_common(1)[0]
    lesson = book.lessons[topic]
    alike = [item for item in items if lesson.case_of(item.rule) == lesson.case_of(rule)]
    shown = [item for item in items if item.rule == rule] if times >= _REPEATED else alike
    rate = 100 * len(items) / max(words, 100)
    urgency = 0.3 + min(_MOST_APART, math.sqrt(rate / lesson.typical))
    places = tuple(Extent(item.start, item.end) for item in shown)
    return Finding(topic, places, urgency, len(items), rule)


def work_points(
    findings: Sequence[Finding], book: LessonBook, genre: Genre, chooser: Chooser, *, able: bool = False
) -> list[Finding]:
    """The findings that matter most in this genre, of differing traits where that can be.

    An able writer hears of challenges, and of slips only where they come again.
    """
    lessons = book.lessons
    fitting = [one for one in findings if genre not in lessons[one.topic].not_for]
    if able:
        fitting = [one for one in fitting if lessons[one.topic].for_able or (one.rule and one.count >= _REPEATED)]
    traits = {key: lesson.trait for key, lesson in lessons.items()}

    def worth(finding: Finding) -> float:
        return finding.urgency * lessons[finding.topic].weight * _deciding(chooser, finding)

    pressing = [finding for finding in fitting if worth(finding) >= _LEAST]
    picked = _picked(pressing, worth, traits, MOST_WORK_POINTS)
    return picked if len(picked) >= FEWEST_WORK_POINTS else _picked(fitting, worth, traits, FEWEST_WORK_POINTS)


def strengths(findings: Sequence[Finding], book: LessonBook, genre: Genre, chooser: Chooser) -> list[Finding]:
    """The strengths that set the text apart, of differing traits where that can be."""
    traits = {key: praise.trait for key, praise in book.praises.items()}
    fitting = [finding for finding in findings if genre not in book.praises[finding.topic].not_for]

    def worth(finding: Finding) -> float:
        rarity = 1 - 0.8 * book.praises[finding.topic].common
        return finding.urgency * rarity * _deciding(chooser, finding) * (_SHOWN if _is_a_sentence(finding) else 1)

    return _picked(fitting, worth, traits, MOST_STRENGTHS)


def _is_a_sentence(finding: Finding) -> bool:
    return finding.shown and len(finding.extents) == 1


def _deciding(chooser: Chooser, finding: Finding) -> float:
    return 1 - _OF_TWO_EQUALS / 2 + _OF_TWO_EQUALS * chooser.share(finding.topic)


def _picked(findings: Sequence[Finding], worth: Worth, traits: dict[str, Trait], most: int) -> list[Finding]:
    """The best, one after the other; each trait already there makes the next point about it worth less."""
    left, picked, seen = list(findings), list[Finding](), Counter[Trait]()
    while left and len(picked) < most:
        best = max(left, key=lambda finding: worth(finding) * _SAME_TRAIT ** seen[traits[finding.topic]])
        left = [finding for finding in left if not _shares_place(finding, best)]
        picked.append(best)
        seen[traits[best.topic]] += 1
    return picked


def _shares_place(finding: Finding, other: Finding) -> bool:
    """True for the same topic, and where one would quote hardly anything but the other's words."""
    if finding.topic == other.topic:
        return True
    if finding.rule and other.rule and len(finding.extents) == len(other.extents) == 1:
        near = Extent(other.extents[0].start - _SAME_WORDS, other.extents[0].end + _SAME_WORDS)
        return finding.extents[0].overlaps(near)
    return any(one.overlaps(another) for one in finding.extents[:3] for another in other.extents[:3])
