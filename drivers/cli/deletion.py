"""Deletes a batch, or some of its essays, from the store and from the files that a run writes.

An essay's id is made from its file name, which may be the student's name. So the id is deleted too: the results are
rewritten without it.
"""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple

from actors.stores.store import TracesLeftError
from drivers.cli import run_request
from drivers.cli.locating import STORE_FILE, BatchPlace
from drivers.client.batch import Batch
from drivers.client.engine import Engine
from drivers.client.errors import RequestError
from drivers.intake import intake_notes, student_names
from drivers.judging import judge_links
from drivers.report.outputs import formats_for
from drivers.report.writing import REPORT_FILE

_RESULTS: Final = "results.json"
_REPORT_FOLDER: Final = "report"
_FILES: Final = (_RESULTS, "results.csv", REPORT_FILE, run_request.FILE)
_FOLDERS: Final = ("texts", _REPORT_FOLDER)
_HEAD: Final = 1000  # characters of results.json: it begins with its batch


class DeletionPlan(NamedTuple):
    """What to delete: a whole batch, or (if not ``whole``) only these essays of it."""

    place: BatchPlace
    essay_ids: tuple[str, ...] = ()
    whole: bool = True

    @property
    def batch_id(self) -> str:
        """The name of the batch."""
        return self.place.batch_id


def carry_out(plan: DeletionPlan, *, files: bool, left: list[str]) -> list[Path]:
    """Carry out a deletion, and return the files that were deleted or rewritten.

    If the store's own files could not be rewritten, the rest is still done, and a message is added to ``left``.

    Raises:
        RequestError: a file could not be deleted; the store's contents were.
    """
    folder = plan.place.folder
    with Engine.open(plan.place.url, runtime="local") as engine:
        batch = engine.batch(plan.batch_id)
        try:
            if not plan.whole:
                return _without_essays(batch, plan, folder, left)
            with _noted_in(left):
                batch.forget()
            is_empty = not engine.summaries()
        except OSError as error:
            raise _undeleted(error) from None
    try:
        return _whole(plan, folder, files=files, is_empty=is_empty)
    except OSError as error:
        raise _undeleted(error) from None


def _undeleted(error: OSError) -> RequestError:
    return RequestError(
        f"The store has deleted it, but the file {error.filename} could not be deleted or rewritten: {error.strerror}."
    )


@contextmanager
def _noted_in(left: list[str]) -> Iterator[None]:
    try:
        yield
    except TracesLeftError as error:
        left.append(str(error))


def _without_essays(batch: Batch, plan: DeletionPlan, folder: Path, left: list[str]) -> list[Path]:
    """Delete the essays from the store, and rewrite the batch's files without them."""
    kept = student_names.kept(folder, plan.batch_id)
    forgotten = [state for state in batch.essay_states if state.essay_id in plan.essay_ids]
    for state in forgotten:
        with _noted_in(left):
            batch.forget(state.essay_id, names=[name] if (name := kept.get(state.essay_id)) else [])
    rest = {essay_id: name for essay_id, name in kept.items() if essay_id not in plan.essay_ids}
    if kept != rest:
        student_names.keep(folder, plan.batch_id, rest)
    files, names = {state.file for state in forgotten}, {kept.get(state.essay_id, "") for state in forgotten}
    intake_notes.forget(folder, plan.batch_id, {*plan.essay_ids, *files, *names})
    run_request.forget_files(folder, files)
    if not (folder / _RESULTS).is_file() or not _is_of(plan.batch_id, folder):
        return []
    gone = [folder / "texts" / f"{essay_id}.txt" for essay_id in plan.essay_ids]
    for path in gone:
        path.unlink(missing_ok=True)
    return [*gone, *_written_anew(batch, folder)]


def _written_anew(batch: Batch, folder: Path) -> list[Path]:
    students, intake = student_names.kept(folder, batch.batch_id), intake_notes.kept(folder, batch.batch_id)
    written = batch.export(folder, formats_for(batch.summary.essays), students=students, intake=intake)
    report = folder / _REPORT_FOLDER
    if report.is_dir():
        shutil.rmtree(report)
        batch.export(report, ["report-folder"], students=students, intake=intake)
        written.append(report)
    return written


def _whole(plan: DeletionPlan, folder: Path, *, files: bool, is_empty: bool) -> list[Path]:
    """Delete the students' names and, if they belong to this batch, the files that a run writes.

    The store's own file is deleted too if it has no batch left.
    """
    student_names.keep(folder, plan.batch_id, {})
    intake_notes.forget(folder, plan.batch_id)
    judge_links.forget(folder, plan.batch_id)
    if not files or not _is_of(plan.batch_id, folder):
        return []
    gone = list(_delete_files(folder, is_empty=is_empty))
    if is_empty and folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()
    return gone


def _delete_files(folder: Path, *, is_empty: bool) -> Iterator[Path]:
    store_files = sorted(folder.glob(f"{STORE_FILE}*")) if is_empty else []
    for path in (*(folder / name for name in _FILES), *store_files):
        if path.is_file():
            path.unlink()
            yield path
    cursors = [path for path in store_files if path.is_dir()]
    for path in (*(folder / name for name in _FOLDERS), *cursors):
        if path.is_dir():
            shutil.rmtree(path)
            yield path


def _is_of(batch_id: str, folder: Path) -> bool:
    """Whether the results in the folder belong to this batch, not to another one that shares the folder."""
    try:
        with (folder / _RESULTS).open(encoding="utf-8") as file:
            head = file.read(_HEAD)
    except OSError:
        return True  # no results were written
    return f'"batch_id": {json.dumps(batch_id, ensure_ascii=False)}' in head
