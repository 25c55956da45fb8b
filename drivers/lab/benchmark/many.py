"""``python -m drivers.lab.benchmark.many``: many batches at once on one engine: speed, fairness and bottleneck."""

import json
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from statistics import median
from typing import Annotated, Any, Literal

import typer
from rich.console import Console
from rich.table import Table

from actors.stores.store import Store
from contracts.events import ProcessingEvent, completed_event_of, topic_name
from drivers.cli.command_line import program
from drivers.client.engine import Engine
from drivers.lab.benchmark import noop
from drivers.lab.benchmark.cpu import CpuByProcess
from drivers.lab.benchmark.floor import loop_seconds
from drivers.lab.benchmark.memory import PeakMemory
from drivers.lab.benchmark.workloads import run

_BEGUN = topic_name(ProcessingEvent.BATCH_ESSAYS_REGISTERED)
_FIRST = topic_name(completed_event_of(noop.PHASES[0]))
_ENDED = topic_name(ProcessingEvent.BATCH_PIPELINE_COMPLETED)


@dataclass(frozen=True, slots=True)
class Load:
    """A number of batches of the same size, submitted one right after the other."""

    batches: int
    essays: int

    @property
    def steps(self) -> int:
        """Essay-phases in all."""
        return self.batches * noop.steps(self.essays)


@dataclass(frozen=True, slots=True)
class Outcome:
    """The measurements of a load. Times are in seconds; a batch's time is from its registration to its end.

    ``submitted`` is when the last batch had been submitted. ``busiest`` is the process that used most CPU, and
    ``cores`` is how many cores it used. ``floor`` is the plain loop over as many steps, in the same run.
    """

    load: Load
    wall: float
    floor: float
    submitted: float
    fastest: float
    middle: float
    slowest: float
    first_result: float
    megabytes: float
    cpu_seconds: float
    busiest: str
    cores: float

    @property
    def steps_per_second(self) -> float:
        """Essay-phases a second, of all batches together."""
        return self.load.steps / self.wall

    def as_dict(self) -> dict[str, Any]:
        """The measurements, for JSON."""
        return {**asdict(self), "steps_per_second": round(self.steps_per_second)}


def measured(load: Load, engine: Engine) -> Outcome:
    """Run a load on an engine that has been warmed up."""
    names = [f"many-{load.essays}-{number:03}" for number in range(load.batches)]
    floor = _floor(load)
    essays = {name: noop.essays(load.essays, name) for name in names}
    with PeakMemory(seconds_between=2.0) as memory, CpuByProcess() as cpu:
        begun = time.perf_counter()
        batches = [engine.submit(name, essays[name], pipeline=noop.PHASES, language="en") for name in names]
        submitted = time.perf_counter() - begun
        for batch in batches:
            batch.until_ended()
        wall = time.perf_counter() - begun
    times = [_times(engine.store, name) for name in names]
    lasted = sorted((ended - registered).total_seconds() for registered, _, ended in times)
    busiest, seconds = cpu.busiest
    return Outcome(
        load=load,
        wall=wall,
        floor=floor,
        submitted=submitted,
        fastest=lasted[0],
        middle=median(lasted),
        slowest=lasted[-1],
        first_result=max((first - registered).total_seconds() for registered, first, _ in times),
        megabytes=memory.megabytes,
        cpu_seconds=cpu.seconds,
        busiest=busiest,
        cores=seconds / wall,
    )


def _floor(load: Load) -> float:
    with tempfile.TemporaryDirectory() as folder:
        return loop_seconds(load.batches * load.essays, Path(folder) / "floor.db", commit_each_step=True)


def _times(store: Store, batch_id: str) -> tuple[datetime, datetime, datetime]:
    """When a batch was registered, had its first result, and ended."""
    found: dict[str, datetime] = {}
    for logged in store.events(batch_id):
        found.setdefault(logged.event.event_type, logged.event.timestamp)
    return found[_BEGUN], found[_FIRST], found[_ENDED]


@contextmanager
def _engine(runtime: Literal["ray", "local"], store: str) -> Iterator[Engine]:
    with tempfile.TemporaryDirectory() as folder:
        url = store or str(Path(folder) / "store.db")
        ray: dict[str, Any] = {"essay_processes": 0, "warm": noop.PHASES} if runtime == "ray" else {}
        with Engine.open(url, runtime=runtime, services=noop.services(), **ray) as engine:
            run(engine, "warm-up", noop.essays(30, "warm-up"), noop.PHASES)
            yield engine


def _loads(text: str) -> Sequence[Load]:
    try:
        return [Load(*map(int, each.split("x"))) for each in text.split(",")]
    except (ValueError, TypeError):
        raise typer.BadParameter(f"{text!r} is no list of loads, as in 20x300,300x30.") from None


def main(
    loads: Annotated[str, typer.Option(help="Batches x essays, separated by commas.")] = "20x300,300x30",
    runtimes: Annotated[str, typer.Option(help="local, ray, or both, separated by a comma.")] = "local,ray",
    store: Annotated[str, typer.Option(help="An empty store's URL (PostgreSQL, say); empty: a new SQLite file.")] = "",
    out: Annotated[Path, typer.Option(help="The JSON file to write.")] = Path("many.json"),
) -> None:
    """Submit many no-op batches at once to one engine, and say how fast, how fair, and what limits.

    A store that is given keeps the batches: give an empty one each time.

    Examples: python -m drivers.lab.benchmark.many --loads 20x300 --runtimes local
    """
    console = Console()
    document = []
    kinds: dict[str, Callable[[], Any]] = {
        "local": lambda: _engine("local", store),
        "ray": lambda: _engine("ray", store),
    }
    for runtime in runtimes.split(","):
        with kinds[runtime]() as engine:
            for load in _loads(loads):
                document.append({"runtime": runtime, **measured(load, engine).as_dict()})
                out.write_text(json.dumps(document, indent=1) + "\n")
    _show(document, console)


def _show(document: Sequence[dict[str, Any]], console: Console) -> None:
    columns = ("wall s", "floor s", "steps/s", "batch s: fastest", "middle", "slowest", "first result s", "peak MB")
    table = Table("no-op batches at once", *columns, "CPU s", "busiest process", title="")
    for row in document:
        seconds = [f"{row[name]:.2f}" for name in ("fastest", "middle", "slowest", "first_result")]
        table.add_row(
            f"{row['runtime']}: {row['load']['batches']} x {row['load']['essays']}",
            f"{row['wall']:.1f}",
            f"{row['floor']:.1f}",
            str(row["steps_per_second"]),
            *seconds,
            f"{row['megabytes']:.0f}",
            f"{row['cpu_seconds']:.1f}",
            f"{row['busiest']} ({row['cores']:.0%} of a core)",
        )
    console.print(table)


if __name__ == "__main__":
    program("benchmark.many", main)
