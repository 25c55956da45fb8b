"""The messages between actors: commands (imperative), events (past tense) and reminders to oneself.

They are named tuples, because tens of thousands of them pass each second, and making, pickling and unpickling one costs
a fifth of what a frozen dataclass costs. What leaves the engine (for the event log or other systems) are the pydantic
models beside them. A message may arrive twice, late, or out of order: ``run`` and ``position`` (and ``attempt``) say
what it belongs to.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple, TypeAlias
from uuid import UUID

from contracts.failures import ErrorDetail
from contracts.phases import PhaseName
from contracts.registration import BatchRegistrationRequestV1
from contracts.work import WorkMessage

# ---------------------------------------------------------------- to the orchestrator


class EssayInput(NamedTuple):
    """One essay as it was read: with the id of its stored text, or with the reason why it has none."""

    essay_id: str
    file: str = ""
    text_id: str = ""
    failure: ErrorDetail | None = None


class RegisterBatch(NamedTuple):
    """Register this batch and run it. ``options`` are settings by phase.

    ``packed``: whether its essays share the batch's process or have one each; None if the sender has no processes.
    ``urgent``: while the batch has work, most of the work handed out is its own.
    """

    batch_id: str
    request: BatchRegistrationRequestV1
    essays: tuple[EssayInput, ...]
    options: Mapping[str, Mapping[str, Any]] = {}  # never changed in place
    packed: bool | None = None
    urgent: bool = False


class WakeUp(NamedTuple):
    """Activate the actor. It then does whatever its state says is still to be done."""


class EssayStarted(NamedTuple):
    """Work on an essay has begun."""

    essay_id: str
    run: int
    position: int


class EssayOutcome(NamedTuple):
    """An essay has finished a phase; ``text_id`` is its text for the next phase.

    ``completed`` says that the essay has also marked its pipeline complete, because the phase was the last one.
    """

    essay_id: str
    run: int
    position: int
    succeeded: bool
    text_id: str
    error: ErrorDetail | None = None
    completed: bool = False


class EssayPipelineCompleted(NamedTuple):
    """An essay has marked its pipeline complete, as it was told to at ``position``."""

    essay_id: str
    run: int
    position: int


class NudgeDue(NamedTuple):
    """Reminder: if no message has come in since there were ``heard``, ask again."""

    run: int
    position: int
    heard: int
    tick: int = 0


class PhaseDeadlineDue(NamedTuple):
    """Reminder: the phase's deadline has passed."""

    run: int
    position: int


class PauseBatch(NamedTuple):
    """Hand out no more work of this batch until it is resumed."""


class ResumeBatch(NamedTuple):
    """Continue a paused batch."""


class CancelBatch(NamedTuple):
    """End the batch: essays in progress are given up, finished results are kept."""


class RetryFailed(NamedTuple):
    """Retry the failed essays (of one phase, or of all), as run number ``run``.

    Its ``correlation_id`` is derived unless given.
    """

    run: int
    phase: PhaseName | None = None
    correlation_id: UUID | None = None


class ExtendPipeline(NamedTuple):
    """Run a further pipeline on a finished batch, as run number ``run``.

    Its ``correlation_id`` is derived unless given.
    """

    run: int
    phases: tuple[PhaseName, ...]
    options: Mapping[str, Mapping[str, Any]] = {}  # never changed in place
    correlation_id: UUID | None = None


class AppendPhases(NamedTuple):
    """Add phases to the end of a running batch's pipeline."""

    phases: tuple[PhaseName, ...]


class DropPhases(NamedTuple):
    """Remove phases that have not started from a running batch's pipeline."""

    phases: tuple[PhaseName, ...]


OperatorCommand: TypeAlias = (
    PauseBatch | ResumeBatch | CancelBatch | RetryFailed | ExtendPipeline | AppendPhases | DropPhases
)


class MailUnreadable(NamedTuple):
    """A process could not read a message for this phase; ``reason`` is text for people."""

    run: int
    position: int
    reason: str


class PassivationDue(NamedTuple):
    """Reminder: if this actor has had nothing to do since it came to rest, its process may end."""


# ---------------------------------------------------------------- to an essay


class InitiatePhase(NamedTuple):
    """Start this phase on the text with ``text_id``. If it is the ``last``, success completes the pipeline.

    ``correlation_id`` is that of the run, and goes with everything that the essay says about it.
    """

    phase: PhaseName
    run: int
    position: int
    text_id: str
    last: bool = False
    correlation_id: UUID | None = None


class GiveUp(NamedTuple):
    """End this phase as failed with ``error``, unless it has ended already.

    It may overtake the command that starts the phase, and then replaces it.
    """

    phase: PhaseName
    run: int
    position: int
    text_id: str
    error: ErrorDetail
    correlation_id: UUID | None = None


class CompletePipeline(NamedTuple):
    """Mark the pipeline complete; ``position`` is the one after its last phase."""

    run: int
    position: int


class WorkStarted(NamedTuple):
    """A worker has started on this essay's phase."""

    run: int
    position: int
    attempt: int = 0


class WorkSucceeded(NamedTuple):
    """A worker's result is stored under ``result_key``; ``text_id`` is the text for the next phase."""

    run: int
    position: int
    text_id: str
    result_key: str


class WorkFailed(NamedTuple):
    """An attempt at this essay's phase failed."""

    run: int
    position: int
    attempt: int
    error: ErrorDetail


class AskAgainDue(NamedTuple):
    """Reminder: the wait before the next attempt is over."""

    run: int
    position: int
    attempt: int


Message: TypeAlias = (
    RegisterBatch
    | WakeUp
    | EssayStarted
    | EssayOutcome
    | EssayPipelineCompleted
    | NudgeDue
    | PhaseDeadlineDue
    | OperatorCommand
    | InitiatePhase
    | GiveUp
    | CompletePipeline
    | WorkStarted
    | WorkSucceeded
    | WorkFailed
    | AskAgainDue
    | MailUnreadable
    | PassivationDue
    | WorkMessage
)
