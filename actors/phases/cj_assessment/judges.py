"""Judges behind one protocol: a formula, a language model, people.

A judge may *measure* each text by itself first (one piece of work per text, never repeated), is then given the
measures of all texts at once, and *decides* pairs. A judge that only reads texts measures nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

from actors.phases.cj_assessment.decisions import PairVerdict
from actors.phases.service import EssayTask
from contracts.results.cj_assessment import HumanAgreement, JudgeKind


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two texts of a comparison. ``note`` is what the judge noted about it (see ``Judge.notes``).

    ``essay_id`` may hold its writer's name, which is then to be hidden.
    """

    text: str
    note: Any = None
    essay_id: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """What two texts are compared on: the task that the writers were given, and the course. ``batch_id`` pays."""

    essay_instructions: str = ""
    course_code: str = ""
    language: str = "auto"
    batch_id: str = ""


class PanelMember(Protocol):
    """Whoever decides comparisons."""

    @property
    def name(self) -> str:
        """What the judge is called: unique in a panel, and stored with every decision."""
        ...

    @property
    def kind(self) -> JudgeKind:
        """A formula, a language model, or people."""
        ...

    @property
    def deterministic(self) -> bool:
        """Asked again it would answer the same, so that no pair is put to it twice."""
        ...


@runtime_checkable
class Judge(PanelMember, Protocol):
    """A panel member that decides here, on a worker."""

    @property
    def measures(self) -> bool:
        """Texts are measured one by one before the first comparison."""
        ...

    def measure(self, task: EssayTask) -> Any:
        """What the judge wants to know of one text, as JSON."""
        ...

    def notes(self, measures: Sequence[Any]) -> Sequence[Any]:
        """What to note about each text, as JSON, now that the measures of all of them are known."""
        ...

    def decide(self, left: Side, right: Side, question: Question) -> PairVerdict:
        """Say which text is better.

        Raises:
            PhaseWorkError: no decision could be had; a retryable one is asked for again.
        """
        ...


@runtime_checkable
class Formula(Judge, Protocol):
    """A judge that decides from its notes alone, which costs nothing: its comparisons are no pieces of work."""

    def verdict(self, left: Any, right: Any) -> PairVerdict:
        """Say which text is better, from what was noted about the two."""
        ...

    def human_agreement(self, measures: Sequence[Any]) -> HumanAgreement | None:
        """How far it is expected to agree with people on texts of these measures; None where that is not known."""
        ...


@dataclass(frozen=True, slots=True)
class People:
    """People judging: their decisions come from outside, each with the name of who made it."""

    name: str = "people"
    kind: JudgeKind = JudgeKind.PEOPLE
    deterministic: bool = False
