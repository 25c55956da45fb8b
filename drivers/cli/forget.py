"""``essays forget BATCH``: delete a batch; ``--student``: delete the essays of one student, and keep the rest."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from actors.core.essay import EssayState
from drivers.cli.command_line import program
from drivers.cli.completion import known_batches
from drivers.cli.console import Voice
from drivers.cli.locating import all_batches, folder_of, store_of
from drivers.cli.options import Json, Out, SettingsFile, Store
from drivers.client.deletion import Doomed, forget
from drivers.client.errors import RequestError
from drivers.client.stores import reading, shown
from drivers.intake import student_names
from drivers.intake.ids import slug

Id = Annotated[
    str | None,
    typer.Argument(
        help="The batch; with --student, the only one to look in.", autocompletion=known_batches, show_default=False
    ),
]
Student = Annotated[str | None, typer.Option(help="A student's name, or the id of an essay: forget these essays only.")]
Files = Annotated[bool, typer.Option("--files", help="Delete the files that were written of a batch, too.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]


def main(
    batch_id: Id = None,
    student: Student = None,
    files: Files = False,
    yes: Yes = False,
    store: Store = None,
    out: Out = None,
    as_json: Json = False,
    _settings: SettingsFile = None,
) -> None:
    """Delete a batch: its essays, texts, results and events. What another batch needs as well, stays for that one.

    With --student, only that student's essays are deleted, in every batch; the rest of each batch stays, and its files
    are written anew. Copies that you have made (exports, backups), and what was handed in, are yours to delete.

    Examples: essays forget 8b --files; essays forget --student "Anna Berg"; essays forget 8b --student essay-07
    """
    voice = Voice(as_json=as_json)
    with voice.clear_errors():
        doomed, perhaps = _doomed(batch_id, student, store, out)
        for each in doomed:
            voice.say(f"To be deleted: {escape(_described(each))}")
        if perhaps:
            voice.say(f"[yellow]{escape('Perhaps theirs as well, and kept: ' + ', '.join(perhaps))}[/yellow]")
        if not yes and not _confirmed():
            raise RequestError("Nothing was deleted. With --yes, there is no question.")
        touched = [path for each in doomed for path in forget(each, files=files or student is not None)]
        voice.say(f"Deleted. Files and folders deleted or written anew: {len(touched)}.")
        voice.answer(_answer(doomed, touched))


def _described(doomed: Doomed) -> str:
    essays = f"essay {', '.join(doomed.essay_ids)} of " if doomed.essay_ids else ""
    rest = "" if not doomed.essay_ids else ", which has no other" if doomed.whole else "; the rest of it stays"
    return f"{essays}batch {doomed.batch_id} in {shown(doomed.url)}{rest}"


def _answer(doomed: Sequence[Doomed], touched: Sequence[Path]) -> dict[str, object]:
    return {
        "forgotten": [each.batch_id for each in doomed if each.whole],
        "essays": {each.batch_id: list(each.essay_ids) for each in doomed if each.essay_ids},
        "deleted": [str(path) for path in touched if not path.exists()],
        "written": [str(path) for path in touched if path.exists()],
    }


def _confirmed() -> bool:
    try:
        return typer.confirm("Delete for good?", err=True)
    except typer.Abort:  # there is nobody to answer
        return False


def _doomed(
    batch_id: str | None, student: str | None, store: str | None, out: Path | None
) -> tuple[list[Doomed], list[str]]:
    """What is to be forgotten, and essays whose file is named like the student's."""
    if batch_id is None and student is None:
        raise RequestError("Name a batch, or a student with --student.")
    if student is None:
        url = store_of(str(batch_id), store, out)
        return [Doomed(str(batch_id), url, folder_of(str(batch_id), url, out))], []
    doomed: list[Doomed] = []
    perhaps: list[str] = []
    for place in _places(batch_id, store, out):
        theirs, alike = _essays_of(student, place)
        doomed += theirs
        perhaps += alike
    if not doomed:
        others = f" Perhaps one of these, by its id: {', '.join(perhaps)}." if perhaps else ""
        raise RequestError(f"There is no essay of {student!r} in {batch_id or 'any batch here'}.{others}")
    return doomed, perhaps


def _places(batch_id: str | None, store: str | None, out: Path | None) -> Iterator[Doomed]:
    named = [(store_of(batch_id, store, out), batch_id)] if batch_id is not None else []
    found: Iterable[tuple[str, str]] = named or ((url, line.batch_id) for url, line in all_batches(store, out))
    return (Doomed(each, url, folder_of(each, url, out)) for url, each in found)


def _essays_of(student: str, place: Doomed) -> tuple[list[Doomed], list[str]]:
    """By the names that were matched, and by the ids of essays, which are made from the names of files."""
    names = student_names.kept(place.folder, place.batch_id)
    with closing(reading(place.url)) as opened:
        essays = opened.essays(place.batch_id)
    theirs = tuple(essay.essay_id for essay in essays if _is_theirs(student, essay, names.get(essay.essay_id)))
    alike = [
        f"{essay.essay_id} ({essay.file})"
        for essay in essays
        if _is_alike(student, essay) and essay.essay_id not in names and essay.essay_id not in theirs
    ]
    return [place._replace(essay_ids=theirs, whole=len(theirs) == len(essays))] if theirs else [], alike


def _is_theirs(student: str, essay: EssayState, name: str | None) -> bool:
    """An essay that is known to be another student's is not theirs, whatever its file is called."""
    wanted = student.casefold()
    if essay.essay_id.casefold() == wanted:
        return True
    return name.casefold() == wanted if name else essay.essay_id == slug(student)


def _is_alike(student: str, essay: EssayState) -> bool:
    file = "-".join(slug(part) for part in essay.file.split("/"))
    return all(part in file for part in slug(student).split("-"))


if __name__ == "__main__":
    program("forget", main)
