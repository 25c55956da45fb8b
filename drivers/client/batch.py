"""A batch of an engine: everything a program can read of it, and the commands it can give."""

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from actors.core.addresses import batch_address
from actors.core.batch_state import BatchState
from actors.core.operator_commands import is_applied, refusal
from actors.runtime.runtime import Runtime
from contracts.messages import ExtendPipeline, OperatorCommand, RetryFailed, WakeUp
from drivers.client import commands, deletion
from drivers.client.bootstrap import SERVICES
from drivers.client.errors import CommandRefusedError, not_found
from drivers.client.pipelines import Options, Services
from drivers.client.stored_batch import StoredBatch

if TYPE_CHECKING:
    from drivers.judging.judging import Judging
    from drivers.review.review import Review


class Batch(StoredBatch):
    """A batch of an engine. It can be read like any ``StoredBatch``, and takes commands.

    A command returns the batch once the command has taken effect.

    Example:
        >>> batch = engine.submit("8b", "essays/", pipeline="spellcheck,nlp")
        >>> if batch.result().failed:
        ...     batch.retry(phase="nlp").result()
    """

    def __init__(
        self, batch_id: str, runtime: Runtime, services: Services = SERVICES, *, is_awake: bool = False
    ) -> None:
        super().__init__(batch_id, runtime.store, runtime)
        self._runtime = runtime
        self._services = services
        self._is_awake = is_awake  # this program has sent it a message, so its orchestrator is running

    @property
    def starting(self) -> str:
        """What the batch is waiting for before its work can begin (on Ray), as text for people; empty if nothing."""
        return self._runtime.starting(self.batch_id)

    def pause(self) -> "Batch":
        """Stop handing out its work. What workers are already doing is finished and saved.

        Raises:
            CommandRefusedError: the batch has ended.
        """
        return self.carry_out(commands.pause(self))

    def resume(self) -> "Batch":
        """Continue a paused batch, or one that was interrupted when its program or cluster died."""
        if self.is_paused:
            return self.carry_out(commands.resume(self))
        self._tell(WakeUp())
        return self

    def cancel(self) -> "Batch":
        """End the batch now. Essays in progress are given up; finished results are kept.

        Raises:
            CommandRefusedError: the batch has ended already.
        """
        return self.carry_out(commands.cancel(self))

    def retry(self, phase: str | None = None, *, correlation_id: UUID | None = None) -> "Batch":
        """Retry only the essays that failed, from the phase in which they failed to the end of the pipeline.

        Args:
            phase: retry only essays that failed in this phase; None: in any phase.
            correlation_id: the id of the caller's trace; None makes a new one.

        Raises:
            CommandRefusedError: the batch has not ended, or no essay failed (in ``phase``).
        """
        return self.carry_out(commands.retry(self, phase, correlation_id))

    def extend(
        self, pipeline: str | Sequence[str], *, options: Options | None = None, correlation_id: UUID | None = None
    ) -> "Batch":
        """Run more phases on a batch that has ended. Phases it has already had are skipped and their results reused.

        Raises:
            CommandRefusedError: the batch has not ended.
            RequestError: a phase needs the results of another that does not run before it, or a setting is wrong.
        """
        return self.carry_out(commands.extend(self, pipeline, options, correlation_id))

    def append(self, pipeline: str | Sequence[str]) -> "Batch":
        """Add phases to the end of the pipeline of a running batch.

        Raises:
            CommandRefusedError: the batch has ended, or already has one of these phases.
            RequestError: a phase needs the results of another phase that does not run before it.
        """
        return self.carry_out(commands.append(self, pipeline))

    def drop(self, pipeline: str | Sequence[str]) -> "Batch":
        """Remove phases that have not started from the pipeline of a running batch.

        Raises:
            CommandRefusedError: one of the phases has started, or the batch has ended.
        """
        return self.carry_out(commands.drop(self, pipeline))

    def judging(self) -> "Judging":
        """The comparisons that people still have to make, if people judge this batch, and the way to decide them.

        Raises:
            RequestError: no people judge this batch (raised when the returned object is used, not by this call).

        Example:
            >>> judging = batch.judging()
            >>> for pair in judging.pairs:
            ...     judging.decide(pair.key, "left", judge="eva")
        """
        from drivers.judging.judging import Judging  # noqa: PLC0415  (most batches do without numpy)
        from drivers.judging.pending_pairs import PendingPairsReader  # noqa: PLC0415

        reader = PendingPairsReader(self.batch_id, self._store, self._services)
        return Judging(self.batch_id, self._store, reader, self._runtime.tell)

    def review(self) -> "Review":
        """A teacher's decisions on corrections and feedback. Reports and exports written afterwards include them.

        Example:
            >>> review = batch.review()
            >>> review.write_feedback("anna", "Well done, Anna. Look at your commas.")
        """
        from drivers.review.review import Review  # noqa: PLC0415  (it imports the results itself)

        return Review(self.batch_id, self._store)

    def carry_out(self, command: OperatorCommand) -> "Batch":
        """Carry out a command built by ``drivers.client.commands``, as ``pause``, ``retry`` and the others do.

        Raises:
            CommandRefusedError: the batch's current state does not allow it.
            RequestError: a phase needs the results of another that does not run before it, or a setting is wrong.
        """
        self.check(command)
        commands.hints(self, command, self._services)
        self._tell(command)
        self._runtime.run_until(lambda: self._is_applied(command))
        return self

    def _is_applied(self, command: OperatorCommand) -> bool:
        """Whether the command has taken effect. A batch that has moved on meanwhile may still refuse it."""
        header = self._store.batch(self.batch_id, with_order=False)
        if header is None:
            raise not_found(self.batch_id)
        if is_applied(header, command):
            return True
        reopens = isinstance(command, RetryFailed | ExtendPipeline)  # what it may refuse was found out by ``check``
        if not reopens and (reason := refusal(BatchState(header), command)) is not None:
            raise CommandRefusedError(f"Not done: {reason}.")
        return False

    def _wake(self) -> None:
        """Wake its orchestrator, which is not running if another program died or this one has only just started."""
        if not self._is_awake:
            self._tell(WakeUp())

    def forget(self, essay_id: str | None = None, *, names: Collection[str] = ()) -> None:
        """Delete the batch, or one of its essays, from the store: texts, results and events that no other batch needs.

        The history records that an essay was forgotten, but not which one. Files that were written are not touched.

        Args:
            essay_id: the essay; None deletes the whole batch.
            names: the student's names, also to be removed from the list of names hidden from language models.

        Raises:
            TracesLeftError: it was deleted, but the database files could not be rewritten and still contain copies.
        """
        if essay_id is None:
            self._store.forget(self.batch_id)
        else:
            deletion.forget_essay(self._store, self.batch_id, essay_id, names)

    def _tell(self, message: OperatorCommand | WakeUp) -> None:
        self.summary  # noqa: B018  (raises where there is no such batch)
        self._is_awake = True
        self._runtime.tell(batch_address(self.batch_id), message)
