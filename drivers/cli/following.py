"""What programs that have a batch run do alike: start a runtime, show the progress, write what came of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from rich.markup import escape

from actors.runtime.runtime import Runtime
from actors.stores.store import Store
from contracts.phases import BatchStatus
from drivers.cli.console import Voice
from drivers.cli.exit_codes import ExitCode, exit_code_of
from drivers.cli.live_progress import LiveProgress
from drivers.cli.tables import print_results
from drivers.client.batches import Batches
from drivers.client.bootstrap import Settings, start_runtime
from drivers.client.documents import BatchResults, collect
from drivers.intake import student_names
from drivers.judging.invitation import Invitation
from drivers.report.outputs import LARGEST_REPORT, summary, write_outputs
from drivers.report.writing import missing_extras

_SAID: Final = {
    BatchStatus.COMPLETED_SUCCESSFULLY: "[green]completed successfully[/green]",
    BatchStatus.COMPLETED_WITH_FAILURES: "[yellow]completed with failures[/yellow]",
    BatchStatus.FAILED_CRITICALLY: "[red]failed critically: no essay came through[/red]",
    BatchStatus.CONTENT_INGESTION_FAILED: "[red]failed: no essay could be read[/red]",
    BatchStatus.CANCELLED: "[yellow]cancelled[/yellow]",
}


@contextmanager
def running(settings: Settings, voice: Voice, essays: int = 0) -> Iterator[Runtime]:
    """A runtime, said to the user with the placement of so many essays, and shut down at the end.

    Raises:
        StoreError: the store could not be opened.
        RuntimeUnavailableError: Ray did not start or answer.
    """
    runtime = start_runtime(settings)
    try:
        voice.say(f"Running {escape(runtime.describe(essays))}")
        yield runtime
    finally:
        runtime.shutdown()


def follow(
    batches: Batches,
    batch_id: str,
    out: Path,
    voice: Voice,
    *,
    go_on: str,
    strict: bool = False,
    invitation: Invitation | None = None,
) -> ExitCode:
    """Show a batch's progress to its end, then its results, and write them to ``out``.

    Where the batch waits for people to judge, they are invited. ``go_on`` is the command that goes on with it, for who
    interrupts it.
    """
    invitation = invitation or Invitation(batches, batch_id, out, voice)
    try:
        with LiveProgress(batches.store, batch_id, voice.console) as progress, invitation:
            status = batches.wait(batch_id, lambda: _watch(progress, invitation))
    except KeyboardInterrupt:
        voice.say(f"\nInterrupted: what is done is saved. Go on with: {escape(go_on)}")
        voice.answer(
            {"batch_id": batch_id, "interrupted": True, "go_on": go_on, "exit_code": int(ExitCode.INTERRUPTED)}
        )
        return ExitCode.INTERRUPTED
    results = collect(batches.store, batch_id, student_names.kept(out, batch_id))
    return _report(results, batches.store, status, out, voice, strict=strict)


def say_paused(batch_id: str, go_on: str, voice: Voice) -> None:
    """That nothing goes on by itself, and the command that goes on with it."""
    voice.say(f"Batch {escape(batch_id)} is paused. Go on with: {escape(go_on)}")
    voice.answer({"batch_id": batch_id, "paused": True, "go_on": go_on})


def _watch(progress: LiveProgress, invitation: Invitation) -> None:
    progress.watch()
    invitation.watch()


def _report(
    results: BatchResults, store: Store, status: BatchStatus, out: Path, voice: Voice, *, strict: bool
) -> ExitCode:
    document = results.document
    if not voice.as_json:
        print_results(document, voice.console)
    written = write_outputs(results, store, out)
    voice.say(f"Batch {escape(document['batch_id'])} {_SAID.get(status, f'is held ({status})')}.")
    voice.say(escape("Written: " + ", ".join(str(path) for path in written)))
    _say_of_report(document["batch_id"], len(document["essays"]), voice)
    failed = any(essay["failure"] for essay in document["essays"])
    code = exit_code_of(status, failed=failed, strict=strict)
    voice.answer({**summary(results, written), "exit_code": int(code)})
    return code


def _say_of_report(batch_id: str, essays: int, voice: Voice) -> None:
    if essays > LARGEST_REPORT:
        voice.say(f"A page of {essays} essays is long: write it with essays export {escape(batch_id)} --to FOLDER.")
        return
    for line in missing_extras():
        voice.say(f"[dim]{escape(line)}[/dim]")
