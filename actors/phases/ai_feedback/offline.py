"""Feedback without a language model: evidence, choice, words."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from actors.phases.ai_feedback.compose import Chooser, strength, student_text, work_point
from actors.phases.ai_feedback.findings import Finding, Reading, merged
from actors.phases.ai_feedback.lessons import lesson_book
from actors.phases.ai_feedback.measures import figures_of, measures_of
from actors.phases.ai_feedback.passage import Extent, Passage
from actors.phases.ai_feedback.select import findings_from, strengths, work_points
from actors.phases.ai_feedback.strengths import strength_findings
from actors.phases.ai_feedback.structure import structure_findings
from actors.phases.ai_feedback.traits import TraitModel, trait_bands
from actors.phases.service import EssayTask
from contracts.results.ai_feedback import EvidenceItem, EvidenceSource, TeacherAnalysis

_ORDER_NOTE: Final = "Characters {start} to {end} speak to the assessor or to a model; they were not followed."
_MOST_NOTES: Final = 10


@dataclass(frozen=True, slots=True)
class Feedback:
    """What is said to the student and to the teacher."""

    student_text: str
    analysis: TeacherAnalysis


def read(task: EssayTask, language: str, evidence: Sequence[EvidenceItem]) -> Reading:
    """The essay as the detectors read it."""
    slips = merged(Extent(item.start, item.end) for item in evidence)
    return Reading(Passage(task.text), language, lesson_book(language), task.settings.essay_instructions, slips)


def offline_feedback(
    task: EssayTask, reading: Reading, evidence: Sequence[EvidenceItem], trait_model: TraitModel | None = None
) -> Feedback:
    """Feedback by rules. Which wording is used depends on the essay's text alone."""
    of_structure = [one for one in structure_findings(reading) if not reading.is_an_order(one.extents[0].start)]
    quotable = [item for item in evidence if not reading.is_an_order(item.start)]
    chooser = Chooser(task.text)
    praised = tuple(strength(reading, one, chooser) for one in strengths(strength_findings(reading), reading.book))
    to_work_on = work_points([*findings_from(quotable, reading.word_count), *of_structure], reading.book)
    points = tuple(work_point(reading, one, chooser) for one in to_work_on)
    measures = measures_of(task, reading.language, evidence)
    structural = [item for finding in of_structure for item in _as_evidence(reading, finding)]
    analysis = TeacherAnalysis(
        strengths=praised,
        work_points=points,
        evidence=(*evidence, *structural),
        traits=trait_bands(measures, reading.language, trait_model),
        figures={name: round(value, 4) for name, value in (measures | figures_of(task)).items()},
        notes=tuple(_ORDER_NOTE.format(start=one.start, end=one.end) for one in reading.orders[:_MOST_NOTES]),
    )
    return Feedback(student_text(reading, praised, points, evidence, chooser), analysis)


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
