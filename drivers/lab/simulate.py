"""``essays simulate``: the real actors under thousands of hostile, repeatable schedules."""

import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from typing import Annotated, Final, NamedTuple

import typer
from rich.markup import escape
from rich.progress import track

from actors.runtime.cores import usable_cores
from actors.simulation.simulate import SeedResult, simulate
from drivers.cli.command_line import program
from drivers.cli.console import Console
from drivers.cli.exit_codes import ExitCode
from drivers.cli.options import Json
from drivers.client.requested_phases import known_phases

SEEDS_AT_A_TIME: Final = 8

Seeds = Annotated[int, typer.Option(min=1, help="How many seeds to play.")]
First = Annotated[int, typer.Option(help="The first of them.")]
Seed = Annotated[int | None, typer.Option(help="Play this one seed, and print its trace.")]
Essays = Annotated[int, typer.Option(min=1, help="Essays of the batch.")]
Phases = Annotated[int, typer.Option(min=1, help="Phases of its pipeline, at the most.")]
Also = Annotated[list[str] | None, typer.Option(help="A phase that was added: pipelines may have it, too.")]
Lines = Annotated[int, typer.Option(min=0, help="How many lines of the trace to print; 0: all.")]


def main(
    seeds: Seeds = 300,
    first: First = 0,
    seed: Seed = None,
    essays: Essays = 6,
    phases: Phases = 3,
    also: Also = None,
    lines: Lines = 0,
    as_json: Json = False,
) -> None:
    """Run the real actors under hostile schedules that can be repeated, until one violates an invariant.

    The seed that does is printed with its trace; --seed plays one again.
    Exit codes: 0 every invariant holds, 1 one is violated.

    Examples: essays simulate --seeds 3000; essays simulate --seed 17 --lines 40
    """
    console = Console(as_json=as_json)
    with console.clear_errors():
        known_phases(also or [])  # registers them
        flags = [f"--essays {essays}", f"--phases {phases}", *(f"--also {phase}" for phase in also or ())]
        numbers = range(first, first + seeds) if seed is None else range(seed, seed + 1)
        campaign = _play(numbers, essays, phases, console)
        if campaign.violation is not None or seed is not None:
            number = numbers[0] if campaign.failed_seed is None else campaign.failed_seed
            _print_trace(simulate(number, essays=essays, phases=phases, traced=True), lines, flags, console)
        console.answer({**campaign._asdict(), "passed": campaign.violation is None})
    raise typer.Exit(ExitCode.DONE if campaign.violation is None else ExitCode.SOME_FAILED)


class Campaign(NamedTuple):
    """The result of a campaign: the seeds played, their steps, and the first seed that failed."""

    seeds: int
    steps: int
    failed_seed: int | None = None
    violation: str | None = None


def _play(numbers: range, essays: int, phases: int, console: Console) -> Campaign:
    """Play the seeds until one violates an invariant."""
    begun, steps, virtual = time.perf_counter(), 0, 0.0
    with _players() as players:
        verdicts = players.map(partial(simulate, essays=essays, phases=phases), numbers, chunksize=SEEDS_AT_A_TIME)
        shown = track(verdicts, "Playing seeds", total=len(numbers), console=console.terminal, transient=True)
        for played, verdict in enumerate(shown, 1):
            steps, virtual = steps + verdict.steps, virtual + verdict.seconds
            if verdict.violation is not None:
                players.shutdown(wait=False, cancel_futures=True)
                console.print(escape(f"Seed {verdict.seed} fails after {played} seeds: {verdict.violation}"))
                return Campaign(played, steps, verdict.seed, str(verdict.violation))
    seconds = time.perf_counter() - begun
    console.print(
        f"{len(numbers)} seeds hold: {steps:,} steps, {virtual / 3600:.1f} virtual hours in {seconds:.1f} s "
        f"({len(numbers) / seconds:.0f} seeds/s)."
    )
    return Campaign(len(numbers), steps)


def _players() -> ProcessPoolExecutor:
    """A pool of a process per core; they are forked, so that phases known here are known there as well."""
    return ProcessPoolExecutor(usable_cores(), mp_context=get_context("fork"))


def _print_trace(verdict: SeedResult, lines: int, flags: Sequence[str], console: Console) -> None:
    for line in verdict.trace[-lines:]:
        console.terminal.out(line, highlight=False)
    end = verdict.violation or "every invariant holds"
    again = " ".join(["essays simulate", f"--seed {verdict.seed}", *flags])
    console.print(escape(f"Seed {verdict.seed}: {end}. Again: {again}"))


if __name__ == "__main__":
    program("simulate", main)
