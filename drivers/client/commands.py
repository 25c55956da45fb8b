"""What people may ask of a batch, as the messages that ask it: built from the batch as it stands, and sent by nobody.

``StoredBatch.check`` says whether such a message makes sense; ``Batch.carry_out`` sends it.
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
    """Hand out no more of its work."""
    return PauseBatch()


def resume(_batch: StoredBatch) -> ResumeBatch:
    """Go on with a paused batch."""
    return ResumeBatch()


def cancel(_batch: StoredBatch) -> CancelBatch:
    """End it."""
    return CancelBatch()


def retry(batch: StoredBatch, phase: str | None = None, correlation_id: UUID | None = None) -> RetryFailed:
    """Try the essays again that failed, in ``phase`` or in any."""
    wanted = known_phases([phase])[0] if phase else None
    return RetryFailed(batch.summary.run + 1, wanted, correlation_id)


def extend(
    batch: StoredBatch,
    pipeline: str | Sequence[str],
    options: Options | None = None,
    correlation_id: UUID | None = None,
) -> ExtendPipeline:
    """Run further phases once it has ended."""
    return ExtendPipeline(batch.summary.run + 1, _phases(pipeline), options or {}, correlation_id)


def append(_batch: StoredBatch, pipeline: str | Sequence[str]) -> AppendPhases:
    """Add phases to the end of its pipeline."""
    return AppendPhases(_phases(pipeline))


def drop(_batch: StoredBatch, pipeline: str | Sequence[str]) -> DropPhases:
    """Take phases that have not begun out of its pipeline."""
    return DropPhases(_phases(pipeline))


def hints(batch: StoredBatch, command: OperatorCommand, services: Services) -> list[str]:
    """What would serve the phases better that a command adds; nothing where it adds none.

    How the phases before them stand to each other cannot be changed any more, and is not looked at.

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
