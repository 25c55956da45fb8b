"""``python -m drivers.resume_batch``: carry on with batches that were paused, or that a dead driver or cluster left."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from actors.core.batch_state import Stage
from drivers.cli.command_line import program
from drivers.cli.completion import known_batches
from drivers.cli.console import Voice
from drivers.cli.following import follow, running
from drivers.cli.locating import all_batches, folder_of, go_on, store_of
from drivers.cli.options import ExitCode, Json, Out, SettingsFile, Store
from drivers.cli.status import whereabouts
from drivers.client.batches import Batches
from drivers.client.bootstrap import RuntimeKind, Settings
from drivers.client.stores import holders, join_cluster_of, shown

Ids = Annotated[
    list[str] | None, typer.Argument(help="Batches (default: all that are unfinished).", autocompletion=known_batches)
]
Kind = Annotated[RuntimeKind, typer.Option(help="On Ray, or in this process.")]
Workers = Annotated[int | None, typer.Option(min=1, help="Phase workers. (default: one per core)")]
Strict = Annotated[bool, typer.Option("--strict", help="Exit code 1 when an essay failed.")]


def main(
    batch_ids: Ids = None,
    store: Store = None,
    out: Out = None,
    runtime: Kind = RuntimeKind.RAY,
    workers: Workers = None,
    strict: Strict = False,
    as_json: Json = False,
    _settings: SettingsFile = None,
) -> None:
    """Carry on with unfinished batches from their store, to the same results as if nothing had happened.

    A paused batch goes on where it is named. Exit codes are those of run; of several batches, the worst.

    Examples: essays resume; essays resume 8b --out results/8b
    """
    voice = Voice(as_json=as_json)
    with voice.clear_errors():
        todo = _named(batch_ids, store, out) if batch_ids else _unfinished(store, out, voice)
        if not todo:
            voice.say("Nothing to resume: every batch has ended, is paused, or is being run.")
            voice.answer({"resumed": []})
        codes = [
            _resume(
                Settings(url, runtime, workers),
                batch_id,
                folder_of(batch_id, url, out),
                voice,
                go_on=go_on(batch_id, store, out, local=runtime is RuntimeKind.LOCAL),
                strict=strict,
            )
            for url, batch_id in todo
        ]
        raise typer.Exit(max(codes, default=ExitCode.DONE))


def _named(batch_ids: Sequence[str], store: str | None, out: Path | None) -> list[tuple[str, str]]:
    return [(store_of(batch_id, store, out), batch_id) for batch_id in batch_ids]


def _unfinished(store: str | None, out: Path | None, voice: Voice) -> list[tuple[str, str]]:
    """All that have not ended, but for those that somebody has paused, or runs in a process that cannot be joined."""
    todo = []
    for url, line in all_batches(store, out, voice.warn):
        if line.stage == Stage.ENDED:
            continue
        running = holders(url)(line.batch_id)
        if line.paused:
            voice.say(f"Batch {escape(line.batch_id)} is paused: resume it by its name.")
        elif running is not None and "ray_address" not in running["owner"]:
            voice.say(f"Batch {escape(line.batch_id)} is {escape(whereabouts(running, ended=False))}: left alone.")
        else:
            todo.append((url, line.batch_id))
    return todo


def _resume(settings: Settings, batch_id: str, out: Path, voice: Voice, *, go_on: str, strict: bool) -> ExitCode:
    join_cluster_of(settings.store, batch_id)
    voice.say(f"Batch [bold]{escape(batch_id)}[/bold] goes on from {escape(shown(settings.store))}")
    with running(settings, voice) as runtime:
        batches = Batches(runtime)
        if batches.header(batch_id).paused:
            batches.resume(batch_id)
        else:
            batches.wake_up(batch_id)
        return follow(batches, batch_id, out, voice, go_on=go_on, strict=strict)


if __name__ == "__main__":
    program("resume", main)
