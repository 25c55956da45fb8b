"""Messages that arrive together are decided together: faster, and with the same result as one by one."""

import pickle
from collections.abc import Sequence
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st
from immutables import Map

from actors.core import batch, work_queue
from actors.core.addresses import essay_address, worker_address
from actors.core.batch_state import BatchHeader, BatchState
from actors.core.effects import Decision, Effect, one_by_one
from actors.core.records import batch_record
from actors.core.work_queue_state import QueueState
from contracts.messages import EssayOutcome, EssayStarted, Message, NudgeDue, PauseBatch, ResumeBatch
from contracts.work import EssayWork, ForgetBatch, LeaseFinished, PauseWork, WorkerReady, WorkRequested
from tests.core.play import BROKEN, NLP, NOW, POLICY, SPELLCHECK, registration

NAMES = [f"e{number}" for number in range(6)]


def outcomes(position: int) -> st.SearchStrategy[EssayOutcome]:
    """The outcome at this position of one of the batch's essays, or of an essay that it does not have."""

    def outcome(name: str, succeeded: bool) -> EssayOutcome:
        return EssayOutcome(name, 0, position, succeeded, f"{name}'s", None if succeeded else BROKEN)

    return st.builds(outcome, st.sampled_from([*NAMES, "a stranger"]), st.booleans())


def to_the_batch() -> st.SearchStrategy[list[Message]]:
    """Outcomes, some repeated and some contradicting an earlier one, with other messages in between."""
    others = [EssayStarted("e1", 0, 0), NudgeDue(0, 0, 0), PauseBatch()]
    return st.lists(st.one_of(outcomes(0), outcomes(0), outcomes(0), st.sampled_from(others)), max_size=16)


@given(to_the_batch())
def test_a_batch_counts_outcomes_that_come_together_as_if_they_came_one_by_one(messages: list[Message]) -> None:
    """State and effects are the same: an essay's first outcome counts, and the last essay closes the phase."""
    running = batch.step(
        BatchState(BatchHeader("b")), registration(NAMES, [SPELLCHECK, NLP], ["e5"]), POLICY, NOW
    ).state
    single = [*one_by_one(lambda state, message: batch.step(state, message, POLICY, NOW), running, messages)]
    together = [*batch.steps(running, messages, POLICY, NOW)]
    assert _end(running, together) == _end(running, single)
    assert len(together) <= len(single)


def test_a_phase_that_begins_while_messages_are_decided_together_begins_now() -> None:
    """Also if it begins because of an operator's command that came between outcomes."""
    running = batch.step(BatchState(BatchHeader("b")), registration(["e1"], [SPELLCHECK, NLP]), POLICY, NOW).state
    later = NOW + timedelta(minutes=1)
    told: list[Message] = [PauseBatch(), EssayOutcome("e1", 0, 0, succeeded=True, text_id="t"), ResumeBatch()]
    *_, last = batch.steps(running, told, POLICY, later)
    assert last.state.header.details[NLP].started_at == later


def _end(before: BatchState, decided: Sequence[Decision[BatchState]]) -> tuple[BatchState, list[Effect]]:
    state = decided[-1].state if decided else before
    return state, [effect for each in decided for effect in each.effects]


def to_the_queue() -> st.SearchStrategy[list[Message]]:
    """Requests of two batches, some repeated, with other messages in between."""

    def request(batch_id: str, number: int, attempt: int) -> WorkRequested:
        work = EssayWork(batch_id, f"e{number}", SPELLCHECK, 0, 0, attempt, "t")
        return WorkRequested(work, essay_address(batch_id, f"e{number}"))

    requests = st.builds(request, st.sampled_from("ab"), st.integers(0, 5), st.integers(0, 1))
    others = [
        WorkerReady(worker_address(0), "1"),
        WorkerReady(worker_address(0), "2"),
        LeaseFinished(0, worker_address(0), "1", 0.1),
        LeaseFinished(0, worker_address(0), "1", 0.1, 1),
        PauseWork("a", 0, 1),
        ForgetBatch("a", 0, 0),
    ]
    return st.lists(st.one_of(requests, requests, requests, st.sampled_from(others)), max_size=20)


@given(to_the_queue(), to_the_queue())
def test_a_queue_takes_requests_that_come_together_as_if_they_came_one_by_one(
    before: list[Message], messages: list[Message]
) -> None:
    """Each request waits once, in order of arrival; batches take turns in the order of their first requests."""
    leased = work_queue.conclude(_heard(QueueState(), before), POLICY).state
    single = [*one_by_one(lambda state, message: work_queue.step(state, message, POLICY), leased, messages)]
    together = [*work_queue.steps(leased, messages, POLICY)]
    ends = [decided[-1].state if decided else leased for decided in (single, together)]
    assert ends[0] == ends[1]
    assert [each.effects for each in together if each.effects] == [each.effects for each in single if each.effects]


def _heard(state: QueueState, messages: list[Message]) -> QueueState:
    for message in messages:
        state = work_queue.step(state, message, POLICY).state
    return state


def test_the_record_of_a_counted_outcome_is_as_small_in_a_large_batch() -> None:
    """It is written with every group of outcomes, so it holds only what has changed, and no essay ids."""
    sizes = [len(pickle.dumps(batch_record(*_counting(essays), NOW))) for essays in (30, 30_000)]
    assert sizes[1] <= sizes[0] + 20


def _counting(essays: int) -> tuple[BatchHeader, BatchHeader]:
    names = tuple(f"essay-{number:05}" for number in range(essays))
    texts = dict.fromkeys(names, "t")
    header = BatchHeader("b", order=names, commanded=texts, pipeline=(SPELLCHECK,), details=Map())
    before = BatchState(header).with_detail(SPELLCHECK, total=essays, started_at=NOW - timedelta(seconds=1))
    return before.header, before.with_detail(SPELLCHECK, successful=1).header
