"""The testing kit's engine and scripted services: a batch in milliseconds, with every kind of failure."""

import pytest

from actors.core.retry import Policy
from actors.stores.sql_opening import open_sql_store
from contracts.event_payloads import BatchPhaseSkippedV1, BatchPipelineCompletedV1, ELSBatchPhaseOutcomeV1
from contracts.failures import ErrorCode
from contracts.phases import BatchStatus
from drivers.testing import (
    ProcessKilled,
    assert_event,
    assert_no_event,
    assert_order,
    open_virtual_engine,
    scripted,
)

CLASS = {"anna": "A text.", "bo": "Another.", "cia": "A third one, and longer."}


def test_every_essay_succeeds_unless_a_script_says_otherwise() -> None:
    """An essay's text tells which phases it went through."""
    batch = open_virtual_engine().submit("8b", CLASS, pipeline="spellcheck,nlp,cj_assessment")
    result = batch.result()
    assert result.status is BatchStatus.COMPLETED_SUCCESSFULLY
    assert result.essay("bo").text == "Another. +spellcheck +nlp"
    assert {essay.essay_id: essay.results["cj_assessment"].model_dump()["rank"] for essay in result.essays} == {
        "anna": 3,
        "bo": 2,
        "cia": 1,
    }


def test_an_essay_fails_with_the_reason_of_its_script_and_the_others_go_on() -> None:
    """It fails in the phase that the script is for."""
    spelling = scripted("spellcheck").fails("bo", message="Too short to be checked.", code="text_too_long")
    batch = open_virtual_engine(services={"spellcheck": spelling}).submit("8b", CLASS, pipeline="spellcheck,nlp")
    [failed] = batch.result().failed
    assert failed.failure is not None
    assert (failed.essay_id, failed.failure.message) == ("bo", "Too short to be checked.")
    assert failed.failure.error_code is ErrorCode.TEXT_TOO_LONG
    assert_event(batch, ELSBatchPhaseOutcomeV1, phase_name="nlp", failed_essay_ids=[])


def test_a_flaky_essay_is_tried_again_after_a_wait_that_costs_no_time() -> None:
    """Waits pass in virtual time."""
    nlp = scripted("nlp").flaky("anna", failures=2)
    engine = open_virtual_engine(services={"nlp": nlp}, policy=Policy(backoff=4.0))
    assert not engine.submit("8b", CLASS, pipeline="nlp").result().failed
    assert nlp.calls == {"anna": 3, "bo": 1, "cia": 1}
    assert engine.seconds > 4


def test_a_slow_essay_takes_virtual_time() -> None:
    """It takes as long as its script says."""
    engine = open_virtual_engine(services={"nlp": scripted("nlp").slow("cia", seconds=7200)})
    engine.submit("8b", CLASS, pipeline="nlp").result()
    assert engine.seconds >= 7200


def test_a_bug_of_a_service_fails_that_essay_only() -> None:
    """A bug is any exception that is not a PhaseWorkError."""
    engine = open_virtual_engine(services={"nlp": scripted("nlp").crashes("bo")})
    [failed] = engine.submit("8b", CLASS, pipeline="nlp").result().failed
    assert failed.failure is not None
    assert "a bug in the service" in failed.failure.message


def test_after_a_kill_the_batch_goes_on_from_what_was_stored() -> None:
    """The process is killed in the middle of an essay; its successor does that essay again."""
    nlp = scripted("nlp").poison("bo")
    engine = open_virtual_engine(services={"nlp": nlp})
    batch = engine.submit("8b", CLASS, pipeline="spellcheck,nlp")
    with pytest.raises(ProcessKilled):
        batch.result()
    [resumed] = engine.restart().resume()
    assert resumed.result().status is BatchStatus.COMPLETED_SUCCESSFULLY
    assert nlp.calls["bo"] == 2


def test_a_cohort_s_essay_that_fails_leaves_the_others_their_ranks() -> None:
    """It fails with the reason in its script."""
    engine = open_virtual_engine(services={"cj_assessment": scripted("cj_assessment").fails("cia", message="No.")})
    result = engine.submit("8b", CLASS, pipeline="cj_assessment").result()
    assert [(essay.essay_id, essay.failure and essay.failure.message) for essay in result.failed] == [("cia", "No.")]
    assert len(result.succeeded) == 2


def test_assertions_say_what_there_is_instead() -> None:
    """A failing test explains itself."""
    batch = open_virtual_engine().submit("8b", CLASS, pipeline="nlp")
    batch.result()
    assert_order(batch, [ELSBatchPhaseOutcomeV1, BatchPipelineCompletedV1])
    assert_no_event(batch, BatchPhaseSkippedV1)
    with pytest.raises(AssertionError, match="BatchPipelineCompletedV1"):
        assert_event(batch, BatchPhaseSkippedV1, phase_name="nlp")
    with pytest.raises(AssertionError, match="comes after"):
        assert_order(batch, [BatchPipelineCompletedV1, ELSBatchPhaseOutcomeV1])
    with pytest.raises(AssertionError, match="phase_name='nlp'"):
        assert_no_event(batch, ELSBatchPhaseOutcomeV1, phase_name="nlp")


def test_the_engine_may_keep_its_batches_in_a_file(tmp_path: object) -> None:
    """Tests of what another program reads need one."""
    store = open_sql_store(f"sqlite:///{tmp_path}/store.db", read_only=False, synchronous="OFF", owner={})
    engine = open_virtual_engine(store=store)
    assert engine.submit("8b", CLASS, pipeline="nlp").result().status is BatchStatus.COMPLETED_SUCCESSFULLY
    engine.close()
