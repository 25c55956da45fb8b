"""What an orchestrator decides, played through with its essays: given a batch, when work ends so, then this follows."""

import pytest

from actors.core import batch
from actors.core.addresses import QUEUE
from actors.core.batch import fingerprint_of
from actors.core.batch_state import BatchStage, pipeline_state_of
from actors.core.effects import Decision, Publish, Remind, Tell, correlation_id_of
from contracts import (
    BatchEssaysReadyV1,
    BatchPhaseSkippedV1,
    BatchServiceAIFeedbackInitiateCommandDataV1,
    BatchServiceSpellcheckInitiateCommandDataV1,
    BatchStatus,
    ELSBatchPhaseOutcomeV1,
    ErrorCode,
    EssayContentProvisionedV1,
    EssayProcessingCounts,
    EssayStatus,
    EssayValidationFailedV1,
    InitiateCommandData,
    PhaseName,
    PhaseStatus,
    PipelineExecutionStatus,
    PipelineStateDetail,
    ProcessingEvent,
    phase_status_of,
)
from contracts.messages import (
    AppendPhases,
    DropPhases,
    EssayOutcome,
    EssayPipelineCompleted,
    EssayStarted,
    ExtendPipeline,
    GiveUp,
    InitiatePhase,
    MailUnreadable,
    Message,
    NudgeDue,
    PauseBatch,
    PhaseDeadlineDue,
    ResumeBatch,
    RetryFailed,
)
from contracts.work import ForgetBatch, HurryWork, PauseWork, ResumeWork, StartCohort
from tests.core.play import CJ, FEEDBACK, NLP, NOW, POLICY, SPELLCHECK, Fails, Play, play, registration

Execution = PipelineExecutionStatus


def fails_in(phase: PhaseName, essays: str) -> Fails:
    """These essays' work fails in this phase."""
    return lambda name, at: at is phase and name in essays


def read_of(played: Play, phase: PhaseName) -> PipelineStateDetail:
    """What other systems read of a phase."""
    return pipeline_state_of(played.state.header, NOW).pipelines[phase]


class TestRegistration:
    """A batch is registered once, with its essays."""

    def test_every_essay_is_founded_and_published(self) -> None:
        """A readable essay is published as provisioned, an unreadable one with its reason; then the batch is ready."""
        played = play("abc", NLP, unreadable="b")
        assert [event.essay_id for event in played.events(EssayContentProvisionedV1)] == ["a", "c"]
        [invalid] = played.events(EssayValidationFailedV1)
        assert (invalid.essay_id, invalid.error.error_code) == ("b", ErrorCode.CORRUPT_FILE)
        [ready] = played.events(BatchEssaysReadyV1)
        assert [ref.essay_id for ref in ready.ready_essays] == ["a", "c"]
        assert ready.failed_essay_ids == ["b"]
        assert [effect.essay_id for effect in played.published][1:4] == ["a", "b", "c"]  # each is in its essay's log
        assert [essay.ordinal for essay in played.essays.values()] == [0, 1, 2]
        assert played.essays["b"].status is EssayStatus.CONTENT_INGESTION_FAILED

    def test_registration_is_ready_before_it_is_processed(self) -> None:
        """The log is in order: batch registered, essays provisioned, batch ready, first command."""
        events = [effect.event for effect in play("a", SPELLCHECK).published]
        assert events == [
            ProcessingEvent.BATCH_ESSAYS_REGISTERED,
            ProcessingEvent.ESSAY_CONTENT_PROVISIONED,
            ProcessingEvent.BATCH_ESSAYS_READY,
            ProcessingEvent.BATCH_SPELLCHECK_INITIATE_COMMAND,
        ]

    def test_a_second_registration_changes_nothing(self) -> None:
        """Neither a duplicate nor a different registration has any effect; the fingerprint tells them apart."""
        played = play("ab", SPELLCHECK)
        again, other = registration("ab", [SPELLCHECK]), registration("abc", [SPELLCHECK])
        assert batch.step(played.state, again, POLICY, NOW) == Decision(played.state)
        assert batch.step(played.state, other, POLICY, NOW) == Decision(played.state)
        assert fingerprint_of(again) == played.state.header.fingerprint != fingerprint_of(other)

    def test_options_that_are_named_in_another_order_are_the_same(self) -> None:
        """The fingerprint does not depend on the order of options, which come from files and command lines."""
        order = registration("a", [NLP])
        one, other = {"a": 1, "b": 2}, {"b": 2, "a": 1}
        assert fingerprint_of(order._replace(options={NLP: one})) == fingerprint_of(
            order._replace(options={NLP: other})
        )
        assert fingerprint_of(order._replace(options={NLP: one})) != fingerprint_of(order)

    def test_a_registration_is_told_apart_as_it_has_always_been(self) -> None:
        """Fingerprints are stored, so a later version of the program must compute the same ones."""
        order = registration("ab", [SPELLCHECK, NLP], unreadable="b")._replace(options={NLP: {"depth": 2}})
        assert fingerprint_of(order) == "b8c1b3647e2e062ab5da078504248ee0e0e00cafd6a3f0db04eff5364a81bba6"

    def test_an_option_may_be_a_value_that_json_does_not_know(self) -> None:
        """A script may pass any value; it is fingerprinted by its text."""
        order = registration("a", [NLP])
        first, second = (fingerprint_of(order._replace(options={NLP: {"since": NOW.replace(day=n)}})) for n in (1, 2))
        assert first != second

    def test_a_batch_is_taken_on_as_it_was_registered(self) -> None:
        """The header keeps packing, urgency and options; each essay keeps its file and its original text."""
        order = registration("ab", [SPELLCHECK], unreadable="b")
        essays = tuple(each._replace(file=f"{each.essay_id}.docx") for each in order.essays)
        order = order._replace(essays=essays, options={NLP: {"depth": 2}}, packed=True, urgent=True)
        played = Play().tell(order)
        header = played.state.header
        assert (header.packed, header.urgent, header.options) == (True, True, {NLP: {"depth": 2}})
        assert header.request == order.request.model_copy(update={"correlation_id": correlation_id_of("b")})
        kept = [(essay.file, essay.text_id, essay.original_text_id) for essay in played.essays.values()]
        assert kept == [("a.docx", "text of a", "text of a"), ("b.docx", "", "")]
        [provisioned], [invalid] = played.events(EssayContentProvisionedV1), played.events(EssayValidationFailedV1)
        assert (provisioned.file, provisioned.text_storage_id, invalid.file) == ("a.docx", "text of a", "b.docx")

    def test_a_batch_none_of_whose_essays_can_be_read_ends_at_once(self) -> None:
        """All of its phases are skipped, and nobody is asked for work."""
        played = play("ab", SPELLCHECK, NLP, unreadable="ab")
        assert played.status is BatchStatus.CONTENT_INGESTION_FAILED
        assert played.state.header.stage is BatchStage.ENDED
        assert [event.phase_name for event in played.events(BatchPhaseSkippedV1)] == [SPELLCHECK, NLP]
        assert (played.outcomes, played.waiting) == ([], [])


class TestDispatch:
    """A phase begins with a command that names the essays that are ready for it."""

    def test_the_header_has_the_command_as_long_as_its_phase_runs(self) -> None:
        """A restart reads the command from the header; between two phases, and at the end, there is none."""
        played = play("abc", SPELLCHECK, NLP, fails=fails_in(SPELLCHECK, "b"))
        assert played.state.header.commanded == {"a": "text of a", "b": "text of b", "c": "text of c"}
        assert played.work(1).state.header.commanded == {"a": "text of a", "b": "text of b", "c": "text of c"}
        played.tell(PauseBatch()).work()
        assert (played.state.header.stage, played.state.header.commanded) == (BatchStage.PAUSED, {})
        played.tell(ResumeBatch())
        assert played.state.header.commanded == {"a": "corrected text of a", "c": "corrected text of c"}
        assert played.to_the_end().state.header.commanded == {}

    def test_the_command_says_what_the_phase_needs(self) -> None:
        """The essays in the batch's order with their current texts, the language, and the assignment if needed."""
        played = play("ba", SPELLCHECK, FEEDBACK).work()
        spell, feedback = played.events(InitiateCommandData)
        assert type(spell) is BatchServiceSpellcheckInitiateCommandDataV1
        assert [ref.essay_id for ref in spell.essays_to_process] == ["b", "a"]
        assert (spell.language, spell.position, spell.run) == ("sv", 0, 0)
        assert type(feedback) is BatchServiceAIFeedbackInitiateCommandDataV1
        assert feedback.essay_instructions == "Write about a journey."
        assert [ref.text_storage_id for ref in feedback.essays_to_process] == [
            "corrected text of b",
            "corrected text of a",
        ]

    def test_a_dispatched_phase_is_in_progress_once_an_essay_has_begun(self) -> None:
        """The status goes from dispatch initiated to in progress, and the counts are live."""
        played = play("ab", SPELLCHECK)
        assert played.detail(SPELLCHECK).status is Execution.DISPATCH_INITIATED
        assert played.status is BatchStatus.PROCESSING_PIPELINES
        played.tell(EssayStarted("a", 0, 0))
        assert played.detail(SPELLCHECK).status is Execution.IN_PROGRESS
        detail = pipeline_state_of(played.work(1).state.header, NOW).get_pipeline(SPELLCHECK)
        assert detail is not None
        assert (detail.essay_counts.successful, detail.essay_counts.pending_dispatch_or_processing) == (1, 1)
        assert detail.progress_percentage == 50

    def test_the_command_says_whose_class_it_is(self) -> None:
        """It has the registration's course and class, because a service may have rules for a course."""
        order = registration("a", [FEEDBACK])
        asked = order.request.model_copy(update={"course_code": "ENG5", "class_designation": "8b"})
        [command] = Play().tell(order._replace(request=asked)).events(BatchServiceAIFeedbackInitiateCommandDataV1)
        assert (command.course_code, command.class_designation) == ("ENG5", "8b")

    def test_whenever_an_urgent_batch_asks_for_work_the_queue_hears_that_it_is_urgent(self) -> None:
        """It is told with each dispatched phase, and again on each resume: a restarted queue has forgotten it."""
        hurry = HurryWork("b", 0)
        played = Play().tell(registration("a", [SPELLCHECK, NLP])._replace(urgent=True))
        assert played.queue == [hurry]
        assert played.work().queue == [hurry, hurry]
        assert Tell(QUEUE, hurry) in batch.resume(played.state, POLICY, NOW).effects
        usual = play("a", SPELLCHECK)
        assert hurry not in usual.queue
        assert Tell(QUEUE, hurry) not in batch.resume(usual.state, POLICY, NOW).effects

    def test_a_phase_of_which_an_essay_has_settled_is_in_progress(self) -> None:
        """The message that it started may arrive later, or never: the phase has begun all the same."""
        played = play("ab", SPELLCHECK).tell(EssayOutcome("a", 0, 0, succeeded=True, text_id="x"))
        assert played.detail(SPELLCHECK).status is Execution.IN_PROGRESS

    def test_a_phase_starts_only_after_the_outcome_of_the_one_before(self) -> None:
        """One essay under way holds up the next phase, and the log has the outcome before the next command."""
        played = play("ab", SPELLCHECK, NLP).work(1)
        assert played.outcomes == []
        assert played.asked() == ["b"]
        events = [effect.event for effect in played.work().published]
        outcome, command = ProcessingEvent.ELS_BATCH_PHASE_OUTCOME, ProcessingEvent.BATCH_NLP_INITIATE_COMMAND
        assert events.index(command) == events.index(outcome) + 1

    def test_an_essay_without_the_results_of_the_phases_before_is_not_dispatched(self) -> None:
        """Even if no failure of it is known: it would be processed without the results that the phase builds on."""
        paused = play("ab", SPELLCHECK, NLP).tell(PauseBatch()).work().state
        lacking = paused.essays["a"]._replace(done=frozenset())
        state = paused._replace(essays=paused.essays.set("a", lacking))
        assert [*batch.step(state, ResumeBatch(), POLICY, NOW).state.outstanding] == ["b"]

    def test_a_cohort_phase_is_started_as_one(self) -> None:
        """One request goes to the cohort's coordinator, with all essays in a fixed order."""
        [asked] = play("ba", CJ).waiting
        assert asked == StartCohort("b", CJ, 0, 0, ("a", "b"))

    def test_every_dispatch_has_a_reminder_against_silence_and_one_of_its_deadline(self) -> None:
        """Neither a lost message nor a phase that never ends can hold up the batch for ever."""
        played = play("a", SPELLCHECK, NLP)
        assert played.reminders == [NudgeDue(0, 0, 0), PhaseDeadlineDue(0, 0)]
        assert played.work().reminders[2:] == [NudgeDue(0, 1, 0), PhaseDeadlineDue(0, 1)]  # what comes in counts anew


class TestOutcome:
    """The last outstanding essay closes the phase."""

    def test_partial_failure_goes_on_with_the_successes_and_their_current_texts(self) -> None:
        """Both lists are complete and in the batch's order; a failed essay takes no part in later phases."""
        played = play("abcd", SPELLCHECK, NLP, fails=fails_in(SPELLCHECK, "bd")).to_the_end()
        assert played.outcomes == [(SPELLCHECK, ["a", "c"], ["b", "d"]), (NLP, ["a", "c"], [])]
        spelt, measured = played.events(ELSBatchPhaseOutcomeV1)
        assert spelt.phase_status is PhaseStatus.COMPLETED_WITH_FAILURES
        assert measured.phase_status is PhaseStatus.COMPLETED_SUCCESSFULLY
        assert [ref.text_storage_id for ref in spelt.processed_essays] == ["corrected text of a", "corrected text of c"]
        assert played.events(InitiateCommandData)[1].essays_to_process == spelt.processed_essays
        assert played.detail(SPELLCHECK).status is Execution.COMPLETED_WITH_PARTIAL_SUCCESS
        assert played.status is BatchStatus.COMPLETED_WITH_FAILURES
        assert (played.ending.total, played.ending.successful, played.ending.failed) == (4, 2, 2)

    def test_what_is_known_of_the_essays_is_what_they_have_stored(self) -> None:
        """A restart learns nothing new about unreadable, failed and completed essays, nor about later failures."""
        broken = {("b", SPELLCHECK), ("c", NLP)}
        played = play("abcd", SPELLCHECK, fails=lambda *work: work in broken, unreadable="d").to_the_end()
        assert played.restored().essays == played.state.essays
        played.tell(ExtendPipeline(1, (NLP,))).to_the_end()
        assert played.outcomes[-1] == (NLP, ["a"], ["c"])
        assert played.restored().essays == played.state.essays

    def test_an_unreadable_essay_makes_a_batch_complete_with_failures(self) -> None:
        """It is in no phase's lists, because no command named it, but the batch counts it as failed."""
        played = play("abc", SPELLCHECK, unreadable="b").to_the_end()
        assert played.outcomes == [(SPELLCHECK, ["a", "c"], [])]
        assert played.status is BatchStatus.COMPLETED_WITH_FAILURES
        assert played.ending.failed == 1

    def test_where_every_essay_fails_the_batch_fails_critically_and_the_rest_is_skipped(self) -> None:
        """The batch has a terminal status, and each phase that did not run says why."""
        played = play("ab", SPELLCHECK, NLP, FEEDBACK, fails=fails_in(SPELLCHECK, "ab")).to_the_end()
        [outcome] = played.events(ELSBatchPhaseOutcomeV1)
        assert outcome.phase_status is PhaseStatus.FAILED_CRITICALLY
        assert played.detail(SPELLCHECK).status is Execution.FAILED
        assert {played.detail(phase).status for phase in (NLP, FEEDBACK)} == {
            Execution.SKIPPED_DUE_TO_DEPENDENCY_FAILURE
        }
        assert [event.phase_name for event in played.events(BatchPhaseSkippedV1)] == [NLP, FEEDBACK]
        assert played.status is BatchStatus.FAILED_CRITICALLY

    def test_a_batch_of_one_essay_goes_all_the_way(self) -> None:
        """That includes a cohort phase."""
        played = play("a", SPELLCHECK, CJ, NLP).to_the_end()
        assert played.status is BatchStatus.COMPLETED_SUCCESSFULLY
        assert played.essays["a"].status is EssayStatus.ALL_PROCESSING_COMPLETED
        assert [phase for phase, _ in played.essays["a"].results] == [SPELLCHECK, CJ, NLP]

    @pytest.mark.parametrize(
        ("successes", "failures", "status"),
        [
            (3, 0, PhaseStatus.COMPLETED_SUCCESSFULLY),
            (2, 1, PhaseStatus.COMPLETED_WITH_FAILURES),
            (0, 3, PhaseStatus.FAILED_CRITICALLY),
        ],
    )
    def test_a_phase_ends_by_its_counts(self, successes: int, failures: int, status: PhaseStatus) -> None:
        """Its status says whether nobody failed, some failed, or nobody succeeded."""
        assert phase_status_of(successes, failures) is status

    def test_an_outcome_is_counted_once(self) -> None:
        """A second outcome for an essay changes nothing, nor does one for an essay that is not in the batch."""
        played = play("ab", SPELLCHECK).work(1)
        first = next(message for message in played.batch_messages if isinstance(message, EssayOutcome))
        before = played.state
        contradiction = EssayOutcome("a", 0, 0, succeeded=False, text_id="x")
        stranger = EssayOutcome("z", 0, 0, succeeded=True, text_id="x")
        assert played.tell(first, contradiction, stranger).state is before

    def test_an_outcome_of_another_phase_or_run_is_stale(self) -> None:
        """It neither settles an essay nor starts a phase."""
        played = play("ab", SPELLCHECK, NLP).work()
        before = played.state
        for run, position in [(0, 0), (0, 2), (1, 1)]:
            played.tell(EssayOutcome("a", run, position, True, "x"), EssayStarted("a", run, position))
        assert played.state is before

    def test_a_phases_outcome_has_the_same_key_whoever_publishes_it(self) -> None:
        """Keys are derived from batch, run and position, so an outcome published again after a crash is logged once."""
        keys = [
            effect.key
            for effect in play("a", SPELLCHECK, NLP).to_the_end().published
            if isinstance(effect.data, ELSBatchPhaseOutcomeV1 | InitiateCommandData)
        ]
        assert keys == ["b/0/0/command", "b/0/0/outcome", "b/0/1/command", "b/0/1/outcome"]


class TestEnding:
    """After the last phase, every successful essay completes, and the batch ends."""

    def test_successful_essays_are_completed_and_failed_ones_are_not(self) -> None:
        """The batch's status agrees with those of its essays."""
        played = play("ab", SPELLCHECK, NLP, fails=fails_in(NLP, "b")).to_the_end()
        assert played.status is BatchStatus.COMPLETED_WITH_FAILURES
        assert played.essays["a"].status is EssayStatus.ALL_PROCESSING_COMPLETED
        assert played.essays["b"].status is EssayStatus.NLP_FAILED

    def test_an_essay_that_is_complete_is_not_told_so_again(self) -> None:
        """A further pipeline that finds all results in place ends at once, without a message to any essay."""
        played = play("ab", SPELLCHECK).to_the_end().tell(ExtendPipeline(1, (SPELLCHECK,)))
        assert played.state.header.stage is BatchStage.ENDED
        assert not any(isinstance(message, EssayPipelineCompleted) for message in played.batch_messages)

    def test_essays_that_did_not_know_their_last_phase_are_told_to_complete(self) -> None:
        """After phases were dropped, the batch waits until every essay says that it has completed, once each."""
        played = play("ab", SPELLCHECK, NLP).tell(DropPhases((NLP,))).unheard().work().restart()
        completed = [message for message in played.batch_messages if isinstance(message, EssayPipelineCompleted)]
        assert completed == [EssayPipelineCompleted("a", 0, 1), EssayPipelineCompleted("b", 0, 1)]
        assert {essay.status for essay in played.essays.values()} == {EssayStatus.ALL_PROCESSING_COMPLETED}
        assert played.status is BatchStatus.COMPLETED_SUCCESSFULLY

    def test_a_batch_ends_when_the_last_of_its_essays_has_completed(self) -> None:
        """Each completion is counted once, and restarts the wait for silence."""
        state = play("ab", SPELLCHECK, NLP).tell(DropPhases((NLP,))).state
        for name in "ab":
            state, effects = batch.step(state, EssayOutcome(name, 0, 0, succeeded=True, text_id="t"), POLICY, NOW)
        assert effects[-1] == Remind(POLICY.nudge_wait(0, 2), NudgeDue(0, 1, 0))
        first, last = EssayPipelineCompleted("a", 0, 1), EssayPipelineCompleted("b", 0, 1)
        once = batch.step(state, first, POLICY, NOW)
        assert once.effects == ()
        assert (once.state.header.stage, [*once.state.outstanding], once.state.heard) == (
            BatchStage.COMPLETING,
            ["b"],
            1,
        )
        assert once.state.essays["a"].completed
        assert batch.step(once.state, first, POLICY, NOW) == Decision(once.state)
        assert batch.step(once.state, last, POLICY, NOW).state.header.stage is BatchStage.ENDED

    def test_a_late_completion_does_not_close_a_later_one_of_the_same_run(self) -> None:
        """If phases were appended since, an older completion says nothing about now."""
        state = play("a", SPELLCHECK, NLP).tell(DropPhases((NLP,))).state
        told: list[Message] = [
            EssayOutcome("a", 0, 0, succeeded=True, text_id="t"),
            AppendPhases((NLP, FEEDBACK)),
            DropPhases((FEEDBACK,)),
            EssayOutcome("a", 0, 1, succeeded=True, text_id="t"),
        ]
        for message in told:
            state = batch.step(state, message, POLICY, NOW).state
        assert state.header.stage is BatchStage.COMPLETING
        assert batch.step(state, EssayPipelineCompleted("a", 0, 1), POLICY, NOW) == Decision(state)
        assert batch.step(state, EssayPipelineCompleted("a", 0, 2), POLICY, NOW).state.header.stage is BatchStage.ENDED

    def test_the_queue_may_forget_a_batch_that_has_ended(self) -> None:
        """It is told once, when the batch ends."""
        assert play("a", SPELLCHECK).to_the_end().queue == [ForgetBatch("b", 0, 0)]
        urgent = Play().tell(registration("a", [SPELLCHECK])._replace(urgent=True))
        assert urgent.work().queue[-1] == ForgetBatch("b", 0, 0, urgent=True)

    def test_a_batch_that_is_paused_in_its_last_phase_ends_and_is_paused_no_more(self) -> None:
        """No phase is left to hold back, so nobody must be told to resume the batch."""
        header = play("a", SPELLCHECK).tell(PauseBatch()).to_the_end().state.header
        assert (header.stage, header.paused) == (BatchStage.ENDED, False)

    def test_nothing_moves_a_batch_that_has_ended(self) -> None:
        """Late answers, reminders and completions are expected, and have no effect."""
        played = play("a", SPELLCHECK).to_the_end()
        late: list[Message] = [
            EssayOutcome("a", 0, 0, succeeded=False, text_id="x"),
            EssayStarted("a", 0, 0),
            EssayPipelineCompleted("a", 0, 1),
            NudgeDue(0, 0, 0),
            PhaseDeadlineDue(0, 0),
            registration("a", [SPELLCHECK]),
        ]
        assert [batch.step(played.state, message, POLICY, NOW) for message in late] == [Decision(played.state)] * 6


class TestWhatOthersRead:
    """The pipeline's state, phase by phase, as other systems read it."""

    def test_a_phase_tells_how_far_its_essays_are_and_when_it_began_and_ended(self) -> None:
        """Failed essays are done with the phase, too."""
        played = play("abcd", SPELLCHECK, NLP, fails=fails_in(SPELLCHECK, "b")).work(2)
        counts = EssayProcessingCounts(total=4, pending_dispatch_or_processing=2, successful=1, failed=1)
        assert read_of(played, SPELLCHECK) == PipelineStateDetail(
            status=Execution.IN_PROGRESS, essay_counts=counts, started_at=NOW
        )
        assert read_of(played, NLP) == PipelineStateDetail(status=Execution.PENDING_DEPENDENCIES)
        spelt = read_of(played.to_the_end(), SPELLCHECK)
        assert (spelt.status, spelt.started_at, spelt.completed_at) == (
            Execution.COMPLETED_WITH_PARTIAL_SUCCESS,
            NOW,
            NOW,
        )
        assert spelt.essay_counts == EssayProcessingCounts(total=4, successful=3, failed=1)

    def test_a_phase_that_was_given_up_as_a_whole_says_why(self) -> None:
        """Its error is shown until the phase is begun again; phases that ended normally show none."""
        late = play("ab", SPELLCHECK, NLP).work().tell(PhaseDeadlineDue(0, 1))
        error = read_of(late, NLP).error_info
        assert error is not None
        assert (error.error_code, error.operation) == (ErrorCode.PHASE_DEADLINE_EXCEEDED, NLP)
        assert read_of(late, NLP).essay_counts == EssayProcessingCounts(total=2, failed=2)
        assert read_of(late, SPELLCHECK).error_info is None
        again = read_of(late.tell(RetryFailed(1)), NLP)
        assert (again.error_info, again.completed_at, again.started_at) == (None, None, NOW)
        assert read_of(late.to_the_end(), NLP).error_info is None


class TestSilence:
    """Unanswered commands are repeated; a phase that takes too long is given up."""

    def test_after_silence_every_outstanding_essay_is_asked_again(self) -> None:
        """The next wait for an answer is longer."""
        played = play("ab", SPELLCHECK).work(1)
        decision = batch.step(played.state, NudgeDue(0, 0, heard=1), POLICY, NOW)
        [release, ask, again] = decision.effects
        assert release == Tell(QUEUE, ResumeWork("b", 0, 0))
        assert ask == Tell(
            "essay/b/b", InitiatePhase(SPELLCHECK, 0, 0, "text of b", last=True, correlation_id=correlation_id_of("b"))
        )
        assert again == Remind(POLICY.nudge_wait(1, 1), NudgeDue(0, 0, heard=1, tick=1))

    def test_where_something_came_in_nobody_is_asked(self) -> None:
        """Work is going on, so the wait begins again from its shortest."""
        played = play("ab", SPELLCHECK).work(1)
        decision = batch.step(played.state, NudgeDue(0, 0, heard=0, tick=3), POLICY, NOW)
        assert decision.effects == (Remind(POLICY.nudge_wait(0, 1), NudgeDue(0, 0, heard=1, tick=0)),)

    def test_a_reminder_of_a_phase_gone_by_is_ordinary(self) -> None:
        """It is neither answered nor renewed, so reminders do not pile up."""
        played = play("ab", SPELLCHECK, NLP).work()
        for due in (NudgeDue(0, 0, 0), PhaseDeadlineDue(0, 0)):
            assert batch.step(played.state, due, POLICY, NOW) == Decision(played.state)

    def test_a_phase_past_its_deadline_gives_up_on_those_outstanding(self) -> None:
        """Outstanding essays fail with that reason, finished ones stay finished, and the batch goes on with them."""
        played = play("abc", SPELLCHECK, NLP).work(1).tell(PhaseDeadlineDue(0, 0))
        assert played.outcomes == [(SPELLCHECK, ["a"], ["b", "c"])]
        failure = played.essays["b"].failure
        assert failure is not None
        assert failure.error_code is ErrorCode.PHASE_DEADLINE_EXCEEDED
        assert played.to_the_end().outcomes[-1] == (NLP, ["a"], [])

    def test_a_phase_that_some_process_cannot_read_fails_with_that_reason(self) -> None:
        """It would be asked for without end. Finished essays stay finished; a repeated report changes nothing."""
        unread = MailUnreadable(0, 0, "No module named 'my_package'")
        played = play("abc", SPELLCHECK, NLP).work(1).tell(unread).tell(unread)
        assert played.outcomes == [(SPELLCHECK, ["a"], ["b", "c"])]
        failure = played.essays["b"].failure
        assert failure is not None
        assert failure.message == (
            "A process of the engine cannot read what the spellcheck phase needs: No module named 'my_package'"
        )
        assert batch.step(played.to_the_end().state, unread, POLICY, NOW).effects == ()

    def test_giving_up_is_asked_again_after_silence(self) -> None:
        """If the message to give up is lost, the batch must not wait for ever."""
        played = play("a", SPELLCHECK).unheard()
        state = batch.step(played.state, PhaseDeadlineDue(0, 0), POLICY, NOW).state
        nudged = batch.step(state, NudgeDue(0, 0, 0), POLICY, NOW).effects[1]
        assert isinstance(nudged, Tell)
        assert state.header.giving_up is not None
        assert state.header.giving_up.correlation_id == correlation_id_of("b")
        given_up = GiveUp(SPELLCHECK, 0, 0, "text of a", state.header.giving_up, correlation_id_of("b"))
        assert nudged.message == given_up  # with the command that it may overtake
        assert batch.step(state, PhaseDeadlineDue(0, 0), POLICY, NOW) == Decision(state)

    def test_the_time_of_a_paused_batch_does_not_run_out(self) -> None:
        """The deadline is put off: essays do not fail because an operator paused their batch."""
        played = play("ab", SPELLCHECK).tell(PauseBatch())
        decision = batch.step(played.state, PhaseDeadlineDue(0, 0), POLICY, NOW)
        assert decision == Decision(played.state, (Remind(POLICY.phase_deadline, PhaseDeadlineDue(0, 0)),))


class TestRestarting:
    """An orchestrator that died is restored from its header and its essays."""

    def test_what_is_outstanding_is_asked_again(self) -> None:
        """Essays that have settled meanwhile are not asked again."""
        played = play("abc", SPELLCHECK, NLP).work(1)
        played.waiting.clear()
        assert played.restart().asked() == ["b", "c"]
        assert played.to_the_end().status is BatchStatus.COMPLETED_SUCCESSFULLY

    def test_outcomes_that_were_not_heard_are_read_off_the_essays(self) -> None:
        """Essays save their outcome before they tell anyone, so no work is done twice."""
        played = play("abc", SPELLCHECK, NLP, fails=fails_in(SPELLCHECK, "b")).unheard().work().restart()
        assert played.outcomes == [(SPELLCHECK, ["a", "c"], ["b"])]
        assert played.asked() == ["a", "c"]

    def test_the_counts_are_right_after_outcomes_that_were_not_heard(self) -> None:
        """The stored header is older than those outcomes, so a restart counts them again."""
        played = play("abcd", SPELLCHECK, fails=fails_in(SPELLCHECK, "c")).work(1).unheard().work(2).restart()
        detail = played.detail(SPELLCHECK)
        assert (detail.total, detail.successful, detail.failed) == (4, 2, 1)
        detail = played.to_the_end().detail(SPELLCHECK)
        assert (detail.total, detail.successful, detail.failed) == (4, 3, 1)
        assert detail.status is Execution.COMPLETED_WITH_PARTIAL_SUCCESS

    def test_the_counts_of_a_retry_are_right_after_a_restart(self) -> None:
        """Earlier successes still count, and no essay counts twice."""
        broken = {"b", "c"}
        played = play("abc", SPELLCHECK, fails=lambda name, _: name in broken).to_the_end()
        broken.clear()
        played.tell(RetryFailed(1)).unheard().work(1).restart()
        detail = played.detail(SPELLCHECK)
        assert (detail.total, detail.successful, detail.failed) == (3, 2, 0)
        detail = played.to_the_end().detail(SPELLCHECK)
        assert (detail.total, detail.successful, detail.failed) == (3, 3, 0)

    def test_who_never_came_to_a_phase_is_not_counted_in_it(self) -> None:
        """Neither essays that failed earlier nor unreadable ones, whenever the phase is counted again."""
        broken = {("a", SPELLCHECK), ("b", NLP)}
        played = play("abcd", SPELLCHECK, NLP, fails=lambda *work: work in broken, unreadable="d").to_the_end()
        broken.clear()
        detail = played.tell(RetryFailed(1, NLP)).detail(NLP)
        assert (detail.total, detail.successful, detail.failed) == (2, 1, 0)
        detail = played.unheard().work().restart().detail(NLP)
        assert (detail.total, detail.successful, detail.failed) == (2, 2, 0)

    def test_a_restart_at_any_moment_changes_nothing_of_the_end(self) -> None:
        """Wherever the restart comes, with the last outcome heard or not, the batch ends like an undisturbed one."""
        fails = fails_in(SPELLCHECK, "b")
        undisturbed = play("abc", SPELLCHECK, CJ, NLP, fails=fails).to_the_end()
        for moment in range(8):
            for last_is_heard in (True, False):
                played = play("abc", SPELLCHECK, CJ, NLP, fails=fails)
                for _ in range(moment):
                    played.work(1)
                (played if last_is_heard else played.unheard().work(1)).restart().to_the_end()
                assert played.outcomes == undisturbed.outcomes
                assert played.status is undisturbed.status
                assert played.state.header.details == undisturbed.state.header.details
                assert played.state.essays == undisturbed.state.essays

    def test_a_batch_whose_essays_are_completing_asks_them_again(self) -> None:
        """Only those that have not completed yet; if all have, the batch ends."""
        played = play("abc", SPELLCHECK, NLP, fails=fails_in(SPELLCHECK, "b")).tell(DropPhases((NLP,))).unheard().work()
        completing = batch.resume(played.restored(), POLICY, NOW).state
        assert completing.header.stage is BatchStage.COMPLETING
        played.state = completing
        told = [effect for effect in batch.resume(played.restored(), POLICY, NOW).effects if isinstance(effect, Tell)]
        assert [tell.address for tell in told] == [QUEUE, "essay/b/a", "essay/b/c"]
        ended = play("ab", SPELLCHECK).to_the_end()
        ended.state = ended.state.having(stage=BatchStage.COMPLETING)
        assert ended.restart().state.header.stage is BatchStage.ENDED

    @pytest.mark.parametrize("message", [None, PauseBatch()])
    def test_a_batch_that_waits_for_an_operator_or_for_nothing_owes_nothing(self, message: PauseBatch | None) -> None:
        """A new batch, or one paused between two phases, waits for its next message."""
        played = Play() if message is None else play("a", SPELLCHECK, NLP).tell(message).work()
        assert batch.resume(played.state, POLICY, NOW) == Decision(played.state)

    def test_a_batch_that_is_not_paused_is_released_again(self) -> None:
        """Otherwise, if the message to resume was lost in the crash, the queue would hold back the batch for ever."""
        played = play("ab", SPELLCHECK).tell(PauseBatch()).tell(ResumeBatch())
        assert batch.resume(played.state, POLICY, NOW).effects[0] == Tell(QUEUE, ResumeWork("b", 0, 2))

    def test_a_paused_batch_is_held_again(self) -> None:
        """The queue may have been restarted, too. No essay is asked to work."""
        played = play("ab", SPELLCHECK).tell(PauseBatch())
        first, *timers = batch.resume(played.state, POLICY, NOW).effects
        assert first == Tell(QUEUE, PauseWork("b", 0, 1))
        assert all(isinstance(timer, Remind) for timer in timers)


def test_published_keys_are_all_different() -> None:
    """Two events with the same key would be one event in the log."""
    broken = {"b"}
    played = play("abc", SPELLCHECK, CJ, NLP, fails=lambda name, _: name in broken).to_the_end()
    broken.clear()
    played.tell(RetryFailed(1)).to_the_end()
    keys = [effect.key for effect in played.published if isinstance(effect, Publish)]
    assert len(keys) == len(set(keys))
