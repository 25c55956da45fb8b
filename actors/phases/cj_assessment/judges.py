"""The protocol of judges: a formula, a language model, or people.

A judge may first *measure* each text by itself (one piece of work per text, never repeated). It is then given the
measures of all texts at once, and *decides* pairs. A judge that only reads the texts measures nothing.
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

    ``essay_id`` may contain the writer's name, and has to be hidden then.
    """

    text: str
    note: Any = None
    essay_id: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """What the texts are judged by: the task that the writers were given, and the course. ``batch_id`` is who pays."""

    essay_instructions: str = ""
    course_code: str = ""
    language: str = "auto"
    batch_id: str = ""


class PanelMember(Protocol):
    """A judge of any kind."""

    @property
    def name(self) -> str:
        """The judge's name: unique in a panel, and stored with every decision."""
        ...

    @property
    def kind(self) -> JudgeKind:
        """A formula, a language model, or people."""
        ...

    @property
    def deterministic(self) -> bool:
        """True if the judge would give the same answer again, so that it is not asked about a pair twice."""
        ...


@runtime_checkable
class NamedForKeys(Protocol):
    """A judge whose name for people does not say what its decisions depend on (a model, the version of a prompt)."""

    @property
    def name_in_keys(self) -> str:
        """The name in the keys of its stored decisions: another one whenever it could decide otherwise."""
        ...


def name_in_keys(judge: PanelMember) -> str:
    """The name by which a judge's stored decisions are found: its own, if it has no other one for that."""
    return judge.name_in_keys if isinstance(judge, NamedForKeys) else judge.name


@runtime_checkable
class Judge(PanelMember, Protocol):
    """A panel member that decides in this program, on a worker."""

    @property
    def measures(self) -> bool:
        """True if texts are measured one by one before the first comparison."""
        ...

    def measure(self, task: EssayTask) -> Any:
        """What the judge needs to know about one text, as JSON."""
        ...

    def notes(self, measures: Sequence[Any]) -> Sequence[Any]:
        """The judge's note about each text, as JSON, now that the measures of all texts are known."""
        ...

    def decide(self, left: Side, right: Side, question: Question) -> PairVerdict:
        """Decide which text is better.

        Raises:
            PhaseWorkError: no decision could be had; a retryable one is asked for again.
        """
        ...


@runtime_checkable
class Formula(Judge, Protocol):
    """A judge that decides from its notes alone. That costs nothing, so its comparisons are not pieces of work."""

    def verdict(self, left: Any, right: Any) -> PairVerdict:
        """Decide which text is better, from the notes about the two."""
        ...

    def human_agreement(self, measures: Sequence[Any]) -> HumanAgreement | None:
        """Its expected agreement with people on texts with these measures; None if that is not known."""
        ...


@dataclass(frozen=True, slots=True)
class People:
    """People who judge: their decisions come from outside, each with the name of the person."""

    name: str = "people"
    kind: JudgeKind = JudgeKind.PEOPLE
    deterministic: bool = False
