"""What an essay decides: given its state, when a message arrives, then this follows."""

import pytest

from actors.core.addresses import QUEUE, batch_address, essay_address
from actors.core.effects import Decision, Effect, Publish, Remind, Tell
from actors.core.essay import resume, step
from actors.core.essay_state import EssayState, outcome_of
from actors.core.retry import Policy
from actors.essay_actor import EssayActor
from contracts import ErrorCode, ErrorDetail, EssayPhaseCompletedV1, EssayStatus, PhaseName, ProcessingEvent
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
    WorkFailed,
    WorkStarted,
    WorkSucceeded,
)
from contracts.work import EssayWork, WorkRequested

POLICY = Policy(max_attempts=3)
BATCH, ME = batch_address("b"), essay_address("b", "e")
SPELLCHECK, NLP, CJ = PhaseName.SPELLCHECK, PhaseName.NLP, PhaseName.CJ_ASSESSMENT
PASSING = ErrorDetail(error_code=ErrorCode.SERVICE_UNAVAILABLE, message="Down for a moment.", retryable=True)
LASTING = ErrorDetail(error_code=ErrorCode.TEXT_TOO_LONG, message="Too long.")
CANCELLED = ErrorDetail(error_code=ErrorCode.CANCELLED_BY_OPERATOR, message="The batch was cancelled.")

NEW = EssayState("b", "e", EssayStatus.READY_FOR_PROCESSING, text_id="t0", original_text_id="t0")
UNREADABLE = EssayState("b", "e", EssayStatus.CONTENT_INGESTION_FAILED, failure=LASTING)
SPELL_IT = InitiatePhase(SPELLCHECK, 0, 0, "t0")
MEASURE_IT = InitiatePhase(NLP, 0, 1, "t1")
MEASURE_IT_LAST = MEASURE_IT._replace(last=True)
SPELT = WorkSucceeded(0, 0, "t1", "spelling of t0")
MEASURED = WorkSucceeded(0, 1, "t1", "metrics of t1")


def after(*messages: Message, state: EssayState = NEW) -> EssayState:
    """The essay after these messages."""
    for message in messages:
        state = step(state, message, POLICY).state
    return state


def when(state: EssayState, message: Message) -> Decision[EssayState]:
    """What the essay decides about a message."""
    return step(state, message, POLICY)


def requested(decision: Decision[EssayState]) -> EssayWork | None:
    """The work that the essay asks the queue for."""
    for effect in decision.effects:
        if isinstance(effect, Tell) and effect.address == QUEUE and isinstance(effect.message, WorkRequested):
            assert effect.message.reply_to == ME
            assert isinstance(effect.message.work, EssayWork)
            return effect.message.work
    return None


def told(effects: tuple[Effect, ...]) -> list[Message]:
    """What the orchestrator is told."""
    return [effect.message for effect in effects if isinstance(effect, Tell) and effect.address == BATCH]


def outcome(position: int, *, text_id: str, error: ErrorDetail | None = None, **more: object) -> EssayOutcome:
    """An outcome in run 0."""
    return EssayOutcome("e", 0, position, succeeded=error is None, text_id=text_id, error=error)._replace(**more)  # type: ignore[arg-type]


class TestTakingACommand:
    """It takes the newest command, and asks for the work."""

    def test_a_command_has_the_work_done_on_the_text_it_names(self) -> None:
        """The orchestrator says which text is current; the work comes with the results of earlier phases."""
        decision = when(after(SPELL_IT, SPELT), MEASURE_IT)
        assert decision.state.status is EssayStatus.AWAITING_NLP
        assert requested(decision) == EssayWork("b", "e", NLP, 0, 1, 0, "t1", ((SPELLCHECK, "spelling of t0"),))

    def test_in_a_cohort_phase_the_essay_waits_for_its_cohort(self) -> None:
        """The cohort's coordinator asks for the work of all its essays; the essay itself asks for nothing."""
        decision = when(NEW, InitiatePhase(CJ, 0, 0, "t0"))
        assert decision.state.status is EssayStatus.AWAITING_CJ_ASSESSMENT
        assert decision.effects == ()

    def test_a_command_asked_again_asks_for_the_work_again(self) -> None:
        """The first request may have been lost; if it was not, the queue recognises the second."""
        once = when(NEW, SPELL_IT)
        again = when(once.state, SPELL_IT)
        assert again.state is once.state
        assert requested(again) == requested(once)

    def test_a_settled_command_asked_again_is_answered_again_with_the_same_answer(self) -> None:
        """An orchestrator that has lost the answer gets it again, and no work is done twice."""
        state = after(SPELL_IT, SPELT)
        decision = when(state, SPELL_IT)
        assert decision.state is state
        assert decision.effects == (Tell(BATCH, outcome(0, text_id="t1")),)

    def test_a_late_command_does_not_reopen_a_phase(self) -> None:
        """A duplicate of an earlier phase's command changes nothing, whatever the essay has done since."""
        for state in (after(SPELL_IT, SPELT, MEASURE_IT), after(SPELL_IT, SPELT, MEASURE_IT, MEASURED)):
            assert when(state, SPELL_IT) == Decision(state)

    def test_a_command_of_an_earlier_run_is_late_at_any_position(self) -> None:
        """The run is compared before the position."""
        state = after(InitiatePhase(SPELLCHECK, 1, 0, "t0"))
        assert when(state, InitiatePhase(NLP, 0, 3, "t0")) == Decision(state)

    def test_an_essay_that_could_not_be_read_settles_a_command_with_that_reason(self) -> None:
        """The orchestrator does not command such an essay; but if it did, the essay would answer."""
        decision = when(UNREADABLE, SPELL_IT)
        assert decision.state.status is EssayStatus.CONTENT_INGESTION_FAILED
        assert told(decision.effects) == [outcome(0, text_id="", error=LASTING)]

    def test_a_command_that_the_machine_refuses_is_settled_as_failed(self) -> None:
        """An illegal transition is an answer that names essay, status and trigger, and not a crash."""
        decision = when(after(SPELL_IT), MEASURE_IT)
        assert decision.state.status is EssayStatus.AWAITING_SPELLCHECK
        [answer] = told(decision.effects)
        assert isinstance(answer, EssayOutcome)
        assert answer.error is not None
        assert (answer.error.error_code, answer.error.operation) == (ErrorCode.SERVICE_ERROR, "initiate phase")
        assert all(part in answer.error.message for part in ("'e'", "awaiting_spellcheck", "CMD_INITIATE_NLP"))

    def test_a_refused_command_is_taken_and_settled(self) -> None:
        """Asked again, it gives the same answer; it drops an early answer to it, so the essay can be passivated."""
        refused = when(after(SPELL_IT, WorkSucceeded(0, 1, "t1", "key")), MEASURE_IT_LAST)
        state = refused.state
        assert (state.run, state.position, state.phase, state.last) == (0, 1, NLP, True)
        assert EssayActor(state, POLICY).is_idle
        assert told(when(state, MEASURE_IT_LAST).effects) == told(refused.effects) != []


class TestWork:
    """Work is started, succeeds or fails."""

    def test_the_start_of_the_work_is_seen_and_told_once(self) -> None:
        """A second WorkStarted is a duplicate."""
        once = when(after(SPELL_IT), WorkStarted(0, 0))
        assert once.state.status is EssayStatus.SPELLCHECKING_IN_PROGRESS
        assert once.effects == (Tell(BATCH, EssayStarted("e", 0, 0)),)
        assert when(once.state, WorkStarted(0, 0)) == Decision(once.state)

    @pytest.mark.parametrize("before", [(SPELL_IT,), (SPELL_IT, WorkStarted(0, 0))])
    def test_a_success_settles_the_phase_even_where_it_overtakes_its_own_start(
        self, before: tuple[Message, ...]
    ) -> None:
        """The essay passes through "in progress" either way, takes the new text, and keeps the result's key."""
        decision = when(after(*before), SPELT)
        assert decision.state.status is EssayStatus.SPELLCHECKED_SUCCESS
        assert decision.state.text_id == "t1"
        assert decision.state.original_text_id == "t0"
        assert decision.state.results == ((SPELLCHECK, "spelling of t0"),)
        assert told(decision.effects) == [outcome(0, text_id="t1")]

    def test_a_settled_phase_is_published_with_its_result(self) -> None:
        """The event's key is derived, so a repetition is recognised."""
        [published] = [effect for effect in when(after(SPELL_IT), SPELT).effects if isinstance(effect, Publish)]
        assert published.event is ProcessingEvent.ESSAY_SPELLCHECK_COMPLETED
        assert (published.key, published.batch_id, published.essay_id) == ("b/e/0/0/completed", "b", "e")
        assert published.data == EssayPhaseCompletedV1(
            batch_id="b",
            essay_id="e",
            phase_name=SPELLCHECK,
            status=EssayStatus.SPELLCHECKED_SUCCESS,
            text_storage_id="t1",
            result_key="spelling of t0",
        )

    @pytest.mark.parametrize("late", [SPELT, WorkSucceeded(0, 0, "other", "other"), WorkFailed(0, 0, 0, LASTING)])
    def test_a_settled_outcome_never_changes(self, late: Message) -> None:
        """Whatever a second worker finds, the first answer stands."""
        state = after(SPELL_IT, SPELT)
        assert when(state, late) == Decision(state)

    def test_a_success_does_not_undo_a_failure(self) -> None:
        """The result of a phase that was given up does not change its outcome."""
        state = after(SPELL_IT, WorkFailed(0, 0, 0, LASTING))
        assert when(state, SPELT) == Decision(state)

    def test_the_last_phases_success_completes_the_pipeline(self) -> None:
        """The outcome says that the essay has completed, so the orchestrator need not ask."""
        decision = when(after(SPELL_IT, SPELT, MEASURE_IT_LAST), MEASURED)
        assert decision.state.status is EssayStatus.ALL_PROCESSING_COMPLETED
        assert told(decision.effects) == [outcome(1, text_id="t1", completed=True)]

    def test_work_of_another_position_is_stale(self) -> None:
        """An earlier phase's result says nothing about this one."""
        state = after(SPELL_IT, SPELT, MEASURE_IT)
        stale: list[Message] = [
            WorkStarted(0, 0),
            SPELT,
            WorkFailed(0, 0, 0, LASTING),
            AskAgainDue(0, 0, 0),
            WorkStarted(1, 1),
        ]
        assert [when(state, message) for message in stale] == [Decision(state)] * len(stale)

    def test_a_message_for_somebody_else_changes_nothing(self) -> None:
        """An essay ignores messages that it has no use for."""
        assert when(NEW, NudgeDue(0, 0, 0)) == Decision(NEW)
        assert when(NEW, WorkStarted(0, 0)) == Decision(NEW)


class TestFailing:
    """A transient failure is retried; a permanent one settles the phase."""

    def test_a_lasting_failure_settles_the_phase_with_its_reason(self) -> None:
        """The essay keeps the text it was commanded to work on."""
        decision = when(after(SPELL_IT, WorkStarted(0, 0)), WorkFailed(0, 0, 0, LASTING))
        assert decision.state.status is EssayStatus.SPELLCHECK_FAILED
        assert told(decision.effects) == [outcome(0, text_id="t0", error=LASTING)]
        [published] = [effect for effect in decision.effects if isinstance(effect, Publish)]
        assert isinstance(published.data, EssayPhaseCompletedV1)
        assert (published.data.status, published.data.error) == (EssayStatus.SPELLCHECK_FAILED, LASTING)

    def test_a_passing_failure_is_tried_again_after_a_wait(self) -> None:
        """The orchestrator is not told, because the phase is not settled."""
        decision = when(after(SPELL_IT), WorkFailed(0, 0, 0, PASSING))
        wait = POLICY.wait_before(1, "b/e/spellcheck")
        assert decision.effects == (Remind(wait, AskAgainDue(0, 0, 1)),)
        work = requested(when(decision.state, AskAgainDue(0, 0, 1)))
        assert work is not None
        assert work.attempt == 1

    def test_a_wait_before_the_next_attempt_is_not_cut_short_by_a_nudge(self) -> None:
        """A service that asked for patience gets it: only the reminder, or a restart, ends the wait."""
        waiting = after(SPELL_IT, WorkFailed(0, 0, 0, PASSING))
        assert when(waiting, SPELL_IT) == Decision(waiting)
        asked = when(waiting, AskAgainDue(0, 0, 1))
        assert requested(when(asked.state, SPELL_IT)) is not None
        restarted = resume(waiting)
        assert requested(restarted) is not None
        assert requested(when(restarted.state, SPELL_IT)) is not None

    def test_a_late_success_ends_the_wait(self) -> None:
        """After it, a repeated command gets the outcome."""
        settled = when(after(SPELL_IT, WorkFailed(0, 0, 0, PASSING)), SPELT).state
        assert told(when(settled, SPELL_IT).effects) == [outcome(0, text_id="t1")]

    def test_an_attempts_failure_counts_once(self) -> None:
        """A duplicate must not use up another attempt, nor may an earlier attempt's reminder cause another request."""
        state = after(SPELL_IT, WorkFailed(0, 0, 0, PASSING))
        assert when(state, WorkFailed(0, 0, 0, PASSING)) == Decision(state)
        assert when(state, AskAgainDue(0, 0, 0)) == Decision(state)

    def test_the_last_attempts_failure_settles_the_phase(self) -> None:
        """The policy allows three attempts, and there is no fourth."""
        state = after(SPELL_IT, WorkFailed(0, 0, 0, PASSING), WorkFailed(0, 0, 1, PASSING))
        assert state.is_under_way
        assert told(when(state, WorkFailed(0, 0, 2, PASSING)).effects) == [outcome(0, text_id="t0", error=PASSING)]

    def test_an_earlier_attempts_success_is_a_success(self) -> None:
        """A worker that was believed lost may still deliver: its work is not thrown away."""
        assert after(SPELL_IT, WorkFailed(0, 0, 0, PASSING), SPELT).status is EssayStatus.SPELLCHECKED_SUCCESS

    def test_in_a_cohort_phase_an_essay_does_not_try_by_itself(self) -> None:
        """Only the cohort can retry: nobody can judge an essay by itself."""
        judging = after(InitiatePhase(CJ, 0, 0, "t0"), WorkStarted(0, 0))
        decision = when(judging, WorkFailed(0, 0, 0, PASSING))
        assert decision.state.status is EssayStatus.CJ_ASSESSMENT_FAILED
        assert told(decision.effects) == [outcome(0, text_id="t0", error=PASSING)]


class TestGivingUp:
    """The orchestrator wants a phase settled now."""

    GIVE_UP = GiveUp(SPELLCHECK, 0, 0, "t0", CANCELLED)

    @pytest.mark.parametrize("before", [(SPELL_IT,), (SPELL_IT, WorkStarted(0, 0))])
    def test_work_under_way_is_given_up_with_the_reason(self, before: tuple[Message, ...]) -> None:
        """Whether or not it has begun; a result that arrives afterwards is too late."""
        decision = when(after(*before), self.GIVE_UP)
        assert told(decision.effects) == [outcome(0, text_id="t0", error=CANCELLED)]
        assert when(decision.state, SPELT) == Decision(decision.state)

    def test_giving_up_what_is_settled_is_answered_with_the_outcome_it_has(self) -> None:
        """A settled phase keeps its outcome."""
        state = after(SPELL_IT, SPELT)
        assert when(state, self.GIVE_UP) == Decision(state, (Tell(BATCH, outcome(0, text_id="t1")),))

    def test_giving_up_may_overtake_its_command_and_then_stands_for_both(self) -> None:
        """The command, when it arrives, is answered with the failure, and no work is asked for."""
        decision = when(after(), self.GIVE_UP)
        assert decision.state.status is EssayStatus.SPELLCHECK_FAILED
        failed = outcome(0, text_id="t0", error=CANCELLED)
        assert told(decision.effects) == [failed]
        assert when(decision.state, SPELL_IT) == Decision(decision.state, (Tell(BATCH, failed),))

    def test_giving_up_an_older_phase_is_stale(self) -> None:
        """The essay has moved on to a later phase."""
        state = after(SPELL_IT, SPELT, MEASURE_IT)
        assert when(state, self.GIVE_UP) == Decision(state)

    def test_an_unreadable_essay_gives_up_with_its_own_reason(self) -> None:
        """The reason that was there first stands."""
        assert told(when(UNREADABLE, self.GIVE_UP).effects) == [outcome(0, text_id="", error=LASTING)]


class TestRunningAgain:
    """Retries and further pipelines are new runs."""

    def test_a_failed_phase_is_begun_again_in_the_next_run(self) -> None:
        """The failure is cleared, and attempts are counted from 0 again."""
        failed = after(SPELL_IT, WorkFailed(0, 0, 0, PASSING), WorkFailed(0, 0, 1, LASTING))
        retried = when(failed, InitiatePhase(SPELLCHECK, 1, 0, "t0"))
        assert (retried.state.status, retried.state.failure) == (EssayStatus.AWAITING_SPELLCHECK, None)
        work = requested(retried)
        assert work is not None
        assert (work.run, work.attempt) == (1, 0)
        done = after(WorkSucceeded(1, 0, "t1", "key"), state=retried.state)
        assert outcome_of(done) == EssayOutcome("e", 1, 0, succeeded=True, text_id="t1")

    def test_a_phase_that_is_done_is_judged_again_with_its_cohort(self) -> None:
        """Even a completed essay is reopened, and the new result replaces the old one."""
        judged = (InitiatePhase(CJ, 0, 0, "t0"), WorkSucceeded(0, 0, "t0", "first"))
        again = (InitiatePhase(CJ, 1, 0, "t0"), WorkSucceeded(1, 0, "t0", "second"))
        for state in (after(*judged), after(*judged, CompletePipeline(0, 1))):
            assert after(*again, state=state).results == ((CJ, "second"),)
            assert after(*again, state=state).status is EssayStatus.CJ_ASSESSMENT_SUCCESS

    def test_a_further_pipeline_reopens_a_completed_essay(self) -> None:
        """It has the results of the first pipeline at hand."""
        completed = after(SPELL_IT, SPELT, CompletePipeline(0, 1))
        decision = when(completed, InitiatePhase(NLP, 1, 1, "t1"))
        assert decision.state.status is EssayStatus.AWAITING_NLP
        work = requested(decision)
        assert work is not None
        assert work.results == ((SPELLCHECK, "spelling of t0"),)


class TestCompleting:
    """An essay marks its own pipeline complete."""

    def test_an_essay_completes_when_told_and_says_so_again_when_asked_again(self) -> None:
        """Both answers are the same."""
        once = when(after(SPELL_IT, SPELT), CompletePipeline(0, 1))
        assert once.state.is_completed
        assert once.effects == (Tell(BATCH, EssayPipelineCompleted("e", 0, 1)),)
        assert when(once.state, CompletePipeline(0, 1)) == once

    @pytest.mark.parametrize("messages", [(SPELL_IT,), (SPELL_IT, WorkFailed(0, 0, 0, LASTING))])
    def test_an_essay_that_is_under_way_or_failed_does_not_complete(self, messages: tuple[Message, ...]) -> None:
        """For such an essay, the command is stale."""
        state = after(*messages)
        assert when(state, CompletePipeline(0, 1)) == Decision(state)

    def test_a_late_completion_of_an_earlier_run_does_not_complete_a_later_one(self) -> None:
        """Between two phases of run 1 the essay is not complete, whatever run 0 told it."""
        state = after(InitiatePhase(SPELLCHECK, 1, 0, "t0"), WorkSucceeded(1, 0, "t1", "key"))
        assert when(state, CompletePipeline(0, 1)) == Decision(state)

    def test_a_late_completion_does_not_complete_what_was_appended_since(self) -> None:
        """A command to complete names the length of its pipeline; an earlier one says nothing about appended phases."""
        state = after(SPELL_IT, SPELT, MEASURE_IT, MEASURED)
        assert when(state, CompletePipeline(0, 1)) == Decision(state)
        assert when(state, CompletePipeline(0, 2)).state.is_completed

    def test_an_essay_that_a_later_run_did_not_need_completes_for_it(self) -> None:
        """The answer names the run that asks, although the essay's newest command is from an earlier run."""
        decision = when(after(SPELL_IT, SPELT), CompletePipeline(2, 1))
        assert told(decision.effects) == [EssayPipelineCompleted("e", 2, 1)]


class TestRestarting:
    """After a restart, what an essay owes follows from its state alone."""

    def test_a_new_essay_owes_nothing(self) -> None:
        """It has been asked for nothing."""
        assert resume(NEW) == Decision(NEW)
        assert outcome_of(NEW) is None
        assert not NEW.is_under_way

    def test_work_under_way_is_asked_for_again(self) -> None:
        """It is asked for with the current attempt's number, because the reminder is lost with the process."""
        state = after(SPELL_IT, WorkFailed(0, 0, 0, PASSING))
        work = requested(resume(state))
        assert work is not None
        assert work.attempt == 1

    def test_a_settled_outcome_is_told_again(self) -> None:
        """The outcome was stored before it was told, so the orchestrator may not have heard it."""
        assert resume(after(SPELL_IT, SPELT)).effects == (Tell(BATCH, outcome(0, text_id="t1")),)

    def test_in_a_cohort_phase_nothing_is_asked_for(self) -> None:
        """The orchestrator starts the cohort again, and the cohort answers every essay."""
        assert resume(after(InitiatePhase(CJ, 0, 0, "t0"))).effects == ()


class TestAnAnswerThatComesEarly:
    """A cohort's answer may overtake the command that it answers: message order is not guaranteed."""

    RANK_IT = InitiatePhase(CJ, 0, 1, "t1")
    RANKED = WorkSucceeded(0, 1, "t1", "rank of t1")

    @pytest.mark.parametrize("answer", [RANKED, WorkFailed(0, 1, 0, LASTING)])
    def test_it_counts_as_soon_as_the_command_comes(self, answer: WorkSucceeded | WorkFailed) -> None:
        """State and answer are the same as in the usual order, and nobody has to ask again."""
        spelt = after(SPELL_IT, SPELT)
        early = when(spelt, answer)
        assert early.effects == ()
        assert early.state.as_stored == spelt
        decision, usual = when(early.state, self.RANK_IT), when(after(self.RANK_IT, state=spelt), answer)
        assert decision.state == usual.state
        assert told(decision.effects) == told(usual.effects) != []

    def test_where_it_is_a_passing_failure_the_essay_tries_again(self) -> None:
        """Like a failure that comes in the usual order."""
        early = after(SPELL_IT, SPELT, WorkFailed(0, 1, 0, PASSING))
        decision = when(early, MEASURE_IT)
        assert decision == when(after(MEASURE_IT, state=after(SPELL_IT, SPELT)), WorkFailed(0, 1, 0, PASSING))
        assert decision.state.waits

    def test_it_counts_for_no_other_command(self) -> None:
        """A command for another run or position needs an answer of its own."""
        early = after(SPELL_IT, SPELT, self.RANKED)
        assert when(early, InitiatePhase(CJ, 0, 2, "t1")).state.is_under_way
        assert when(early, InitiatePhase(CJ, 1, 1, "t1")).state.is_under_way
        assert after(InitiatePhase(CJ, 0, 2, "t1"), state=early).early is None

    def test_it_is_forgotten_in_a_restart(self) -> None:
        """It is not stored; a nudge brings it again."""
        assert resume(after(SPELL_IT, SPELT, self.RANKED)).state.early is None

    def test_an_essay_that_has_it_is_not_put_away(self) -> None:
        """Passivation would lose the answer, although nothing went wrong."""
        failed = after(SPELL_IT, WorkFailed(0, 0, 0, LASTING))
        assert EssayActor(failed, POLICY).is_idle
        assert not EssayActor(after(WorkSucceeded(1, 0, "t1", "key"), state=failed), POLICY).is_idle
