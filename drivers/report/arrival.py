"""What a teacher should know of how the essays came in: whose, which files were left out, copies, and what was read."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from drivers.report.languages import Words
from drivers.report.sentences import told
from drivers.report.terms import for_translation as _
from drivers.report.view import ClassView


class ArrivalNote(NamedTuple):
    """One thing, and the files, students or essays that it is about; ``language`` where it is not the reader's."""

    text: str
    about: Sequence[str]
    language: str = ""


_WHY: Final = {
    "link_leads_out": _("Left out, because they are links to somewhere outside of what was given"),
    "hidden": _("Left out, because they are hidden"),
    "platforms_own": _("Left out, because they are the learning platform's own notes"),
    "no_essay": _("Left out, because they are no essays, as was answered"),
    "earlier_version": _("Left out, because there is a newer version"),
    "part_of_another": _("Left out, because they were handed in together with another file, which was taken"),
}
_DOUBTS: Final = {
    "no_essays": _("These may be no essays"),
    "too_many_files": _("There are far more files than names in the class list"),
    "several_of_one_student": _("There are several files of one student, and which of them counts is not plain"),
    "same_name": _("These names stand more than once in the class list"),
    "whose": _("Whose essay it is, is not sure: name the file after its student"),
}


def arrival_notes(view: ClassView, words: Words) -> list[ArrivalNote]:
    """All notes, those first that change whose a result is."""
    intake = view.intake
    files = {essay.essay_id: essay.file for essay in view.essays}
    made = [
        *_doubts(intake.get("doubts") or (), words),
        *_missing(intake.get("without_essay") or (), words),
        *_copies(intake, files, words),
        *_left_out(intake.get("left_out") or (), words),
        *_on_reading(intake.get("notes") or {}, files, words),
    ]
    return [note for note in made if note.about]


def _doubts(doubts: Sequence[Mapping[str, Any]], words: Words) -> Iterator[ArrivalNote]:
    by_kind: dict[str, list[str]] = {}
    for doubt in doubts:
        names, between = doubt.get("files") or (), doubt.get("candidates") or ()
        about = f"{', '.join(names)} ({' / '.join(between)})" if names and between else ", ".join(names or between)
        by_kind.setdefault(str(doubt.get("kind")), []).append(about)
    for kind, text in _DOUBTS.items():
        yield ArrivalNote(words.said(text), by_kind.get(kind, []))


def _missing(students: Sequence[str], words: Words) -> Iterator[ArrivalNote]:
    yield ArrivalNote(words.said("Nothing was found of"), students)


def _copies(intake: Mapping[str, Any], files: Mapping[str, str], words: Words) -> Iterator[ArrivalNote]:
    def file(essay_id: str) -> str:
        return files.get(essay_id, essay_id)

    same = [f"{file(each['essay_id'])} = {file(each['duplicate_of'])}" for each in intake.get("duplicates") or ()]
    near = [
        f"{file(each['essay_id'])} ≈ {file(each['other'])} ({words.fixed(100 * each['shared'])} %)"
        for each in intake.get("near_copies") or ()
    ]
    yield ArrivalNote(words.said("The same text"), same)
    yield ArrivalNote(words.said("Nearly the same text (so much of the shorter one)"), near)


def _left_out(left_out: Sequence[Mapping[str, Any]], words: Words) -> Iterator[ArrivalNote]:
    for why, text in _WHY.items():
        found = [each for each in left_out if each.get("why") == why]
        yield ArrivalNote(words.said(text), [_with_instead(each) for each in found])


def _with_instead(left: Mapping[str, Any]) -> str:
    instead = left.get("instead")
    return f"{left['file']} (→ {instead})" if instead else str(left["file"])


def _on_reading(notes: Mapping[str, Sequence[str]], files: Mapping[str, str], words: Words) -> Iterator[ArrivalNote]:
    by_note: dict[str, list[str]] = {}
    for essay_id, found in notes.items():
        for note in found:
            by_note.setdefault(note, []).append(files.get(essay_id, essay_id))
    for note, about in by_note.items():
        text, language = told(note, words)
        yield ArrivalNote(text[:1].upper() + text[1:], about, language)
