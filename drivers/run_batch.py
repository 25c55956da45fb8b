"""``python -m drivers.run_batch``: a batch of essays through a pipeline of phases, from files to results."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from contracts.phases import PhaseName
from drivers.batches import Batches, Order, check_batch_id
from drivers.bootstrap import RuntimeKind, Settings
from drivers.finding import store_in
from drivers.following import follow, running
from drivers.intake import Intake, read_essays, sample_assignment, sample_paths
from drivers.mistakes import UserMistake
from drivers.options import ExitCode, clear_errors, phase_options, split_phases

DEFAULT_PIPELINE = "spellcheck,cj_assessment"
out_console = Console()
error_console = Console(stderr=True)


@dataclass(frozen=True, slots=True)
class Run:
    """One run as it was asked for."""

    order: Order
    essays: list[Intake]
    out: Path
    settings: Settings
    strict: bool


def main(  # noqa: PLR0913, PLR0917  (one parameter per command-line option)
    paths: Annotated[
        list[Path] | None, typer.Argument(help="Folders or files with essays.", show_default=False)
    ] = None,
    pipeline: Annotated[str, typer.Option(help="Phases in order, separated by commas.")] = DEFAULT_PIPELINE,
    runtime: Annotated[RuntimeKind, typer.Option(help="On Ray, or in this process.")] = RuntimeKind.RAY,
    store: Annotated[str | None, typer.Option(help="SQLAlchemy URL. [default: an SQLite file in --out]")] = None,
    out: Annotated[Path | None, typer.Option(help="Folder for the results. [default: results/BATCH-ID]")] = None,
    batch_id: Annotated[str | None, typer.Option(help="[default: the folder's name and the time]")] = None,
    language: Annotated[str, typer.Option(help="en, en-GB, en-US, sv, or auto.")] = "auto",
    assignment: Annotated[str, typer.Option(help="What was asked for: a text, or a file with it.")] = "",
    course: Annotated[str, typer.Option(help="Course code.")] = "",
    class_name: Annotated[str, typer.Option("--class", help="Class designation.")] = "",
    teacher: Annotated[str, typer.Option(help="The teacher's name.")] = "",
    workers: Annotated[int | None, typer.Option(min=1, help="Phase workers. [default: one per core]")] = None,
    essay_processes: Annotated[
        int | None, typer.Option(min=0, help="Most essays for each to get a Ray process. [default: by memory]")
    ] = None,
    set_: Annotated[list[str] | None, typer.Option("--set", help="A phase's setting: phase.name=value.")] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Exit code 1 when an essay failed.")] = False,
    sample: Annotated[bool, typer.Option("--sample", help="Run the bundled class of twelve.")] = False,
) -> None:
    """Run a batch of essays through a pipeline of phases.

    Exit codes: 0 done, 1 some essays failed (with --strict), 2 a mistake in the call, 3 the batch failed critically
    or was cancelled, 4 the store or Ray is not available, 130 interrupted.
    """
    with clear_errors(error_console):
        phases = split_phases(pipeline)
        batch_id = batch_id or _made_batch_id(paths, sample)
        check_batch_id(batch_id)
        out = out or Path("results") / batch_id
        run = Run(
            order=Order(
                batch_id=batch_id,
                phases=phases,
                language=language,
                essay_instructions=_assignment(assignment, sample),
                course_code=course,
                class_designation=class_name,
                teacher_name=teacher,
                options=phase_options(set_ or []),
            ),
            essays=_essays(paths or [], sample),
            out=out,
            settings=Settings(
                store=store or store_in(out),
                runtime=runtime,
                workers=workers,
                essay_processes=essay_processes,
                warm=tuple(PhaseName(phase) for phase in phases),
            ),
            strict=strict,
        )
        raise typer.Exit(_carry_out(run))


def _made_batch_id(paths: list[Path] | None, sample: bool) -> str:
    stem = "sample" if sample or not paths else paths[0].resolve().stem
    name = "".join(letter if letter.isalnum() and letter.isascii() else "-" for letter in stem).strip("-") or "batch"
    return f"{name[:60]}-{datetime.now().astimezone():%Y%m%d-%H%M%S}"


def _assignment(given: str, sample: bool) -> str:
    if sample and not given:
        return sample_assignment()
    try:
        is_file = bool(given) and Path(given).is_file()
    except OSError:  # too long for a file name: it is the text itself
        is_file = False
    return Path(given).read_text(encoding="utf-8").strip() if is_file else given


def _essays(paths: list[Path], sample: bool) -> list[Intake]:
    if sample and paths:
        raise UserMistake("Give paths or --sample, not both.")
    if not sample and not paths:
        raise UserMistake("Name a folder with essays, or try the bundled class with --sample.")
    return read_essays(sample_paths() if sample else paths)


def _carry_out(run: Run) -> ExitCode:
    batch_id = run.order.batch_id
    unreadable = sum(essay.failure is not None for essay in run.essays)
    out_console.print(
        f"Batch [bold]{batch_id}[/bold]: {len(run.essays)} essays"
        + (f" ([red]{unreadable} cannot be read[/red])" if unreadable else "")
        + f", {' -> '.join(run.order.phases)}",
        highlight=False,
    )
    with running(run.settings, out_console) as runtime:
        batches = Batches(runtime)
        batches.register(run.order, run.essays)
        return follow(batches, batch_id, run.out, out_console, strict=run.strict)


if __name__ == "__main__":
    typer.run(main)
