"""``python -m drivers.operate``: what people do to a batch: pause, resume, cancel, retry, run further, append, drop."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from contracts.phases import PhaseName
from drivers.batches import Batches, known_phases
from drivers.bootstrap import RuntimeKind, Settings
from drivers.finding import DEFAULT_FOLDER, join_cluster_of, store_of
from drivers.following import follow, running
from drivers.options import ExitCode, clear_errors, phase_options, split_phases

app = typer.Typer(help=__doc__, no_args_is_help=True, add_completion=False)
out_console = Console()
error_console = Console(stderr=True)

BatchId = Annotated[str, typer.Argument(help="The batch.")]
Store = Annotated[str | None, typer.Option(help="SQLAlchemy URL. [default: the store in --out, or in results/]")]
Out = Annotated[Path | None, typer.Option(help="The batch's output folder. [default: results/BATCH-ID]")]
Kind = Annotated[RuntimeKind, typer.Option(help="Where to run what is left, if nothing runs the batch now.")]
Phases = Annotated[str, typer.Argument(help="Phases in order, separated by commas.")]


@app.command()
def pause(batch_id: BatchId, store: Store = None, out: Out = None, runtime: Kind = RuntimeKind.RAY) -> None:
    """Hand out no more of the batch's work. What is in hand is finished and saved."""
    _order(batch_id, store, out, runtime, Batches.pause, until=lambda batches: batches.header(batch_id).paused)
    out_console.print(f"Batch {batch_id} is paused.", highlight=False)


@app.command()
def resume(batch_id: BatchId, store: Store = None, out: Out = None, runtime: Kind = RuntimeKind.RAY) -> None:
    """Go on with a paused batch, to its end."""
    _order(batch_id, store, out, runtime, Batches.resume)


@app.command()
def cancel(batch_id: BatchId, store: Store = None, out: Out = None, runtime: Kind = RuntimeKind.RAY) -> None:
    """End the batch now: essays under way are given up, what is done stays done."""
    _order(batch_id, store, out, runtime, Batches.cancel)


@app.command()
def retry(
    batch_id: BatchId,
    phase: Annotated[str | None, typer.Option(help="Only those that failed in this phase.")] = None,
    store: Store = None,
    out: Out = None,
    runtime: Kind = RuntimeKind.RAY,
) -> None:
    """Try again exactly the essays that failed, and take them through the rest of the pipeline."""

    def order(batches: Batches, batch_id: str) -> None:
        tried = batches.retry(batch_id, known_phases([phase])[0] if phase else None)
        out_console.print(f"Trying again: {', '.join(tried)}", highlight=False, soft_wrap=True)

    _order(batch_id, store, out, runtime, order)


@app.command()
def run(  # noqa: PLR0913, PLR0917  (one parameter per command-line option)
    batch_id: BatchId,
    phases: Phases,
    set_: Annotated[list[str] | None, typer.Option("--set", help="A phase's setting: phase.name=value.")] = None,
    store: Store = None,
    out: Out = None,
    runtime: Kind = RuntimeKind.RAY,
) -> None:
    """Run a further pipeline on a finished batch; phases that it has had are reported as skipped."""

    def order(batches: Batches, batch_id: str) -> None:
        had = set(batches.header(batch_id).pipeline)
        wanted = split_phases(phases)
        batches.run_further(batch_id, wanted, phase_options(set_ or []))
        if reused := [name for name in wanted if PhaseName(name) in had]:
            out_console.print(f"Skipped, its results are used again: {', '.join(reused)}", highlight=False)

    _order(batch_id, store, out, runtime, order)


@app.command()
def append(
    batch_id: BatchId, phases: Phases, store: Store = None, out: Out = None, runtime: Kind = RuntimeKind.RAY
) -> None:
    """Add phases to the end of a running batch's pipeline."""
    _order(batch_id, store, out, runtime, lambda batches, name: batches.append(name, split_phases(phases)))


@app.command()
def drop(
    batch_id: BatchId, phases: Phases, store: Store = None, out: Out = None, runtime: Kind = RuntimeKind.RAY
) -> None:
    """Take phases that have not begun out of a running batch's pipeline."""
    _order(batch_id, store, out, runtime, lambda batches, name: batches.drop(name, split_phases(phases)))


def _order(  # noqa: PLR0913, PLR0917
    batch_id: str,
    store: str | None,
    out: Path | None,
    runtime: RuntimeKind,
    order: Callable[[Batches, str], object],
    until: Callable[[Batches], bool] | None = None,
) -> None:
    """Give the order in the cluster that runs the batch, or in a runtime of our own; see the batch to its end."""
    with clear_errors(error_console):
        url = store_of(batch_id, store, out)
        join_cluster_of(url)
        with running(Settings(url, runtime), out_console) as started:
            batches = Batches(started)
            order(batches, batch_id)
            if until is not None:
                started.run(lambda: until(batches))
                return
            code = follow(batches, batch_id, out or DEFAULT_FOLDER / batch_id, out_console)
        if code is not ExitCode.DONE:
            raise typer.Exit(code)


if __name__ == "__main__":
    app(prog_name="python -m drivers.operate")
