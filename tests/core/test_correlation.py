"""Which request everything about a batch belongs to: the caller's id, or a derived one."""

from collections.abc import Iterator
from uuid import NAMESPACE_URL, UUID, uuid5

from actors.core import batch, essay
from actors.core.batch import fingerprint_of
from actors.core.batch_state import first_run, next_life
from actors.core.effects import Publish, correlation_id_of
from actors.core.essay_state import EssayState
from contracts import EssayStatus, PhaseName
from contracts.messages import (
    CancelBatch,
    ExtendPipeline,
    GiveUp,
    InitiatePhase,
    PhaseDeadlineDue,
    RegisterBatch,
    RetryFailed,
    WorkFailed,
)
from tests.core.play import BROKEN, CJ, NLP, NOW, POLICY, SPELLCHECK, Play, registration

CALLER, OTHER = UUID("0af76519-16cd-43dd-8448-eb211c80319c"), UUID("4bf92f35-77b3-4da6-a3ce-929d0e0e4736")


def registered(essays: str, *phases: PhaseName, of: UUID | None = CALLER, unreadable: str = "") -> RegisterBatch:
    """A registration with the caller's correlation id."""
    message = registration(essays, phases, unreadable)
    return message._replace(request=message.request.model_copy(update={"correlation_id": of}))


def failing(*names: str, at: PhaseName = SPELLCHECK) -> Play:
    """A play in which these essays fail in one phase."""
    return Play(fails=lambda name, phase: name in names and phase is at)


def ids_of(published: list[Publish]) -> set[UUID | None]:
    """All correlation ids of what was published: of payloads, and of the errors in them."""
    return set(_ids(published))


def _ids(published: list[Publish]) -> Iterator[UUID | None]:
    for effect in published:
        yield effect.data.correlation_id
        error = getattr(effect.data, "error", None)
        if error is not None:
            yield error.correlation_id


def failures(played: Play) -> dict[str, UUID | None]:
    """The correlation id of each failure that an essay keeps."""
    return {name: state.failure.correlation_id for name, state in played.essays.items() if state.failure is not None}


class TestTheFirstRun:
    """It has the correlation id that came with the registration."""

    def test_all_that_is_said_of_a_batch_has_the_id_of_its_registration(self) -> None:
        """Commands, outcomes, essay events, and every failure: of a file, of a service, of a whole phase."""
        played = failing("b").tell(registered("abcd", SPELLCHECK, CJ, NLP, unreadable="d")).to_the_end()
        assert ids_of(played.published) == {CALLER}
        assert failures(played) == {"b": CALLER, "d": CALLER}
        assert {state.correlation_id for state in played.essays.values()} == {CALLER}

    def test_without_one_it_is_derived_and_never_missing(self) -> None:
        """It is derived from the batch's name, so the same registration always gives the same id."""
        played = failing("b").tell(registered("ab", SPELLCHECK, of=None)).to_the_end()
        assert ids_of(played.published) == {correlation_id_of("b")}
        assert played.state.header.request is not None
        assert played.state.header.request.correlation_id == correlation_id_of("b")

    def test_the_same_batch_again_is_the_same_batch_whoever_asks(self) -> None:
        """A second caller's id changes neither the batch nor its fingerprint."""
        first, again, without = (registered("ab", SPELLCHECK, of=of) for of in (CALLER, OTHER, None))
        assert fingerprint_of(first) == fingerprint_of(again) == fingerprint_of(without)
        played = Play().tell(first).work(1).tell(again, without).to_the_end()
        assert ids_of(played.published) == {CALLER}

    def test_what_an_orchestrator_gives_up_has_it(self) -> None:
        """Failures from a deadline or a cancellation have it, and so do the phases skipped because of them."""
        late = Play().tell(registered("ab", SPELLCHECK, NLP)).tell(PhaseDeadlineDue(0, 0))
        cancelled = Play().tell(registered("ab", SPELLCHECK, NLP), CancelBatch())
        for played in (late, cancelled):
            assert failures(played) == {"a": CALLER, "b": CALLER}
            assert ids_of(played.published) == {CALLER}

    def test_it_survives_a_restart(self) -> None:
        """It is stored with the header and with each essay."""
        played = failing("b").tell(registered("ab", SPELLCHECK, NLP)).unheard().work(1).restart().to_the_end()
        assert ids_of(played.published) == {CALLER}


class TestFurtherRuns:
    """Each is a request with a correlation id of its own."""

    def test_a_retry_has_the_id_that_is_given_with_it(self) -> None:
        """From the operator's command to the end of the run; earlier events keep their own."""
        played = failing("b").tell(registered("ab", SPELLCHECK, NLP)).to_the_end()
        before = len(played.published)
        played.tell(RetryFailed(1, correlation_id=OTHER)).to_the_end()
        assert ids_of(played.published[:before]) == {CALLER}
        assert ids_of(played.published[before:]) == {OTHER}
        assert failures(played) == {"b": OTHER}

    def test_a_further_pipeline_has_the_id_that_is_given_with_it(self) -> None:
        """The events of its skipped phases have that id too."""
        played = Play().tell(registered("ab", SPELLCHECK)).to_the_end()
        before = len(played.published)
        played.tell(ExtendPipeline(1, (SPELLCHECK, NLP), correlation_id=OTHER)).to_the_end()
        assert ids_of(played.published[before:]) == {OTHER}

    def test_without_one_each_run_has_another_that_is_derived(self) -> None:
        """Not the first caller's, who may be somebody else; and the same however often the command comes."""
        played = failing("b").tell(registered("ab", SPELLCHECK)).to_the_end()
        seen = [played.state.header.correlation_id]
        for run in (1, 2):
            played.tell(RetryFailed(run), RetryFailed(run, correlation_id=OTHER)).to_the_end()
            seen.append(played.state.header.correlation_id)
        assert seen == [CALLER, correlation_id_of("b", 1), correlation_id_of("b", 2)]
        assert len(set(seen)) == 3

    def test_an_essay_that_takes_no_part_keeps_what_it_said(self) -> None:
        """Its failure belongs to the run in which it failed."""
        played = Play(fails=lambda name, phase: (name, phase) in {("a", SPELLCHECK), ("b", NLP)})
        played.tell(registered("abc", SPELLCHECK, NLP)).to_the_end()
        played.tell(RetryFailed(1, NLP, correlation_id=OTHER)).to_the_end()
        assert failures(played) == {"a": CALLER, "b": OTHER}


class TestAnEssay:
    """An essay speaks for the request of the newest command it has taken."""

    READY = EssayState("b", "a", EssayStatus.READY_FOR_PROCESSING, correlation_id=CALLER)

    def test_an_error_of_whoever_worked_on_it_becomes_one_of_its_request(self) -> None:
        """Services, workers and the queue do not know for whom they work, so the id in their errors is replaced."""
        taken = essay.step(self.READY, InitiatePhase(NLP, 0, 0, "t", correlation_id=CALLER), POLICY).state
        failed = essay.step(taken, WorkFailed(0, 0, 0, BROKEN.correlated(OTHER)), POLICY)
        assert failed.state.failure == BROKEN.correlated(CALLER)
        assert ids_of([effect for effect in failed.effects if isinstance(effect, Publish)]) == {CALLER}

    def test_a_give_up_that_has_overtaken_its_command_stands_for_it(self) -> None:
        """The essay takes the correlation id that came with it."""
        error = BROKEN.correlated(OTHER)
        given_up = essay.step(self.READY, GiveUp(NLP, 1, 0, "t", error, OTHER), POLICY)
        assert given_up.state.correlation_id == OTHER
        assert ids_of([effect for effect in given_up.effects if isinstance(effect, Publish)]) == {OTHER}

    def test_a_command_that_it_must_refuse_is_answered_as_part_of_that_request(self) -> None:
        """The earlier reason is repeated, with the new request's id."""
        unreadable = self.READY._replace(status=EssayStatus.CONTENT_INGESTION_FAILED, failure=BROKEN.correlated(CALLER))
        refused = essay.step(unreadable, InitiatePhase(NLP, 1, 0, "t", correlation_id=OTHER), POLICY)
        assert refused.state.failure == BROKEN.correlated(OTHER)
        assert ids_of([effect for effect in refused.effects if isinstance(effect, Publish)]) == {OTHER}


def test_a_batch_of_a_name_that_was_forgotten_is_another_request() -> None:
    """The numbers of its runs start where none of the forgotten batch's can be."""
    forgotten = Play().tell(registration("a", [SPELLCHECK])).state.header
    reborn = Play().state.having(epoch=1000)
    state = batch.step(reborn, registration("a", [SPELLCHECK]), POLICY, NOW).state
    assert state.header.correlation_id not in {None, forgotten.correlation_id}
    assert (forgotten.run, state.header.run) == (0, 1000)


def test_a_derived_id_is_what_it_has_always_been() -> None:
    """Derived ids are stored in logs and traces: another formula would split a batch under way into two requests."""
    namespace = uuid5(NAMESPACE_URL, "huleedu:essay-pipelines")
    assert correlation_id_of("b") == correlation_id_of("b", 0) == uuid5(namespace, "batch:b")
    assert correlation_id_of("b", 1) == uuid5(namespace, "batch:b/run:1")


def test_a_life_of_a_name_is_a_thousand_epochs_and_its_first_run_is_its_first_epoch() -> None:
    """The store, which forgets a batch, and the registration of the next one of that name must count alike."""
    assert [next_life(epoch) for epoch in (0, 1, 999, 1000)] == [1000, 1000, 1000, 2000]
    assert [first_run(epoch) for epoch in (0, 1, 999, 1000, 1001)] == [0, 0, 0, 1000, 1000]
