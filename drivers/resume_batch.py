"""``python -m drivers.resume_batch``: carry on with batches that were paused, or that a dead driver or cluster left."""

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
    """Which batches go on, and where."""

    batch_ids: Annotated[
        list[str],
        typer.Argument(autocompletion=known_batches, show_default=False),
        Field(description="Batches (default: all that are unfinished)."),
    ] = Field(default_factory=list)
    runtime: Annotated[RuntimeKind, Field(description="On Ray, or in this process.")] = RuntimeKind.RAY
    workers: Annotated[int | None, Field(ge=1, description="Phase workers. (default: one per core)")] = None
    namespace: Namespace = DEFAULT_NAMESPACE
    strict: Annotated[bool, Field(description="Exit code 1 when an essay failed.")] = False


def main(settings: ResumeSettings, console: Console) -> ExitCode:
    """Carry on with unfinished batches from their store, to the same results as if nothing had happened.

    A paused batch goes on where it is named. Exit codes are those of run; of several batches, the worst.

    Examples: essays resume; essays resume 8b --out results/8b
    """
    store, out, local = settings.store, settings.out, settings.runtime is RuntimeKind.LOCAL
    todo = [BatchPlace(batch_id, store, out, local) for batch_id in settings.batch_ids]
    if not settings.batch_ids:
        todo = list(_unfinished(settings, console))
    for place in todo:
        place.url  # noqa: B018  (raises where there is no such batch: before any of them goes on)
    if not todo:
        console.print("Nothing to resume: every batch has ended, is paused, or is being run.")
        console.answer({"resumed": []})
    return max((_resume(place, settings, console) for place in todo), default=ExitCode.DONE)


def _unfinished(settings: ResumeSettings, console: Console) -> Iterator[BatchPlace]:
    """All that have not ended, but for those that somebody has paused, or runs in a process that cannot be joined."""
    local = settings.runtime is RuntimeKind.LOCAL
    for url, line in all_batches(settings.store, settings.out, console.warn):
        if line.stage == BatchStage.ENDED:
            continue
        holder = holders(url)(line.batch_id)
        if line.paused:
            console.print(f"Batch {escape(line.batch_id)} is paused: resume it by its name.")
        elif holder is not None and "ray_address" not in holder["owner"]:
            console.print(f"Batch {escape(line.batch_id)} is {escape(whereabouts(line, holder))}: left alone.")
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
        console.print(f"Batch [bold]{escape(place.batch_id)}[/bold] goes on from {escape(shown(place.url))}")
        return follow(engine.batch(place.batch_id).resume(), place, console, strict=settings.strict)


if __name__ == "__main__":
    program("resume", main)
