"""``essays forget BATCH``: delete a batch; ``--student``: delete the essays of one student, and keep the rest."""

import shlex
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

import typer
from pydantic import Field
from rich.markup import escape

from actors.core.essay_state import EssayState
from actors.stores.store import TracesLeftError
from drivers.cli.asking import confirmed
from drivers.cli.command_line import program
from drivers.cli.completion import known_batches
from drivers.cli.console import Console
from drivers.cli.deletion import DeletionPlan, carry_out
from drivers.cli.locating import BatchPlace, all_batches
from drivers.cli.options import StoreSettings
from drivers.cli.ray_logs import sessions_naming
from drivers.client.engine import Engine
from drivers.client.errors import RequestError
from drivers.client.stores import shown
from drivers.intake.ids import slug


class ForgetSettings(StoreSettings):
    """What to delete."""

    batch_id: Annotated[
        str | None,
        typer.Argument(autocompletion=known_batches, show_default=False),
        Field(description="The batch; with --student, look only in this one."),
    ] = None
    student: Annotated[
        str | None, Field(description="A student's name, or an essay's id: delete only these essays.")
    ] = None
    files: Annotated[bool, Field(description="Also delete the files that were written for the batch.")] = False
    yes: Annotated[bool, Field(description="Do not ask for confirmation.")] = False


def main(settings: ForgetSettings, console: Console) -> None:
    """Delete a batch: its essays, texts, results and events. Anything that another batch needs is kept.

    With --student, only that student's essays are deleted, in every batch; the rest of each batch is kept, and its
    files are rewritten. You have to delete copies that you made (exports, backups) and the files handed in yourself.

    Examples: essays forget 8b --files; essays forget --student "Anna Berg"; essays forget 8b --student essay-07
    """
    plans, perhaps = _planned(settings)
    for plan in plans:
        console.print(f"To be deleted: {escape(_described(plan))}")
    if perhaps:
        console.print(f"[yellow]{escape('Possibly also theirs, but not deleted: ' + ', '.join(perhaps))}[/yellow]")
    if not settings.yes and not confirmed("Delete for good?"):
        raise RequestError("Nothing was deleted. To delete without being asked, add --yes.")
    files, words = settings.files or settings.student is not None, _words(settings, plans)
    left: list[str] = []
    touched = [path for plan in plans for path in carry_out(plan, files=files, left=left)]
    console.print(f"Deleted. Files and folders deleted or rewritten: {len(touched)}.")
    logs = sessions_naming(words)
    if logs:
        named = shlex.join(map(str, logs))
        console.print(f"[yellow]{escape(f'Ray logs name it. Once that cluster has ended: rm -r {named}')}[/yellow]")
    console.answer({**_answer(plans, touched), "ray_logs": [str(path) for path in logs]})
    if left:
        raise TracesLeftError(left[0])


def _words(settings: ForgetSettings, plans: Sequence[DeletionPlan]) -> set[str]:
    """Words that would identify a student in a log: student names and essay ids."""
    words = {settings.student} if settings.student else set()
    for plan in plans:
        names = plan.place.students
        ids = plan.essay_ids or _ids_in(plan.place)
        words |= {*ids, *(name for essay_id in ids if (name := names.get(essay_id)))}
    return words


def _ids_in(place: BatchPlace) -> list[str]:
    with Engine.reader(place.url) as reader:
        return [essay.essay_id for essay in reader.batch(place.batch_id).essay_states]


def _described(plan: DeletionPlan) -> str:
    essays = f"essay {', '.join(plan.essay_ids)} of " if plan.essay_ids else ""
    rest = "" if not plan.essay_ids else ", its only essays" if plan.whole else "; the rest of the batch is kept"
    return f"{essays}batch {plan.batch_id} in {shown(plan.place.url)}{rest}"


def _answer(plans: Sequence[DeletionPlan], touched: Sequence[Path]) -> dict[str, object]:
    return {
        "forgotten": [each.batch_id for each in plans if each.whole],
        "essays": {each.batch_id: list(each.essay_ids) for each in plans if each.essay_ids},
        "deleted": [str(path) for path in touched if not path.exists()],
        "written": [str(path) for path in touched if path.exists()],
    }


def _planned(settings: ForgetSettings) -> tuple[list[DeletionPlan], list[str]]:
    """What to delete, and other essays that may be the student's because of their file names."""
    batch_id, student = settings.batch_id, settings.student
    if student is None:
        if batch_id is None:
            raise RequestError("Name a batch, or a student with --student.")
        place = BatchPlace(batch_id, settings.store, settings.out)
        place.url  # noqa: B018  (raises where there is no such batch)
        return [DeletionPlan(place)], []
    found = [_essays_of(student, place) for place in _places(settings)]
    plans = [plan for plan, _ in found if plan is not None]
    perhaps = [name for _, alike in found for name in alike]
    if not plans:
        others = f" If it is one of these, name its id: {', '.join(perhaps)}." if perhaps else ""
        raise RequestError(f"There is no essay by {student!r} in {batch_id or 'any batch here'}.{others}")
    return plans, perhaps


def _places(settings: ForgetSettings) -> Iterator[BatchPlace]:
    if settings.batch_id is not None:
        yield BatchPlace(settings.batch_id, settings.store, settings.out)
        return
    for url, line in all_batches(settings.store, settings.out):
        yield BatchPlace(line.batch_id, settings.store, settings.out, found=url)


def _essays_of(student: str, place: BatchPlace) -> tuple[DeletionPlan | None, list[str]]:
    """The student's essays, by matched name or by essay id, and essays whose file names resemble the student's name."""
    names = place.students
    with Engine.reader(place.url) as reader:
        essays = reader.batch(place.batch_id).essay_states
    theirs = tuple(essay.essay_id for essay in essays if _is_theirs(student, essay, names.get(essay.essay_id)))
    alike = [
        f"{essay.essay_id} ({essay.file})"
        for essay in essays
        if _is_alike(student, essay) and essay.essay_id not in names and essay.essay_id not in theirs
    ]
    return DeletionPlan(place, theirs, whole=len(theirs) == len(essays)) if theirs else None, alike


def _is_theirs(student: str, essay: EssayState, name: str | None) -> bool:
    """Whether an essay is the student's. One matched to another student is not, whatever its file is called."""
    wanted = student.casefold()
    if essay.essay_id.casefold() == wanted:
        return True
    return name.casefold() == wanted if name else essay.essay_id == slug(student)


def _is_alike(student: str, essay: EssayState) -> bool:
    file = "-".join(slug(part) for part in essay.file.split("/"))
    return all(part in file for part in slug(student).split("-"))


if __name__ == "__main__":
    program("forget", main)
