"""``essays forget BATCH``: delete a batch, or every batch that a student has an essay in.

An essay cannot be taken out of a batch by itself: the log of the batch names each of its essays, and the ranks of the
others rest on comparisons with it. So a student is forgotten with the whole of the batches, which can be run again
without the essay.
"""

import json
import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Annotated, Final, NamedTuple

import typer
from rich.markup import escape

from actors.stores.opening import open_store
from drivers import saved_settings, student_names
from drivers.command_line import program
from drivers.finding import STORE_FILE, all_batches, folder_of, reading, shown, store_of
from drivers.mistakes import UserMistake
from drivers.options import Json, Out, SettingsFile, Store
from drivers.report.writing import REPORT_FILE
from drivers.voice import Voice

_FILES: Final = ("results.json", "results.csv", REPORT_FILE, saved_settings.FILE)
_FOLDERS: Final = ("texts", "report")
_HEAD: Final = 1000  # characters of results.json: it begins with its batch

Id = Annotated[str | None, typer.Argument(help="The batch.", show_default=False)]
Student = Annotated[str | None, typer.Option(help="A student's name, or the id of an essay: all batches with it.")]
Files = Annotated[bool, typer.Option("--files", help="Delete the files that were written of it, too.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]


class Doomed(NamedTuple):
    """A batch to be forgotten: its store, its output folder, and the essays for whose sake."""

    batch_id: str
    url: str
    folder: Path
    essay_ids: tuple[str, ...] = ()


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

    With --student, every batch goes in which that student has an essay: the others' ranks rest on it. Copies that you
    have made (exports, backups) are yours to delete.

    Examples: essays forget 8b --files; essays forget --student "Anna Berg" --files
    """
    voice = Voice(as_json=as_json)
    with voice.clear_errors():
        doomed = _doomed(batch_id, student, store, out)
        for each in doomed:
            of = f" (essays {', '.join(each.essay_ids)})" if each.essay_ids else ""
            voice.say(f"To be deleted: batch {escape(each.batch_id + of)} in {escape(shown(each.url))}")
        if not yes and not _confirmed():
            raise UserMistake("Nothing was deleted. With --yes, there is no question.")
        gone = [path for each in doomed for path in _forget(each, files=files)]
        voice.say(f"Deleted: {len(doomed)} batches, {len(gone)} files and folders.")
        voice.answer({"forgotten": [each.batch_id for each in doomed], "deleted": [str(path) for path in gone]})


def _confirmed() -> bool:
    try:
        return typer.confirm("Delete for good?", err=True)
    except typer.Abort:  # there is nobody to answer
        return False


def _doomed(batch_id: str | None, student: str | None, store: str | None, out: Path | None) -> list[Doomed]:
    if (batch_id is None) == (student is None):
        raise UserMistake("Name a batch, or a student with --student.")
    if batch_id is not None:
        url = store_of(batch_id, store, out)
        return [Doomed(batch_id, url, folder_of(batch_id, url, out))]
    found = list(_with_student(str(student), store, out))
    if not found:
        raise UserMistake(f"There is no essay of {student!r} in any batch here.")
    return found


def _with_student(student: str, store: str | None, out: Path | None) -> Iterator[Doomed]:
    """By the names that were matched, and by the ids of essays, which are made from the names of files."""
    wanted = student.casefold()
    for url, line in all_batches(store, out):
        folder = folder_of(line.batch_id, url, out)
        names = student_names.kept(folder, line.batch_id)
        with closing(reading(url)) as opened:
            ids = [essay.essay_id for essay in opened.essays(line.batch_id)]
        theirs = [name for name in ids if wanted in {name.casefold(), names.get(name, "").casefold()}]
        if theirs:
            yield Doomed(line.batch_id, url, folder, tuple(theirs))


def _forget(doomed: Doomed, *, files: bool) -> list[Path]:
    with closing(open_store(doomed.url)) as opened:
        opened.forget(doomed.batch_id)
        is_empty = not opened.batches()
    try:
        student_names.keep(doomed.folder, doomed.batch_id, {})
        return _delete(doomed, is_empty=is_empty) if files else []
    except OSError as error:
        raise UserMistake(
            f"The batch is deleted from its store, but {error.filename} could not be deleted: {error.strerror}."
        ) from None


def _delete(doomed: Doomed, *, is_empty: bool) -> list[Path]:
    """The files that a run writes, if they are this batch's; the store's own file, if it holds no batch any more."""
    if not _is_of(doomed):
        return []
    store_files = sorted(doomed.folder.glob(f"{STORE_FILE}*")) if is_empty else []
    found = [doomed.folder / name for name in _FILES if (doomed.folder / name).is_file()] + store_files
    folders = [doomed.folder / name for name in _FOLDERS if (doomed.folder / name).is_dir()]
    for path in found:
        path.unlink()
    for folder in folders:
        shutil.rmtree(folder)
    if is_empty and doomed.folder.is_dir() and not any(doomed.folder.iterdir()):
        doomed.folder.rmdir()
    return [*found, *folders]


def _is_of(doomed: Doomed) -> bool:
    """Whether the results in the folder are this batch's, and not another's that shares the folder."""
    try:
        with (doomed.folder / "results.json").open(encoding="utf-8") as file:
            head = file.read(_HEAD)
    except OSError:
        return True  # no results were written
    return f'"batch_id": {json.dumps(doomed.batch_id, ensure_ascii=False)}' in head


if __name__ == "__main__":
    program("forget", main)
