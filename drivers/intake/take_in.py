"""Taking a class in: from the files that were given to the essays, with every doubt about them."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from drivers.intake.class_list import ClassList, class_list_in
from drivers.intake.heads import without_shared_heads
from drivers.intake.ids import essay_ids, natural_key
from drivers.intake.intake_report import Answer, Ask, Copy, Doubt, DoubtKind, IntakeReport, LeftOut, Question, Why
from drivers.intake.model import FileReading, Intake, Limits
from drivers.intake.oddities import no_essays, other_files, too_many_files
from drivers.intake.platforms import is_platforms_own
from drivers.intake.reader import Reader, reading_of_text
from drivers.intake.reading_process import ReadingProcess
from drivers.intake.scans import pages_together, with_pages, without_pages
from drivers.intake.sources import Source, sources_of
from drivers.intake.students import StudentMatch, first_matches, settled
from drivers.intake.versions import newest_only, several_of_one

_DEFAULT_LIMITS: Final = Limits()


def read_essays(
    paths: Sequence[Path],
    *,
    limits: Limits = _DEFAULT_LIMITS,
    ignore: Collection[Path] = (),
    class_list: Path | None = None,
    ask: Ask | None = None,
    pictures: bool = False,
) -> list[Intake]:
    """Read every essay in ``paths``: files, folders with all that is in them, archives, tables with an essay a row.

    The answer has exactly one entry for each essay found, in the natural order of their files. What cannot be read is
    an entry with a failure. ``take_in`` says more: which files were left out, and what is doubtful.

    Raises:
        RequestError: a path does not exist, or a folder has no essay.
    """
    return list(take_in(paths, limits=limits, ignore=ignore, class_list=class_list, ask=ask, pictures=pictures).essays)


def intake_of_text(essay_id: str, text: str, limits: Limits = _DEFAULT_LIMITS) -> Intake:
    """One essay whose text is at hand; it is tidied, or refused, as one from a file."""
    reading = reading_of_text(text, limits)
    return Intake(essay_id, "", reading.text, reading.failure, reading.notes)


def take_in(
    paths: Sequence[Path],
    *,
    limits: Limits = _DEFAULT_LIMITS,
    ignore: Collection[Path] = (),
    class_list: Path | None = None,
    assignment: str = "",
    ask: Ask | None = None,
    pictures: bool = False,
) -> IntakeReport:
    """Read a class's essays, and find what a teacher should know about them before results are used.

    ``ignore`` names files that are no essays, such as the task; ``assignment`` is the task's text, by which it is
    known among the essays. ``ask`` decides about files that are plainly no essays: without it they stay, as doubts.
    With ``pictures``, photos and scans are essays, which people can judge, and no phase can read.

    Raises:
        RequestError: a path does not exist, a folder has no essay, the class list cannot be read, or ``ask`` stops.
    """
    names = ClassList(()) if class_list is None else class_list_in(class_list)
    beside = [*ignore, *([] if class_list is None else [class_list])]
    found = sources_of(paths, limits, beside)
    asking = _Asking(ask)
    sources = _asked_about(found.sources, names, asking)
    with ReadingProcess(limits) as process:
        reader = Reader(limits, process, pictures)
        readings = [reading for source in sources for reading in reader.readings(source)]
    readings, pages = without_pages(pages_together(readings))
    readings.sort(key=lambda reading: natural_key(reading.file))
    own = [each.file for each in readings if is_platforms_own(each.file)]
    readings = [reading for reading in readings if reading.file not in own]
    if question := no_essays(readings, names.names, assignment):
        out = asking.left_out(question)
        readings = [reading for reading in readings if reading.file not in out]
    notes = [LeftOut(file, Why.PLATFORMS_OWN, "the platform's own note") for file in own]
    left_out = [*found.left_out, *asking.files, *notes]
    report = _report(without_shared_heads(readings), names, left_out, asking.doubts, assignment)
    return replace(report, essays=with_pages(report.essays, pages))


def _read(sources: Sequence[Source], limits: Limits, *, pictures: bool) -> list[FileReading]:
    """What the files give, in the natural order of their names."""
    with ReadingProcess(limits) as process:
        reader = Reader(limits, process, pictures)
        readings = [reading for source in sources for reading in reader.readings(source)]
    return sorted(pages_together(readings), key=lambda reading: natural_key(reading.file))


class _Asking:
    """Asks, and remembers what was left out and what stayed doubtful."""

    def __init__(self, ask: Ask | None) -> None:
        self._ask = ask
        self.files: list[LeftOut] = []
        self.doubts: list[Doubt] = []

    def left_out(self, question: Question) -> frozenset[str]:
        """The files to leave out."""
        if self._ask is not None and self._ask(question) is Answer.LEAVE_OUT:
            self.files += [LeftOut(file, Why.NO_ESSAY, "no essay, as was answered") for file in question.files]
            return frozenset(question.files)
        self.doubts.append(Doubt(question.kind, question.text, question.files))
        return frozenset()


def _asked_about(sources: Sequence[Source], names: ClassList, asking: _Asking) -> list[Source]:
    files = [source.file for source in sources]
    out: frozenset[str] = frozenset()
    for question in (other_files(files), too_many_files(files, names.names)):
        if question is not None and not out.intersection(question.files):
            out |= asking.left_out(question)
    return [source for source in sources if source.file not in out]


def _report(
    readings: Sequence[FileReading],
    names: ClassList,
    left_out: Sequence[LeftOut],
    doubts: Sequence[Doubt],
    assignment: str,
) -> IntakeReport:
    whose = _whose(readings, names)
    kept, earlier = newest_only(readings, whose)
    intakes = list(_with_duplicates(_intakes(kept)))
    matches = settled(first_matches(intakes, names.names, names.by_id), names.names) if names.names else []
    students = _students(intakes, matches)
    several = several_of_one(kept, whose)
    return IntakeReport(
        essays=tuple(intakes),
        left_out=(*left_out, *earlier),
        doubts=(*doubts, *_doubts(intakes, matches, names, several)),
        copies=tuple(_near_copies(intakes, assignment)),
        students=students,
        names=names.names or tuple(dict.fromkeys(students.values())),
        without=tuple(_without(names, students, matches)),
    )


def _whose(readings: Sequence[FileReading], names: ClassList) -> dict[str, str]:
    """Whose each file seems to be, by its path alone or its row; without a class list, by the platform's names."""
    if not names.names:
        return {reading.file: reading.student for reading in readings if reading.student and not reading.is_row}
    essays = [
        Intake(reading.file, reading.file, "", student=reading.student) for reading in readings if not reading.is_row
    ]
    return {match.essay_id: match.student for match in first_matches(essays, names.names, names.by_id) if match.student}


def _intakes(readings: Sequence[FileReading]) -> Iterator[Intake]:
    ids = essay_ids([reading.file for reading in readings])
    for essay_id, reading in zip(ids, readings, strict=True):
        yield Intake(essay_id, reading.file, reading.text, reading.failure, reading.notes, reading.student)


def _with_duplicates(intakes: Iterable[Intake]) -> Iterator[Intake]:
    first: dict[str, Intake] = {}
    for intake in intakes:
        original = first.setdefault(intake.text_id, intake) if intake.text is not None else intake
        if original is intake:
            yield intake
        else:
            notes = (*intake.notes, f"the same text as {original.file}")
            yield replace(intake, notes=notes, duplicate_of=original.essay_id)


def _near_copies(intakes: Sequence[Intake], assignment: str) -> Iterator[Copy]:
    """Pairs of essays of which one is nearly the other, each pair once."""
    texts = {one.essay_id: one.text for one in intakes if one.text is not None and one.duplicate_of is None}
    if len(texts) < 2:
        return
    try:
        from actors.phases.nlp.duplicates import near_duplicates  # noqa: PLC0415  (its libraries load slowly)
    except ModuleNotFoundError:  # an extra
        return
    seen: set[frozenset[str]] = set()
    for essay_id, likeness in near_duplicates(texts, assignment).items():
        pair = frozenset({essay_id, likeness.other})
        if pair not in seen:
            seen.add(pair)
            yield Copy(essay_id, likeness.other, likeness.contained)


def _students(intakes: Sequence[Intake], matches: Sequence[StudentMatch]) -> Mapping[str, str]:
    if matches:
        return {match.essay_id: match.student for match in matches if match.student}
    return {intake.essay_id: intake.student for intake in intakes if intake.student}


def _doubts(
    intakes: Sequence[Intake], matches: Sequence[StudentMatch], names: ClassList, several: Mapping[str, Sequence[str]]
) -> Iterator[Doubt]:
    for name, times in Counter(names.names).items():
        if times > 1:
            text = (
                f"{name} is in the class list {times} times: make the names differ there, and in the names of their "
                f"files ({name} A, {name} B)."
            )
            yield Doubt(DoubtKind.SAME_NAME, text, candidates=(name,))
    for student, files in several.items():
        text = f"There are several files by {student} ({', '.join(files)}), and it is not clear which one counts."
        yield Doubt(DoubtKind.SEVERAL_OF_ONE_STUDENT, f"{text} Leave the others out with --ignore.", tuple(files))
    files_of = {intake.essay_id: intake.file for intake in intakes}
    in_several = {file for files in several.values() for file in files}
    for match in matches:
        if match.student is None and files_of[match.essay_id] not in in_several:
            yield _whose_doubt(match, files_of[match.essay_id])


def _whose_doubt(match: StudentMatch, file: str) -> Doubt:
    between = f" (it may be {' or '.join(match.candidates)})" if match.candidates else ""
    text = f"It is not clear whose essay {match.essay_id} is{between}: name its file after its student."
    return Doubt(DoubtKind.WHOSE, text, (file,), (match.essay_id,), match.candidates)


def _without(names: ClassList, students: Mapping[str, str], matches: Sequence[StudentMatch]) -> Iterator[str]:
    """The names on the list of whom there is no essay, and for whom none is in doubt."""
    there = {*students.values(), *(name for match in matches if not match.student for name in match.candidates)}
    return (name for name in dict.fromkeys(names.names) if name not in there)
