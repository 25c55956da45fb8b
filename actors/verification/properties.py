"""The invariants, checked on every decision and on every state of the world."""

from collections.abc import Iterable, Mapping

from immutables import Map

from actors.core import invariants, queue_invariants
from actors.core.batch_state import BatchStage, BatchState
from actors.core.cohort import CohortState
from actors.core.effects import Decision, Publish, Tell
from actors.core.essay_state import EssayState, outcome_of
from actors.core.invariants import demand
from actors.core.work_queue_state import Identity, QueueState, failed_identity
from actors.verification.values import frozen
from contracts.commands import InitiateCommandData
from contracts.event_payloads import ELSBatchPhaseOutcomeV1
from contracts.messages import (
    AskAgainDue,
    CompletePipeline,
    EssayOutcome,
    EssayPipelineCompleted,
    EssayStarted,
    GiveUp,
    InitiatePhase,
    Message,
    NudgeDue,
    PhaseDeadlineDue,
    WorkFailed,
    WorkStarted,
    WorkSucceeded,
)
from contracts.phases import PHASE_TABLE, PhaseScope
from contracts.work import CohortWorkFailed, ForgetBatch, ResumeWork

Log = Map[str, Publish]


def checked_batch(before: BatchState, decided: Decision[BatchState], message: Message | None = None) -> None:
    """4: the orchestrator only moves forward, and messages about another place in the pipeline change nothing.

    Raises:
        Violated: this does not hold.
    """
    match message:
        case EssayStarted() | EssayOutcome() | EssayPipelineCompleted() | NudgeDue() | PhaseDeadlineDue():
            here = (message.run, message.position) == (before.header.run, before.header.position)
            demand(here or decided.state == before, 4, "{} is of another place, and changes the batch", message)
    old, new = before.header, decided.state.header
    invariants.header_goes_forward(old if old.stage is not BatchStage.NEW else None, new)


def checked_essay(before: EssayState, decided: Decision[EssayState], message: Message) -> None:
    """4 and 8: an outcome stays and is told as it is; a message about another place in the pipeline changes nothing.

    Raises:
        Violated: this (or 3 or 10, for the essay's text and correlation id) does not hold.
    """
    after = decided.state
    kept = after._replace(early=before.early)  # it may note an answer that came before its command
    demand(_belongs(before, message) or kept == before, 4, "{} is of another place, and changes the essay", message)
    invariants.settled_stays_settled(before, after)
    invariants.status_fits(after)
    if isinstance(message, WorkSucceeded) and after != before:
        demand(after.text_id == message.text_id, 3, "{} goes on with another text than the one made", after.essay_id)
    if isinstance(message, InitiatePhase) and (after.run, after.position) != (before.run, before.position):
        whose = message.correlation_id
        demand(after.correlation_id == whose, 10, "{} took a command of {}, and is of another", after.essay_id, whose)
    if after.failure is not None and after.phase is not None:
        whose = after.failure.correlation_id
        demand(
            whose == after.correlation_id,
            10,
            "{} is of {}, its failure of {}",
            after.essay_id,
            after.correlation_id,
            whose,
        )
    for effect in decided.effects:
        match effect:
            case Tell(message=EssayOutcome() as told):
                demand(told == outcome_of(after), 8, "{} tells an outcome that is not its own", after.essay_id)
            case Tell(message=EssayPipelineCompleted()):
                demand(after.is_completed, 8, "{} is told to be completed, and is not", after.essay_id)


def checked_attempts(attempts: Iterable[int], most: int) -> None:
    """6: nothing is tried more often than the policy allows.

    Raises:
        Violated: it is.
    """
    demand(max(attempts) < most, 6, "attempt number {}, {} were agreed", max(attempts) + 1, most)


def checked_cohort(after: CohortState) -> None:
    """5: pieces that were given up are not planned again.

    Raises:
        Violated: they are.
    """
    again = sorted(after.given_up & set(after.pending))
    demand(not again, 5, "{} were given up, and are planned again", again)


def _belongs(essay: EssayState, message: Message) -> bool:
    """Is the message about the essay's current command, or about a newer one?"""
    match message:
        case WorkFailed() | AskAgainDue():
            cohort = essay.phase is not None and PHASE_TABLE[essay.phase].scope is PhaseScope.COHORT
            here = (message.run, message.position) == (essay.run, essay.position)
            return here and (cohort or message.attempt == essay.attempt)
        case WorkStarted() | WorkSucceeded():
            return (message.run, message.position) == (essay.run, essay.position)
        case InitiatePhase() | GiveUp():
            return (message.run, message.position) >= (essay.run, essay.position)
        case CompletePipeline():
            return (message.run, message.position) > (essay.run, essay.position)
    return True


def checked_queue(before: QueueState, message: Message, decided: Decision[QueueState]) -> None:
    """9: the queue forgets nothing, keeps its workers busy, and is fair.

    Raises:
        Violated: this does not hold.
    """
    after, answered = decided.state, _answered(decided)
    ended = {message.batch_id} if isinstance(message, ForgetBatch) else set[str]()
    released = {message.batch_id} if isinstance(message, ResumeWork | ForgetBatch) else set[str]()
    queue_invariants.queue_is_whole(after)
    queue_invariants.queue_works(after)
    queue_invariants.queue_is_fair(before, after, released)
    queue_invariants.queue_forgets_nothing(before, after, (message,), answered, ended)


def _answered(decided: Decision[QueueState]) -> set[Identity]:
    """The work that this decision reports as failed."""
    return {
        failed_identity(effect.address, effect.message)
        for effect in decided.effects
        if isinstance(effect, Tell) and isinstance(effect.message, WorkFailed | CohortWorkFailed)
    }


def checked_event(log: Log, event: Publish, batch: BatchState, essays: Mapping[str, EssayState]) -> Log:
    """The log with one more event, unless it is logged already.

    Raises:
        Violated: invariants 2 or 3 do not hold any more.
    """
    if event.key in log:
        demand(frozen(log[event.key]) == frozen(event), 2, "{} was published before, and said otherwise", event.key)
        return log
    match event.data:
        case InitiateCommandData() as command:
            _commanded(log, command, batch, essays)
        case ELSBatchPhaseOutcomeV1() as outcome:
            _ended_phase(log, event.key, outcome, essays)
    return log.set(event.key, event)


def _spots(log: Log, kind: type[InitiateCommandData] | type[ELSBatchPhaseOutcomeV1]) -> set[tuple[int, int]]:
    return {(data.run, data.position) for data in (event.data for event in log.values()) if isinstance(data, kind)}


def _commanded(log: Log, command: InitiateCommandData, batch: BatchState, essays: Mapping[str, EssayState]) -> None:
    header, spot = batch.header, (command.run, command.position)
    demand(spot == (header.run, header.position), 3, "a command for {}, the batch is at {}", spot, header.position)
    waiting = _spots(log, InitiateCommandData) - _spots(log, ELSBatchPhaseOutcomeV1)
    demand(not waiting, 3, "{} begins, and {} has no outcome yet", header.phase, waiting)
    demand(not header.paused and not header.cancelled, 3, "{} begins though it shall not", header.phase)
    invariants.dispatched_exactly(header, essays, command)


def _ended_phase(log: Log, key: str, outcome: ELSBatchPhaseOutcomeV1, essays: Mapping[str, EssayState]) -> None:
    spot = (outcome.run, outcome.position)
    wanted = f"{outcome.batch_id}/{outcome.run}/{outcome.position}/outcome"
    demand(key == wanted, 2, "the outcome of {} is published as {}", spot, key)
    commanded = commanded_at(log, outcome.batch_id, *spot)
    demand(commanded is not None, 3, "there is an outcome of {}, and was no command", spot)
    invariants.outcome_is_complete(outcome, essays, commanded or {})


def commanded_at(log: Log, batch_id: str, run: int, position: int) -> dict[str, str] | None:
    """The essays and texts that were commanded at this place in the pipeline."""
    event = log.get(f"{batch_id}/{run}/{position}/command")
    if event is None or not isinstance(event.data, InitiateCommandData):
        return None
    return {ref.essay_id: ref.text_storage_id for ref in event.data.essays_to_process}


def all_agree(batch: BatchState, essays: Mapping[str, EssayState], log: Log) -> None:
    """1, 3, 4 and 6: batch, essays and log agree with each other.

    Raises:
        Violated: they do not.
    """
    header = batch.header
    if header.stage is BatchStage.NEW:
        return
    for essay in essays.values():
        if essay.phase is not None:
            commanded = commanded_at(log, header.batch_id, essay.run, essay.position)
            invariants.took_what_was_commanded(essay, commanded)
    invariants.registered_essays_are_there(batch, essays)
    invariants.standings_are_right(batch, essays)
    if header.stage is BatchStage.RUNNING:
        commanded = commanded_at(log, header.batch_id, header.run, header.position)
        demand(commanded is not None, 3, "{} is under way, and was not commanded", header.phase)
        invariants.no_essay_is_lost(batch, commanded or {})
        invariants.batch_and_essays_agree(batch, essays)
        invariants.counts_are_right(batch)
    if header.stage is BatchStage.ENDED:
        invariants.ended_well(header, essays)
