"""``python -m drivers.lab.chaos``: run real batches on Ray, kill real processes, and check that nothing is lost."""

import json
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from statistics import median
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from drivers.cli.command_line import program
from drivers.client.bootstrap import RuntimeKind
from drivers.client.errors import RequestError
from drivers.lab.chaos.campaign import Kill, Round, Stuck, campaign
from drivers.lab.chaos.outages import CannotBeStruck
from drivers.lab.chaos.plan import IN_ONE_PROCESS, ON_RAY, Victim, plan
from drivers.lab.chaos.scene import SceneSetup


def main(
    kills: Annotated[int, typer.Option(min=1, help="How many kills.")] = 20,
    essays: Annotated[int, typer.Option(min=1, help="Essays in each batch.")] = 60,
    only: Annotated[list[Victim] | None, typer.Option(help="Kill only this kind; may be given again.")] = None,
    seed: Annotated[int, typer.Option(help="Of the choice of victims and moments.")] = 1,
    seconds: Annotated[float, typer.Option(min=0, help="How long one call of a service takes.")] = 0.02,
    essay_processes: Annotated[int, typer.Option(min=0, help="The most essays to get a process each.")] = 60,
    runtime: Annotated[RuntimeKind, typer.Option(help="On Ray, or in one process.")] = RuntimeKind.RAY,
    patience: Annotated[float, typer.Option(min=1, help="Seconds in which an event must be logged.")] = 180.0,
    folder: Annotated[Path | None, typer.Option(help="Keep the store and the logs there.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
) -> None:
    """Kill processes with SIGKILL at random moments of real batches, and compare with undisturbed runs.

    Exit code 0: nothing was lost, and no stored work repeated; 1: otherwise.

    Examples: essays chaos --kills 5 --essays 12; essays chaos --only worker --json; essays chaos --runtime local
    """
    place = folder or Path(tempfile.mkdtemp(prefix="chaos-"))
    place.mkdir(parents=True, exist_ok=True)
    setup = SceneSetup(place.resolve(), essays, seconds, essay_processes, runtime)
    strikes = plan(seed, kills, _victims(only, runtime))
    console = Console(stderr=as_json)
    try:
        rounds, failure = _struck(campaign(setup, strikes, seed, patience), console)
    except CannotBeStruck as lacking:
        raise RequestError(f"{lacking}. Without it: --only, with the other victims.") from None
    report = summary(rounds, kills, failure)
    if as_json:
        print(json.dumps({**report, "rounds": [asdict(each) for each in rounds]}, indent=1))
    else:
        console.print(_table([kill for each in rounds for kill in each.kills]))
        console.print_json(data=report)
    if report["passed"] and folder is None:
        shutil.rmtree(place)
    elif not report["passed"]:
        console.print(f"The store, the calls and what the drivers said are in {place}.", highlight=False)
    raise typer.Exit(0 if report["passed"] else 1)


def _victims(only: Sequence[Victim] | None, runtime: RuntimeKind) -> Sequence[Victim]:
    """The requested victims, or all that this runtime has.

    Raises:
        RequestError: this runtime has no victim of a requested kind.
    """
    there = ON_RAY if runtime is RuntimeKind.RAY else IN_ONE_PROCESS
    for victim in only or ():
        if victim not in there:
            raise RequestError(f"With --runtime {runtime} there is no {victim}: only {', '.join(there)}.")
    return only or there


def _struck(campaign: Iterator[Round], console: Console) -> tuple[list[Round], str]:
    """The rounds, each printed as it ends, and why the campaign stopped early (empty if it did not)."""
    rounds: list[Round] = []
    try:
        for each in campaign:
            rounds.append(each)
            console.print(_line(each), highlight=False, soft_wrap=True)
    except Stuck as stuck:
        return rounds, str(stuck)
    return rounds, ""


def summary(rounds: Sequence[Round], planned: int, failure: str = "") -> dict[str, Any]:
    """The figures of a campaign; ``failure`` says why it stopped early, if it did."""
    kills = sum(len(each.kills) for each in rounds)
    lost = sum(len(each.verdict.lost) for each in rounds)
    repeated = sum(each.verdict.repeated for each in rounds)
    wrong = [f"{each.verdict.batch_id}: {what}" for each in rounds for what in each.verdict.wrong]
    return {
        "passed": not (lost or repeated or wrong or failure),
        "batches": len(rounds),
        "kills": kills,
        "came_too_late": planned - kills if not failure else 0,
        "losses": lost,
        "repeats_of_stored_work": repeated,
        "steps_repeated": sum(each.verdict.redone for each in rounds),
        "most_steps_repeated_a_kill": max((_a_kill(each) for each in rounds), default=0),
        "wrong": [*wrong, *([failure] if failure else [])],
    }


def _a_kill(struck: Round) -> float:
    """How many steps of a batch were repeated per kill."""
    return round(struck.verdict.redone / max(1, len(struck.kills)), 1)


def _line(struck: Round) -> str:
    verdict = struck.verdict
    killed = ", ".join(_said(kill) for kill in struck.kills)
    good = not (verdict.lost or verdict.repeated or verdict.wrong)
    found = (
        "[green]as undisturbed[/green]" if good else f"[red]{len(verdict.lost)} lost, {verdict.repeated} repeated[/red]"
    )
    steps = f"{verdict.redone} steps repeated"
    return f"{verdict.batch_id} ({struck.seconds:.1f} s): killed {killed or 'nothing'}: {found}, {steps}"


def _said(kill: Kill) -> str:
    """A kill in words: the victim (for a node, with the actors that lived there), when, and how long recovery took."""
    lived = f" ({', '.join(kill.died)})" if kill.victim is Victim.NODE else ""
    return f"{kill.victim}{lived} at event {kill.at}, on after {kill.to_progress:.1f} s"


def _table(kills: Sequence[Kill]) -> Table:
    table = Table("killed", header_style="bold")
    for name in ("kills", "s to progress, median", "longest", "s to the end, median", "longest"):
        table.add_column(name, justify="right")
    for victim in Victim:
        some = [kill for kill in kills if kill.victim is victim]
        if some:
            progress, end = [kill.to_progress for kill in some], [kill.to_end for kill in some]
            times = (median(progress), max(progress), median(end), max(end))
            table.add_row(victim, str(len(some)), *(f"{time:.2f}" for time in times))
    return table


if __name__ == "__main__":
    program("chaos", main)
