"""Commands for a batch, as messages. The functions build a message from the batch's current state; they do not send it.

``StoredBatch.check`` checks whether the batch would accept the message; ``Batch.carry_out`` sends it.
"""

from collections.abc import Sequence
from uuid import UUID

from contracts.messages import (
    AppendPhases,
    CancelBatch,
    DropPhases,
    ExtendPipeline,
    OperatorCommand,
    PauseBatch,
    ResumeBatch,
    RetryFailed,
)
from contracts.phases import PhaseName
from drivers.client.pipelines import Options, Services, check_pipeline
from drivers.client.requested_phases import known_phases
from drivers.client.stored_batch import StoredBatch
from drivers.client.submission import phases_of

__all__ = ["OperatorCommand", "append", "cancel", "drop", "extend", "hints", "pause", "resume", "retry"]


def pause(_batch: StoredBatch) -> PauseBatch:
    """Stop handing out the batch's work."""
    return PauseBatch()


def resume(_batch: StoredBatch) -> ResumeBatch:
    """Continue a paused batch."""
    return ResumeBatch()


def cancel(_batch: StoredBatch) -> CancelBatch:
    """End the batch now."""
    return CancelBatch()


def retry(batch: StoredBatch, phase: str | None = None, correlation_id: UUID | None = None) -> RetryFailed:
    """Retry the essays that failed, in ``phase`` or in any phase."""
    wanted = known_phases([phase])[0] if phase else None
    return RetryFailed(batch.summary.run + 1, wanted, correlation_id)


def extend(
    batch: StoredBatch,
    pipeline: str | Sequence[str],
    options: Options | None = None,
    correlation_id: UUID | None = None,
) -> ExtendPipeline:
    """Run more phases on a batch that has ended."""
    return ExtendPipeline(batch.summary.run + 1, _phases(pipeline), options or {}, correlation_id)


def append(_batch: StoredBatch, pipeline: str | Sequence[str]) -> AppendPhases:
    """Add phases to the end of a running batch's pipeline."""
    return AppendPhases(_phases(pipeline))


def drop(_batch: StoredBatch, pipeline: str | Sequence[str]) -> DropPhases:
    """Remove phases that have not started from a running batch's pipeline."""
    return DropPhases(_phases(pipeline))


def hints(batch: StoredBatch, command: OperatorCommand, services: Services) -> list[str]:
    """Advice on the phases that a command adds, such as a better order; empty if it adds none.

    Phases that the batch already has are not looked at: their order can no longer be changed.

    Raises:
        RequestError: a new phase needs the results of another that does not run before it, or a setting is wrong.
    """
    if not isinstance(command, AppendPhases | ExtendPipeline):
        return []
    had = batch.pipeline
    new = [phase for phase in command.phases if phase not in had]
    options = command.options if isinstance(command, ExtendPipeline) else {}
    return check_pipeline([*had, *new], options, services, new=new)


def _phases(pipeline: str | Sequence[str]) -> tuple[PhaseName, ...]:
    return tuple(map(PhaseName, phases_of(pipeline)))
