"""``python -m drivers.simulate --seeds 3000``: the real actors under thousands of hostile, repeatable schedules.

Stops at the first seed that violates an invariant, and prints its trace; ``--seed N`` plays one seed again. With
``--mutation LABEL`` a known bug is planted first: then a violation is what is expected.
"""

import time
from concurrent.futures import ProcessPoolExecutor
from contextlib import nullcontext
from functools import partial
from multiprocessing import get_context
from os import cpu_count
from typing import Annotated, Final

import typer
from rich.console import Console
from rich.progress import track

from actors.runtime.simulation.mutations import MUTATIONS
from actors.runtime.simulation.simulate import Verdict, simulate
from drivers.mistakes import UserMistake
from drivers.options import ExitCode, clear_errors

SEEDS_AT_A_TIME: Final = 8
app = typer.Typer(help=__doc__, add_completion=False)
console = Console()

Seeds = Annotated[int, typer.Option(min=1, help="How many seeds to play.")]
First = Annotated[int, typer.Option(help="The first of them.")]
Seed = Annotated[int | None, typer.Option(help="Play this one seed, and print its trace.")]
Essays = Annotated[int, typer.Option(min=1, help="Essays of the batch.")]
Phases = Annotated[int, typer.Option(min=1, max=4, help="Phases of its pipeline.")]
Planted = Annotated[str | None, typer.Option("--mutation", help="Plant this bug first.")]
Listed = Annotated[bool, typer.Option("--list-mutations", help="List the bugs that can be planted.")]
Lines = Annotated[int, typer.Option(min=0, help="How many lines of the trace to print; 0: all.")]


@app.command(help=__doc__)
def main(
    seeds: Seeds = 300,
    first: First = 0,
    seed: Seed = None,
    essays: Essays = 6,
    phases: Phases = 3,
    mutation: Planted = None,
    list_mutations: Listed = False,
    lines: Lines = 0,
) -> None:
    """Play seeds until one fails."""
    with clear_errors(console):
        if list_mutations:
            _list_mutations()
            return
        if mutation is not None and mutation not in MUTATIONS:
            raise UserMistake(f"There is no mutation {mutation!r}: see --list-mutations.")
        numbers = range(first, first + seeds) if seed is None else range(seed, seed + 1)
        with MUTATIONS[mutation].planted() if mutation else nullcontext():
            failed = _first_failure(numbers, essays, phases)
            if failed is not None or seed is not None:
                number = numbers[0] if failed is None else failed
                _print_trace(simulate(number, essays=essays, phases=phases, traced=True), lines, mutation)
    raise typer.Exit(ExitCode.DONE if failed is None else ExitCode.SOME_FAILED)


def _first_failure(numbers: range, essays: int, phases: int) -> int | None:
    """The first seed that violates an invariant."""
    begun, steps, virtual = time.perf_counter(), 0, 0.0
    with _players() as players:
        verdicts = players.map(partial(simulate, essays=essays, phases=phases), numbers, chunksize=SEEDS_AT_A_TIME)
        shown = track(verdicts, "Playing seeds", total=len(numbers), console=console, transient=True)
        for played, verdict in enumerate(shown, 1):
            steps, virtual = steps + verdict.steps, virtual + verdict.seconds
            if verdict.violation is not None:
                players.shutdown(wait=False, cancel_futures=True)
                said = f"Seed {verdict.seed} fails after {played} seeds: {verdict.violation}"
                console.print(said, highlight=False, markup=False)
                return verdict.seed
    seconds = time.perf_counter() - begun
    console.print(
        f"{len(numbers)} seeds hold: {steps:,} steps, {virtual / 3600:.1f} virtual hours in {seconds:.1f} s "
        f"({len(numbers) / seconds:.0f} seeds/s)."
    )
    return None


def _players() -> ProcessPoolExecutor:
    """A process per core. Forked, so that a bug that was planted here is planted there as well."""
    return ProcessPoolExecutor(cpu_count(), mp_context=get_context("fork"))


def _print_trace(verdict: Verdict, lines: int, mutation: str | None) -> None:
    for line in verdict.trace[-lines:]:
        console.out(line, highlight=False)
    end = verdict.violation or "every invariant holds"
    planted = f" --mutation {mutation}" if mutation else ""
    again = f"python -m drivers.simulate --seed {verdict.seed}{planted}"
    console.print(f"Seed {verdict.seed}: {end}. Again: {again}", markup=False)


def _list_mutations() -> None:
    for mutation in MUTATIONS.values():
        console.print(f"{mutation.label:28} {mutation.what} (found within {mutation.finds_within} seeds)", markup=False)


if __name__ == "__main__":
    app(prog_name="python -m drivers.simulate")
