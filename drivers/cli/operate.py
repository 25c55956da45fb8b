"""What people do to a batch: pause, cancel, retry, run further, append, drop."""

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
    """A batch, and where to run what is left of it."""

    runtime: Kind = RuntimeKind.RAY
    namespace: Namespace = DEFAULT_NAMESPACE


class RetrySettings(OperateSettings):
    """What is tried again."""

    phase: Annotated[
        str | None,
        typer.Option(autocompletion=completion.known_phases),
        Field(description="Only those that failed in this phase."),
    ] = None


class PhasesSettings(OperateSettings):
    """Phases for a batch, or of it."""

    phases: Annotated[
        str,
        typer.Argument(autocompletion=completion.known_pipelines),
        Field(description="Phases in order, separated by commas, or the name of a pipeline."),
    ]


class FurtherSettings(PhasesSettings):
    """What is run further."""

    set_: Set = Field(default_factory=list)


def pause(settings: OperateSettings, console: Console) -> ExitCode:
    """Hand out no more of the batch's work. What is in hand is finished and saved.

    Example: essays pause 8b
    """
    return _carry_out(settings, console, commands.pause)


def cancel(settings: OperateSettings, console: Console) -> ExitCode:
    """End the batch now: essays under way are given up, what is done stays done.

    Example: essays cancel 8b
    """
    return _carry_out(settings, console, commands.cancel)


def retry(settings: RetrySettings, console: Console) -> ExitCode:
    """Try again exactly the essays that failed, and take them through the rest of the pipeline.

    Example: essays retry 8b --phase nlp
    """
    return _carry_out(settings, console, partial(commands.retry, phase=settings.phase))


def further(settings: FurtherSettings, console: Console) -> ExitCode:
    """Run a further pipeline on a finished batch; phases that it has had are reported as skipped.

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
    """Take phases that have not begun out of a running batch's pipeline.

    Example: essays drop 8b ai_feedback
    """
    return _carry_out(settings, console, partial(commands.drop, pipeline=settings.phases))


def _carry_out(settings: OperateSettings, console: Console, build: Build) -> ExitCode:
    """Give the command in the cluster that runs the batch, or in a runtime of our own; see the batch to its end.

    What makes no sense is refused from the store alone, before anything starts.
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
    """Refuse what makes no sense; with the command that does what was meant, where there is one."""
    try:
        batch.check(command)
    except CommandRefusedError as error:
        match command:
            case AppendPhases() if batch.has_ended:
                advice = f" Run a further pipeline on it with: essays further {place.batch_id} PHASES"
            case RetryFailed() | ExtendPipeline() if not batch.has_ended:
                advice = f" Go on with: {place.go_on}"
            case _:
                advice = ""
        raise CommandRefusedError(f"{error}{advice}") from None


def _announced(batch: StoredBatch, command: OperatorCommand) -> Iterator[str]:
    """What is going to be tried again, or not to be done again."""
    match command:
        case RetryFailed(phase=phase):
            yield f"Trying again: {escape(', '.join(batch.failed_essays(phase)))}"
        case ExtendPipeline(phases=phases) if reused := [phase for phase in phases if phase in batch.pipeline]:
            yield f"Skipped, its results are used again: {', '.join(reused)}"
        case _:
            return
