"""The commands that steer a batch: pause, cancel, retry, further, append, drop."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Annotated, Any

import typer
from pydantic import Field
from rich.markup import escape

from actors.phases.registry import services_of
from actors.runtime.runtime import DEFAULT_NAMESPACE
from contracts.messages import AppendPhases, ExtendPipeline, RetryFailed
from drivers.cli import completion
from drivers.cli.console import Console
from drivers.cli.exit_codes import ExitCode
from drivers.cli.following import follow, opened, print_paused
from drivers.cli.locating import BatchPlace
from drivers.cli.options import BatchSettings, Kind, Namespace, Set
from drivers.cli.run_request import pipeline_with
from drivers.client import commands
from drivers.client.bootstrap import RuntimeKind
from drivers.client.commands import OperatorCommand
from drivers.client.engine import Engine
from drivers.client.errors import CommandRefusedError
from drivers.client.stored_batch import StoredBatch

Build = Callable[[StoredBatch], OperatorCommand]


class OperateSettings(BatchSettings):
    """The batch, and where to run what is left of it."""

    runtime: Kind = RuntimeKind.RAY
    namespace: Namespace = DEFAULT_NAMESPACE


class RetrySettings(OperateSettings):
    """Which essays to retry."""

    phase: Annotated[
        str | None,
        typer.Option(autocompletion=completion.known_phases),
        Field(description="Only essays that failed in this phase."),
    ] = None


class PhasesSettings(OperateSettings):
    """The phases to add, remove or run."""

    phases: Annotated[
        str,
        typer.Argument(autocompletion=completion.known_pipelines),
        Field(description="Phases in order, separated by commas, or the name of a pipeline."),
    ]


class FurtherSettings(PhasesSettings):
    """The phases to run, and their settings."""

    set_: Set = Field(default_factory=list)


def pause(settings: OperateSettings, console: Console) -> ExitCode:
    """Pause a batch: no more of its work is handed out. Work in progress is finished and saved.

    Example: essays pause 8b
    """
    return _carry_out(settings, console, commands.pause)


def cancel(settings: OperateSettings, console: Console) -> ExitCode:
    """End a batch now: essays in progress are given up, finished results are kept.

    Example: essays cancel 8b
    """
    return _carry_out(settings, console, commands.cancel)


def retry(settings: RetrySettings, console: Console) -> ExitCode:
    """Retry only the essays that failed, from the phase in which they failed to the end of the pipeline.

    Example: essays retry 8b --phase nlp
    """
    return _carry_out(settings, console, partial(commands.retry, phase=settings.phase))


def further(settings: FurtherSettings, console: Console) -> ExitCode:
    """Run more phases on a finished batch. Phases that it has already had are skipped, and their results reused.

    Example: essays further 8b nlp,ai_feedback
    """
    chosen = pipeline_with(settings.phases, settings.pipelines, settings.set_)
    return _carry_out(settings, console, partial(commands.extend, pipeline=chosen.phases, options=chosen.options))


def append(settings: PhasesSettings, console: Console) -> ExitCode:
    """Add phases to the end of a running batch's pipeline.

    Example: essays append 8b nlp
    """
    return _carry_out(settings, console, partial(commands.append, pipeline=settings.phases))


def drop(settings: PhasesSettings, console: Console) -> ExitCode:
    """Remove phases that have not started from a running batch's pipeline.

    Example: essays drop 8b ai_feedback
    """
    return _carry_out(settings, console, partial(commands.drop, pipeline=settings.phases))


def _carry_out(settings: OperateSettings, console: Console, build: Build) -> ExitCode:
    """Give the command in the cluster that runs the batch, or in a new runtime, and follow the batch to its end.

    A command that the batch's state does not allow is refused by reading the store, before anything starts.
    """
    is_local = settings.runtime is RuntimeKind.LOCAL
    place = BatchPlace(settings.batch_id, settings.store, settings.out, local=is_local)
    with Engine.reader(place.url) as reader:
        batch = reader.batch(place.batch_id)
        command = build(batch)
        _check(batch, command, place)
        hints = commands.hints(batch, command, services_of(settings.services))
        lines = [*(f"[yellow]{escape(hint)}[/yellow]" for hint in hints), *_announced(batch, command)]
    how: dict[str, Any] = {
        "runtime": settings.runtime,
        "services": settings.services,
        "joining": place.batch_id,
        "namespace": settings.namespace,
    }
    with opened(place.url, console, **how) as engine:
        for line in lines:
            console.print(line)
        running = engine.batch(place.batch_id).carry_out(command)
        return print_paused(place, console) if running.is_paused else follow(running, place, console)


def _check(batch: StoredBatch, command: OperatorCommand, place: BatchPlace) -> None:
    """Refuse a command that the batch's state does not allow, and name a command that does what was meant, if any."""
    try:
        batch.check(command)
    except CommandRefusedError as error:
        match command:
            case AppendPhases() if batch.has_ended:
                advice = f" Run more phases on it with: essays further {place.batch_id} PHASES"
            case RetryFailed() | ExtendPipeline() if not batch.has_ended:
                advice = f" Continue with: {place.go_on}"
            case _:
                advice = ""
        raise CommandRefusedError(f"{error}{advice}") from None


def _announced(batch: StoredBatch, command: OperatorCommand) -> Iterator[str]:
    """Lines that say which essays are retried, or which phases are skipped."""
    match command:
        case RetryFailed(phase=phase):
            yield f"Retrying: {escape(', '.join(batch.failed_essays(phase)))}"
        case ExtendPipeline(phases=phases) if reused := [phase for phase in phases if phase in batch.pipeline]:
            yield f"Skipped, because results exist already: {', '.join(reused)}"
        case _:
            return
