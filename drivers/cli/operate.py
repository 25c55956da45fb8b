"""What people do to a batch: pause, resume, cancel, retry, run further, append, drop."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from contracts.phases import PhaseName
from drivers.cli import completion
from drivers.cli.console import Voice
from drivers.cli.following import follow, running, say_paused
from drivers.cli.locating import folder_of, go_on, store_of
from drivers.cli.options import BatchId, ExitCode, Json, Kind, Out, SettingsFile, Store
from drivers.client import bootstrap
from drivers.client.batches import Batches
from drivers.client.bootstrap import RuntimeKind, Settings
from drivers.client.pipelines import Options, check_pipeline
from drivers.client.preflight import rehearsed
from drivers.client.requested_phases import known_phases, phase_options, split_phases
from drivers.client.stores import join_cluster_of

app = typer.Typer(help=__doc__, no_args_is_help=True, add_completion=False)

Phases = Annotated[
    str, typer.Argument(help="Phases in order, separated by commas.", autocompletion=completion.known_phases)
]
Phase = Annotated[
    str | None, typer.Option(help="Only those that failed in this phase.", autocompletion=completion.known_phases)
]
Set = Annotated[
    list[str] | None, typer.Option("--set", help="A phase's setting: phase.name=value. Repeatable.", metavar="SETTING")
]


@app.command()
def pause(
    batch_id: BatchId,
    store: Store = None,
    out: Out = None,
    runtime: Kind = RuntimeKind.RAY,
    as_json: Json = False,
    _settings: SettingsFile = None,
) -> None:
    """Hand out no more of the batch's work. What is in hand is finished and saved.

    Example: essays pause 8b
    """
    voice = Voice(as_json=as_json)
    with voice.clear_errors():
        url = store_of(batch_id, store, out)
        with rehearsed(url) as tried:
            tried.pause(batch_id)
        join_cluster_of(url, batch_id)
        with running(Settings(url, runtime), voice) as started:
            batches = Batches(started)
            batches.pause(batch_id)
            started.run(lambda: batches.has_obeyed(batch_id))
        say_paused(batch_id, go_on(batch_id, store, out, local=runtime is RuntimeKind.LOCAL), voice)


@app.command()
def resume(
    batch_id: BatchId,
    store: Store = None,
    out: Out = None,
    runtime: Kind = RuntimeKind.RAY,
    as_json: Json = False,
    _settings: SettingsFile = None,
) -> None:
    """Go on with a paused batch, to its end.

    Example: essays resume 8b
    """
    _order(batch_id, store, out, runtime, Voice(as_json=as_json), Batches.resume)


@app.command()
def cancel(
    batch_id: BatchId,
    store: Store = None,
    out: Out = None,
    runtime: Kind = RuntimeKind.RAY,
    as_json: Json = False,
    _settings: SettingsFile = None,
) -> None:
    """End the batch now: essays under way are given up, what is done stays done.

    Example: essays cancel 8b
    """
    _order(batch_id, store, out, runtime, Voice(as_json=as_json), Batches.cancel)


@app.command()
def retry(
    batch_id: BatchId,
    phase: Phase = None,
    store: Store = None,
    out: Out = None,
    runtime: Kind = RuntimeKind.RAY,
    as_json: Json = False,
    _settings: SettingsFile = None,
) -> None:
    """Try again exactly the essays that failed, and take them through the rest of the pipeline.

    Example: essays retry 8b --phase nlp
    """

    def order(batches: Batches, batch_id: str) -> list[str]:
        tried = batches.retry(batch_id, known_phases([phase])[0] if phase else None)
        return [f"Trying again: {escape(', '.join(tried))}"]

    _order(batch_id, store, out, runtime, Voice(as_json=as_json), order)


@app.command()
def run(
    batch_id: BatchId,
    phases: Phases,
    set_: Set = None,
    store: Store = None,
    out: Out = None,
    runtime: Kind = RuntimeKind.RAY,
    as_json: Json = False,
    _settings: SettingsFile = None,
) -> None:
    """Run a further pipeline on a finished batch; phases that it has had are reported as skipped.

    Example: essays further 8b nlp,ai_feedback
    """

    def order(batches: Batches, batch_id: str) -> list[str]:
        wanted, options = split_phases(phases), phase_options(set_ or [])
        had = batches.header(batch_id).pipeline
        hints = _hints(had, wanted, options)
        batches.run_further(batch_id, wanted, options)
        reused = [name for name in wanted if PhaseName(name) in had]
        return [*hints, *([f"Skipped, its results are used again: {', '.join(reused)}"] if reused else [])]

    _order(batch_id, store, out, runtime, Voice(as_json=as_json), order)


@app.command()
def append(
    batch_id: BatchId,
    phases: Phases,
    store: Store = None,
    out: Out = None,
    runtime: Kind = RuntimeKind.RAY,
    as_json: Json = False,
    _settings: SettingsFile = None,
) -> None:
    """Add phases to the end of a running batch's pipeline.

    Example: essays append 8b nlp
    """

    def order(batches: Batches, batch_id: str) -> list[str]:
        new, had = split_phases(phases), batches.header(batch_id).pipeline
        hints = _hints(had, new, {})
        batches.append(batch_id, new)
        return hints

    _order(batch_id, store, out, runtime, Voice(as_json=as_json), order)


@app.command()
def drop(
    batch_id: BatchId,
    phases: Phases,
    store: Store = None,
    out: Out = None,
    runtime: Kind = RuntimeKind.RAY,
    as_json: Json = False,
    _settings: SettingsFile = None,
) -> None:
    """Take phases that have not begun out of a running batch's pipeline.

    Example: essays drop 8b ai_feedback
    """
    voice = Voice(as_json=as_json)
    _order(batch_id, store, out, runtime, voice, lambda batches, name: batches.drop(name, split_phases(phases)))


def _hints(had: Sequence[str], wanted: Sequence[str], options: Options) -> list[str]:
    """What would serve the new phases better; how the old ones stand to them cannot be changed any more."""
    new = [phase for phase in wanted if phase not in had]
    hints = check_pipeline([*had, *new], options, bootstrap.SERVICES, new=new)
    return [f"[yellow]{escape(hint)}[/yellow]" for hint in hints]


def _order(
    batch_id: str,
    store: str | None,
    out: Path | None,
    runtime: RuntimeKind,
    voice: Voice,
    order: Callable[[Batches, str], Sequence[str] | None],
) -> None:
    """Give the order in the cluster that runs the batch, or in a runtime of our own; see the batch to its end.

    ``order`` gives it, and returns what is to be said. It is given for trial first: what makes no sense is said before
    anything starts.
    """
    with voice.clear_errors():
        url = store_of(batch_id, store, out)
        with rehearsed(url) as tried:
            order(tried, batch_id)
        join_cluster_of(url, batch_id)
        with running(Settings(url, runtime), voice) as started:
            batches = Batches(started)
            for words in order(batches, batch_id) or ():
                voice.say(words)
            how = go_on(batch_id, store, out, local=runtime is RuntimeKind.LOCAL)
            started.run(lambda: batches.has_obeyed(batch_id))
            if batches.header(batch_id).paused:  # to wait for its end would be to wait for somebody else
                say_paused(batch_id, how, voice)
                return
            code = follow(batches, batch_id, folder_of(batch_id, url, out), voice, go_on=how)
        if code is not ExitCode.DONE:
            raise typer.Exit(code)


if __name__ == "__main__":
    app(prog_name="python -m drivers.cli.operate")
