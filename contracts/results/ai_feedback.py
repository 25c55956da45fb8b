"""The result of the AI feedback phase: a text for the student and an analysis for the teacher.

Offsets are code points of the text whose id is ``quoted_text_storage_id``: ``text[start:end] == quote`` holds for
every quotation of a result.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from pydantic import Field, NonNegativeFloat, NonNegativeInt, ValidationError

from contracts.base import Contract
from contracts.results.base import PhaseResultData


class Trait(StrEnum):
    """The six analytic traits of the ELLIPSE rubric (Crossley et al. 2023), and the language as a whole."""

    COHESION = "cohesion"
    SYNTAX = "syntax"
    VOCABULARY = "vocabulary"
    PHRASEOLOGY = "phraseology"
    GRAMMAR = "grammar"
    CONVENTIONS = "conventions"
    LANGUAGE = "language"


class EvidenceSource(StrEnum):
    """What found a piece of evidence."""

    GRAMMAR_CHECKER = "grammar_checker"
    PARSER = "parser"
    PATTERN = "pattern"
    SPELLCHECK = "spellcheck"
    STRUCTURE = "structure"
    MODEL = "model"


class Quotation(Contract):
    """The student's own words, by place."""

    start: NonNegativeInt
    end: NonNegativeInt
    quote: str = Field(min_length=1)


class EvidenceItem(Quotation):
    """One observation about one place. ``rule`` names the rule within its source; ``topic`` the lesson it serves.

    ``as_written`` holds the student's spelling where an earlier phase has already corrected the text.
    """

    topic: str
    trait: Trait
    source: EvidenceSource
    rule: str
    suggestions: tuple[str, ...] = ()
    as_written: str | None = None


class Strength(Contract):
    """Something done well, in words for the student, with where it shows."""

    topic: str
    trait: Trait
    comment: str
    quotations: tuple[Quotation, ...] = ()


class WorkPoint(Contract):
    """Something to work on: where it shows, the rule in plain words, an example and one next step."""

    topic: str
    trait: Trait
    title: str
    comment: str = ""
    quotations: tuple[Quotation, ...] = ()
    rule: str
    example: str
    next_step: str
    occurrences: NonNegativeInt = 0


class TraitBand(Contract):
    """A trait's level from 1 to 5 in half bands, with the interval that should hold the human score 8 times in 10.

    ``estimate`` is the level before it is rounded to a ``band``. Both are None, with a ``reason``, where the text does
    not allow an estimate. ``basis`` holds the contribution of each measure to the estimate, in bands.
    """

    trait: Trait
    band: float | None = Field(default=None, ge=1, le=5)
    estimate: float | None = Field(default=None, ge=1, le=5)
    low: float | None = Field(default=None, ge=1, le=5)
    high: float | None = Field(default=None, ge=1, le=5)
    reason: str = ""
    basis: dict[str, float] = Field(default_factory=dict)


class TeacherAnalysis(Contract):
    """What the feedback rests on. ``figures`` are measures by name, those of earlier phases with the phase's name."""

    strengths: tuple[Strength, ...] = ()
    work_points: tuple[WorkPoint, ...] = ()
    evidence: tuple[EvidenceItem, ...] = ()
    traits: tuple[TraitBand, ...] = ()
    figures: dict[str, float] = Field(default_factory=dict)
    notes: tuple[str, ...] = ()


class FeedbackBackend(StrEnum):
    """Who wrote the feedback."""

    OFFLINE = "offline"
    LLM = "llm"


class ModelUsage(Contract):
    """What a language model was asked for one essay, and what it cost in the currency of the configured prices."""

    model: str
    calls: NonNegativeInt = 0
    input_tokens: NonNegativeInt = 0
    output_tokens: NonNegativeInt = 0
    cost: NonNegativeFloat = 0.0


def usage_in(value: Any) -> ModelUsage | None:
    """The ``usage`` of a stored value, such as a decision; None if it has none."""
    found = value.get("usage") if isinstance(value, Mapping) else None
    try:
        return ModelUsage.model_validate(found) if found is not None else None
    except ValidationError:
        return None


class AIFeedbackResultDataV1(PhaseResultData):
    """Feedback on one essay.

    ``degraded_reason`` says why the feedback is the offline one although a language model was asked for.
    ``quoted_text_storage_id`` names the text into which all quotations point.
    """

    language: str = ""
    backend: FeedbackBackend = FeedbackBackend.OFFLINE
    degraded_reason: str | None = None
    quoted_text_storage_id: str = ""
    student_text: str = ""
    analysis: TeacherAnalysis = Field(default_factory=TeacherAnalysis)
    usage: ModelUsage | None = None
