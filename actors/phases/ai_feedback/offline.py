"""Feedback without a language model: collects evidence, selects from it, and words it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from actors.phases.ai_feedback.challenge import challenge_findings, is_able, is_at
from actors.phases.ai_feedback.compose import Chooser, part_of, strength, student_text, work_point
from actors.phases.ai_feedback.evidence import Seen, looked_at
from actors.phases.ai_feedback.findings import EssayReading, Finding, merged
from actors.phases.ai_feedback.lessons import lesson_book
from actors.phases.ai_feedback.measures import figures_of, measures_of
from actors.phases.ai_feedback.passage import Extent, Passage
from actors.phases.ai_feedback.select import FEWEST_WORK_POINTS, findings_from, strengths, work_points
from actors.phases.ai_feedback.strengths import strength_findings
from actors.phases.ai_feedback.structure import structure_findings
from actors.phases.ai_feedback.traits import FEWEST_WORDS, TraitModel, trait_bands
from actors.phases.nlp.parsing import is_installed as parser_is_installed
from actors.phases.service import EssayTask
from contracts.results.ai_feedback import EvidenceItem, EvidenceSource, Strength, TeacherAnalysis

_ORDER_NOTE: Final = "Characters {start} to {end} speak to the assessor or to a model; they were not followed."
_NOT_ASSESSED: Final = (
    "Not assessed: ideas, content and organisation. No measure here tells more of them than length does."
)
_NO_PARSER: Final = "Read without a parser: more slips of grammar are seen where the extra [parse] is installed."
_PARTLY_READ: Final = (
    "Slips of grammar were looked for in the first {end:,} of {length:,} characters: the text is very long, or full of "
    "unknown words or marks."
)
_MOST_NOTES: Final = 10


@dataclass(frozen=True, slots=True)
class Feedback:
    """The text for the student, and the analysis for the teacher."""

    student_text: str
    analysis: TeacherAnalysis


def read(task: EssayTask, language: str, seen: Seen) -> EssayReading:
    """Prepare the essay for the detectors."""
    slips = merged(Extent(item.start, item.end) for item in seen.evidence)
    book, instructions = lesson_book(language), task.settings.essay_instructions
    return EssayReading(Passage(task.text), language, book, instructions, slips, seen.doubts)


def offline_feedback(
    task: EssayTask, reading: EssayReading, evidence: Sequence[EvidenceItem], trait_model: TraitModel | None = None
) -> Feedback:
    """Feedback by rules. Which wordings are used depends only on the essay's text."""
    chooser = Chooser(task.text)
    of_structure = [one for one in structure_findings(reading) if not reading.is_an_order(one.extents[0].start)]
    found = strengths(strength_findings(reading), reading.book, reading.genre, chooser)
    praised = tuple(_praises(reading, found, chooser))
    shown = [extent for one in found if one.shown for extent in one.extents]
    to_work_on = _to_work_on(reading, evidence, of_structure, shown, chooser)
    points = tuple(work_point(reading, one, chooser) for one in to_work_on)
    measures = measures_of(task, reading.language, evidence)
    structural = [item for finding in of_structure for item in _as_evidence(reading, finding)]
    analysis = TeacherAnalysis(
        strengths=praised,
        work_points=points,
        evidence=(*evidence, *structural),
        traits=trait_bands(measures, reading.language, trait_model),
        figures={name: round(value, 4) for name, value in (measures | figures_of(task)).items()},
        notes=tuple(_notes(reading)),
    )
    return Feedback(student_text(reading, praised, points, evidence, chooser), analysis)


def _notes(reading: EssayReading) -> Iterator[str]:
    yield from (_ORDER_NOTE.format(start=one.start, end=one.end) for one in reading.orders[:_MOST_NOTES])
    yield _NOT_ASSESSED
    if reading.language == "en" and not parser_is_installed():
        yield _NO_PARSER
    if (end := looked_at(reading.passage, reading.language)) < (length := len(reading.passage.plain)):
        yield _PARTLY_READ.format(end=end, length=length)


def _praises(reading: EssayReading, found: Sequence[Finding], chooser: Chooser) -> Iterator[Strength]:
    """Word each strength; if two are in the same part of the text, the second says so."""
    told = set[int]()
    for finding in found:
        part = part_of(reading, finding)
        made = strength(reading, finding, chooser, again=part in told)
        yield made
        if reading.book.frame.places[part] in made.comment.lower():
            told.add(part)


def _to_work_on(
    reading: EssayReading,
    evidence: Sequence[EvidenceItem],
    of_structure: Sequence[Finding],
    praised: Sequence[Extent],
    chooser: Chooser,
) -> list[Finding]:
    """Select what to work on: challenges for an able writer; for others lessons, and challenges if there are too few.

    Names and titles are never quoted, and what has just been praised is no place for a challenge.
    """
    shown = [
        item
        for item in evidence
        if not reading.is_an_order(item.start) and not reading.is_framing(Extent(item.start, item.end))
    ]
    able = is_able(reading, len(shown))
    to_try = [one for one in of_structure if not (reading.book.lessons[one.topic].for_able and is_at(one, praised))]
    findings = [*findings_from(shown, reading.word_count, reading.book), *to_try]
    if able:
        findings += _challenges(reading, praised)
    points = work_points(findings, reading.book, reading.genre, chooser, able=able)
    missing = FEWEST_WORK_POINTS - len(points)
    if able or missing <= 0 or reading.word_count < FEWEST_WORDS:
        return points
    more = work_points(_challenges(reading, praised), reading.book, reading.genre, chooser, able=True)
    told = {point.topic for point in points}
    return [*points, *[one for one in more if one.topic not in told][:missing]]


def _challenges(reading: EssayReading, praised: Sequence[Extent]) -> list[Finding]:
    return [one for one in challenge_findings(reading, praised) if not reading.is_an_order(one.extents[0].start)]


def _as_evidence(reading: EssayReading, finding: Finding) -> list[EvidenceItem]:
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
