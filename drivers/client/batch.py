"""One batch of an engine, in the hands of a program: what is read of it, and the commands."""

from collections.abc import Sequence
from uuid import UUID

from actors.batch_orchestrator import stored_batch
from actors.core.addresses import batch_address
from actors.core.operator import failed_in, has_its_effect, refusal
from actors.runtime.runtime import Runtime
from actors.stores.store import Store
from contracts.messages import (
    AppendPhases,
    CancelBatch,
    DropPhases,
    OperatorCommand,
    PauseBatch,
    ResumeBatch,
    RetryFailed,
    RunPipeline,
    WakeUp,
)
from contracts.phases import PhaseName
from drivers.client.errors import BatchNotFoundError, CommandRefusedError
from drivers.client.pipelines import Options
from drivers.client.requested_phases import known_phases
from drivers.client.stored_batch import StoredBatch
from drivers.client.submission import phases_of


class Batch(StoredBatch):
    """A batch of an engine: all that can be read of it, and the commands. A command returns once it is carried out.

    Example:
        >>> batch = engine.submit("8b", "essays/", pipeline="spellcheck,nlp")
        >>> if batch.result().failed:
        ...     batch.retry(phase="nlp").result()
    """

    def __init__(self, batch_id: str, runtime: Runtime) -> None:
        super().__init__(batch_id, runtime.store, runtime)
        self._runtime = runtime

    def pause(self) -> "Batch":
        """Hand out no more of its work; what is in hand is finished and saved.

        Raises:
            CommandRefusedError: it has ended.
        """
        return self._command(PauseBatch())

    def resume(self) -> "Batch":
        """Go on: with a paused batch, or with one that a dead program or cluster left behind."""
        if self.is_paused:
            return self._command(ResumeBatch())
        self._tell(WakeUp())
        return self

    def cancel(self) -> "Batch":
        """End it: essays under way are given up, what is done stays done.

        Raises:
            CommandRefusedError: it has ended.
        """
        return self._command(CancelBatch())

    def retry(self, phase: str | None = None, *, correlation_id: UUID | None = None) -> "Batch":
        """Try again exactly the essays that failed, in ``phase`` or in any, through the rest of the pipeline.

        Args:
            phase: only those that failed in it.
            correlation_id: the caller's trace; None: a new one.

        Raises:
            CommandRefusedError: the batch has not ended, or no essay of it failed there.
        """
        wanted = known_phases([phase])[0] if phase else None
        return self._command(RetryFailed(self.summary.run + 1, wanted, correlation_id))

    def extend(
        self, pipeline: str | Sequence[str], *, options: Options | None = None, correlation_id: UUID | None = None
    ) -> "Batch":
        """Run further phases once it has ended; those that it has had are skipped, and their results used again.

        Raises:
            CommandRefusedError: it has not ended.
        """
        phases = tuple(map(PhaseName, phases_of(pipeline)))
        return self._command(RunPipeline(self.summary.run + 1, phases, options or {}, correlation_id))

    def append(self, pipeline: str | Sequence[str]) -> "Batch":
        """Add phases to the end of its pipeline while it runs.

        Raises:
            CommandRefusedError: it has ended, or has had one of them.
        """
        return self._command(AppendPhases(tuple(map(PhaseName, phases_of(pipeline)))))

    def drop(self, pipeline: str | Sequence[str]) -> "Batch":
        """Take phases that have not begun out of its pipeline.

        Raises:
            CommandRefusedError: one of them has begun, or the batch has ended.
        """
        return self._command(DropPhases(tuple(map(PhaseName, phases_of(pipeline)))))

    def forget(self, essay_id: str | None = None) -> None:
        """Delete it, or one essay of it, with all that no other batch needs: texts, results, events.

        What was written to files before is not touched.
        """
        self._store.forget(self.batch_id, essay_id)

    def failed_essays(self, phase: str | None = None) -> tuple[str, ...]:
        """The ids of the essays that a ``retry`` would try again."""
        wanted = known_phases([phase])[0] if phase else None
        return failed_in(stored_batch(self.batch_id, self._store), wanted)

    def _command(self, command: OperatorCommand) -> "Batch":
        refuse_senseless(self.batch_id, command, self._store)
        self._tell(command)
        self._runtime.run(lambda: has_its_effect(self.header, command))
        return self

    def _tell(self, message: OperatorCommand | WakeUp) -> None:
        self.summary  # noqa: B018  (raises where there is no such batch)
        self._runtime.tell(batch_address(self.batch_id), message)


def refuse_senseless(batch_id: str, command: OperatorCommand, store: Store) -> None:
    """Refuse a command that makes no sense for the batch as it stands.

    Raises:
        CommandRefusedError: with the reason.
        BatchNotFoundError: there is no such batch.
    """
    if store.summary(batch_id) is None:
        raise BatchNotFoundError(f"There is no batch {batch_id!r} in this store.")
    if (reason := refusal(stored_batch(batch_id, store), command)) is not None:
        raise CommandRefusedError(f"Not done: {reason}.")
