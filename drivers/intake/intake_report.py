"""The result of reading a class: its essays, and everything a teacher should know before using the results."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from drivers.client.errors import RequestError
from drivers.intake.model import Intake

_SHOWN = 5  # of the same sort, before the rest is a number


class Why(StrEnum):
    """Why a file is not among the essays."""

    LINK_LEADS_OUT = "link_leads_out"
    HIDDEN = "hidden"
    IGNORED = "ignored"
    PLATFORMS_OWN = "platforms_own"
    NO_ESSAY = "no_essay"
    EARLIER_VERSION = "earlier_version"
    PART_OF_ANOTHER = "part_of_another"


class DoubtKind(StrEnum):
    """What may be wrong with the files or essays of a class."""

    NO_ESSAYS = "no_essays"
    TOO_MANY_FILES = "too_many_files"
    WHOSE = "whose"
    SEVERAL_OF_ONE_STUDENT = "several_of_one_student"
    SAME_NAME = "same_name"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A file that is not among the essays; ``instead`` is the file that was taken in its place."""

    file: str
    why: Why
    reason: str
    instead: str = ""


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something that only the teacher can decide. ``candidates`` are the students whose essay it may be."""

    kind: DoubtKind
    text: str
    files: tuple[str, ...] = ()
    essay_ids: tuple[str, ...] = ()
    candidates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Copy:
    """An essay that is nearly the same as another: they share this part of the shorter one's word triples."""

    essay_id: str
    other: str
    shared: float


@dataclass(frozen=True, slots=True)
class Question:
    """A question for the teacher: whether to leave these files out."""

    kind: DoubtKind
    text: str
    files: tuple[str, ...]


class Answer(StrEnum):
    """What to do with the files of a question."""

    LEAVE_OUT = "leave_out"
    KEEP = "keep"


Ask = Callable[[Question], Answer]


def nobody_to_ask(question: Question) -> Answer:
    """Stop, because a program without a user must not decide.

    Raises:
        RequestError: always; the message says what to do.
    """
    raise RequestError(
        f"{question.text} Nobody is here to ask: leave out files that are not essays with --ignore, or add --all-files "
        "if all of them are."
    )


def keep_all(question: Question) -> Answer:  # noqa: ARG001  (the form of an answer)
    """Take all files for essays, whatever they look like."""
    return Answer.KEEP


@dataclass(frozen=True, slots=True)
class IntakeReport:
    """The essays of a class, with all doubts about them. ``students`` maps essay ids to names, where that is certain.

    ``names`` is the class list; ``without`` are the names on it without an essay.
    """

    essays: tuple[Intake, ...]
    left_out: tuple[LeftOut, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    copies: tuple[Copy, ...] = ()
    students: Mapping[str, str] = field(default_factory=dict)
    names: tuple[str, ...] = ()
    without: tuple[str, ...] = ()

    def warnings(self) -> list[str]:
        """Sentences about what a teacher should look at. Several of the same kind become one sentence."""
        return [*self._on_students(), *self._on_copies(), *self._on_files(), *self._on_reading()]

    def _on_students(self) -> Iterator[str]:
        unsure = [doubt for doubt in self.doubts if doubt.kind is DoubtKind.WHOSE and not doubt.candidates]
        is_folded = len(unsure) > _SHOWN
        yield from (doubt.text for doubt in self.doubts if not (is_folded and doubt in unsure))
        if is_folded:
            files = some_of([file for doubt in unsure for file in doubt.files])
            yield f"It is not clear whose essays {files} are: name each file after its student."
        if self.without:
            yield f"No essay was found by: {', '.join(self.without)}."

    def _on_copies(self) -> Iterator[str]:
        for essay in self.essays:
            if essay.duplicate_of:
                yield f"{essay.essay_id} has the same text as {essay.duplicate_of}."
        for copy in self.copies:
            yield f"{copy.essay_id} is nearly the same as {copy.other}: {copy.shared:.0%} of the shorter one."

    def _on_files(self) -> Iterator[str]:
        by_reason: dict[str, list[str]] = {}
        for left in self.left_out:
            if left.why is Why.IGNORED:  # by whoever reads this
                continue
            by_reason.setdefault(left.reason, []).append(left.file)
        for reason, files in by_reason.items():
            yield f"Left out: {some_of(files)}: {reason}."

    def _on_reading(self) -> Iterator[str]:
        by_note: dict[str, list[str]] = {}
        for essay in self.essays:
            for note in essay.notes if essay.duplicate_of is None else ():
                by_note.setdefault(note, []).append(essay.file)
        for note, files in by_note.items():
            yield f"{some_of(files)}: {note}."

    def document(self) -> dict[str, Any]:
        """The report as a document, which is in ``results.json`` under ``intake``."""
        return {
            "warnings": self.warnings(),
            "left_out": [_without_nothing(left.file, left) for left in self.left_out],
            "doubts": [
                {"kind": doubt.kind.value, "text": doubt.text, "files": list(doubt.files),
                 "essay_ids": list(doubt.essay_ids), "candidates": list(doubt.candidates)}
                for doubt in self.doubts
            ],
            "duplicates": [
                {"essay_id": essay.essay_id, "duplicate_of": essay.duplicate_of}
                for essay in self.essays if essay.duplicate_of
            ],
            "near_copies": [
                {"essay_id": copy.essay_id, "other": copy.other, "shared": round(copy.shared, 3)}
                for copy in self.copies
            ],
            "without_essay": list(self.without),
            "notes": {essay.essay_id: list(essay.notes) for essay in self.essays if essay.notes},
        }  # fmt: skip


def _without_nothing(file: str, left: LeftOut) -> dict[str, str]:
    found = {"file": file, "why": left.why.value, "reason": left.reason}
    return {**found, "instead": left.instead} if left.instead else found


def some_of(files: Sequence[str], shown: int = _SHOWN) -> str:
    """The first few of many files, and how many more there are."""
    rest = len(files) - shown
    return ", ".join(files[:shown]) + (f" and {rest} more" if rest > 0 else "")


EMPTY: Final = IntakeReport(())
