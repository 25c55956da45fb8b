"""``python -m drivers.lab.benchmark.starting``: where the time of Ray's start goes, by default and when lean."""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Annotated, Any, Final

import typer
from rich.console import Console
from rich.table import Table

from drivers.cli.command_line import program
from drivers.client.engine import Engine
from drivers.lab.benchmark.cpu import CpuByProcess

VARIANTS: Final = {"as Ray starts": "0", "lean": "1"}
SETTING: Final = "ESSAYS_LEAN_RAY"
_SAMPLE: Final = ("-m", "drivers", "run", "--sample", "--pipeline", "spellcheck,nlp")


def started(folder: Path) -> dict[str, Any]:
    """The wall time of opening an engine on Ray in this process, and the CPU time of each process until then."""
    with CpuByProcess() as cpu:
        begun = time.perf_counter()
        with Engine.open(folder / "store.db"):
            wall = time.perf_counter() - begun
            cpu.look()
    return {"wall": wall, "cpu": cpu.by_process}


def _in_a_process_of_its_own(variant: str) -> dict[str, Any]:
    ran = subprocess.run(
        [sys.executable, "-m", "drivers.lab.benchmark.starting", "--one"],
        env={**os.environ, SETTING: VARIANTS[variant]},
        stdout=subprocess.PIPE,
        check=True,
    )
    found: dict[str, Any] = json.loads(ran.stdout.splitlines()[-1])
    return found


def sample_seconds(variant: str) -> tuple[float, float]:
    """A whole run of the sample, from the command to the prompt: wall seconds, and CPU seconds of all processes."""
    with tempfile.TemporaryDirectory() as folder:
        before, begun = os.times(), time.perf_counter()
        subprocess.run(  # noqa: S603  (this program)
            [sys.executable, *_SAMPLE, "--out", folder],
            env={**os.environ, SETTING: VARIANTS[variant]},
            stdout=subprocess.DEVNULL,
            check=True,
        )
        after = os.times()
    used = after.children_user + after.children_system - before.children_user - before.children_system
    return time.perf_counter() - begun, used


def main(
    rounds: Annotated[int, typer.Option(help="How often each, in turn.")] = 3,
    one: Annotated[bool, typer.Option("--one", hidden=True)] = False,
) -> None:
    """Start an engine on Ray, and run the sample, lean and as Ray starts by itself, in turn."""
    if one:
        with tempfile.TemporaryDirectory() as folder:
            typer.echo(json.dumps(started(Path(folder))))
        return
    starts: dict[str, list[dict[str, Any]]] = {variant: [] for variant in VARIANTS}
    samples: dict[str, list[tuple[float, float]]] = {variant: [] for variant in VARIANTS}
    for _ in range(rounds):
        for variant in VARIANTS:
            starts[variant].append(_in_a_process_of_its_own(variant))
            samples[variant].append(sample_seconds(variant))
    _show(starts, samples)


def _show(starts: dict[str, list[dict[str, Any]]], samples: dict[str, list[tuple[float, float]]]) -> None:
    table = Table("seconds (median)", *starts, title="")
    table.add_row(
        "an engine on Ray, ready", *(f"{median(one['wall'] for one in some):.1f}" for some in starts.values())
    )
    table.add_row(
        "the sample, command to prompt", *(f"{median(one[0] for one in some):.1f}" for some in samples.values())
    )
    names = dict.fromkeys(name for some in starts.values() for one in some for name in one["cpu"])
    rows = {name: [median(one["cpu"].get(name, 0.0) for one in some) for some in starts.values()] for name in names}
    table.add_section()
    for name, seconds in sorted(rows.items(), key=lambda row: -max(row[1])):
        if max(seconds) >= 0.05:
            table.add_row(f"CPU of {name}", *(f"{each:.2f}" for each in seconds))
    table.add_row(
        "CPU in all", *(f"{median(sum(one['cpu'].values()) for one in some):.1f}" for some in starts.values())
    )
    Console().print(table)


if __name__ == "__main__":
    program("benchmark.starting", main)
