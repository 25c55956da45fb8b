"""Feedback without a language model: evidence, choice, words."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from actors.phases.ai_feedback.compose import Chooser, strength, student_text, work_point
from actors.phases.ai_feedback.findings import Finding, Reading, merged
from actors.phases.ai_feedback.grammar import grammar_evidence
from actors.phases.ai_feedback.lessons import lesson_book
from actors.phases.ai_feedback.passage import Extent, Passage
from actors.phases.ai_feedback.patterns import pattern_evidence
from actors.phases.ai_feedback.select import findings_from, strengths, work_points
from actors.phases.ai_feedback.strengths import strength_findings
from actors.phases.ai_feedback.structure import structure_findings
from contracts.results.ai_feedback import EvidenceItem, EvidenceSource, Strength, TeacherAnalysis, WorkPoint

_MOST_EVIDENCE: Final = 500
"""Items that a result carries: a text of one slip repeated ten thousand times does not make a result of megabytes."""


@dataclass(frozen=True, slots=True)
class Feedback:
    """What is said to the student and to the teacher."""

    student_text: str
    analysis: TeacherAnalysis


def language_evidence(passage: Passage, language: str) -> list[EvidenceItem]:
    """All slips found by the checker and by patterns, in order, none within another."""
    found = [*grammar_evidence(passage)] if language == "en" else []
    return without_overlaps([*found, *pattern_evidence(passage, language)])


def without_overlaps(items: Sequence[EvidenceItem]) -> list[EvidenceItem]:
    """The items in order of place; of two that overlap, the earlier and then the shorter one stays."""
    kept: list[EvidenceItem] = []
    for item in sorted(items, key=lambda one: (one.start, one.end)):
        if not kept or item.start >= kept[-1].end:
            kept.append(item)
    return kept[:_MOST_EVIDENCE]


def offline_feedback(
    text: str, language: str, instructions: str, spelling: Sequence[EvidenceItem], seed: str
) -> Feedback:
    """Feedback by rules. ``seed`` chooses among wordings; ``spelling`` is what the spellchecker found in ``text``."""
    passage = Passage(text)
    evidence = without_overlaps([*spelling, *language_evidence(passage, language)])
    slips = merged(Extent(item.start, item.end) for item in evidence)
    reading = Reading(passage, language, lesson_book(language), instructions, slips)
    praised, points = _chosen(reading, evidence, Chooser(seed))
    structural = [item for finding in structure_findings(reading) for item in _as_evidence(reading, finding)]
    return Feedback(
        student_text(reading, praised, points, evidence, Chooser(seed)),
        TeacherAnalysis(strengths=praised, work_points=points, evidence=(*evidence, *structural)),
    )


def _chosen(
    reading: Reading, evidence: Sequence[EvidenceItem], chooser: Chooser
) -> tuple[tuple[Strength, ...], tuple[WorkPoint, ...]]:
    to_work_on = [*findings_from(evidence, reading.word_count), *structure_findings(reading)]
    return (
        tuple(strength(reading, one, chooser) for one in strengths(strength_findings(reading), reading.book)),
        tuple(work_point(reading, one, chooser) for one in work_points(to_work_on, reading.book)),
    )


def _as_evidence(reading: Reading, finding: Finding) -> list[EvidenceItem]:
    lesson = reading.book.lessons[finding.topic]
    return [
        EvidenceItem(
            start=extent.start,
            end=extent.end,
            quote=reading.passage.text[extent.start : extent.end],
            topic=lesson.key,
            trait=lesson.trait,
            source=EvidenceSource.STRUCTURE,
            rule=finding.topic,
        )
        for extent in finding.extents
    ]
