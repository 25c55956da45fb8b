"""Selects what the student hears about: one or two strengths, and two or three things to work on.

What counts is what sets an essay apart. The frequency of a kind of slip is compared with what is typical of essays by
learners at school (``Lesson.typical``, a round number), and a praise counts more the more rarely it can be given
(``Praise.common``). An essay is read alone, so this norm stands for its class. Between findings of about the same
worth, the essay's own text decides.
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
"""Urgency times the lesson's weight below which a finding is told only if there are too few others."""
FEWEST_WORK_POINTS: Final = 2
_SAME_TRAIT: Final = 0.6
"""The factor for each further point about the same trait, so that the points differ."""
_MOST_APART: Final = 2.5
_SAME_WORDS: Final = 15
"""Two slips that are at most this many characters apart would be shown in the same few words."""
_OF_TWO_EQUALS: Final = 0.5
"""How much of a finding's worth depends on the essay's text, as a share."""
_SHOWN: Final = 1.4
"""The factor for a praise that shows which sentence is meant."""
_REPEATED: Final = 2
"""From this many slips of one kind on, they are a pattern, which an able writer hears about as well."""

Worth = Callable[[Finding], float]


def findings_from(evidence: Iterable[EvidenceItem], words: int, book: LessonBook) -> list[Finding]:
    """Group the evidence by lesson. Urgency grows with the ratio of a slip's frequency to what is typical."""
    by_topic: dict[str, list[EvidenceItem]] = defaultdict(list)
    for item in evidence:
        by_topic[item.topic].append(item)
    return [_finding(topic, items, words, book) for topic, items in by_topic.items()]


def _finding(topic: str, items: Sequence[EvidenceItem], words: int, book: LessonBook) -> Finding:
    """A topic's places; if one pattern recurs, only those of the most common one, so that rule and words fit."""
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
    """The findings that matter most in this genre, about different traits if possible.

    An able writer hears about challenges, and about slips only if they recur.
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
    """The strengths that set the text apart, of different traits if possible."""
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
    """The best findings one after the other; a trait that was already picked makes its next finding worth less."""
    left, picked, seen = list(findings), list[Finding](), Counter[Trait]()
    while left and len(picked) < most:
        best = max(left, key=lambda finding: worth(finding) * _SAME_TRAIT ** seen[traits[finding.topic]])
        left = [finding for finding in left if not _shares_place(finding, best)]
        picked.append(best)
        seen[traits[best.topic]] += 1
    return picked


def _shares_place(finding: Finding, other: Finding) -> bool:
    """True for the same topic, or if one would quote hardly any words but the other's."""
    if finding.topic == other.topic:
        return True
    if finding.rule and other.rule and len(finding.extents) == len(other.extents) == 1:
        near = Extent(other.extents[0].start - _SAME_WORDS, other.extents[0].end + _SAME_WORDS)
        return finding.extents[0].overlaps(near)
    return any(one.overlaps(another) for one in finding.extents[:3] for another in other.extents[:3])
