"""Checks messages and live actors: invariants 1, 4 to 6 and 8 to 10, on what is not stored."""

from collections.abc import Iterable

from actors.actor import Actor
from actors.batch_orchestrator import BatchOrchestrator
from actors.core import invariants, queue_invariants
from actors.core.addresses import batch_of, kind_of
from actors.core.batch_state import BatchHeader, BatchStage, BatchState
from actors.core.effects import correlation_id_of
from actors.core.essay_state import EssayState, outcome_of
from actors.core.invariants import demand
from actors.core.retry import Policy
from actors.core.work_queue_state import Identity, QueueState, failed_identity, identity_of
from actors.essay_actor import EssayActor
from actors.runtime.transport import Mail
from actors.simulation.cohort_checker import CohortChecker
from actors.simulation.reference_model import BatchModel, ReferenceModel
from actors.simulation.services import ServiceLog
from actors.work_queue import WorkQueue
from contracts.messages import (
    AskAgainDue,
    EssayOutcome,
    EssayPipelineCompleted,
    ExtendPipeline,
    GiveUp,
    InitiatePhase,
    Message,
    RetryFailed,
    WorkFailed,
    WorkSucceeded,
)
from contracts.phases import PHASE_TABLE, PhaseScope
from contracts.work import (
    Assign,
    CohortFinished,
    CohortWorkDue,
    CohortWorkFailed,
    EssayWork,
    ForgetBatch,
    PieceDone,
    ResumeWork,
    StartCohort,
    WorkRequested,
)


class MessageChecker:
    """Compares messages and the states of live actors with what is stored."""

    def __init__(self, model: ReferenceModel, service_log: ServiceLog, policy: Policy, *, once: bool) -> None:
        self._model = model
        self._service_log = service_log
        self._policy = policy
        self._once = once  # nothing goes wrong, so no work needs to be handed out twice
        self._assigned: set[tuple[Identity, str | None]] = set()
        self._initiated: set[tuple[str, int, int]] = set()
        self._cohorts = CohortChecker(model, service_log)
        self._mail: Mail = []
        self._said: list[tuple[str, Message]] = []
        self._looked_at: dict[str, BatchState] = {}
        self._queue: tuple[WorkQueue, QueueState] | None = None

    def turn_begins(self, mail: Mail) -> None:
        """Note that all messages from now on come from one process, in one step, handling this mail."""
        self._said.clear()
        self._mail = mail

    def heard(self, address: str, message: Message) -> None:
        """8: whatever a message says is saved.

        Raises:
            Violated: it says something that is not saved.
        """
        self._said.append((address, message))
        self._cohorts.heard(address, message, self._mail)
        match message:
            case EssayOutcome():
                place = (message.essay_id, message.run, message.position)
                saved = self._batch_model(address).settled.get(place)
                demand(saved == (message.succeeded, message.text_id), 8, "{} was told, and is not saved so", place)
            case EssayPipelineCompleted(essay_id=name):
                batch, spot = self._batch_model(address), (message.run, message.position)
                # A phase appended meanwhile takes the essay on in the same step: both are saved before this is told.
                completed = batch.essays[name].is_completed or batch.left_completed.get(name) == spot
                demand(completed, 8, "{} is told to be completed, and is not", name)
            case InitiatePhase() | GiveUp():
                self._asked_once(address, message)
                commanded = self._batch_model(address).commanded.get((message.run, message.position), {})
                essay_id = address.rsplit("/", 1)[1]
                demand(commanded.get(essay_id) == message.text_id, 8, "{} is told what was not commanded", essay_id)
            case StartCohort():
                commanded = self._batch_model(address).commanded.get((message.run, message.position), {})
                demand(sorted(commanded) == sorted(message.essay_ids), 8, "a cohort is started that was not commanded")
            case WorkSucceeded(result_key=key):
                demand(key in self._model.results, 8, "{} is told of a result that is not stored", address)
                demand(self._model.results[key].text_id == message.text_id, 8, "{} is told another text", address)
            case CohortFinished(successes=successes):
                lost = [name for name, (_, key) in successes.items() if key not in self._model.results]
                demand(not lost, 8, "the results of {} are told, and not stored", lost)
            case PieceDone(piece=piece):
                done = (self._service_log.cohort_key, piece) in self._service_log.pieces
                demand(done, 8, "piece {} is told to be done, and is not stored", piece)
            case WorkRequested(work=EssayWork() as work):
                self._asked(work)
            case Assign(requests=requests) if self._once:
                self._hand_out(requests)

    def _asked_once(self, address: str, message: InitiatePhase | GiveUp) -> None:
        place = (address, message.run, message.position)
        demand(not self._once or place not in self._initiated, 6, "{} is asked again, and nothing went wrong", place)
        self._initiated.add(place)

    def _hand_out(self, requests: Iterable[WorkRequested]) -> None:
        for request in requests:
            identity = identity_of(request)
            work = (identity._replace(step=0) if identity.piece else identity, identity.piece)
            demand(work not in self._assigned, 5, "{} is handed out twice, and nothing went wrong", identity)
            self._assigned.add(work)

    def _asked(self, work: EssayWork) -> None:
        essay = self._model.of(work.batch_id).essays[work.essay_id]
        asked, saved = (work.run, work.position, work.attempt), (essay.run, essay.position, essay.attempt)
        demand(asked <= saved, 8, "{} asks for {}, saved is {}", essay.essay_id, asked, saved)
        if asked == saved and essay.is_under_way:
            demand(work.text_id == essay.text_id, 8, "{} asks for another text than the one saved", essay.essay_id)
            demand(work.results == essay.results, 8, "{} asks with other results than those saved", essay.essay_id)

    def reminded(self, after: float, message: Message) -> None:
        """6: the wait before another attempt is as long as the policy says, and no reminder is immediate.

        Raises:
            Violated: a reminder comes too early.
        """
        least = 0.0
        if isinstance(message, (AskAgainDue, CohortWorkDue)):
            exponential = self._policy.backoff * 2.0 ** (message.attempt - 1)
            least = min(exponential, self._policy.backoff_cap) / 2
        demand(after >= least and after > 0, 6, "{} comes after {} s, at least {} were agreed", message, after, least)

    def looked(self, actor: Actor[object]) -> None:
        """Check the state of a live actor.

        Raises:
            Violated: it breaks an invariant.
        """
        match actor:
            case BatchOrchestrator() if self._looked_at.get(actor.address) is not actor.state:
                before = self._looked_at.get(actor.address)
                self._looked_at[actor.address] = actor.state
                self._orchestrator(actor.state)
                self._retried(before, actor.state.header)
                self._goes_on_with_the_caller(before, actor.state.header)
            case WorkQueue():
                self._work_queue(actor)

    def woke(self, actor: Actor[object]) -> None:
        """6: an actor that was just activated has sent the messages it owes.

        Raises:
            Violated: it has not.
        """
        match actor:
            case EssayActor():
                self._essay_woke(actor.state)
            case BatchOrchestrator() if not actor.state.header.paused:
                state = actor.state
                told = {address.rsplit("/", 1)[1] for address, _ in self._said if kind_of(address) == "essay"}
                running = state.header.stage in {BatchStage.RUNNING, BatchStage.COMPLETING}
                forgotten = sorted(set(state.outstanding) - told) if running else []
                demand(not forgotten, 6, "a restarted orchestrator does not ask {}", forgotten)

    def _essay_woke(self, essay: EssayState) -> None:
        if essay.phase is None:
            return
        if outcome_of(essay) is not None:
            owed = any(isinstance(message, EssayOutcome) for _, message in self._said)
        else:
            owed = PHASE_TABLE[essay.phase].scope is PhaseScope.COHORT or bool(self._said)
        demand(owed, 6, "{} was restarted as {}, and says nothing", essay.essay_id, essay.status)

    def _orchestrator(self, state: BatchState) -> None:
        header, book = state.header, self._model.of(state.header.batch_id)
        if header.stage is BatchStage.NEW:
            return
        saved = book.header
        demand(saved is not None, 8, "a batch goes on that is not saved")
        live = (
            header.run,
            header.position,
            header.stage,
            header.paused,
            header.cancelled,
            header.pipeline,
            header.acts,
        )
        if saved is not None:
            stored = (saved.run, saved.position, saved.stage, saved.paused, saved.cancelled, saved.pipeline, saved.acts)
            demand(live == stored, 8, "the orchestrator is at {}, saved is {}", live, stored)
        invariants.registered_essays_are_there(state, book.essays)
        invariants.standings_are_right(state, book.essays)
        if header.stage is BatchStage.RUNNING:
            invariants.no_essay_is_lost(state, book.commanded[header.run, header.position])
            invariants.batch_and_essays_agree(state, book.essays)
            invariants.counts_are_right(state)

    def _retried(self, before: BatchState | None, header: BatchHeader) -> None:
        """5: a retry covers exactly the essays that failed in the named phase; of two retries at once, one counts."""
        if before is None or before.header.run == header.run:
            return
        failed = {name: standing.failed_in for name, standing in before.essays.items() if standing.failed_in}
        wanted = {
            frozenset(name for name, phase in failed.items() if command.phase in {None, phase})
            for _, command in self._mail
            if isinstance(command, RetryFailed) and command.run == header.run
        }
        demand(not wanted or header.retrying in {*wanted, frozenset()}, 5, "retried are {}", header.retrying)

    def _goes_on_with_the_caller(self, before: BatchState | None, header: BatchHeader) -> None:
        """10: a further run has the correlation id that was given with its command, or a derived one."""
        wanted = {
            command.correlation_id or correlation_id_of(header.batch_id, command.run)
            for _, command in self._mail
            if isinstance(command, RetryFailed | ExtendPipeline) and command.run == header.run
        }
        if before is not None and before.header.run < header.run and wanted:
            demand(header.correlation_id in wanted, 10, "{} is none of {}", header.correlation_id, wanted)

    def _work_queue(self, actor: WorkQueue) -> None:
        queue, known = actor.state, self._queue
        self._queue = (actor, queue)
        if known is not None and known[1] is queue:
            return
        queue_invariants.queue_is_whole(queue)
        queue_invariants.queue_works(queue)
        if known is not None and known[0] is actor:
            released = {m.batch_id for _, m in self._mail if isinstance(m, ResumeWork | ForgetBatch)}
            queue_invariants.queue_is_fair(known[1], queue, released)
            heard = [message for _, message in self._mail]
            queue_invariants.queue_forgets_nothing(known[1], queue, heard, self._answered(), self._model.ended)

    def _answered(self) -> set[Identity]:
        """The work that was reported as failed in this step."""
        failures = ((address, said) for address, said in self._said if isinstance(said, WorkFailed | CohortWorkFailed))
        return {failed_identity(address, said) for address, said in failures}

    def _batch_model(self, address: str) -> BatchModel:
        return self._model.of(batch_of(address) or "")
