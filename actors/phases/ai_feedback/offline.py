"""Feedback without a language model: evidence, choice, words."""

from dataclasses import dataclass

from actors.phases.ai_feedback.compose import Chooser, strength, student_text, work_point
from actors.phases.ai_feedback.evidence import evidence_of
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


@dataclass(frozen=True, slots=True)
class Feedback:
    """What is said to the student and to the teacher."""

    student_text: str
    analysis: TeacherAnalysis


def offline_feedback(task: EssayTask, language: str, trait_model: TraitModel | None = None) -> Feedback:
    """Feedback by rules. Which wording is used depends on the essay's text alone."""
    evidence = evidence_of(task, language)
    slips = merged(Extent(item.start, item.end) for item in evidence)
    reading = Reading(Passage(task.text), language, lesson_book(language), task.settings.essay_instructions, slips)
    of_structure = structure_findings(reading)
    chooser = Chooser(task.text)
    praised = tuple(strength(reading, one, chooser) for one in strengths(strength_findings(reading), reading.book))
    to_work_on = work_points([*findings_from(evidence, reading.word_count), *of_structure], reading.book)
    points = tuple(work_point(reading, one, chooser) for one in to_work_on)
    measures = measures_of(task, language, evidence)
    structural = [item for finding in of_structure for item in _as_evidence(reading, finding)]
    analysis = TeacherAnalysis(
        strengths=praised,
        work_points=points,
        evidence=(*evidence, *structural),
        traits=trait_bands(measures, language, trait_model),
        figures={name: round(value, 4) for name, value in (measures | figures_of(task)).items()},
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
