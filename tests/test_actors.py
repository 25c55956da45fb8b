"""Each actor decides as its core does, with its own policy and clock, and says what of it is durable."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from immutables import Map

from actors.batch_orchestrator import BatchOrchestrator, stored_batch
from actors.cohort_coordinator import CohortCoordinator
from actors.core import batch, cohort, essay, work_queue
from actors.core.addresses import QUEUE, cohort_address, essay_address, worker_address
from actors.core.batch_state import BatchHeader, BatchStage, BatchState, pipeline_state_of
from actors.core.cohort import CohortState
from actors.core.effects import Keep, Publish, Remind, Tell, event_id_of
from actors.core.essay_state import EssayState
from actors.core.records import BatchRecord, EssayMoved, Fence, batch_record
from actors.core.retry import Policy
from actors.core.work_queue_state import QueueState
from actors.envelopes import event_record
from actors.essay_actor import EssayActor
from actors.stores.memory import MemoryStore
from actors.work_queue import WorkQueue
from contracts import (
    BatchPhaseSkippedV1,
    ErrorCode,
    ErrorDetail,
    EssayStatus,
    EventEnvelope,
    PhaseName,
    ProcessingEvent,
    topic_name,
)
from contracts.messages import EssayOutcome, InitiatePhase, WorkFailed, WorkSucceeded
from contracts.work import AnnounceDue, CohortWorkFailed, EssayWork, StartCohort, WorkerDue, WorkerReady, WorkRequested
from tests.core.play import registration

NOW = datetime(2026, 3, 14, 9, 26, tzinfo=UTC)
POLICY = Policy(max_attempts=2, nudge_after=7.0, work_timeout=70.0)
NLP = PhaseName.NLP
PASSING = ErrorDetail(error_code=ErrorCode.RATE_LIMITED, message="Wait.", retryable=True)
OUTCOMES = [EssayOutcome(name, 0, 0, succeeded=True, text_id=f"text of {name}") for name in ("a", "b", "c")]
READY = EssayState("b", "a", EssayStatus.READY_FOR_PROCESSING, text_id="text of a")
ASKED = WorkRequested(EssayWork("b", "a", NLP, 0, 0, 0, "text of a"), essay_address("b", "a"))


def an_orchestrator(state: BatchState | None = None) -> BatchOrchestrator:
    """The orchestrator of batch ``b``."""
    return BatchOrchestrator(state or BatchState(BatchHeader("b")), POLICY, lambda: NOW)


def running() -> BatchState:
    """A batch of three essays, in its only phase."""
    return batch.step(BatchState(BatchHeader("b")), registration("abc", [NLP]), POLICY, NOW).state


def stored(state: BatchState) -> MemoryStore:
    """A store with this batch and its essays, none of which has begun."""
    store, founded = MemoryStore(), batch.step(BatchState(BatchHeader("b")), registration("abc", [NLP]), POLICY, NOW)
    essays = [effect.record for effect in founded.effects if isinstance(effect, Keep)]
    store.commit([*essays, batch_record(BatchHeader("b"), state.header, NOW)])
    return store


class TestBatchOrchestrator:
    """The actor of one batch."""

    def test_who_is_activated_knows_what_is_stored_and_has_a_new_epoch(self) -> None:
        """The new epoch fences off whatever orchestrator was there before."""
        state = running()
        store = stored(state)
        first, second = (BatchOrchestrator.activated("b", store, POLICY, lambda: NOW) for _ in range(2))
        assert (first.fence, second.fence) == (Fence("b", 1), Fence("b", 2))
        assert second.state == state._replace(header=state.header._replace(epoch=2))
        assert second.resume(second.state) == batch.resume(second.state, POLICY, NOW)
        assert store.claim("b") == 3

    def test_who_is_activated_when_the_last_essay_has_settled_closes_the_phase_now(self) -> None:
        """Its predecessor died between the outcome and the end of the phase."""
        state = running()._replace(outstanding=Map())
        assert an_orchestrator().resume(state).state.header.details[NLP].completed_at == NOW

    def test_a_batch_is_read_by_who_only_looks_with_epoch_zero(self) -> None:
        """Reading a batch does not claim it."""
        store = stored(running())
        assert stored_batch("b", store).header.epoch == 0
        assert store.claim("b") == 1

    def test_of_an_unknown_batch_there_is_its_name(self) -> None:
        """Until it is registered, it has only a name."""
        assert stored_batch("new", MemoryStore()) == BatchState(BatchHeader("new"))

    def test_it_decides_by_its_policy_and_dates_by_its_clock(self) -> None:
        """It decides like the core, for one message as for many."""
        actor, order = an_orchestrator(), registration("abc", [NLP])
        decided = actor.step(actor.state, order)
        assert decided == batch.step(actor.state, order, POLICY, NOW)
        assert decided.state.header.details[NLP].started_at == NOW
        assert any(isinstance(effect, Remind) and effect.after >= 7.0 for effect in decided.effects)
        assert actor.resume(decided.state) == batch.resume(decided.state, POLICY, NOW)

    def test_outcomes_that_come_together_are_one_decision(self) -> None:
        """The result is the same as one by one."""
        actor, state = an_orchestrator(), running()
        (together,) = actor.steps(state, OUTCOMES)
        one_by_one = state
        for outcome in OUTCOMES:
            one_by_one = actor.step(one_by_one, outcome).state
        assert together.state == one_by_one
        assert together.state.header.details[NLP].completed_at == NOW

    def test_its_header_is_written_where_it_has_changed(self) -> None:
        """The record has the current time; a change of nothing durable is not written."""
        actor, state = an_orchestrator(), running()
        assert [*actor.records(state, state._replace(heard=5))] == []
        (record,) = actor.records(BatchState(BatchHeader("b")), state)
        assert isinstance(record, BatchRecord)
        assert record == batch_record(BatchHeader("b"), state.header, NOW)
        assert record.pipeline_state == pipeline_state_of(state.header, NOW)

    @pytest.mark.parametrize("stage", BatchStage)
    def test_it_is_idle_when_its_batch_has_ended(self, stage: BatchStage) -> None:
        """At every other stage, it is not."""
        assert an_orchestrator(running().having(stage=stage)).is_idle is (stage is BatchStage.ENDED)

    def test_it_has_the_address_of_its_batch_and_knows_those_of_its_essays(self) -> None:
        """Essays are in the batch's order."""
        actor = an_orchestrator(running())
        assert actor.address == "batch/b"
        assert actor.essay_addresses == [essay_address("b", name) for name in "abc"]


class TestEssayActor:
    """The actor of one essay."""

    def test_it_decides_as_the_core_does_by_its_policy(self) -> None:
        """With two attempts allowed, the first failure is retried, and the second is not."""
        actor = EssayActor(READY, POLICY)
        taken = actor.step(READY, InitiatePhase(NLP, 0, 0, "text of a"))
        assert taken == essay.step(READY, InitiatePhase(NLP, 0, 0, "text of a"), POLICY)
        waiting = actor.step(taken.state, WorkFailed(0, 0, 0, PASSING)).state
        assert waiting.is_under_way
        failed = actor.step(waiting, WorkFailed(0, 0, 1, PASSING)).state
        assert failed.failure is not None
        assert actor.resume(failed) == essay.resume(failed)

    def test_a_move_is_written_as_one_and_a_result_as_a_state(self) -> None:
        """Either way, it is the smallest record that describes the change."""
        actor = EssayActor(READY, POLICY)
        taken = actor.step(READY, InitiatePhase(NLP, 0, 0, "text of a")).state
        done = actor.step(taken, WorkSucceeded(0, 0, "text of a", "key")).state
        assert [type(record) for record in actor.records(READY, taken)] == [EssayMoved]
        assert [*actor.records(taken, done)] == [done]

    def test_its_machine_stands_where_it_stands(self) -> None:
        """The machine has the essay's id and status."""
        actor = EssayActor(READY._replace(status=EssayStatus.NLP_FAILED), POLICY)
        assert (actor.address, actor.machine.essay_id) == (essay_address("b", "a"), "a")
        assert actor.machine.current_status is EssayStatus.NLP_FAILED

    def test_it_is_idle_when_it_is_done_or_has_failed(self) -> None:
        """Unless an early answer is waiting for its command."""
        done, failed = READY._replace(status=EssayStatus.ALL_PROCESSING_COMPLETED), READY._replace(failure=PASSING)
        early = WorkSucceeded(1, 0, "t", "key")
        assert [EssayActor(state, POLICY).is_idle for state in (READY, done, failed)] == [False, True, True]
        assert not EssayActor(done._replace(early=early), POLICY).is_idle
        assert not EssayActor(failed._replace(early=early), POLICY).is_idle


def test_a_coordinator_decides_as_its_core_does() -> None:
    """It starts empty, at the address it is given."""
    address, start = cohort_address("b", 0, 0), StartCohort("b", PhaseName.CJ_ASSESSMENT, 0, 0, ("a", "c"))
    actor = CohortCoordinator(address, POLICY)
    assert (actor.address, actor.state) == (address, CohortState())
    started = actor.step(actor.state, start)
    assert started == cohort.step(CohortState(), start, POLICY)
    attempts = [actor.step(started.state, CohortWorkFailed(None, 0, PASSING, 0))]
    attempts.append(actor.step(attempts[0].state, CohortWorkFailed(None, 1, PASSING, 0)))
    assert [attempt.state.finished is not None for attempt in attempts] == [False, True]


class TestWorkQueue:
    """The actor that leases work to workers."""

    WORKERS = (worker_address(0), worker_address(1))

    def test_its_leases_have_numbers_that_no_queue_before_it_has_given_out(self) -> None:
        """A late message about an older queue's lease matches none of the new ones."""
        actor = WorkQueue(POLICY, self.WORKERS, 500)
        assert (actor.address, actor.state.next_lease) == (QUEUE, 500)
        assert WorkQueue(POLICY, self.WORKERS).state == QueueState()

    def test_it_asks_its_workers_who_is_there_and_watches_them(self) -> None:
        """A worker that does not answer in time is restarted."""
        decided = WorkQueue(POLICY, self.WORKERS).resume(QueueState())
        assert decided.state == QueueState()
        assert [*decided.effects] == [
            *(Tell(worker, AnnounceDue(again=False)) for worker in self.WORKERS),
            *(Remind(2 * POLICY.cohort_timeout, WorkerDue(worker)) for worker in self.WORKERS),
        ]

    def test_what_is_asked_for_together_is_handed_out_when_all_of_it_is_heard(self) -> None:
        """The leases have the policy's deadlines."""
        actor = WorkQueue(POLICY, self.WORKERS)
        there = actor.step(actor.state, WorkerReady(self.WORKERS[0], "1"))
        assert there == work_queue.step(actor.state, WorkerReady(self.WORKERS[0], "1"), POLICY)
        more = [ASKED, ASKED._replace(reply_to=essay_address("b", "c"))]
        again, asked = actor.steps(there.state, [WorkerReady(self.WORKERS[0], "1"), *more])
        assert again == there._replace(effects=())
        assert asked == next(iter(work_queue.steps(there.state, more, POLICY)))
        assert asked.effects == ()
        handed = actor.conclude(asked.state)
        assert handed == work_queue.conclude(asked.state, POLICY)
        assert any(isinstance(effect, Remind) and effect.after == 70.0 for effect in handed.effects)


@pytest.mark.parametrize(("address", "source"), [("batch/b", "batch-orchestrator"), ("essay/b/a", "essay-actor")])
def test_an_event_is_stored_with_its_topic_its_time_and_who_says_it(address: str, source: str) -> None:
    """Its id is derived from its key."""
    data = BatchPhaseSkippedV1(batch_id="b", phase_name=NLP, reason="done", correlation_id=UUID(int=7))
    event = event_record(address, Publish(ProcessingEvent.BATCH_PHASE_SKIPPED, "key", "b", data, "a"), NOW)
    assert (event.event_id, event.batch_id, event.essay_id) == (event_id_of("key"), "b", "a")
    assert (event.event_type, event.timestamp) == (topic_name(ProcessingEvent.BATCH_PHASE_SKIPPED), NOW)
    envelope = EventEnvelope[Any].model_validate_json(event.document)
    assert (str(envelope.event_id), envelope.event_type) == (event.event_id, event.event_type)
    assert (envelope.source_service, envelope.event_timestamp) == (source, NOW)
