"""``python -m drivers.lab.benchmark``: what orchestration costs on this machine, measured side by side in one run."""

import json
import platform
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from actors.runtime.cores import usable_cores
from drivers.cli.command_line import program
from drivers.client.engine import Engine
from drivers.lab.benchmark import real
from drivers.lab.benchmark.bare_actors import starts
from drivers.lab.benchmark.floor import loop_seconds
from drivers.lab.benchmark.shares import shares
from drivers.lab.benchmark.workloads import Timing, local, noop_timing, packed, process_per_essay

RUNTIMES: dict[str, Callable[[Path], Engine]] = {
    "Ray, essays packed": packed,
    "Ray, a process per essay": process_per_essay,
    "in process (local)": local,
}
MOST_PROCESSES = 60


def main(
    sizes: Annotated[str, typer.Option(help="Essays per no-op batch.")] = "30,300,3000,30000",
    real_sizes: Annotated[str, typer.Option(help="Essays per batch with real phases; empty: none.")] = "30,300,1000",
    essays: Annotated[list[Path] | None, typer.Option(help="Folders with essays for the real phases.")] = None,
    profile: Annotated[int, typer.Option(help="Essays of the profiled batch; 0: none.")] = 1000,
    out: Annotated[Path, typer.Option(help="The JSON file to write.")] = Path("benchmark.json"),
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")] = False,
) -> None:
    """Measure no-op phases beside a bare loop, real phases beside a bare pool, and the shares of our CPU time.

    All of it takes half an hour. What is measured is written after each step.

    Examples: essays benchmark; essays benchmark --sizes 30,300 --real-sizes "" --profile 0 --json
    """
    console = Console(stderr=as_json)
    document: dict[str, Any] = {"machine": machine(), "noop": [], "real": [], "shares": {}}
    for count in _numbers(sizes):
        document["noop"] += [floor(count), *[timing.as_dict() for timing in ours(count, console)]]
        _write(document, out)
    for count in _numbers(real_sizes):
        document["real"].append(real.ratio(count, essays or []))
        _write(document, out)
    if profile:
        document["shares"] = shares(profile)
    _write(document, out)
    if as_json:
        typer.echo(json.dumps(document))
    else:
        show(document, console)


def _numbers(text: str) -> list[int]:
    try:
        return [int(number) for number in text.split(",") if number.strip()]
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no list of numbers, as in 30,300.") from None


def _write(document: dict[str, Any], out: Path) -> None:
    out.write_text(json.dumps(document, indent=1) + "\n")


def machine() -> dict[str, Any]:
    """The machine that this was measured on, and the date."""
    return {
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
        "cores": usable_cores(),
        "python": platform.python_version(),
        "system": platform.platform(),
    }


def floor(count: int) -> dict[str, Any]:
    """The bare loop, with a commit per phase and per step; and, for a class, the start of as many empty actors."""
    is_class = count <= MOST_PROCESSES
    kinds = {"empty_ray_actors": False, "empty_ray_actors_forked": True} if is_class else {}
    actors = {name: asdict(starts(count, forked=forked)) for name, forked in kinds.items()}
    with tempfile.TemporaryDirectory() as folder:
        per_phase = loop_seconds(count, Path(folder) / "phase.db", commit_each_step=False)
        per_step = loop_seconds(count, Path(folder) / "step.db", commit_each_step=True)
    return {
        "what": "floor",
        "essays": count,
        "loop_commit_a_phase": per_phase,
        "loop_commit_a_step": per_step,
        **actors,
    }


def ours(count: int, console: Console) -> list[Timing]:
    """Timings of each of our runtimes; with a process per essay only for a class."""
    timings = []
    for name, opened in RUNTIMES.items():
        if opened is process_per_essay and count > MOST_PROCESSES:
            continue
        timings.append(noop_timing(name, count, opened))
        console.print(f"{name}: {count} essays in {timings[-1].wall:.2f} s", highlight=False)
    return timings


def show(document: dict[str, Any], console: Console) -> None:
    """Print the tables."""
    columns = ("essays", "wall s", "steps/s", "first result s", "start-up s", "peak MB")
    noop = Table("no-op phases, durable", *columns, title="")
    for row in document["noop"]:
        for cells in _floor_rows(row) if row["what"] == "floor" else [_our_row(row)]:
            noop.add_row(*cells)
    console.print(noop)
    real_table = Table("real phases (spellcheck, nlp)", "pool s", "ours s", "ours / pool")
    for row in document["real"]:
        seconds = (f"{row['pool_seconds']:.2f}", f"{row['our_seconds']:.2f}")
        real_table.add_row(f"{row['essays']} essays", *seconds, f"{row['ratio']:.2f}")
    console.print(real_table)
    shares_table = Table("our CPU per essay-phase", "microseconds")
    for part, microseconds in document["shares"].items():
        shares_table.add_row(part, f"{microseconds:.0f}")
    console.print(shares_table)


def _floor_rows(row: dict[str, Any]) -> Iterator[tuple[str, ...]]:
    names = {"loop_commit_a_phase": "plain loop, a commit a phase", "loop_commit_a_step": "plain loop, a commit a step"}
    for key, name in names.items():
        yield name, str(row["essays"]), f"{row[key]:.3f}"
    starting = {"empty_ray_actors": "start of as many empty Ray actors", "empty_ray_actors_forked": "the same, forked"}
    for key, name in starting.items():
        if key in row:
            each = f"{row[key]['megabytes_each']:.0f} each"
            yield name, str(row["essays"]), f"{row[key]['seconds']:.3f}", "", "", "", each


def _our_row(row: dict[str, Any]) -> tuple[str, ...]:
    seconds = (f"{row['wall']:.3f}", str(row["steps_per_second"]), f"{row['first_result']:.2f}")
    return row["what"], str(row["essays"]), *seconds, f"{row['start_up']:.1f}", f"{row['megabytes']:.0f}"


if __name__ == "__main__":
    program("benchmark", main)
