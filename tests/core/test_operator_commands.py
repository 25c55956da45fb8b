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
    """What the log says that people did."""
    return [event.action for event in played.events(BatchOperatorActedV1)]


def with_broken(essays: str, *phases: PhaseName, broken: set[str], at: PhaseName) -> Play:
    """A batch, played to its end, whose broken essays (a set that a test may empty) fail in one phase."""
    return play(essays, *phases, fails=lambda name, phase: phase is at and name in broken).to_the_end()


class TestPausing:
    """No more work is handed out until the batch is resumed."""

    def test_a_paused_batch_finishes_what_is_handed_out_and_starts_no_further_phase(self) -> None:
        """The queue holds it; the outcome of the phase is published; the next one waits."""
        played = play("ab", SPELLCHECK, NLP).tell(PauseBatch())
        assert played.queue == [PauseWork("b", 0, 1)]
        assert len(played.to_the_end().outcomes) == 1
        assert played.state.header.stage is BatchStage.PAUSED

    def test_a_resumed_batch_goes_on_where_it_was(self) -> None:
        """With the next phase where it was held between two, otherwise with those outstanding."""
        played = play("ab", SPELLCHECK, NLP).tell(PauseBatch()).to_the_end().tell(ResumeBatch())
        assert played.queue == [PauseWork("b", 0, 1), ResumeWork("b", 0, 2)]
        assert played.detail(NLP).started_at == NOW
        assert played.state.header.paused is False
        assert played.to_the_end().status is BatchStatus.COMPLETED_SUCCESSFULLY
        midway = play("ab", SPELLCHECK).tell(PauseBatch()).work(1).tell(ResumeBatch())
        assert set(midway.asked()) == {"b"}

    def test_pausing_and_resuming_twice_is_doing_it_once(self) -> None:
        """The second one is neither refused nor published."""
        played = play("a", SPELLCHECK).tell(PauseBatch(), PauseBatch(), ResumeBatch(), ResumeBatch(), PauseBatch())
        assert actions(played) == ["pause", "resume", "pause"]

    def test_a_pause_survives_a_restart(self) -> None:
        """It is in the header."""
        played = play("ab", SPELLCHECK, NLP).tell(PauseBatch()).unheard().work().restart()
        assert played.state.header.stage is BatchStage.PAUSED
        assert played.tell(ResumeBatch()).to_the_end().status is BatchStatus.COMPLETED_SUCCESSFULLY


class TestCancelling:
    """Essays under way are given up, what is done stays done."""

    def test_a_cancelled_phase_settles_every_essay_and_the_rest_is_cancelled(self) -> None:
        """Nobody is lost: both lists of the phase are complete, and the reason is said."""
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
        """Its failure names what was being done, as any other does."""
        played = play("ab", SPELLCHECK, NLP).work(pieces).tell(CancelBatch())
        assert [essay.failure and essay.failure.operation for essay in played.essays.values()] == [phase, phase]

    def test_the_reason_for_which_essays_are_given_up_is_of_their_run(self) -> None:
        """It has the run's correlation id before any essay has it."""
        before = play("ab", SPELLCHECK).state
        giving_up = operator_commands.step(before, CancelBatch(), POLICY, NOW).state.header.giving_up
        assert giving_up is not None
        assert giving_up.message == "The batch was cancelled before this essay was done."
        assert giving_up.correlation_id == before.header.correlation_id is not None

    def test_a_cancelled_batch_cannot_be_paused(self) -> None:
        """Paused, nobody would be told to give up again where the first word was lost."""
        cancelled = batch.step(play("ab", SPELLCHECK).state, CancelBatch(), POLICY, NOW).state
        assert refusal(cancelled, PauseBatch()) == "batch 'b' is being cancelled"

    def test_a_paused_batch_can_be_cancelled(self) -> None:
        """Held between two phases, or with work that the queue holds."""
        held = play("ab", SPELLCHECK, NLP).tell(PauseBatch()).to_the_end().tell(CancelBatch())
        midway = play("ab", SPELLCHECK, NLP).tell(PauseBatch(), CancelBatch())
        assert held.status is midway.status is BatchStatus.CANCELLED
        paused = play("ab", SPELLCHECK, NLP).tell(PauseBatch()).state
        assert operator_commands.step(paused, CancelBatch(), POLICY, NOW).state.header.paused is False
        assert actions(held) == actions(midway) == ["pause", "cancel"]

    def test_cancelling_twice_is_cancelling_once(self) -> None:
        """Also after the batch has ended by it."""
        played = play("ab", SPELLCHECK).tell(CancelBatch(), CancelBatch())
        assert actions(played) == ["cancel"]
        assert refusal(played.state, CancelBatch()) is None

    def test_a_cancellation_survives_a_restart(self) -> None:
        """Those who have not settled are told again to give up, and the batch ends cancelled."""
        played = play("ab", SPELLCHECK, NLP)
        played.state = batch.step(played.state, CancelBatch(), POLICY, NOW).state
        assert played.restart().status is BatchStatus.CANCELLED

    def test_a_batch_cancelled_between_two_phases_can_run_the_rest_later(self) -> None:
        """Its phases that never ran are not taken for finished ones."""
        played = (
            play("ab", SPELLCHECK, NLP).tell(PauseBatch()).to_the_end().tell(CancelBatch(), ExtendPipeline(1, (NLP,)))
        )
        assert played.asked() == ["a", "b"]
        assert played.to_the_end().outcomes[-1] == (NLP, ["a", "b"], [])
        assert played.status is BatchStatus.COMPLETED_SUCCESSFULLY
        assert played.detail(NLP).status is PipelineExecutionStatus.COMPLETED_SUCCESSFULLY

    def test_another_pipeline_on_a_cancelled_batch_does_without_what_was_cancelled(self) -> None:
        """Nobody is held to a phase that was never run and is not asked for."""
        played = (
            play("ab", SPELLCHECK, NLP).tell(PauseBatch()).to_the_end().tell(CancelBatch(), ExtendPipeline(1, (CJ,)))
        )
        assert played.to_the_end().outcomes == [(SPELLCHECK, ["a", "b"], []), (CJ, ["a", "b"], [])]
        assert played.status is BatchStatus.COMPLETED_SUCCESSFULLY
        assert played.state.header.pipeline == (SPELLCHECK, CJ)

    def test_nobody_has_come_through_a_pipeline_that_was_cancelled_between_two_phases(self) -> None:
        """They have not failed, but neither have they done what was asked for."""
        ending = play("ab", SPELLCHECK, NLP).tell(PauseBatch()).work().tell(CancelBatch()).ending
        assert (ending.total, ending.successful, ending.failed) == (2, 0, 2)

    def test_what_a_cancellation_gave_up_can_be_tried_again(self) -> None:
        """And those who had got further go on with them."""
        played = play("abc", SPELLCHECK, NLP).work(1).tell(CancelBatch(), RetryFailed(1))
        assert played.asked() == ["b", "c"]
        assert played.to_the_end().outcomes[1:] == [(SPELLCHECK, ["b", "c"], []), (NLP, ["a", "b", "c"], [])]


class TestRetrying:
    """Just what failed, and really all of it."""

    def test_the_retried_essays_are_exactly_the_failed_ones(self) -> None:
        """Those who succeeded are not worked on again, in no phase."""
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
        """The counts are of the batch, not of the run."""
        broken = {"b", "d"}
        played = with_broken("abcd", SPELLCHECK, broken=broken, at=SPELLCHECK)
        broken.discard("b")
        played.tell(RetryFailed(1)).to_the_end()
        assert played.outcomes[-1] == (SPELLCHECK, ["b"], ["d"])
        assert (played.detail(SPELLCHECK).successful, played.detail(SPELLCHECK).failed) == (3, 1)
        assert played.status is BatchStatus.COMPLETED_WITH_FAILURES
        assert played.tell(RetryFailed(2)).asked() == ["d"]

    def test_a_batch_that_has_ended_keeps_nothing_of_what_it_was_about_to_do(self) -> None:
        """Nobody is to be tried again, or given up: the names of thousands would be stored for nothing."""
        retried = with_broken("ab", SPELLCHECK, broken={"a"}, at=SPELLCHECK).tell(RetryFailed(1))
        assert retried.state.header.retrying == {"a"}
        for played in (retried.to_the_end(), play("ab", SPELLCHECK).tell(CancelBatch())):
            header = played.state.header
            assert (header.stage, header.retrying, header.giving_up) == (BatchStage.ENDED, frozenset(), None)

    def test_failures_of_several_phases_are_all_tried_again(self) -> None:
        """Each in its own phase, and from there on together."""
        broken = {("a", SPELLCHECK), ("b", NLP)}
        played = play("abc", SPELLCHECK, NLP, fails=lambda name, at: (name, at) in broken).to_the_end()
        broken.clear()
        played.tell(RetryFailed(1)).to_the_end()
        assert played.outcomes[2:] == [(SPELLCHECK, ["a"], []), (NLP, ["a", "b"], [])]

    def test_a_retry_of_one_phase_leaves_the_failures_of_the_others(self) -> None:
        """They were not asked for."""
        broken = {("a", SPELLCHECK), ("b", NLP)}
        played = play("abc", SPELLCHECK, NLP, fails=lambda name, at: (name, at) in broken).to_the_end()
        broken.clear()
        played.tell(RetryFailed(1, NLP)).to_the_end()
        assert played.outcomes[2:] == [(NLP, ["b"], [])]
        assert played.status is BatchStatus.COMPLETED_WITH_FAILURES
        assert played.essays["a"].status is EssayStatus.SPELLCHECK_FAILED

    def test_a_phase_still_counts_those_who_failed_in_it_and_are_not_tried_again(self) -> None:
        """The counts are of the batch: judged again for another's sake, it has one more who came through."""
        broken = {("b", SPELLCHECK), ("c", CJ)}
        played = play("abc", SPELLCHECK, CJ, fails=lambda *work: work in broken).to_the_end()
        broken.clear()
        detail = played.tell(RetryFailed(1, SPELLCHECK)).work().detail(CJ)
        assert (detail.total, detail.successful, detail.failed) == (3, 0, 1)
        detail = played.to_the_end().detail(CJ)
        assert (detail.total, detail.successful, detail.failed) == (3, 2, 1)

    def test_a_batch_that_failed_critically_comes_back_to_life(self) -> None:
        """The phases that were skipped for want of essays are run now."""
        broken = {"a", "b"}
        played = with_broken("ab", SPELLCHECK, NLP, broken=broken, at=SPELLCHECK)
        broken.clear()
        played.tell(RetryFailed(1)).to_the_end()
        assert played.status is BatchStatus.COMPLETED_SUCCESSFULLY
        assert played.detail(NLP).status is PipelineExecutionStatus.COMPLETED_SUCCESSFULLY

    def test_a_retried_essay_is_judged_with_the_whole_cohort(self) -> None:
        """Places are relative: one newcomer, and all are judged again; phases behind it are not repeated."""
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
        """With the essay that failed, and with those who had a place already."""
        broken = {"b"}
        played = with_broken("abc", CJ, broken=broken, at=CJ)
        broken.clear()
        assert played.tell(RetryFailed(1)).to_the_end().outcomes[1:] == [(CJ, ["a", "b", "c"], [])]
        assert (played.detail(CJ).total, played.detail(CJ).successful) == (3, 3)

    def test_a_second_retry_with_the_same_run_is_a_duplicate(self) -> None:
        """While it runs, and after it has ended."""
        broken = {"b"}
        played = with_broken("ab", SPELLCHECK, broken=broken, at=SPELLCHECK).tell(RetryFailed(1))
        before = played.state
        assert played.tell(RetryFailed(1)).state is before
        before = played.to_the_end().state
        assert played.tell(RetryFailed(1)).state is before
        assert actions(played) == ["retry"]

    def test_a_retry_survives_a_restart(self) -> None:
        """Of the orchestrator at any moment: the failed set is in the header."""
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
    """A second pipeline on the same batch."""

    def test_a_further_pipeline_works_on_those_who_succeeded(self) -> None:
        """With their current texts; its phases follow the old ones, in the next run."""
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
        """A phase that is tried again later has those that it was asked for with."""
        played = play("a", SPELLCHECK).to_the_end()
        for run, phase in enumerate((NLP, FEEDBACK), 1):
            played.tell(ExtendPipeline(run, (phase,), {phase: {"asked": run}})).to_the_end()
        assert played.state.header.options == {NLP: {"asked": 1}, FEEDBACK: {"asked": 2}}

    def test_a_phase_asked_for_again_is_reported_as_skipped(self) -> None:
        """Its results are there: nobody pays twice."""
        played = play("ab", SPELLCHECK).to_the_end().tell(ExtendPipeline(1, (SPELLCHECK, NLP))).to_the_end()
        [skipped] = played.events(BatchPhaseSkippedV1)
        assert (skipped.phase_name, skipped.run) == (SPELLCHECK, 1)
        assert skipped.reason == "finished in an earlier run: its results are used again"
        assert [phase for phase, _, _ in played.outcomes] == [SPELLCHECK, NLP]

    def test_a_phase_that_ran_before_a_cancelled_retry_stays_in_the_pipeline(self) -> None:
        """Its results and failures are there, though the run that was cancelled did not come to it."""
        fails = {("a", SPELLCHECK), ("b", NLP)}
        played = play("abc", SPELLCHECK, NLP, fails=lambda name, phase: (name, phase) in fails).to_the_end()
        played.tell(RetryFailed(1), CancelBatch()).to_the_end().tell(ExtendPipeline(2, (FEEDBACK,)))
        assert played.state.header.pipeline == (SPELLCHECK, NLP, FEEDBACK)

    def test_where_all_is_there_the_batch_ends_again_as_it_was(self) -> None:
        """A run without work still has an end."""
        played = play("ab", SPELLCHECK).to_the_end().tell(ExtendPipeline(1, (SPELLCHECK,)))
        assert (played.status, played.ending.run) == (BatchStatus.COMPLETED_SUCCESSFULLY, 1)

    def test_a_phase_named_twice_runs_once(self) -> None:
        """A phase runs once in a pipeline."""
        played = play("a", SPELLCHECK).to_the_end().tell(ExtendPipeline(1, (NLP, NLP))).to_the_end()
        assert played.state.header.pipeline == (SPELLCHECK, NLP)

    def test_a_dropped_phase_can_be_run_later(self) -> None:
        """Dropping it was for then."""
        played = play("a", SPELLCHECK, NLP).tell(DropPhases((NLP,))).to_the_end().tell(ExtendPipeline(1, (NLP,)))
        assert played.to_the_end().outcomes[-1] == (NLP, ["a"], [])


class TestChangingThePipeline:
    """Phases are appended to and dropped from a running batch."""

    def test_an_appended_phase_runs_at_the_end(self) -> None:
        """Though the essays were told that another one was their last."""
        played = play("ab", SPELLCHECK).tell(AppendPhases((NLP,)))
        assert played.detail(NLP).status is PipelineExecutionStatus.PENDING_DEPENDENCIES
        played.to_the_end()
        [act] = played.events(BatchOperatorActedV1)
        assert (act.action, act.phases) == ("append", [NLP])
        assert [phase for phase, _, _ in played.outcomes] == [SPELLCHECK, NLP]
        assert played.status is BatchStatus.COMPLETED_SUCCESSFULLY

    def test_a_phase_can_be_appended_while_the_essays_complete(self) -> None:
        """The batch has not ended: it goes on at once."""
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
        """The phase that runs goes on, and so does the pipeline behind the gap."""
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
        """It has results and failures; a retry would look for a phase that is not there any more."""
        fails = {("a", SPELLCHECK), ("b", NLP)}
        played = play("abc", SPELLCHECK, NLP, fails=lambda name, phase: (name, phase) in fails).to_the_end()
        played.tell(RetryFailed(1), DropPhases((NLP,)))
        assert played.state.header.pipeline == (SPELLCHECK, NLP)
        assert "has begun already" in (refusal(played.state, DropPhases((NLP,))) or "")

    def test_appending_and_dropping_twice_is_doing_it_once(self) -> None:
        """A phase named twice in one command, too."""
        played = play("a", SPELLCHECK).tell(AppendPhases((NLP, NLP)), AppendPhases((NLP,)))
        assert played.state.header.pipeline == (SPELLCHECK, NLP)
        assert actions(played.tell(DropPhases((NLP,)), DropPhases((NLP,)))) == ["append", "drop"]
        assert is_applied(played.state.header, AppendPhases((SPELLCHECK,)))  # all that there is


def _new() -> BatchState:
    return BatchState(BatchHeader("b"))


def _running() -> BatchState:
    return play("a", SPELLCHECK, NLP).state


def _ended() -> BatchState:
    return play("a", SPELLCHECK).to_the_end().state


def _failed() -> BatchState:
    return with_broken("ab", SPELLCHECK, NLP, broken={"a"}, at=SPELLCHECK).state


def test_only_a_phase_that_has_begun_cannot_be_appended() -> None:
    """The one that comes next is in the pipeline already, which is what was asked for; several are named in order."""
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
    """Drivers tell the person who gave it; the orchestrator ignores it when it comes all the same."""
    given = state()
    refused = refusal(given, command)
    assert refused is not None
    assert reason in refused
    assert "'b'" in refused
    assert batch.step(given, command, POLICY, NOW) == Decision(given)


@pytest.mark.parametrize("command", [PauseBatch(), CancelBatch(), AppendPhases((CJ,)), DropPhases((NLP,))])
def test_a_command_that_makes_sense_is_not_refused(command: OperatorCommand) -> None:
    """And is published with what was done."""
    state = _running()
    assert refusal(state, command) is None
    assert batch.step(state, command, POLICY, NOW).state.header.acts == 1
