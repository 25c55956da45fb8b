"""What an operator can do to a batch: each command takes effect once, or is refused with a reason."""

from collections.abc import Callable

import pytest

from actors.core import batch, operator_commands
from actors.core.batch_state import BatchHeader, BatchStage, BatchState
from actors.core.effects import Decision, Publish
from actors.core.operator_commands import is_applied, refusal
from contracts import (
    BatchOperatorActedV1,
    BatchPhaseSkippedV1,
    BatchStatus,
    ErrorCode,
    EssayStatus,
    InitiateCommandData,
    PhaseName,
    PipelineExecutionStatus,
)
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
from contracts.work import ForgetBatch, PauseWork, ResumeWork
from tests.core.play import CJ, FEEDBACK, NLP, NOW, POLICY, SPELLCHECK, Play, play

EVERY: list[OperatorCommand] = [
    PauseBatch(),
    ResumeBatch(),
    CancelBatch(),
    RetryFailed(1),
    ExtendPipeline(1, (NLP,)),
    AppendPhases((NLP,)),
    DropPhases((NLP,)),
]


def actions(played: Play) -> list[str]:
    """The actions of operators in the log, in order."""
    return [event.action for event in played.events(BatchOperatorActedV1)]


def with_broken(essays: str, *phases: PhaseName, broken: set[str], at: PhaseName) -> Play:
    """A batch played to its end, in which the essays in ``broken`` (a test may empty it later) fail in one phase."""
    return play(essays, *phases, fails=lambda name, phase: phase is at and name in broken).to_the_end()


class TestPausing:
    """No more work is handed out until the batch is resumed."""

    def test_a_paused_batch_finishes_what_is_handed_out_and_starts_no_further_phase(self) -> None:
        """The queue holds back its work; the phase's outcome is published; the next phase waits."""
        played = play("ab", SPELLCHECK, NLP).tell(PauseBatch())
        assert played.queue == [PauseWork("b", 0, 1)]
        assert len(played.to_the_end().outcomes) == 1
        assert played.state.header.stage is BatchStage.PAUSED

    def test_a_resumed_batch_goes_on_where_it_was(self) -> None:
        """Paused between two phases, it begins the next one; otherwise it asks for what is outstanding."""
        played = play("ab", SPELLCHECK, NLP).tell(PauseBatch()).to_the_end().tell(ResumeBatch())
        assert played.queue == [PauseWork("b", 0, 1), ResumeWork("b", 0, 2)]
        assert played.detail(NLP).started_at == NOW
        assert played.state.header.paused is False
        assert played.to_the_end().status is BatchStatus.COMPLETED_SUCCESSFULLY
        midway = play("ab", SPELLCHECK).tell(PauseBatch()).work(1).tell(ResumeBatch())
        assert set(midway.asked()) == {"b"}

    def test_pausing_and_resuming_twice_is_doing_it_once(self) -> None:
        """A second, identical command is neither refused nor published."""
        played = play("a", SPELLCHECK).tell(PauseBatch(), PauseBatch(), ResumeBatch(), ResumeBatch(), PauseBatch())
        assert actions(played) == ["pause", "resume", "pause"]

    def test_a_pause_survives_a_restart(self) -> None:
        """The header stores it."""
        played = play("ab", SPELLCHECK, NLP).tell(PauseBatch()).unheard().work().restart()
        assert played.state.header.stage is BatchStage.PAUSED
        assert played.tell(ResumeBatch()).to_the_end().status is BatchStatus.COMPLETED_SUCCESSFULLY


class TestCancelling:
    """Essays under way are given up; finished ones stay finished."""

    def test_a_cancelled_phase_settles_every_essay_and_the_rest_is_cancelled(self) -> None:
        """Both lists of the phase are complete, and the failures give the reason."""
        played = play("abc", SPELLCHECK, NLP).work(1).tell(CancelBatch())
        assert played.outcomes == [(SPELLCHECK, ["a"], ["b", "c"])]
        failure = played.essays["b"].failure
        assert failure is not None
        assert failure.error_code is ErrorCode.CANCELLED_BY_OPERATOR
        assert played.status is played.ending.status is BatchStatus.CANCELLED
        assert played.detail(NLP).status is PipelineExecutionStatus.CANCELLED
        assert [event.phase_name for event in played.events(BatchPhaseSkippedV1)] == [NLP]
        assert played.queue[-1] == ForgetBatch("b", 0, 1)

    @pytest.mark.parametrize(("pieces", "phase"), [(0, SPELLCHECK), (2, NLP)])
    def test_an_essay_that_a_cancellation_gave_up_says_in_which_phase(self, pieces: int, phase: PhaseName) -> None:
        """Its failure names the phase that was under way, like any other failure."""
        played = play("ab", SPELLCHECK, NLP).work(pieces).tell(CancelBatch())
        assert [essay.failure and essay.failure.operation for essay in played.essays.values()] == [phase, phase]

    def test_the_reason_for_which_essays_are_given_up_is_of_their_run(self) -> None:
        """The failure has the run's correlation id from the start."""
        before = play("ab", SPELLCHECK).state
        giving_up = operator_commands.step(before, CancelBatch(), POLICY, NOW).state.header.giving_up
        assert giving_up is not None
        assert giving_up.message == "The batch was cancelled before this essay was done."
        assert giving_up.correlation_id == before.header.correlation_id is not None

    def test_a_cancellation_while_the_essays_complete_is_of_the_pipeline(self) -> None:
        """No phase is under way then, and every failure says what was being done."""
        played = play("ab", SPELLCHECK, NLP).tell(DropPhases((NLP,))).unheard().work()
        completing = batch.resume(played.restored(), POLICY, NOW).state
        giving_up = operator_commands.step(completing, CancelBatch(), POLICY, NOW).state.header.giving_up
        assert completing.header.stage is BatchStage.COMPLETING
        assert giving_up is not None
        assert giving_up.operation == "pipeline"

    def test_a_cancelled_batch_cannot_be_paused(self) -> None:
        """A lost order to give up would not be repeated while the batch is paused."""
        cancelled = batch.step(play("ab", SPELLCHECK).state, CancelBatch(), POLICY, NOW).state
        assert refusal(cancelled, PauseBatch()) == "batch 'b' is being cancelled"

    def test_a_paused_batch_can_be_cancelled(self) -> None:
        """Whether it is paused between two phases or in the middle of one."""
        held = play("ab", SPELLCHECK, NLP).tell(PauseBatch()).to_the_end().tell(CancelBatch())
        midway = play("ab", SPELLCHECK, NLP).tell(PauseBatch(), CancelBatch())
        assert held.status is midway.status is BatchStatus.CANCELLED
        paused = play("ab", SPELLCHECK, NLP).tell(PauseBatch()).state
        assert operator_commands.step(paused, CancelBatch(), POLICY, NOW).state.header.paused is False
        assert actions(held) == actions(midway) == ["pause", "cancel"]

    def test_cancelling_twice_is_cancelling_once(self) -> None:
        """Also after the batch has ended because of it."""
        played = play("ab", SPELLCHECK).tell(CancelBatch(), CancelBatch())
        assert actions(played) == ["cancel"]
        assert refusal(played.state, CancelBatch()) is None

    def test_a_cancellation_survives_a_restart(self) -> None:
        """Essays that have not settled are told again to give up, and the batch ends as cancelled."""
        played = play("ab", SPELLCHECK, NLP)
        played.state = batch.step(played.state, CancelBatch(), POLICY, NOW).state
        assert played.restart().status is BatchStatus.CANCELLED

    def test_a_batch_cancelled_between_two_phases_can_run_the_rest_later(self) -> None:
        """Phases that never ran do not count as finished."""
        played = (
            play("ab", SPELLCHECK, NLP).tell(PauseBatch()).to_the_end().tell(CancelBatch(), ExtendPipeline(1, (NLP,)))
        )
        assert played.asked() == ["a", "b"]
        assert played.to_the_end().outcomes[-1] == (NLP, ["a", "b"], [])
        assert played.status is BatchStatus.COMPLETED_SUCCESSFULLY
        assert played.detail(NLP).status is PipelineExecutionStatus.COMPLETED_SUCCESSFULLY

    def test_another_pipeline_on_a_cancelled_batch_does_without_what_was_cancelled(self) -> None:
        """A phase that never ran and is not asked for drops out of the pipeline."""
        played = (
            play("ab", SPELLCHECK, NLP).tell(PauseBatch()).to_the_end().tell(CancelBatch(), ExtendPipeline(1, (CJ,)))
        )
        assert played.to_the_end().outcomes == [(SPELLCHECK, ["a", "b"], []), (CJ, ["a", "b"], [])]
        assert played.status is BatchStatus.COMPLETED_SUCCESSFULLY
        assert played.state.header.pipeline == (SPELLCHECK, CJ)

    def test_nobody_has_come_through_a_pipeline_that_was_cancelled_between_two_phases(self) -> None:
        """The essays have not failed in any phase, but neither have they finished the pipeline."""
        ending = play("ab", SPELLCHECK, NLP).tell(PauseBatch()).work().tell(CancelBatch()).ending
        assert (ending.total, ending.successful, ending.failed) == (2, 0, 2)

    def test_what_a_cancellation_gave_up_can_be_tried_again(self) -> None:
        """Essays that got further go on together with them."""
        played = play("abc", SPELLCHECK, NLP).work(1).tell(CancelBatch(), RetryFailed(1))
        assert played.asked() == ["b", "c"]
        assert played.to_the_end().outcomes[1:] == [(SPELLCHECK, ["b", "c"], []), (NLP, ["a", "b", "c"], [])]


class TestRetrying:
    """A retry covers exactly what failed."""

    def test_the_retried_essays_are_exactly_the_failed_ones(self) -> None:
        """Essays that succeeded are not processed again in any phase."""
        broken = {"b", "d"}
        played = with_broken("abcde", SPELLCHECK, NLP, broken=broken, at=SPELLCHECK)
        broken.clear()
        assert played.tell(RetryFailed(1)).asked() == ["b", "d"]
        assert played.to_the_end().outcomes[2:] == [(SPELLCHECK, ["b", "d"], []), (NLP, ["b", "d"], [])]
        assert played.status is BatchStatus.COMPLETED_SUCCESSFULLY
        assert played.ending.run == 1
        [act] = played.events(BatchOperatorActedV1)
        assert (act.action, act.run, act.phases, act.essay_ids) == ("retry", 1, [SPELLCHECK], ["b", "d"])

    def test_an_essay_that_fails_again_is_failed_and_can_be_tried_again(self) -> None:
        """The counts are the batch's, not the run's."""
        broken = {"b", "d"}
        played = with_broken("abcd", SPELLCHECK, broken=broken, at=SPELLCHECK)
        broken.discard("b")
        played.tell(RetryFailed(1)).to_the_end()
        assert played.outcomes[-1] == (SPELLCHECK, ["b"], ["d"])
        assert (played.detail(SPELLCHECK).successful, played.detail(SPELLCHECK).failed) == (3, 1)
        assert played.status is BatchStatus.COMPLETED_WITH_FAILURES
        assert played.tell(RetryFailed(2)).asked() == ["d"]

    def test_a_batch_that_has_ended_keeps_nothing_of_what_it_was_about_to_do(self) -> None:
        """Lists of essays to retry or to give up are cleared: there may be thousands of names."""
        retried = with_broken("ab", SPELLCHECK, broken={"a"}, at=SPELLCHECK).tell(RetryFailed(1))
        assert retried.state.header.retrying == {"a"}
        for played in (retried.to_the_end(), play("ab", SPELLCHECK).tell(CancelBatch())):
            header = played.state.header
            assert (header.stage, header.retrying, header.giving_up) == (BatchStage.ENDED, frozenset(), None)

    def test_failures_of_several_phases_are_all_tried_again(self) -> None:
        """Each is retried in its own phase, and from there on they go together."""
        broken = {("a", SPELLCHECK), ("b", NLP)}
        played = play("abc", SPELLCHECK, NLP, fails=lambda name, at: (name, at) in broken).to_the_end()
        broken.clear()
        played.tell(RetryFailed(1)).to_the_end()
        assert played.outcomes[2:] == [(SPELLCHECK, ["a"], []), (NLP, ["a", "b"], [])]

    def test_a_retry_of_one_phase_leaves_the_failures_of_the_others(self) -> None:
        """The others were not asked for."""
        broken = {("a", SPELLCHECK), ("b", NLP)}
        played = play("abc", SPELLCHECK, NLP, fails=lambda name, at: (name, at) in broken).to_the_end()
        broken.clear()
        played.tell(RetryFailed(1, NLP)).to_the_end()
        assert played.outcomes[2:] == [(NLP, ["b"], [])]
        assert played.status is BatchStatus.COMPLETED_WITH_FAILURES
        assert played.essays["a"].status is EssayStatus.SPELLCHECK_FAILED

    def test_a_phase_still_counts_those_who_failed_in_it_and_are_not_tried_again(self) -> None:
        """The counts are the batch's: judging the cohort again adds the retried essay to the successes."""
        broken = {("b", SPELLCHECK), ("c", CJ)}
        played = play("abc", SPELLCHECK, CJ, fails=lambda *work: work in broken).to_the_end()
        broken.clear()
        detail = played.tell(RetryFailed(1, SPELLCHECK)).work().detail(CJ)
        assert (detail.total, detail.successful, detail.failed) == (3, 0, 1)
        detail = played.to_the_end().detail(CJ)
        assert (detail.total, detail.successful, detail.failed) == (3, 2, 1)

    def test_a_batch_that_failed_critically_comes_back_to_life(self) -> None:
        """Phases that were skipped for lack of essays run now."""
        broken = {"a", "b"}
        played = with_broken("ab", SPELLCHECK, NLP, broken=broken, at=SPELLCHECK)
        broken.clear()
        played.tell(RetryFailed(1)).to_the_end()
        assert played.status is BatchStatus.COMPLETED_SUCCESSFULLY
        assert played.detail(NLP).status is PipelineExecutionStatus.COMPLETED_SUCCESSFULLY

    def test_a_retried_essay_is_judged_with_the_whole_cohort(self) -> None:
        """Ranks are relative, so one newcomer has all judged again; later phases are not repeated for the others."""
        broken = {"b"}
        played = with_broken("abc", SPELLCHECK, CJ, NLP, broken=broken, at=SPELLCHECK)
        broken.clear()
        played.tell(RetryFailed(1)).to_the_end()
        assert played.outcomes[3:] == [
            (SPELLCHECK, ["b"], []),
            (CJ, ["a", "b", "c"], []),
            (NLP, ["b"], []),
        ]
        assert {essay.status for essay in played.essays.values()} == {EssayStatus.ALL_PROCESSING_COMPLETED}
        assert played.status is BatchStatus.COMPLETED_SUCCESSFULLY

    def test_a_cohort_whose_judge_failed_for_one_is_judged_again_as_a_whole(self) -> None:
        """The essay that failed is judged together with those that already had a rank."""
        broken = {"b"}
        played = with_broken("abc", CJ, broken=broken, at=CJ)
        broken.clear()
        assert played.tell(RetryFailed(1)).to_the_end().outcomes[1:] == [(CJ, ["a", "b", "c"], [])]
        assert (played.detail(CJ).total, played.detail(CJ).successful) == (3, 3)

    def test_a_second_retry_with_the_same_run_is_a_duplicate(self) -> None:
        """While the retry runs, and after it has ended."""
        broken = {"b"}
        played = with_broken("ab", SPELLCHECK, broken=broken, at=SPELLCHECK).tell(RetryFailed(1))
        before = played.state
        assert played.tell(RetryFailed(1)).state is before
        before = played.to_the_end().state
        assert played.tell(RetryFailed(1)).state is before
        assert actions(played) == ["retry"]

    def test_a_retry_survives_a_restart(self) -> None:
        """At any point of the retry: the header stores which essays it covers."""
        for moment in range(4):
            broken = {"b", "c"}
            played = with_broken("abc", SPELLCHECK, NLP, broken=broken, at=SPELLCHECK)
            broken.clear()
            played.tell(RetryFailed(1))
            for _ in range(moment):
                played.work(1)
            played.waiting.clear()
            played.restart().to_the_end()
            assert played.outcomes[2:] == [(SPELLCHECK, ["b", "c"], []), (NLP, ["b", "c"], [])]
            assert played.status is BatchStatus.COMPLETED_SUCCESSFULLY


class TestRunningFurther:
    """A further pipeline on the same batch."""

    def test_a_further_pipeline_works_on_those_who_succeeded(self) -> None:
        """They keep their current texts; the new phases follow the old ones, in the next run."""
        played = (
            with_broken("abc", SPELLCHECK, broken={"b"}, at=SPELLCHECK).tell(ExtendPipeline(1, (NLP, CJ))).to_the_end()
        )
        assert played.outcomes[1:] == [(NLP, ["a", "c"], []), (CJ, ["a", "c"], [])]
        assert played.detail(NLP).started_at == NOW
        [act] = played.events(BatchOperatorActedV1)
        assert (act.action, act.run, act.phases) == ("run", 1, [NLP, CJ])
        command = played.events(InitiateCommandData)[1]
        assert (command.run, command.position) == (1, 1)
        assert [ref.text_storage_id for ref in command.essays_to_process] == [
            "corrected text of a",
            "corrected text of c",
        ]
        assert played.essays["a"].status is EssayStatus.ALL_PROCESSING_COMPLETED

    def test_a_further_pipeline_brings_its_own_settings_and_the_others_stay(self) -> None:
        """A phase that is retried later has the options that it was asked for with."""
        played = play("a", SPELLCHECK).to_the_end()
        for run, phase in enumerate((NLP, FEEDBACK), 1):
            played.tell(ExtendPipeline(run, (phase,), {phase: {"asked": run}})).to_the_end()
        assert played.state.header.options == {NLP: {"asked": 1}, FEEDBACK: {"asked": 2}}

    def test_a_phase_asked_for_again_is_reported_as_skipped(self) -> None:
        """Its results are used again: nobody pays twice."""
        played = play("ab", SPELLCHECK).to_the_end().tell(ExtendPipeline(1, (SPELLCHECK, NLP))).to_the_end()
        [skipped] = played.events(BatchPhaseSkippedV1)
        assert (skipped.phase_name, skipped.run) == (SPELLCHECK, 1)
        assert skipped.reason == "finished in an earlier run: its results are used again"
        assert [phase for phase, _, _ in played.outcomes] == [SPELLCHECK, NLP]

    def test_a_phase_that_ran_before_a_cancelled_retry_stays_in_the_pipeline(self) -> None:
        """Its results and failures remain, although the cancelled retry did not reach it."""
        fails = {("a", SPELLCHECK), ("b", NLP)}
        played = play("abc", SPELLCHECK, NLP, fails=lambda name, phase: (name, phase) in fails).to_the_end()
        played.tell(RetryFailed(1), CancelBatch()).to_the_end().tell(ExtendPipeline(2, (FEEDBACK,)))
        assert played.state.header.pipeline == (SPELLCHECK, NLP, FEEDBACK)

    def test_where_all_is_there_the_batch_ends_again_as_it_was(self) -> None:
        """A run without work ends, too."""
        played = play("ab", SPELLCHECK).to_the_end().tell(ExtendPipeline(1, (SPELLCHECK,)))
        assert (played.status, played.ending.run) == (BatchStatus.COMPLETED_SUCCESSFULLY, 1)

    def test_a_phase_named_twice_runs_once(self) -> None:
        """A phase runs only once in a pipeline."""
        played = play("a", SPELLCHECK).to_the_end().tell(ExtendPipeline(1, (NLP, NLP))).to_the_end()
        assert played.state.header.pipeline == (SPELLCHECK, NLP)

    def test_a_dropped_phase_can_be_run_later(self) -> None:
        """It was dropped only from the pipeline that was running then."""
        played = play("a", SPELLCHECK, NLP).tell(DropPhases((NLP,))).to_the_end().tell(ExtendPipeline(1, (NLP,)))
        assert played.to_the_end().outcomes[-1] == (NLP, ["a"], [])


class TestChangingThePipeline:
    """Phases are appended to, or dropped from, a running batch."""

    def test_an_appended_phase_runs_at_the_end(self) -> None:
        """Even if the essays were told that an earlier phase was their last."""
        played = play("ab", SPELLCHECK).tell(AppendPhases((NLP,)))
        assert played.detail(NLP).status is PipelineExecutionStatus.PENDING_DEPENDENCIES
        played.to_the_end()
        [act] = played.events(BatchOperatorActedV1)
        assert (act.action, act.phases) == ("append", [NLP])
        assert [phase for phase, _, _ in played.outcomes] == [SPELLCHECK, NLP]
        assert played.status is BatchStatus.COMPLETED_SUCCESSFULLY

    def test_a_phase_can_be_appended_while_the_essays_complete(self) -> None:
        """The batch has not ended, so it goes on at once."""
        played = play("ab", SPELLCHECK, NLP).tell(DropPhases((NLP,))).unheard().work()
        completing = batch.resume(played.restored(), POLICY, NOW).state
        assert completing.header.stage is BatchStage.COMPLETING
        decision = batch.step(completing, AppendPhases((CJ,)), POLICY, NOW)
        published = [effect.data for effect in decision.effects if isinstance(effect, Publish)]
        assert isinstance(published[0], BatchOperatorActedV1)
        assert not [data for data in published if isinstance(data, BatchPhaseSkippedV1)]
        appended = decision.state
        assert (appended.header.pipeline, appended.header.phase) == ((SPELLCHECK, CJ), CJ)
        assert appended.header.details[CJ].started_at == NOW
        assert set(appended.outstanding) == {"a", "b"}

    def test_a_dropped_phase_is_reported_and_not_run(self) -> None:
        """The current phase goes on, and so does the pipeline after the gap."""
        played = play("a", SPELLCHECK, NLP, CJ, FEEDBACK).tell(DropPhases((NLP, CJ)))
        skipped = played.events(BatchPhaseSkippedV1)
        assert [(event.phase_name, event.position) for event in skipped] == [(NLP, 1), (CJ, 2)]
        assert {event.reason for event in skipped} == {"dropped by an operator"}
        [act] = played.events(BatchOperatorActedV1)
        assert (act.action, act.phases) == ("drop", [NLP, CJ])
        assert played.detail(NLP).status is PipelineExecutionStatus.SKIPPED_BY_USER_CONFIG
        assert [phase for phase, _, _ in played.to_the_end().outcomes] == [SPELLCHECK, FEEDBACK]
        assert played.status is BatchStatus.COMPLETED_SUCCESSFULLY

    def test_a_phase_that_ran_in_an_earlier_run_cannot_be_dropped(self) -> None:
        """It has results and failures: a retry would look for a phase that no longer exists."""
        fails = {("a", SPELLCHECK), ("b", NLP)}
        played = play("abc", SPELLCHECK, NLP, fails=lambda name, phase: (name, phase) in fails).to_the_end()
        played.tell(RetryFailed(1), DropPhases((NLP,)))
        assert played.state.header.pipeline == (SPELLCHECK, NLP)
        assert "has begun already" in (refusal(played.state, DropPhases((NLP,))) or "")

    def test_appending_and_dropping_twice_is_doing_it_once(self) -> None:
        """The same goes for a phase named twice in one command."""
        played = play("a", SPELLCHECK).tell(AppendPhases((NLP, NLP)), AppendPhases((NLP,)))
        assert played.state.header.pipeline == (SPELLCHECK, NLP)
        assert actions(played.tell(DropPhases((NLP,)), DropPhases((NLP,)))) == ["append", "drop"]
        assert is_applied(played.state.header, AppendPhases((SPELLCHECK,)))  # both phases are in the pipeline


def _new() -> BatchState:
    return BatchState(BatchHeader("b"))


def _running() -> BatchState:
    return play("a", SPELLCHECK, NLP).state


def _ended() -> BatchState:
    return play("a", SPELLCHECK).to_the_end().state


def _failed() -> BatchState:
    return with_broken("ab", SPELLCHECK, NLP, broken={"a"}, at=SPELLCHECK).state


def test_only_a_phase_that_has_begun_cannot_be_appended() -> None:
    """A phase still to come is in the pipeline, as was asked for; the refusal names several in order."""
    first, last = play("ab", SPELLCHECK, NLP, CJ).state, play("ab", SPELLCHECK, NLP).work().state
    assert refusal(first, AppendPhases((NLP,))) is None
    assert refusal(play("ab", SPELLCHECK).state, AppendPhases((SPELLCHECK,))) is not None
    assert refusal(last, AppendPhases((SPELLCHECK, FEEDBACK, NLP))) == (
        "batch 'b' has had nlp, spellcheck already: a phase runs once in a pipeline"
    )


@pytest.mark.parametrize(
    ("state", "command", "reason"),
    [
        *((_new, command, "not registered") for command in EVERY),
        *((_ended, command, "has ended: completed successfully") for command in EVERY if command not in EVERY[3:5]),
        (_ended, RetryFailed(1), "no essay that failed in any phase"),
        (_ended, RetryFailed(1, SPELLCHECK), "no essay that failed in spellcheck"),
        (_failed, RetryFailed(1, NLP), "no essay that failed in nlp"),
        (_running, RetryFailed(1), "has not ended"),
        (_running, ExtendPipeline(1, (CJ,)), "has not ended"),
        (_running, AppendPhases((CJ, SPELLCHECK)), "has had spellcheck already"),
        (_running, DropPhases((SPELLCHECK, NLP)), "spellcheck has begun already"),
    ],
)
def test_a_command_that_makes_no_sense_is_refused_in_words_and_changes_nothing(
    state: Callable[[], BatchState], command: OperatorCommand, reason: str
) -> None:
    """Drivers report the reason; if the command arrives all the same, the orchestrator ignores it."""
    given = state()
    refused = refusal(given, command)
    assert refused is not None
    assert reason in refused
    assert "'b'" in refused
    assert batch.step(given, command, POLICY, NOW) == Decision(given)


@pytest.mark.parametrize(
    ("command", "action", "phases"),
    [
        (PauseBatch(), "pause", []),
        (CancelBatch(), "cancel", []),
        (AppendPhases((CJ,)), "append", [CJ]),
        (DropPhases((NLP,)), "drop", [NLP]),
    ],
)
def test_a_command_that_makes_sense_is_not_refused(
    command: OperatorCommand, action: str, phases: list[PhaseName]
) -> None:
    """It counts as one more operator command, and is published with what was done."""
    state = _running()
    assert refusal(state, command) is None
    carried_out = batch.step(state, command, POLICY, NOW)
    assert carried_out.state.header.acts == 1
    published = [effect.data for effect in carried_out.effects if isinstance(effect, Publish)]
    [act] = [data for data in published if isinstance(data, BatchOperatorActedV1)]
    assert (act.batch_id, act.action, act.run, act.phases) == ("b", action, 0, phases)
