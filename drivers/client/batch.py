"""One batch of an engine, in the hands of a program: what is read of it, and the commands."""

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
    """A batch of an engine: all that can be read of it, and the commands. A command returns once it is carried out.

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
        self._is_awake = is_awake  # somebody is at work on it: it was told something by this program

    @property
    def starting(self) -> str:
        """For people: what it waits for before its work can begin, on Ray; nothing where all is there."""
        return self._runtime.starting(self.batch_id)

    def pause(self) -> "Batch":
        """Hand out no more of its work; what is in hand is finished and saved.

        Raises:
            CommandRefusedError: it has ended.
        """
        return self.carry_out(commands.pause(self))

    def resume(self) -> "Batch":
        """Go on: with a paused batch, or with one that a dead program or cluster left behind."""
        if self.is_paused:
            return self.carry_out(commands.resume(self))
        self._tell(WakeUp())
        return self

    def cancel(self) -> "Batch":
        """End it: essays under way are given up, what is done stays done.

        Raises:
            CommandRefusedError: it has ended.
        """
        return self.carry_out(commands.cancel(self))

    def retry(self, phase: str | None = None, *, correlation_id: UUID | None = None) -> "Batch":
        """Try again exactly the essays that failed, in ``phase`` or in any, through the rest of the pipeline.

        Args:
            phase: only those that failed in it.
            correlation_id: the caller's trace; None: a new one.

        Raises:
            CommandRefusedError: the batch has not ended, or no essay of it failed there.
        """
        return self.carry_out(commands.retry(self, phase, correlation_id))

    def extend(
        self, pipeline: str | Sequence[str], *, options: Options | None = None, correlation_id: UUID | None = None
    ) -> "Batch":
        """Run further phases once it has ended; those that it has had are skipped, and their results used again.

        Raises:
            CommandRefusedError: it has not ended.
            RequestError: a phase needs the results of another that does not run before it, or a setting is wrong.
        """
        return self.carry_out(commands.extend(self, pipeline, options, correlation_id))

    def append(self, pipeline: str | Sequence[str]) -> "Batch":
        """Add phases to the end of its pipeline while it runs.

        Raises:
            CommandRefusedError: it has ended, or has had one of them.
            RequestError: a phase needs the results of another that does not run before it.
        """
        return self.carry_out(commands.append(self, pipeline))

    def drop(self, pipeline: str | Sequence[str]) -> "Batch":
        """Take phases that have not begun out of its pipeline.

        Raises:
            CommandRefusedError: one of them has begun, or the batch has ended.
        """
        return self.carry_out(commands.drop(self, pipeline))

    def judging(self) -> "Judging":
        """The comparisons that wait for people, and decisions on them, where people judge the batch.

        Raises:
            RequestError: when it is asked for something: nobody but machines judges this batch.

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
        """A teacher's word on its corrections and feedback, at any time; what is written afterwards has it in place.

        Example:
            >>> review = batch.review()
            >>> review.write_feedback("anna", "Well done, Anna. Look at your commas.")
        """
        from drivers.review.review import Review  # noqa: PLC0415  (is a client of the results itself)

        return Review(self.batch_id, self._store)

    def carry_out(self, command: OperatorCommand) -> "Batch":
        """Give a command of ``drivers.client.commands``: those above, where which it is is not known beforehand.

        Raises:
            CommandRefusedError: it makes no sense for the batch as it stands.
            RequestError: a phase needs the results of another that does not run before it, or a setting is wrong.
        """
        self.check(command)
        commands.hints(self, command, self._services)
        self._tell(command)
        self._runtime.run_until(lambda: self._is_applied(command))
        return self

    def _is_applied(self, command: OperatorCommand) -> bool:
        """Whether it has its effect; a batch that has moved on meanwhile may refuse it after all."""
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
        """Nobody may be at work on it: a program that died has left it, or this one has only just been started."""
        if not self._is_awake:
            self._tell(WakeUp())

    def forget(self, essay_id: str | None = None, *, names: Collection[str] = ()) -> None:
        """Delete it, or one essay of it, with all that no other batch needs: texts, results, events.

        Its history says that an essay was forgotten, and not which. What was written to files is not touched.

        Args:
            essay_id: the essay; None: the batch as a whole.
            names: those of the essay's student, to be forgotten where a language model was told not to see them.

        Raises:
            TracesLeftError: it is forgotten, but the database could not write its files anew now, and has copies of it.
        """
        if essay_id is None:
            self._store.forget(self.batch_id)
        else:
            deletion.forget_essay(self._store, self.batch_id, essay_id, names)

    def _tell(self, message: OperatorCommand | WakeUp) -> None:
        self.summary  # noqa: B018  (raises where there is no such batch)
        self._is_awake = True
        self._runtime.tell(batch_address(self.batch_id), message)
