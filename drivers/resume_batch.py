"""``python -m drivers.resume_batch``: carry on with batches that a dead driver or cluster left unfinished."""

from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from drivers.batches import Batches, unfinished
from drivers.bootstrap import RuntimeKind, Settings
from drivers.finding import DEFAULT_FOLDER, join_cluster_of, reading, store_of, store_urls
from drivers.following import follow, running
from drivers.options import ExitCode, clear_errors

out_console = Console()
error_console = Console(stderr=True)

Store = Annotated[str | None, typer.Option(help="SQLAlchemy URL. [default: the store in --out, or all in results/]")]
Out = Annotated[Path | None, typer.Option(help="The batch's output folder. [default: results/BATCH-ID]")]


def main(
    batch_ids: Annotated[list[str] | None, typer.Argument(help="[default: all that are unfinished]")] = None,
    store: Store = None,
    out: Out = None,
    runtime: Annotated[RuntimeKind, typer.Option(help="On Ray, or in this process.")] = RuntimeKind.RAY,
    workers: Annotated[int | None, typer.Option(min=1, help="Phase workers. [default: one per core]")] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Exit code 1 when an essay failed.")] = False,
) -> None:
    """Carry on with unfinished batches from their store, to the same results as if nothing had happened.

    Exit codes are those of run_batch; of several batches, the worst.
    """
    with clear_errors(error_console):
        todo = _todo(batch_ids or [], store, out)
        if not todo:
            out_console.print("Nothing to resume: every batch has ended.")
        codes = [_resume(url, batch_id, out, Settings(url, runtime, workers), strict=strict) for url, batch_id in todo]
        raise typer.Exit(max(codes, default=ExitCode.DONE))


def _todo(batch_ids: list[str], store: str | None, out: Path | None) -> list[tuple[str, str]]:
    if batch_ids:
        return [(store_of(batch_id, store, out), batch_id) for batch_id in batch_ids]
    todo: list[tuple[str, str]] = []
    for url in store_urls(store, out):
        with closing(reading(url)) as opened:
            todo.extend((url, batch_id) for batch_id in unfinished(opened))
    return todo


def _resume(url: str, batch_id: str, out: Path | None, settings: Settings, *, strict: bool) -> ExitCode:
    out_console.print(f"Batch [bold]{batch_id}[/bold] goes on from {url}", highlight=False, soft_wrap=True)
    join_cluster_of(url)
    with running(settings, out_console) as runtime:
        batches = Batches(runtime)
        batches.wake_up(batch_id)
        return follow(batches, batch_id, out or DEFAULT_FOLDER / batch_id, out_console, strict=strict)


if __name__ == "__main__":
    typer.run(main)
