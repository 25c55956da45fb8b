"""Shared by commands that run a batch: open an engine, show the progress, write the results."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from rich.markup import escape
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from actors.runtime.runtime import RuntimeGoneError
from actors.stores.store import StoreLostError, StoreUnavailableError
from contracts.phases import BatchStatus
from drivers.cli.console import Console
from drivers.cli.exit_codes import ExitCode, exit_code_of
from drivers.cli.interrupts import end_as_by_ctrl_c
from drivers.cli.invitation import Invitation
from drivers.cli.live_progress import LiveProgress
from drivers.cli.locating import BatchPlace
from drivers.cli.tables import print_results
from drivers.client.batch import Batch
from drivers.client.bootstrap import RuntimeKind
from drivers.client.engine import Engine
from drivers.client.errors import BatchBusyError, BatchExistsError, BatchPausedError, RequestError
from drivers.client.results import BatchResult
from drivers.report.extras import missing_extras
from drivers.report.outputs import LARGEST_REPORT, formats_for

_TEXTS: Final = {
    BatchStatus.COMPLETED_SUCCESSFULLY: "[green]completed successfully[/green]",
    BatchStatus.COMPLETED_WITH_FAILURES: "[yellow]completed with failures[/yellow]",
    BatchStatus.FAILED_CRITICALLY: "[red]failed critically: no essay came through[/red]",
    BatchStatus.CONTENT_INGESTION_FAILED: "[red]failed: no essay could be read[/red]",
    BatchStatus.CANCELLED: "[yellow]cancelled[/yellow]",
}


GRACE_SECONDS = 2.0
"""Wait this long before ending: the program that paused the batch may still be using this program's cluster."""


@contextmanager
def opened(url: str, console: Console, *, essays: int = 0, **how: Any) -> Iterator[Engine]:
    """Open an engine, and print where it runs and how it places the essays. ``how`` goes to ``Engine.open``."""
    with _started(url, console, how) as engine:
        end_as_by_ctrl_c()
        console.print(f"Running {escape(engine.describe(essays))}")
        yield engine


def _started(url: str, console: Console, how: dict[str, Any]) -> Engine:
    """Open the engine; on a terminal, show a running clock, because starting Ray takes a while."""
    if how.get("runtime") == RuntimeKind.LOCAL or not console.terminal.is_terminal:
        return Engine.open(url, **how)
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=console.terminal, transient=True) as clock:
        clock.add_task("Starting or joining Ray", total=None)
        return Engine.open(url, **how)


@contextmanager
def advised(place: BatchPlace) -> Iterator[None]:
    """Add the command that helps to errors about a batch.

    Raises:
        BatchPausedError: the batch is paused.
        BatchExistsError: its name is taken.
        BatchBusyError: another program is running it.
    """
    try:
        yield
    except BatchPausedError:
        raise BatchPausedError(f"Batch {place.batch_id!r} is paused. Continue with: {place.go_on}") from None
    except BatchExistsError as error:
        raise BatchExistsError(f"{error} Or choose another --batch-id.") from None
    except BatchBusyError as error:
        watch = "watch it with essays watch, or choose another --batch-id."
        raise BatchBusyError(f"{str(error).removesuffix('.')}: {watch}") from None


@contextmanager
def hinted(place: BatchPlace) -> Iterator[None]:
    """Add the command that continues the batch to errors with which a store or a runtime ends the program.

    Raises:
        StoreError, RuntimeGoneError: the same error, with the command in its message.
    """
    try:
        yield
    except (StoreUnavailableError, StoreLostError) as error:
        raise type(error)(f"{error} Then continue with: {place.go_on}") from error
    except RuntimeGoneError as error:
        raise RuntimeGoneError(f"{error} Finished work is saved; continue with: {place.go_on}") from None


def follow(
    batch: Batch, place: BatchPlace, console: Console, *, strict: bool = False, invitation: Invitation | None = None
) -> ExitCode:
    """Show a batch's progress until it ends, then show its results and write them to its folder.

    If the batch waits for people to judge, they are invited. A batch that is already paused is not waited for. If it
    is paused meanwhile, this waits until work in progress is finished.
    """
    if batch.is_paused:
        return print_paused(place, console)
    try:
        with hinted(place), invitation or Invitation(batch, place, console) as inviting:
            _until_ended(batch, console, inviting.watch)
    except BatchPausedError:
        time.sleep(GRACE_SECONDS)
        return print_paused(place, console)
    except KeyboardInterrupt:
        console.print(f"\nInterrupted: finished work is saved. Continue with: {escape(place.go_on)}")
        code = ExitCode.INTERRUPTED
        console.answer({"batch_id": batch.batch_id, "interrupted": True, "go_on": place.go_on, "exit_code": int(code)})
        return code
    return _finish(batch, place, console, strict=strict)


def _until_ended(batch: Batch, console: Console, invite: Callable[[], None]) -> None:
    with LiveProgress(batch, console.terminal, starting=lambda: batch.starting) as progress:

        def watch() -> None:
            progress.watch()
            invite()

        batch.until_ended(watch=watch, through_pauses=True)


def print_paused(place: BatchPlace, console: Console) -> ExitCode:
    """Print that the batch is paused, and the command that continues it."""
    console.print(f"Batch {escape(place.batch_id)} is paused. Continue with: {escape(place.go_on)}")
    console.answer({"batch_id": place.batch_id, "paused": True, "go_on": place.go_on})
    return ExitCode.DONE


def _finish(batch: Batch, place: BatchPlace, console: Console, *, strict: bool) -> ExitCode:
    result = batch.snapshot(place.students)
    if not console.as_json:
        print_results(result, console.terminal)
    written = _written(batch, place, len(result.essays))
    console.print(f"Batch {escape(batch.batch_id)} {_TEXTS[result.status]}.")
    console.print(escape("Written: " + ", ".join(map(_from_here, written))))
    _print_of_report(batch.batch_id, len(result.essays), console)
    code = exit_code_of(result.status, failed=bool(result.failed), strict=strict)
    console.answer({**_summary(result), "written": written, "exit_code": int(code)})
    return code


def _written(batch: Batch, place: BatchPlace, essays: int) -> list[str]:
    try:
        return [
            str(path)
            for path in batch.export(place.folder, formats_for(essays), students=place.students, intake=place.intake)
        ]
    except RequestError as error:
        raise RequestError(
            f"{error} The results are safe in the store: fix this, then write them with: essays export "
            f"{batch.batch_id} --to FOLDER"
        ) from None


def _print_of_report(batch_id: str, essays: int, console: Console) -> None:
    if essays > LARGEST_REPORT:
        console.print(
            f"A report on {essays} essays is long, so it was not written. Write it with: "
            f"essays export {escape(batch_id)} --to FOLDER"
        )
        return
    for line in missing_extras():
        console.print(f"[dim]{escape(line)}[/dim]")


def _summary(result: BatchResult) -> dict[str, Any]:
    """The outcome of a run as a document: statuses and counts."""
    phases = [
        {
            "phase_name": phase.phase_name,
            "phase_status": phase.phase_status,
            "processed": len(phase.processed_essay_ids),
            "failed": len(phase.failed_essay_ids),
        }
        for phase in result.phases
    ]
    counts = {"essays": len(result.essays), "failed": len(result.failed)}
    return {"batch_id": result.batch_id, "status": result.status, "phases": phases, **counts}


def _from_here(path: str) -> str:
    """The path relative to the current folder if it is below it, else the path itself."""
    return str(Path(path).relative_to(Path.cwd())) if Path(path).is_relative_to(Path.cwd()) else path
