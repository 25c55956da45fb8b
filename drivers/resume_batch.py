"""``python -m drivers.resume_batch``: continues batches that were paused, or interrupted by a crash."""

from collections.abc import Iterator
from typing import Annotated, Any

import typer
from pydantic import Field
from rich.markup import escape

from actors.core.batch_state import BatchStage
from actors.runtime.runtime import DEFAULT_NAMESPACE
from drivers.cli.command_line import program
from drivers.cli.completion import known_batches
from drivers.cli.console import Console
from drivers.cli.exit_codes import ExitCode
from drivers.cli.following import follow, opened
from drivers.cli.locating import BatchPlace, all_batches
from drivers.cli.options import Namespace, StoreSettings
from drivers.cli.status import whereabouts
from drivers.client.bootstrap import RuntimeKind
from drivers.client.stores import holders, shown


class ResumeSettings(StoreSettings):
    """Which batches to continue, and where."""

    batch_ids: Annotated[
        list[str],
        typer.Argument(autocompletion=known_batches, show_default=False),
        Field(description="The batches. (default: all unfinished ones)"),
    ] = Field(default_factory=list)
    runtime: Annotated[RuntimeKind, Field(description="Run on Ray, or in this process.")] = RuntimeKind.RAY
    workers: Annotated[int | None, Field(ge=1, description="Number of phase workers. (default: one per core)")] = None
    namespace: Namespace = DEFAULT_NAMESPACE
    strict: Annotated[bool, Field(description="End with exit code 1 if an essay failed.")] = False


def main(settings: ResumeSettings, console: Console) -> ExitCode:
    """Continue unfinished batches from their store, with the same results as if they had not been interrupted.

    A paused batch is continued only if you name it. Exit codes are those of run; for several batches, the worst one.

    Examples: essays resume; essays resume 8b --out results/8b
    """
    store, out, local = settings.store, settings.out, settings.runtime is RuntimeKind.LOCAL
    todo = [BatchPlace(batch_id, store, out, local) for batch_id in settings.batch_ids]
    if not settings.batch_ids:
        todo = list(_unfinished(settings, console))
    for place in todo:
        place.url  # noqa: B018  (raises if there is no such batch, before any of them continues)
    if not todo:
        console.print("Nothing to resume: every batch has ended, is paused, or is being run.")
        console.answer({"resumed": []})
    return max((_resume(place, settings, console) for place in todo), default=ExitCode.DONE)


def _unfinished(settings: ResumeSettings, console: Console) -> Iterator[BatchPlace]:
    """All batches that have not ended, except paused ones and those run by a process that cannot be joined."""
    local = settings.runtime is RuntimeKind.LOCAL
    for url, line in all_batches(settings.store, settings.out, console.warn):
        if line.stage == BatchStage.ENDED:
            continue
        holder = holders(url)(line.batch_id)
        if line.paused:
            console.print(f"Skipped batch {escape(line.batch_id)}, which is paused: resume it by name.")
        elif holder is not None and "ray_address" not in holder["owner"]:
            console.print(f"Skipped batch {escape(line.batch_id)}, which is {escape(whereabouts(line, holder))}.")
        else:
            yield BatchPlace(line.batch_id, settings.store, settings.out, local, found=url)


def _resume(place: BatchPlace, settings: ResumeSettings, console: Console) -> ExitCode:
    how: dict[str, Any] = {
        "runtime": settings.runtime,
        "services": settings.services,
        "workers": settings.workers,
        "namespace": settings.namespace,
    }
    with opened(place.url, console, joining=place.batch_id, **how) as engine:
        console.print(f"Batch [bold]{escape(place.batch_id)}[/bold] continues from {escape(shown(place.url))}")
        return follow(engine.batch(place.batch_id).resume(), place, console, strict=settings.strict)


if __name__ == "__main__":
    program("resume", main)
