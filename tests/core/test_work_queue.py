"""What the work queue decides: who does what next, fairly, in fitting leases, and who is to blame for a death."""

from collections.abc import Iterable
from functools import reduce
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from immutables import Map

from actors.core.addresses import cohort_address, essay_address, worker_address
from actors.core.effects import Decision, Remind, Restart, Retire, Tell
from actors.core.leasing import LEASES_AHEAD, MOST_PIECES
from actors.core.retry import Policy
from actors.core.work_queue import conclude, resume, step, watch
from actors.core.work_queue_state import QueueState, identity_of
from contracts import ErrorCode, PhaseName
from contracts.messages import Message, WorkFailed, WorkStarted
from contracts.work import (
    AnnounceDue,
    Assign,
    CohortWorkFailed,
    EssayWork,
    ForgetBatch,
    HurryWork,
    LeaseDue,
    LeaseFinished,
    PauseWork,
    ReleaseDue,
    ResumeWork,
    WorkerDue,
    WorkerReady,
    WorkRequested,
    WorkReturned,
)
from tests.core.play import CJ, SPELLCHECK
from tests.core.requests import cohort_work, work, works

POLICY = Policy(work_timeout=300, cohort_timeout=1800)
ANNA, BERT = worker_address(0), worker_address(1)
READY_ANNA, READY_BERT = WorkerReady(ANNA, "a1"), WorkerReady(BERT, "b1")


def after(*messages: Message, state: QueueState | None = None) -> QueueState:
    """The queue after these messages, which arrived one by one."""
    return reduce(lambda queue, message: when(queue, message).state, messages, state or QueueState())


def when(state: QueueState, message: Message) -> Decision[QueueState]:
    """What the queue decides about a message that arrived alone."""
    decided = step(state, message, POLICY)
    concluded = conclude(decided.state, POLICY)
    return Decision(concluded.state, (*decided.effects, *concluded.effects))


def measured(seconds: float, *, workers: int = 1) -> QueueState:
    """A queue with idle workers that has measured this many seconds for a piece of spellcheck."""
    announced = [WorkerReady(worker_address(number), "1") for number in range(workers)]
    state = after(READY_ANNA, work("first", "measuring"), LeaseFinished(0, ANNA, "a1", seconds))
    return after(*announced, state=QueueState(next_lease=1, seconds=state.seconds))


def assigned(decision: Decision[QueueState]) -> list[tuple[str, list[str]]]:
    """Who was assigned which essays (or pieces)."""
    return [
        (effect.address, [_name(request) for request in effect.message.requests])
        for effect in decision.effects
        if isinstance(effect, Tell) and isinstance(effect.message, Assign)
    ]


def in_hands(state: QueueState) -> list[list[str]]:
    """The pieces of each lease, oldest lease first."""
    return [[_name(request) for request in state.leases[number].requests] for number in sorted(state.leases)]


def _name(request: WorkRequested) -> str:
    return request.work.essay_id if isinstance(request.work, EssayWork) else request.work.piece or "plan"


def failures(decision: Decision[QueueState]) -> list[tuple[str, ErrorCode, bool]]:
    """Who was told that an attempt has failed, why, and whether it is worth another one."""
    return [
        (effect.address, effect.message.error.error_code, effect.message.error.retryable)
        for effect in decision.effects
        if isinstance(effect, Tell) and isinstance(effect.message, WorkFailed | CohortWorkFailed)
    ]


class TestHandingOut:
    """Work goes to a free worker."""

    def test_work_waits_for_a_worker_and_a_worker_for_work(self) -> None:
        """Whichever comes first waits for the other."""
        assert assigned(when(QueueState(), work("a"))) == []
        assert assigned(when(after(work("a")), READY_ANNA)) == [(ANNA, ["a"])]
        assert assigned(when(after(READY_ANNA), work("a"))) == [(ANNA, ["a"])]

    def test_a_lease_has_a_deadline_and_long_work_is_announced(self) -> None:
        """The essay is in progress before it is done; work of unknown duration counts as long."""
        effects = when(after(READY_ANNA), work("a")).effects
        assert len(effects) == 3
        assert Tell(ANNA, Assign(0, (work("a"),))) in effects
        assert Remind(300, LeaseDue(0)) in effects
        assert Tell("essay/b/a", WorkStarted(0, 0)) in effects

    def test_work_that_is_done_in_a_blink_is_not_announced(self) -> None:
        """It would double the messages, for a state too short to be seen."""
        effects = when(measured(0.001), work("a")).effects
        assert not [effect for effect in effects if isinstance(effect, Tell) and effect.address == "essay/b/a"]

    def test_the_same_work_is_asked_for_twice_and_done_once(self) -> None:
        """While it waits or is leased, a second request is a duplicate; once answered, it may be asked for again."""
        waiting = after(work("a"))
        assert when(waiting, work("a")) == Decision(waiting)
        leased = after(READY_ANNA, work("a"))
        assert when(leased, work("a")) == Decision(leased)
        done = after(LeaseFinished(0, ANNA, "a1", 0.1), state=leased)
        assert assigned(when(done, work("a"))) == [(ANNA, ["a"])]

    def test_the_next_attempt_is_other_work(self) -> None:
        """So is a cohort's next plan, or another piece."""
        different = [work("a"), work("a", attempt=1), work("b"), work("a", "c")]
        cohort = [
            cohort_work(None),
            cohort_work(None, 1),
            cohort_work(None, planning=1),
            cohort_work("x"),
            cohort_work("y"),
        ]
        assert len({identity_of(request) for request in different + cohort}) == 9

    def test_the_least_busy_worker_comes_first_and_none_holds_too_much(self) -> None:
        """A worker has at most one lease ready behind the one it works on."""
        state = after(READY_ANNA, READY_BERT, work("a"), work("b"), work("c"), work("d"), work("e"))
        assert [state.leases[number].worker for number in sorted(state.leases)] == [ANNA, BERT, ANNA, BERT]
        assert all(len(worker.leases) == LEASES_AHEAD for worker in state.workers.values())
        finished = when(state, LeaseFinished(1, BERT, "b1", 0.1))
        assert assigned(finished) == [(BERT, ["e"])]

    def test_a_finished_lease_is_finished_once(self) -> None:
        """A duplicate has no effect, nor has a lease of before the queue's restart."""
        state = after(READY_ANNA, work("a"), LeaseFinished(0, ANNA, "a1", 0.1))
        for lease in (0, 17):
            assert when(state, LeaseFinished(lease, ANNA, "a1", 0.1)) == Decision(state)


@pytest.mark.parametrize("other", [{"run": 1}, {"position": 1}, {"attempt": 1}, {"essay_id": "b"}])
def test_work_at_another_place_is_other_work(other: dict[str, Any]) -> None:
    """Only identical requests are done once."""
    one = work("a").work
    assert isinstance(one, EssayWork)
    again, another = one, one._replace(**other)
    asked = [WorkRequested(each, essay_address("b", each.essay_id)) for each in (one, again, another)]
    assert len(after(*asked).known) == 2


@pytest.mark.parametrize("other", [{"run": 1}, {"position": 1}, {"attempt": 1}, {"piece": "y"}, {"step": 1}])
def test_a_cohorts_work_at_another_place_is_other_work(other: dict[str, Any]) -> None:
    """So is that of another plan, or of another coordinator."""
    one = cohort_work("x")
    asked = [one, one, one._replace(work=one.work._replace(**other)), one._replace(reply_to="cohort/b/0/1")]
    assert len(after(*asked).known) == 3


class TestFairness:
    """Batches take turns."""

    def test_a_small_batch_does_not_wait_for_the_end_of_a_large_one(self) -> None:
        """It gets a lease in between, although the large batch came first."""
        state = after(*works(100, "large"), *works(2, "small"))
        served = [request.work.batch_id for lease in _all_leases(state) for request in lease]
        assert served.index("small") < 10

    def test_three_batches_are_served_in_turn(self) -> None:
        """Each of them is served once before any is served twice."""
        state = after(*(request for batch in "xyz" for request in works(50, batch)))
        turns = [lease[0].work.batch_id for lease in _all_leases(state)]
        assert turns[:6] == ["x", "y", "z", "x", "y", "z"]

    def test_essays_of_a_batch_are_served_in_the_order_in_which_they_asked(self) -> None:
        """None is overtaken for ever."""
        served = [_name(request) for lease in _all_leases(after(*works(20))) for request in lease]
        assert served == sorted(served)


def _all_leases(state: QueueState) -> list[tuple[WorkRequested, ...]]:
    """Every lease that one worker gets, one after the other, until nothing waits."""
    state, leases = after(READY_ANNA, state=state), []
    while state.leases:
        number = min(state.leases)
        leases.append(state.leases[number].requests)
        state = after(LeaseFinished(number, ANNA, "a1", 0.05), state=state)
    return leases


class TestSize:
    """A lease holds what can be done in its time, and no more than an even share."""

    def test_a_lease_holds_as_much_as_is_done_in_its_time(self) -> None:
        """Ten pieces at 0.2 seconds each are two seconds."""
        state = after(PauseWork("b", 0, 0), *works(100), ResumeWork("b", 0, 0), state=measured(0.2))
        assert [len(lease) for lease in in_hands(state)] == [10, 10]

    def test_long_work_is_handed_out_piece_by_piece(self) -> None:
        """At two seconds each, no essay waits behind another one in a lease."""
        state = after(PauseWork("b", 0, 0), *works(10), ResumeWork("b", 0, 0), state=measured(2.0))
        assert [len(lease) for lease in in_hands(state)] == [1, 1]

    def test_no_lease_is_larger_than_a_message_should_be(self) -> None:
        """A lease's size is capped, however quick the work."""
        state = after(PauseWork("b", 0, 0), *works(3000), ResumeWork("b", 0, 0), state=measured(0.000_01))
        assert max(len(lease) for lease in in_hands(state)) == MOST_PIECES

    def test_a_group_of_requests_is_handed_out_as_a_whole(self) -> None:
        """Handed out one by one, the first requests would each get a lease of their own."""
        state = reduce(lambda queue, request: step(queue, request, POLICY).state, works(100), measured(0.01))
        assert in_hands(state) == []
        assert [len(lease) for lease in in_hands(conclude(state, POLICY).state)] == [50, 25]

    def test_small_shares_are_not_split_further(self) -> None:
        """Handing out a few milliseconds of work costs more than it saves."""
        state = after(PauseWork("b", 0, 0), *works(8), ResumeWork("b", 0, 0), state=measured(0.001, workers=2))
        assert [len(lease) for lease in in_hands(state)] == [8]

    def test_workers_get_even_shares_of_what_waits(self) -> None:
        """They finish together, instead of one of them doing it all."""
        state = after(PauseWork("b", 0, 0), *works(8), ResumeWork("b", 0, 0), state=measured(0.1, workers=2))
        assert [len(lease) for lease in in_hands(state)] == [2, 2, 1, 1]

    def test_a_lease_is_of_one_phase_and_a_plan_is_alone(self) -> None:
        """Phases take different times, and planning may take long."""
        requests = [work("a"), work("b"), work("c", phase=PhaseName.NLP), cohort_work(None), cohort_work("x")]
        state = after(PauseWork("b", 0, 0), *requests, ResumeWork("b", 0, 0), state=measured(0.001))
        served = [[_name(request) for request in lease] for lease in _all_leases(state)]
        assert ["plan"] in served
        assert all(len({request.work.phase for request in lease}) == 1 for lease in _all_leases(state))

    def test_planning_says_nothing_of_the_time_of_a_piece(self) -> None:
        """After a long plan, quick comparisons are still leased many at a time."""
        state = after(READY_ANNA, cohort_work(None), LeaseFinished(0, ANNA, "a1", 30.0))
        assert CJ not in state.seconds

    def test_a_plan_has_the_patience_of_a_cohort(self) -> None:
        """A plan is one piece of work for many essays."""
        assert Remind(1800, LeaseDue(0)) in when(after(READY_ANNA), cohort_work(None)).effects
        assert Remind(300, LeaseDue(0)) in when(after(READY_ANNA), cohort_work("x")).effects


class TestBlame:
    """A worker that dies or hangs was at its first lease: that one is to blame."""

    def test_a_lost_workers_single_piece_has_failed_an_attempt(self) -> None:
        """It is worth another attempt; a second death of the same work counts as a second attempt."""
        died = when(after(READY_ANNA, work("poison")), WorkerReady(ANNA, "a2"))
        assert failures(died) == [("essay/b/poison", ErrorCode.WORKER_DIED, True)]
        died_again = when(after(work("poison", attempt=1), state=died.state), WorkerReady(ANNA, "a3"))
        assert failures(died_again) == failures(died)
        told = [effect.message for each in (died, died_again) for effect in each.effects if isinstance(effect, Tell)]
        assert [message.attempt for message in told if isinstance(message, WorkFailed)] == [0, 1]

    @pytest.mark.parametrize("piece", [None, "x|y"])
    def test_a_lost_workers_piece_of_a_cohort_has_failed_with_the_same_reason(self, piece: str | None) -> None:
        """The coordinator is told which piece, step and attempt."""
        died = when(after(READY_ANNA, cohort_work(piece, attempt=1, planning=3)), WorkerReady(ANNA, "a2"))
        assert failures(died) == [(cohort_address("b", 0, 0), ErrorCode.WORKER_DIED, True)]
        (told,) = [effect.message for effect in died.effects if isinstance(effect, Tell)]
        assert isinstance(told, CohortWorkFailed)
        assert (told.piece, told.attempt, told.step, told.error.operation) == (piece, 1, 3, "work")
        assert told.error.message == "The process that worked on this essay died."

    def test_of_several_suspects_each_is_done_again_alone(self) -> None:
        """A poison essay takes no other with it: no attempt has failed yet."""
        state = after(PauseWork("b", 0, 0), *works(3), ResumeWork("b", 0, 0), state=measured(0.1))
        assert in_hands(state)[0] == ["000", "001"]
        died = when(state, WorkerReady(ANNA, "2"))
        assert failures(died) == []
        assert assigned(died) == [(ANNA, ["000"]), (ANNA, ["001"])]
        died_again = when(died.state, WorkerReady(ANNA, "3"))
        assert [address for address, *_ in failures(died_again)] == ["essay/b/000"]
        assert assigned(died_again) == [(ANNA, ["001"]), (ANNA, ["002"])]

    def test_the_leases_behind_the_head_are_innocent(self) -> None:
        """Their work waits again, at the front, and is not suspect."""
        state = after(READY_ANNA, work("head"), work("behind"))
        died = when(state, WorkerReady(ANNA, "a2"))
        assert [address for address, *_ in failures(died)] == ["essay/b/head"]
        assert assigned(died) == [(ANNA, ["behind"])]
        assert died.state.alone == QueueState().alone

    def test_what_has_failed_an_attempt_is_tried_again_alone(self) -> None:
        """It may be what killed the worker."""
        state = after(
            PauseWork("b", 0, 0), work("x", attempt=1), *works(3), ResumeWork("b", 0, 0), state=measured(0.001)
        )
        assert in_hands(state)[0] == ["x"]

    def test_a_suspect_that_was_done_is_not_remembered(self) -> None:
        """Nor is one that failed or was forgotten: the queue does not grow with its past."""
        state = after(
            PauseWork("b", 0, 0), *works(4), ResumeWork("b", 0, 0), WorkerReady(ANNA, "2"), state=measured(0.1)
        )
        assert len(state.alone) == 2
        done = after(LeaseFinished(min(state.leases), ANNA, "2", 0.1), state=state)
        died = after(WorkerReady(ANNA, "3"), state=state)
        assert len(done.alone) == len(died.alone) == 1
        waiting = after(PauseWork("b", 0, 0), WorkerReady(ANNA, "3"), state=state)
        assert len(after(ForgetBatch("b", 0, 0), state=waiting).alone) == 0

    def test_a_worker_that_hangs_is_restarted_and_its_work_has_failed_an_attempt(self) -> None:
        """Its lease ran out, and it gets no more work until it is back."""
        decision = when(after(READY_ANNA, work("slow")), LeaseDue(0))
        assert failures(decision) == [("essay/b/slow", ErrorCode.WORK_TIMED_OUT, True)]
        assert decision.effects[-1] == Restart(ANNA)
        assert ANNA not in decision.state.workers
        assert assigned(when(after(work("next"), state=decision.state), WorkerReady(ANNA, "a2"))) == [(ANNA, ["next"])]

    def test_the_time_of_a_lease_that_waits_behind_another_begins_when_that_is_done(self) -> None:
        """A hang is noticed after the time of one lease, and no lease is blamed for another."""
        assert LeaseDue(1) not in _reminders(when(after(READY_ANNA, work("slow")), work("behind")))
        state = after(READY_ANNA, work("slow"), work("behind"))
        assert _reminders(when(state, LeaseFinished(0, ANNA, "a1", 299.0))) == [LeaseDue(1)]

    def test_the_deadline_of_a_finished_lease_is_ordinary(self) -> None:
        """Every lease's reminder arrives sooner or later."""
        state = after(READY_ANNA, work("a"), LeaseFinished(0, ANNA, "a1", 0.1))
        assert when(state, LeaseDue(0)) == Decision(state)

    def test_a_cohorts_lost_piece_is_told_to_the_cohort(self) -> None:
        """The message has its step, so a late one is recognised."""
        decision = when(after(READY_ANNA, cohort_work("x|y", planning=3)), WorkerReady(ANNA, "a2"))
        [told] = [
            effect for effect in decision.effects if isinstance(effect, Tell) and effect.address.startswith("cohort")
        ]
        assert isinstance(told.message, CohortWorkFailed)
        assert (told.message.piece, told.message.attempt, told.message.step) == ("x|y", 0, 3)


def _reminders(decision: Decision[QueueState]) -> list[Message]:
    return [effect.message for effect in decision.effects if isinstance(effect, Remind)]


class TestReconciling:
    """What workers announce is compared with what they were assigned."""

    def test_an_announced_lease_is_closed_though_its_end_was_not_heard(self) -> None:
        """The message about its end was lost; its answers may have arrived."""
        state = after(READY_ANNA, work("a"), WorkerReady(ANNA, "a1", finished=0))
        assert in_hands(state) == []

    def test_an_assignment_that_was_lost_on_the_way_is_given_again(self) -> None:
        """A worker that announces itself as idle twice cannot have received it."""
        once = after(READY_ANNA, work("a"), READY_ANNA)
        assert in_hands(once) == [["a"]]
        assert assigned(when(once, READY_ANNA)) == [(ANNA, ["a"])]

    def test_a_worker_that_just_announces_itself_again_keeps_what_it_has(self) -> None:
        """The announcement and the assignment may have crossed."""
        assert assigned(when(after(READY_ANNA, work("a")), READY_ANNA)) == []

    def test_a_queue_that_was_restarted_asks_who_is_there(self) -> None:
        """The queue stores nothing; what was waiting is asked for again by others."""
        assert resume([ANNA, BERT]) == (Tell(ANNA, AnnounceDue(again=False)), Tell(BERT, AnnounceDue(again=False)))

    def test_a_worker_that_never_announces_itself_to_a_restarted_queue_is_restarted(self) -> None:
        """It hangs in a lease of the dead queue, and nothing else would notice."""
        patience = LEASES_AHEAD * POLICY.cohort_timeout
        assert watch([ANNA], POLICY) == (Remind(patience, WorkerDue(ANNA)),)
        assert when(QueueState(), WorkerDue(ANNA)).effects == (Restart(ANNA),)
        assert when(after(READY_ANNA), WorkerDue(ANNA)).effects == ()

    @pytest.mark.parametrize("lost", [QueueState(), after(READY_ANNA, work("a"))], ids=["unknown", "hangs"])
    def test_a_worker_that_was_restarted_is_called_until_it_is_there(self, lost: QueueState) -> None:
        """The queue that ended its process may itself have died, so that the restart found nothing to restart."""
        restarted = when(lost, LeaseDue(0) if lost.leases else WorkerDue(ANNA)).state
        call = Tell(ANNA, AnnounceDue(again=False))
        called = when(restarted, work("b"))
        assert called.effects == (call,)
        assert when(called.state, work("b")).effects == (call,)
        there = when(called.state, WorkerReady(ANNA, "a2"))
        assert assigned(there) == [(ANNA, ["b"])]
        assert call not in there.effects

    def test_a_late_word_of_a_dead_process_says_nothing_of_its_successor(self) -> None:
        """Its successor's work is neither taken back nor blamed."""
        state = after(READY_ANNA, WorkerReady(ANNA, "a2"), work("a"))
        decision = when(state, READY_ANNA)
        assert decision == Decision(state)
        hung = after(READY_ANNA, work("a"), LeaseDue(0))
        assert when(hung, READY_ANNA) == Decision(hung)


class TestHolding:
    """Batches are paused, resumed and forgotten."""

    def test_a_paused_batch_gets_no_work_done_and_others_do(self) -> None:
        """Its turn is skipped; once resumed, it is served at once."""
        state = after(work("a"), work("x", "other"), PauseWork("b", 0, 0), PauseWork("b", 0, 0))
        assert assigned(when(state, READY_ANNA)) == [(ANNA, ["x"])]
        assert assigned(when(after(READY_ANNA, state=state), ResumeWork("b", 0, 0))) == [(ANNA, ["a"])]

    @pytest.mark.parametrize("piece", [None, "x|y"])
    def test_a_paused_batchs_cohort_gets_no_plan_and_no_piece(self, piece: str | None) -> None:
        """Planning is work like any other, and may cost money."""
        paused = after(PauseWork("b", 0, 1), cohort_work(piece), READY_ANNA)
        assert in_hands(paused) == []
        assert in_hands(after(ResumeWork("b", 0, 2), state=paused)) == [[piece or "plan"]]

    def test_a_forgotten_batchs_waiting_work_is_dropped(self) -> None:
        """Only leased work is left to finish; after it, nothing of the batch remains."""
        state = after(READY_ANNA, *works(5), PauseWork("b", 0, 0), ForgetBatch("b", 0, 0))
        assert in_hands(state) == [["000"], ["001"]]
        finished = after(LeaseFinished(0, ANNA, "a1", 0.1), LeaseFinished(1, ANNA, "a1", 0.1), state=state)
        assert (len(finished.known), len(finished.lines), finished.turn, finished.paused) == (0, 0, (), frozenset())

    def test_of_two_words_on_a_batch_the_newer_one_counts(self) -> None:
        """Messages to pause and to resume may overtake each other, and are repeated with every nudge."""
        paused, resumed, again = PauseWork("b", 0, 1), ResumeWork("b", 0, 2), PauseWork("b", 0, 3)
        assert after(paused, resumed).paused == after(resumed, paused).paused == frozenset()
        assert after(resumed, again, paused, again, resumed).paused == {"b"}

    def test_a_pause_that_comes_after_the_end_holds_no_further_run(self) -> None:
        """Only a nudge would release that run."""
        assert after(ForgetBatch("b", 0, 2), PauseWork("b", 0, 1)).paused == frozenset()
        assert after(ForgetBatch("b", 0, 2), PauseWork("b", 1, 4)).paused == {"b"}
        assert after(ForgetBatch("b", 0, 2), PauseWork("b", 1, 0)).paused == {"b"}

    def test_a_runs_end_that_is_heard_of_late_drops_no_work_of_the_next_run(self) -> None:
        """A retried batch's new work may arrive before the queue has forgotten the old."""
        old, new = work("a"), work("b")
        new = new._replace(work=new.work._replace(run=1))
        state = after(old, new, PauseWork("b", 1, 2), ForgetBatch("b", 0, 1))
        assert [request.work.run for line in state.lines.values() for request in line.items.values()] == [1]
        assert (len(state.known), state.turn, state.paused) == (1, ("b",), frozenset({"b"}))
        assert assigned(when(after(READY_ANNA, state=state), ResumeWork("b", 1, 3))) == [(ANNA, ["b"])]

    def test_workers_forget_a_batch_as_well(self) -> None:
        """They remember its settings, and a later batch may have its name."""
        assert when(after(READY_ANNA), ForgetBatch("b", 0, 0)).effects == (Tell(ANNA, ForgetBatch("b", 0, 0)),)

    def test_workers_are_told_in_their_order(self) -> None:
        """A persistent map's order differs between processes, so a seed's schedule would not be repeatable."""
        addresses = [worker_address(number) for number in range(9)]
        everyone = after(*(WorkerReady(address, "1") for address in reversed(addresses)))
        told = when(everyone, ForgetBatch("b", 0, 0)).effects
        assert [tell.address for tell in told if isinstance(tell, Tell)] == addresses
        waiting = reduce(lambda queue, message: step(queue, message, POLICY).state, works(9), everyone)
        began = [effect.message for effect in conclude(waiting, POLICY).effects if isinstance(effect, Remind)]
        assert began == [LeaseDue(number) for number in range(9)]

    @pytest.mark.parametrize("message", [ResumeWork("b", 0, 0), ForgetBatch("b", 0, 0)])
    def test_releasing_or_forgetting_what_is_not_there_is_ordinary(self, message: Message) -> None:
        """Messages may arrive twice."""
        assert when(QueueState(), message).state == QueueState()


orders = st.tuples(st.integers(0, 1), st.integers(0, 2))
essays, workers, incarnations = st.sampled_from("abcdef"), st.sampled_from([ANNA, BERT]), st.sampled_from(["1", "2"])
messages: st.SearchStrategy[Message] = st.one_of(
    st.builds(work, essays, st.sampled_from("bc"), st.just(SPELLCHECK), st.integers(0, 1)),
    st.builds(cohort_work, st.none() | st.sampled_from("xy")),
    st.builds(WorkerReady, workers, incarnations, st.integers(-1, 9)),
    st.builds(LeaseFinished, st.integers(0, 9), workers, incarnations, st.floats(0, 2)),
    st.builds(LeaseDue, st.integers(0, 9)),
    st.builds(lambda kind, at: kind("b", *at), st.sampled_from([PauseWork, ResumeWork, ForgetBatch]), orders),
)


@given(st.lists(st.lists(messages, max_size=6), max_size=15))
def test_whatever_comes_each_piece_of_work_waits_or_is_in_one_pair_of_hands(story: Iterable[list[Message]]) -> None:
    """The queue knows exactly what waits and what is leased, each once; leases and workers agree.

    And after each group of messages, no worker is idle while there is work that may be done.
    """
    state = QueueState()
    for group in story:
        for message in group:
            state = step(state, message, POLICY).state
            _is_consistent(state)
        state = conclude(state, POLICY).state
        _is_consistent(state)
        idle = any(len(worker.leases) < LEASES_AHEAD for worker in state.workers.values())
        assert not (idle and set(state.turn) - state.paused)


def _is_consistent(state: QueueState) -> None:
    waiting = [identity_of(request) for line in state.lines.values() for request in line.items.values()]
    leased = [identity_of(request) for lease in state.leases.values() for request in lease.requests]
    assert sorted(map(str, waiting + leased)) == sorted(map(str, state.known))
    assert sorted(number for worker in state.workers.values() for number in worker.leases) == sorted(state.leases)
    assert sorted(state.turn) == sorted(state.lines)
    assert all(len(worker.leases) <= LEASES_AHEAD for worker in state.workers.values())


class TestGivingBack:
    """One slow piece holds up no other work."""

    @staticmethod
    def stalled(done: int = 1) -> tuple[QueueState, Decision[QueueState]]:
        """Anna, with a lease of three and one of two, is stalled after ``done`` pieces; Bert is not there yet."""
        state = measured(0.6)
        state = reduce(lambda queue, request: step(queue, request, POLICY).state, works(6), state)
        state = conclude(state, POLICY).state
        assert in_hands(state) == [["000", "001", "002"], ["003", "004"]]
        (lease, _) = state.workers[ANNA].leases
        return state, when(state, WorkReturned(ANNA, "1", 1, lease, done))

    def test_what_a_worker_gives_back_that_is_not_there_is_ordinary(self) -> None:
        """The worker, or the queue, has died meanwhile."""
        assert when(QueueState(), WorkReturned(ANNA, "a1", 1, 7, 0)).state == QueueState()

    def test_a_worker_keeps_the_piece_that_holds_it_up_and_others_get_the_rest(self) -> None:
        """They get the rest of its lease, and the lease behind it, in order."""
        _, decided = self.stalled()
        assert in_hands(decided.state) == [["001"]]
        assert assigned(when(decided.state, READY_BERT)) == [(BERT, ["002"]), (BERT, ["003"])]

    def test_a_worker_that_is_stalled_gets_no_more(self) -> None:
        """New work would wait behind the slow piece."""
        _, decided = self.stalled()
        assert assigned(decided) == []
        (lease,) = decided.state.workers[ANNA].leases
        finished = when(decided.state, LeaseFinished(lease, ANNA, "1", 0.6))
        assert assigned(finished) == [(ANNA, ["002", "003"]), (ANNA, ["004"])]

    def test_what_it_gets_next_says_that_the_queue_knows(self) -> None:
        """A worker that has given work back ignores older leases, which do not have the new count."""
        _, decided = self.stalled()
        (lease,) = decided.state.workers[ANNA].leases
        finished = when(decided.state, LeaseFinished(lease, ANNA, "1", 0.6))
        counts = {
            effect.message.returned
            for effect in finished.effects
            if isinstance(effect, Tell) and isinstance(effect.message, Assign)
        }
        assert counts == {1}

    def test_what_is_answered_is_known_no_more_and_what_is_kept_still_is(self) -> None:
        """A finished piece, asked for again, is looked up in the store; the one still worked on is not done twice."""
        _, decided = self.stalled()
        assert identity_of(work("000")) not in decided.state.known
        assert identity_of(work("001")) in decided.state.known

    def test_a_second_word_or_one_of_the_dead_changes_nothing(self) -> None:
        """Messages may arrive twice, or late."""
        before, decided = self.stalled()
        (lease,) = decided.state.workers[ANNA].leases
        assert when(decided.state, WorkReturned(ANNA, "1", 1, lease, 1)).state == decided.state
        assert when(before, WorkReturned(ANNA, "0", 1, lease, 1)).state == before

    def test_who_dies_at_the_piece_it_kept_is_to_blame_for_that_one_only(self) -> None:
        """It was the only piece that the worker held."""
        _, decided = self.stalled()
        assert failures(when(decided.state, WorkerReady(ANNA, "2"))) == [("essay/b/001", ErrorCode.WORKER_DIED, True)]

    def test_where_the_word_was_lost_the_next_announcement_stands_for_it(self) -> None:
        """All that the worker seemed to hold waits again; what it finished of it is found in the store."""
        state, _ = self.stalled()
        decided = when(state, WorkerReady(ANNA, "1", finished=state.workers[ANNA].leases[0], returned=1))
        assert assigned(decided) == [(ANNA, ["000", "001", "002"]), (ANNA, ["003", "004"])]
        assert decided.state.workers[ANNA].returned == 1

    def test_where_the_end_of_the_lease_is_heard_first_the_rest_waits_again_at_once(self) -> None:
        """The message about the lease's end may overtake the one about what was given back."""
        state, _ = self.stalled()
        lease, behind = state.workers[ANNA].leases
        finished = when(state, LeaseFinished(lease, ANNA, "1", 0.6, done=2))
        assert in_hands(finished.state) == [["003", "004"], ["002"]]
        told = when(finished.state, WorkReturned(ANNA, "1", 1, lease, 1))
        assert assigned(told) == [(ANNA, ["003", "004"]), (ANNA, ["002"])]
        assert behind not in told.state.leases


class TestRelease:
    """Idle workers give back what they hold of a cluster."""

    POLICY = Policy(release_after=60.0)

    def decided(self, *messages: Message, state: QueueState | None = None) -> Decision[QueueState]:
        """The state after these messages, and the effects of the last one."""
        decision: Decision[QueueState] = Decision(state or QueueState())
        for message in messages:
            decision = step(decision.state, message, self.POLICY)
            concluded = conclude(decision.state, self.POLICY)
            decision = Decision(concluded.state, (*decision.effects, *concluded.effects))
        return decision

    def released(self) -> QueueState:
        """A queue that has released its two workers."""
        there = self.decided(READY_ANNA, READY_BERT).state
        decision = self.decided(ReleaseDue(there.next_lease), state=there)
        assert decision.effects == (Retire(ANNA), Retire(BERT))
        assert decision.state.workers == Map()
        return decision.state

    def test_who_has_nothing_to_do_is_released_after_a_while(self) -> None:
        """The reminder is set when the last work is done, and names the lease number of that moment."""
        idle = self.decided(READY_ANNA)
        assert idle.effects == (Remind(60.0, ReleaseDue(0)),)
        busy = self.decided(work("x"), state=idle.state)
        assert not any(isinstance(effect, Remind) and effect.message == ReleaseDue(1) for effect in busy.effects)
        done = self.decided(LeaseFinished(0, ANNA, "a1", 0.1), state=busy.state)
        assert Remind(60.0, ReleaseDue(1)) in done.effects
        self.released()

    def test_work_that_came_meanwhile_keeps_everybody(self) -> None:
        """An older reminder has no effect, whether that work is still under way or done."""
        busy = self.decided(READY_ANNA, work("x")).state
        assert self.decided(ReleaseDue(0), state=busy).effects == ()
        assert self.decided(ReleaseDue(1), state=busy).effects == ()
        done = self.decided(LeaseFinished(0, ANNA, "a1", 0.1), state=busy).state
        assert self.decided(ReleaseDue(0), state=done).effects == ()

    def test_a_paused_batch_keeps_nobody(self) -> None:
        """It may be paused for days; when it goes on, they are called back."""
        paused = self.decided(READY_ANNA, PauseWork("b", 0, 1), work("x")).state
        released = self.decided(ReleaseDue(paused.next_lease), state=paused)
        assert released.effects == (Retire(ANNA),)
        resumed = self.decided(ResumeWork("b", 0, 2), state=released.state)
        assert resumed.effects == (Tell(ANNA, AnnounceDue(again=False)),)

    def test_work_calls_everybody_back_until_they_are_there(self) -> None:
        """Sending a message starts a worker; it may be lost, so it is repeated. Whoever announces itself gets work."""
        called = self.decided(work("x"), state=self.released())
        assert called.effects == (Tell(ANNA, AnnounceDue(again=False)), Tell(BERT, AnnounceDue(again=False)))
        there = self.decided(WorkerReady(ANNA, "a2"), state=called.state)
        assert any(isinstance(effect, Tell) and isinstance(effect.message, Assign) for effect in there.effects)
        more = self.decided(work("y"), work("z"), work("v"), state=there.state)
        assert Tell(BERT, AnnounceDue(again=False)) in more.effects
        assert Tell(ANNA, AnnounceDue(again=False)) not in more.effects
        assert self.decided(WorkerReady(BERT, "b2"), work("w"), state=more.state).effects == ()

    def test_a_late_word_of_a_released_worker_says_nothing(self) -> None:
        """Its process is gone: work leased to it would count as a failed attempt."""
        assert self.decided(READY_ANNA, state=self.released()).state.workers == Map()

    def test_a_released_worker_is_not_restarted_for_its_silence(self) -> None:
        """It is silent because it was released."""
        assert self.decided(WorkerDue(ANNA), state=self.released()).effects == ()

    def test_without_a_limit_they_stay(self) -> None:
        """Local workers hold nothing that could be given back."""
        assert step(QueueState(), READY_ANNA, POLICY).effects == ()


@pytest.mark.parametrize("first", [5, 7_000])
def test_a_queue_whose_clock_was_set_back_gives_out_numbers_that_nobody_has_had(first: int) -> None:
    """A worker ignores leases numbered below those it has finished, and the first number comes from the clock."""
    ready = WorkerReady(ANNA, "a1", finished=7_000)
    state = after(ready, work("e"), state=QueueState(next_lease=first))
    (number,) = state.leases
    assert number > 7_000
    assert [*after(ready, state=state).leases] == [number]
    assert identity_of(work("e")) in after(ready, state=state).known


class TestUrgency:
    """A small urgent batch comes before an exam's essays, which do not starve."""

    def test_an_urgent_batch_has_three_of_four_leases_while_it_has_work(self) -> None:
        """The fourth goes to whichever batch's turn it is."""
        slow = [works(40, "exam"), works(40, "class")]
        queue = after(READY_ANNA, *(request for requests in slow for request in requests), HurryWork("class"))
        served: list[str] = []
        for lease in range(16):
            given = queue.leases[lease]
            served.append(given.requests[0].work.batch_id)
            queue = after(LeaseFinished(lease, ANNA, "a1", 2.0), state=queue)
        assert served[2:].count("class") > 2 * served[2:].count("exam") > 0

    def test_an_urgent_batch_that_is_paused_keeps_nobody_waiting(self) -> None:
        """Others get all leases."""
        queue = after(PauseWork("class", 0, 1), HurryWork("class"), *works(2, "class"), *works(2, "exam"), READY_ANNA)
        assert {lease.requests[0].work.batch_id for lease in queue.leases.values()} == {"exam"}

    def test_the_end_of_a_batch_is_the_end_of_its_hurry(self) -> None:
        """A later batch may have its name."""
        assert "b" not in after(HurryWork("b"), ForgetBatch("b", 0, 0, urgent=True)).urgent
        assert "b" in after(HurryWork("b"), PauseWork("b", 0, 1), ResumeWork("b", 0, 2)).urgent

    @pytest.mark.parametrize("acts", [0, 2])
    def test_a_word_of_hurry_that_comes_after_the_end_hurries_no_later_batch(self, acts: int) -> None:
        """It is late, or arrives a second time; only a later run can make the name urgent again."""
        hurry, end = HurryWork("b", 0), ForgetBatch("b", 0, acts, urgent=True)
        assert "b" not in after(end, hurry).urgent
        assert "b" not in after(hurry, end, hurry).urgent
        assert "b" in after(hurry, end, hurry, HurryWork("b", 1)).urgent

    def test_a_runs_end_that_is_heard_of_late_leaves_the_next_run_its_hurry(self) -> None:
        """Nor does an older word of hurry, arriving after it, take its place."""
        end = ForgetBatch("b", 0, 0, urgent=True)
        assert after(HurryWork("b", 1), HurryWork("b", 0), end).urgent == Map({"b": 1})
        assert "b" not in after(HurryWork("b", 0), PauseWork("b", 1, 2), end).urgent
