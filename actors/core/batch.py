"""The decisions of an orchestrator, a process manager over the phases of one batch.

The end of a phase is handled in this order:

1. the outcome of the last outstanding essay arrives (``EssayOutcome``, counted once);
2. the phase's outcome is published (``ELSBatchPhaseOutcomeV1``) and its detail closed;
3. the next phase with work to do is found (phases that already have all results are skipped);
4. its command, built from the essays that succeeded, is published, its detail set to DISPATCH_INITIATED;
5. all this is saved in one commit, and only then are messages sent to the essays.

So a crash leaves either the old phase open (its outcomes are then read from the essays again) or the new one dispatched
(its essays are then sent the messages again).
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from uuid import UUID

from immutables import Map

from actors.core import giving_up, operator_commands
from actors.core.addresses import QUEUE
from actors.core.aggregation import closed, counted
from actors.core.batch_state import BatchHeader, BatchStage, BatchState, PhaseDetail, Standing, first_run
from actors.core.dispatch import advance, ask_outstanding, end_completed, timers
from actors.core.effects import Decision, Effect, Keep, Publish, Remind, Tell, correlation_id_of, in_groups
from actors.core.essay_state import EssayState
from actors.core.records import NewEssayRecord
from actors.core.retry import Policy
from contracts.event_payloads import (
    BatchEssaysReadyV1,
    BatchEssaysRegisteredV1,
    EssayContentProvisionedV1,
    EssayValidationFailedV1,
)
from contracts.events import ProcessingEvent
from contracts.messages import (
    AppendPhases,
    CancelBatch,
    DropPhases,
    EssayInput,
    EssayOutcome,
    EssayPipelineCompleted,
    EssayStarted,
    ExtendPipeline,
    MailUnreadable,
    Message,
    NudgeDue,
    PauseBatch,
    PhaseDeadlineDue,
    RegisterBatch,
    ResumeBatch,
    RetryFailed,
)
from contracts.phases import EssayStatus, PhaseName, PipelineExecutionStatus
from contracts.refs import refs_of
from contracts.work import PauseWork, ResumeWork


def step(state: BatchState, message: Message, policy: Policy, now: datetime) -> Decision[BatchState]:
    """What the orchestrator does about a message that came at ``now``."""
    header = state.header
    match message:
        case RegisterBatch() if header.stage is BatchStage.NEW:
            return _register(state, message, policy, now)
        case EssayStarted() if _is_outstanding(state, message):
            return _started(state)
        case EssayOutcome():
            return _settle(state, (message,), policy, now)
        case EssayPipelineCompleted() if header.stage is BatchStage.COMPLETING and _is_here(state, message):
            return _completed(state, message)
        case NudgeDue() if _is_here(state, message) and state.outstanding:
            return _nudge(state, message, policy)
        case PhaseDeadlineDue() if _is_here(state, message) and header.stage is BatchStage.RUNNING:
            return giving_up.at_deadline(state, message, policy)
        case MailUnreadable() if _is_here(state, message) and header.stage is BatchStage.RUNNING:
            return giving_up.for_mail(state, message)
        case (
            PauseBatch()
            | ResumeBatch()
            | CancelBatch()
            | RetryFailed()
            | ExtendPipeline()
            | AppendPhases()
            | DropPhases()
        ):
            return operator_commands.step(state, message, policy, now)
        case _:  # a second registration, a second outcome, a reminder of an earlier phase: ordinary
            return Decision(state)


def steps(
    state: BatchState, messages: Iterable[Message], policy: Policy, now: datetime
) -> Iterator[Decision[BatchState]]:
    """What the orchestrator does about several messages; outcomes that come in a row are settled together."""
    together = lambda before, outcomes: _settle(before, outcomes, policy, now)  # noqa: E731
    return in_groups(state, messages, EssayOutcome, together, lambda before, each: step(before, each, policy, now))


def resume(state: BatchState, policy: Policy, now: datetime) -> Decision[BatchState]:
    """What is still owed after a restart: ask for what is outstanding, or close what is complete."""
    match state.header.stage:
        case BatchStage.RUNNING if not state.outstanding:
            return _close(state, policy, now)
        case BatchStage.COMPLETING if not state.outstanding:
            return end_completed(state)
        case BatchStage.RUNNING | BatchStage.COMPLETING:
            return Decision(state, (*_owed(state), *timers(state, policy)))
        case _:
            return Decision(state)


def fingerprint_of(message: RegisterBatch) -> str:
    """A hash of a registration's content: request, texts, failures and options.

    The correlation id is left out: registrations that differ only in it register the same batch.
    """
    content = {
        "request": message.request.model_dump(mode="json", exclude={"correlation_id"}),
        "essays": [[essay.essay_id, essay.text_id, essay.failure is not None] for essay in message.essays],
        "options": {phase: dict(options) for phase, options in message.options.items()},
    }
    return hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()


def _register(state: BatchState, message: RegisterBatch, policy: Policy, now: datetime) -> Decision[BatchState]:
    run = first_run(state.header.epoch)
    message = _correlated(message, message.request.correlation_id or correlation_id_of(message.batch_id, run))
    pipeline = tuple(message.request.pipeline)
    pending = PhaseDetail(status=PipelineExecutionStatus.PENDING_DEPENDENCIES)  # the first is dispatched, or skipped
    header = BatchHeader(
        batch_id=message.batch_id,
        epoch=state.header.epoch,
        request=message.request,
        fingerprint=fingerprint_of(message),
        run=run,
        options=message.options,
        order=tuple(essay.essay_id for essay in message.essays),
        pipeline=pipeline,
        details=Map(dict.fromkeys(pipeline, pending)),
        correlation_id=message.request.correlation_id,
        packed=message.packed,
        urgent=message.urgent,
    )
    essays = Map({essay.essay_id: Standing(essay.text_id, readable=not essay.failure) for essay in message.essays})
    return advance(BatchState(header, essays=essays), policy, now, (*_founding(message), *_registered(message)))


def _correlated(message: RegisterBatch, correlation_id: UUID) -> RegisterBatch:
    """The registration with this correlation id everywhere."""
    return message._replace(
        request=message.request.model_copy(update={"correlation_id": correlation_id}),
        essays=tuple(
            essay._replace(failure=essay.failure.correlated(correlation_id)) if essay.failure else essay
            for essay in message.essays
        ),
    )


def _founding(message: RegisterBatch) -> tuple[Effect, ...]:
    return tuple(
        Keep(NewEssayRecord(_new_essay(message, ordinal, essay))) for ordinal, essay in enumerate(message.essays)
    )


def _new_essay(message: RegisterBatch, ordinal: int, essay: EssayInput) -> EssayState:
    failed = essay.failure is not None
    return EssayState(
        batch_id=message.batch_id,
        essay_id=essay.essay_id,
        status=EssayStatus.CONTENT_INGESTION_FAILED if failed else EssayStatus.READY_FOR_PROCESSING,
        text_id=essay.text_id,
        original_text_id=essay.text_id,
        file=essay.file,
        ordinal=ordinal,
        failure=essay.failure,
        correlation_id=message.request.correlation_id,
    )


def _registered(message: RegisterBatch) -> tuple[Effect, ...]:
    batch_id, correlation_id = message.batch_id, message.request.correlation_id
    ready = {essay.essay_id: essay.text_id for essay in message.essays if essay.failure is None}
    registered = BatchEssaysRegisteredV1(batch_id=batch_id, request=message.request, correlation_id=correlation_id)
    all_read = BatchEssaysReadyV1(
        batch_id=batch_id,
        ready_essays=refs_of(ready, ready),
        failed_essay_ids=[essay.essay_id for essay in message.essays if essay.failure is not None],
        correlation_id=correlation_id,
    )
    return (
        Publish(ProcessingEvent.BATCH_ESSAYS_REGISTERED, f"{batch_id}/registered", batch_id, registered),
        *(_ingested(message, essay) for essay in message.essays),
        Publish(ProcessingEvent.BATCH_ESSAYS_READY, f"{batch_id}/ready", batch_id, all_read),
    )


def _ingested(message: RegisterBatch, essay: EssayInput) -> Publish:
    batch_id, correlation_id = message.batch_id, message.request.correlation_id
    name, key = essay.essay_id, f"{batch_id}/{essay.essay_id}/ingested"
    if essay.failure is not None:
        failed = EssayValidationFailedV1(
            batch_id=batch_id, essay_id=name, file=essay.file, error=essay.failure, correlation_id=correlation_id
        )
        return Publish(ProcessingEvent.ESSAY_VALIDATION_FAILED, key, batch_id, failed, name)
    provisioned = EssayContentProvisionedV1(
        batch_id=batch_id,
        essay_id=name,
        file=essay.file,
        text_storage_id=essay.text_id,
        correlation_id=correlation_id,
    )
    return Publish(ProcessingEvent.ESSAY_CONTENT_PROVISIONED, key, batch_id, provisioned, name)


def _is_here(
    state: BatchState,
    message: EssayStarted | EssayOutcome | EssayPipelineCompleted | NudgeDue | PhaseDeadlineDue | MailUnreadable,
) -> bool:
    return (message.run, message.position) == (state.header.run, state.header.position)


def _is_outstanding(state: BatchState, message: EssayStarted | EssayOutcome) -> bool:
    running = state.header.stage is BatchStage.RUNNING and _is_here(state, message)
    return running and message.essay_id in state.outstanding


def _phase(state: BatchState) -> PhaseName:
    return state.header.pipeline[state.header.position]


def _started(state: BatchState) -> Decision[BatchState]:
    phase = _phase(state)
    if state.header.details[phase].status is PipelineExecutionStatus.IN_PROGRESS:
        return Decision(state)
    return Decision(state.with_detail(phase, status=PipelineExecutionStatus.IN_PROGRESS))


def _settle(state: BatchState, outcomes: Sequence[EssayOutcome], policy: Policy, now: datetime) -> Decision[BatchState]:
    """Count the outcomes that are waited for, one per essay."""
    news = {outcome.essay_id: outcome for outcome in reversed(outcomes) if _is_outstanding(state, outcome)}
    if not news:
        return Decision(state)
    state = counted(state, _phase(state), [*news.values()])
    return Decision(state) if state.outstanding else _close(state, policy, now)


def _close(state: BatchState, policy: Policy, now: datetime) -> Decision[BatchState]:
    state, ends = closed(state, _phase(state), now)
    return advance(state, policy, now, ends)


def _completed(state: BatchState, message: EssayPipelineCompleted) -> Decision[BatchState]:
    name = message.essay_id
    if name not in state.outstanding:
        return Decision(state)
    standing = state.essays[name]._replace(completed=True)
    state = BatchState(
        header=state.header,
        essays=state.essays.set(name, standing),
        outstanding=state.outstanding.delete(name),
        heard=state.heard + 1,
    )
    return Decision(state) if state.outstanding else end_completed(state)


def _nudge(state: BatchState, due: NudgeDue, policy: Policy) -> Decision[BatchState]:
    """Keep waiting if something came in since the last nudge; otherwise ask again, and wait longer."""
    heard_something = state.heard != due.heard
    tick = 0 if heard_something else due.tick + 1
    wait = policy.nudge_wait(tick, len(state.outstanding))
    again = Remind(wait, NudgeDue(due.run, due.position, state.heard, tick))
    if heard_something and not state.header.paused:
        return Decision(state, (again,))
    return Decision(state, (*_owed(state), again))


def _owed(state: BatchState) -> tuple[Effect, ...]:
    """What to say again after silence. The queue too is told whether the batch is paused: it may not know."""
    header = state.header
    if header.paused:
        return (Tell(QUEUE, PauseWork(header.batch_id, header.run, header.acts)),)
    return (Tell(QUEUE, ResumeWork(header.batch_id, header.run, header.acts)), *ask_outstanding(state))
