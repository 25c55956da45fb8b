"""What actors say to each other: commands (imperative), events (past tense) and reminders to oneself.

Named tuples, because tens of thousands of them pass in a second (to make, to pickle and to unpickle one costs a
fifth of a frozen dataclass); what leaves the engine (the event log, other systems) are the pydantic models beside
them. Every message may come twice, late, or out of order: ``run`` and ``position`` (and ``attempt``) say what it
belongs to.
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
    """One essay as it was read: with a stored text, or with the reason why it has none."""

    essay_id: str
    file: str = ""
    text_id: str = ""
    failure: ErrorDetail | None = None


class RegisterBatch(NamedTuple):
    """Take on this batch. ``options`` are the phases' own settings, by phase.

    ``packed``: its essays share the batch's process, or have one each; None: whoever sends it has no processes.
    ``urgent``: most of the work that is handed out is its own, while there is any.
    """

    batch_id: str
    request: BatchRegistrationRequestV1
    essays: tuple[EssayInput, ...]
    options: Mapping[str, Mapping[str, Any]] = {}  # never changed in place
    packed: bool | None = None
    urgent: bool = False


class WakeUp(NamedTuple):
    """Be there. What an actor that was just activated owes follows from its state."""


class EssayStarted(NamedTuple):
    """Work on an essay has begun."""

    essay_id: str
    run: int
    position: int


class EssayOutcome(NamedTuple):
    """An essay's part in a phase is settled; ``text_id`` is its text for the next phase.

    ``completed`` says that the essay has marked its pipeline complete as well (the phase was the last one).
    """

    essay_id: str
    run: int
    position: int
    succeeded: bool
    text_id: str
    error: ErrorDetail | None = None
    completed: bool = False


class EssayPipelineCompleted(NamedTuple):
    """An essay has marked its pipeline complete, as it was asked to at ``position``."""

    essay_id: str
    run: int
    position: int


class NudgeDue(NamedTuple):
    """Reminder: look whether anything has come in since ``heard`` messages, and ask again if not."""

    run: int
    position: int
    heard: int
    tick: int = 0


class PhaseDeadlineDue(NamedTuple):
    """Reminder: the phase has had its time."""

    run: int
    position: int


class PauseBatch(NamedTuple):
    """Hand out no more work of this batch until it is resumed."""


class ResumeBatch(NamedTuple):
    """Go on with a paused batch."""


class CancelBatch(NamedTuple):
    """Stop: essays under way are given up, what is done stays done."""


class RetryFailed(NamedTuple):
    """Try the failed essays again (of one phase, or of all), in run number ``run``.

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
    """Take phases that have not started out of a running batch's pipeline."""

    phases: tuple[PhaseName, ...]


OperatorCommand: TypeAlias = (
    PauseBatch | ResumeBatch | CancelBatch | RetryFailed | ExtendPipeline | AppendPhases | DropPhases
)


class MailUnreadable(NamedTuple):
    """Some process could not read what it was told for this phase; ``reason`` is for people."""

    run: int
    position: int
    reason: str


class PassivationDue(NamedTuple):
    """Reminder to whoever came to rest, and has had nothing to do since: its process may end."""


# ---------------------------------------------------------------- to an essay


class InitiatePhase(NamedTuple):
    """Begin this phase on the text with ``text_id``; with ``last``, a success completes the pipeline.

    ``correlation_id`` is that of the run: with it goes all that the essay says of it.
    """

    phase: PhaseName
    run: int
    position: int
    text_id: str
    last: bool = False
    correlation_id: UUID | None = None


class GiveUp(NamedTuple):
    """Settle this phase now: as failed with ``error``, unless it is settled already.

    It may overtake the command to initiate the phase, and then stands for both.
    """

    phase: PhaseName
    run: int
    position: int
    text_id: str
    error: ErrorDetail
    correlation_id: UUID | None = None


class CompletePipeline(NamedTuple):
    """Mark the pipeline complete; ``position`` is the one behind its last phase."""

    run: int
    position: int


class WorkStarted(NamedTuple):
    """A worker has begun."""

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
    """An attempt failed."""

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
