"""``essays verify``: checks every schedule of a small batch."""

from typing import Annotated, Any

import typer
from rich.markup import escape

from actors.verification.explore import Walk, explore
from actors.verification.report import scope_in_words, summary, told
from actors.verification.scope import Scope
from actors.verification.scopes import SCOPES
from drivers.cli.command_line import program
from drivers.cli.console import Console
from drivers.cli.exit_codes import ExitCode
from drivers.cli.options import Json

Essays = Annotated[int | None, typer.Option(min=1, max=4, help="How many essays the batch has.")]
Phases = Annotated[int | None, typer.Option(min=1, max=3, help="How many of spellcheck, comparative judgement, NLP.")]
Unreadable = Annotated[int | None, typer.Option(min=0, max=4, help="How many of the essays have no text.")]
Workers = Annotated[int | None, typer.Option(min=1, max=3, help="How many workers there are.")]
Failures = Annotated[int | None, typer.Option(min=0, max=15, help="How often services fail.")]
Faults = Annotated[
    int | None, typer.Option(min=0, max=15, help="At most this many duplicates, losses, crashes and hurries together.")
]
Duplicates = Annotated[int | None, typer.Option(min=0, max=15, help="How many messages may arrive twice.")]
Losses = Annotated[
    int | None, typer.Option(min=0, max=15, help="How often one message, or all in transit, may be lost.")
]
Crashes = Annotated[int | None, typer.Option(min=0, max=15, help="How often one process, or all, may die.")]
Hurries = Annotated[int | None, typer.Option(min=0, max=15, help="Reminders that may overtake an answer in transit.")]
Returns = Annotated[int | None, typer.Option(min=0, max=15, help="How many leases a worker may return unfinished.")]
Commands = Annotated[int | None, typer.Option(min=0, max=15, help="How many commands an operator may give.")]
Most = Annotated[int, typer.Option(min=0, help="Give up after this many states; 0: never.")]


def main(
    essays: Essays = None,
    phases: Phases = None,
    unreadable: Unreadable = None,
    workers: Workers = None,
    failures: Failures = None,
    faults: Faults = None,
    duplicates: Duplicates = None,
    losses: Losses = None,
    crashes: Crashes = None,
    hurries: Hurries = None,
    returns: Returns = None,
    commands: Commands = None,
    most: Most = 0,
    as_json: Json = False,
) -> None:
    """Explore every schedule of a small batch, and check every invariant in every state.

    This covers every order in which messages can arrive, and every way in which the given number of messages can be
    lost or arrive twice, processes die, services fail and operators give commands. From every state, the batch must be
    able to end if no further faults occur. A violation is reported with a shortest path to it.

    Not covered: more essays, phases or faults than given; the stores, the host, Ray and the services themselves; two
    orchestrators of one batch at a time; and how long anything takes. The same message is in transit only once at a
    time.

    Without options, the small cases that the tests use are explored one after the other. Exit codes: 0 if every
    invariant holds, 1 if one is violated or the exploration gave up.

    Examples: essays verify; essays verify --essays 2 --phases 3 --faults 0; essays verify --essays 1 --crashes 2
    """
    asked = locals()
    given = {name: asked[name] for name in Scope._fields if asked.get(name) is not None}
    console = Console(as_json=as_json)
    with console.clear_errors():
        walks = [_walked(scope, most, console) for scope in _scopes(given)]
        console.answer([_facts(walk) for walk in walks])
    holds = all(walk.is_whole and walk.violation is None for walk in walks)
    raise typer.Exit(ExitCode.DONE if holds else ExitCode.SOME_FAILED)


def _scopes(given: dict[str, Any]) -> list[Scope]:
    if not given:
        return list(SCOPES.values())
    kinds = {"duplicates", "losses", "crashes", "hurries"} & given.keys()
    if kinds and "faults" not in given:
        given["faults"] = sum(given[kind] for kind in kinds)
    return [Scope(**given)]


def _walked(scope: Scope, most: int, console: Console) -> Walk:
    console.print(escape(scope_in_words(scope)))
    with console.terminal.status("Walking") as status:
        walk = explore(scope, most=most, looks=lambda so_far: status.update(escape(summary(so_far))))
    console.print(escape(f"  {summary(walk)}"))
    for line in told(walk):
        console.print(escape(line))
    return walk


def _facts(walk: Walk) -> dict[str, Any]:
    return {
        "scope": scope_in_words(walk.scope),
        "states": walk.states,
        "moves": walk.moves,
        "depth": walk.depth,
        "cpu_seconds": round(walk.seconds, 2),
        "whole": walk.is_whole,
        "violation": str(walk.violation) if walk.violation is not None else None,
        "way": list(told(walk)),
    }


if __name__ == "__main__":
    program("verify", main)
