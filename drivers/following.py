"""What programs that have a batch run do alike: start a runtime, show the progress, write what came of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console

from actors.runtime.runtime import Runtime
from actors.stores.store import Store
from contracts.phases import BatchStatus
from drivers.batches import Batches
from drivers.bootstrap import Settings, start_runtime
from drivers.options import ExitCode
from drivers.progress import BatchProgress
from drivers.results import collect, write
from drivers.tables import print_results

_SAID = {
    BatchStatus.COMPLETED_SUCCESSFULLY: "[green]completed successfully[/green]",
    BatchStatus.COMPLETED_WITH_FAILURES: "[yellow]completed with failures[/yellow]",
    BatchStatus.FAILED_CRITICALLY: "[red]failed critically: no essay came through[/red]",
    BatchStatus.CONTENT_INGESTION_FAILED: "[red]no essay could be read[/red]",
    BatchStatus.CANCELLED: "[yellow]cancelled[/yellow]",
}


@contextmanager
def running(settings: Settings, console: Console) -> Iterator[Runtime]:
    """A runtime, said to the user and shut down at the end.

    Raises:
        StoreError: the store could not be opened.
        RuntimeUnavailableError: Ray did not start or answer.
    """
    runtime = start_runtime(settings)
    try:
        console.print(f"Running {runtime.describe()}", highlight=False, soft_wrap=True)
        yield runtime
    finally:
        runtime.shutdown()


def follow(batches: Batches, batch_id: str, out: Path, console: Console, *, strict: bool = False) -> ExitCode:
    """Show a batch's progress to its end, then its results; write them to ``out``."""
    try:
        with BatchProgress(batches.store, batch_id, console) as progress:
            status = batches.wait(batch_id, progress.watch)
    except KeyboardInterrupt:
        console.print(
            f"\nInterrupted: what is done is saved. Go on with: python -m drivers.resume_batch {batch_id} --out {out}",
            highlight=False,
            soft_wrap=True,
        )
        return ExitCode.INTERRUPTED
    return _report(batches.store, batch_id, status, out, console, strict=strict)


def _report(  # noqa: PLR0913
    store: Store, batch_id: str, status: BatchStatus, out: Path, console: Console, *, strict: bool
) -> ExitCode:
    results = collect(store, batch_id)
    print_results(results.document, console)
    written = write(results, out)
    console.print(f"Batch {batch_id} {_SAID.get(status, f'is held ({status})')}.", highlight=False)
    console.print("Written: " + ", ".join(str(path) for path in written), highlight=False, soft_wrap=True)
    failed = any(essay["failure"] for essay in results.document["essays"])
    return exit_code_of(status, failed=failed, strict=strict)


def exit_code_of(status: BatchStatus, *, failed: bool, strict: bool) -> ExitCode:
    """What a program's exit code says of a batch with this status."""
    match status:
        case BatchStatus.FAILED_CRITICALLY | BatchStatus.CONTENT_INGESTION_FAILED | BatchStatus.CANCELLED:
            return ExitCode.BATCH_FAILED
        case _ if failed and strict:
            return ExitCode.SOME_FAILED
        case _:
            return ExitCode.DONE
