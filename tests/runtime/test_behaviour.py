"""Whole batches in every runtime: what a pipeline does with essays that succeed, fail, or cannot be read."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from actors.runtime.activation import Blueprint
from actors.runtime.local import LocalRuntime
from actors.runtime.placement import Placement
from actors.runtime.runtime import Runtime
from actors.stores.memory import MemoryStore
from contracts import BatchStatus, ErrorCode, EssayStatus, PipelineExecutionStatus
from drivers.client.engine import Engine
from drivers.client.errors import BatchNotFoundError, CommandRefusedError, RequestError
from tests.cluster.shared import SharedCluster
from tests.runtime.pipelines import (
    CJ,
    NLP,
    SPELLCHECK,
    essays,
    events,
    outcomes,
    run,
    state_of,
    statuses,
    texts,
)
from tests.runtime.runtimes import POLICY, SimulatedForAnyBatch
from tests.services import services

DONE = EssayStatus.ALL_PROCESSING_COMPLETED


class World(NamedTuple):
    """A runtime over an empty store, and the log of its services' calls."""

    runtime: Runtime
    log: Path


@pytest.fixture(scope="module")
def on_ray(cluster: SharedCluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:  # noqa: ARG001
    """One engine for all tests of this file: a process per essay up to two."""
    from actors.runtime.ray.runtime import RayRuntime

    log, url = tmp_path_factory.mktemp("work") / "log", f"sqlite:///{tmp_path_factory.mktemp('store') / 'store.db'}"
    blueprint = Blueprint(services(str(log)), POLICY)
    ray_runtime = RayRuntime(blueprint, url, placement=Placement(essay_processes=2, starting=2))
    yield World(ray_runtime, log)
    ray_runtime.shutdown()


@pytest.fixture(params=["local", "local, in real time", "simulated", pytest.param("ray", marks=pytest.mark.ray)])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    """Each runtime in turn."""
    log = tmp_path / "work.log"
    blueprint = Blueprint(services(str(log)), POLICY)
    match request.param:
        case "ray":
            shared: World = request.getfixturevalue("on_ray")
            shared.log.unlink(missing_ok=True)
            yield shared
            for summary in shared.runtime.store.batches():
                shared.runtime.store.forget(summary.batch_id)
        case "simulated":
            yield World(SimulatedForAnyBatch(blueprint), log)
        case kind:
            yield World(LocalRuntime(blueprint, MemoryStore(), real_time="real time" in kind), log)


@pytest.fixture
def runtime(world: World) -> Runtime:
    """The world's runtime."""
    return world.runtime


@pytest.fixture
def log(world: World) -> Path:
    """The world's log."""
    return world.log


def test_a_batch_goes_through_its_phases_in_order_each_on_the_text_of_the_one_before(runtime: Runtime) -> None:
    """Each phase works on the text that the phase before it made."""
    assert run(runtime, essays("a", "b"), SPELLCHECK, NLP) is BatchStatus.COMPLETED_SUCCESSFULLY
    assert texts(runtime) == ["a +spellcheck +nlp", "b +spellcheck +nlp"]
    assert statuses(runtime) == [DONE, DONE]


def test_an_essay_that_fails_stays_behind_with_its_reason_and_the_others_go_on(runtime: Runtime) -> None:
    """The batch ends COMPLETED_WITH_FAILURES; only the successes enter the next phase."""
    status = run(runtime, essays("a", "b fail:spellcheck", "c"), SPELLCHECK, NLP)
    assert status is BatchStatus.COMPLETED_WITH_FAILURES
    first, second = outcomes(runtime)
    assert first["phase_status"] == "COMPLETED_WITH_FAILURES"
    assert [ref["essay_id"] for ref in first["processed_essays"]] == ["essay-01", "essay-03"]
    assert first["failed_essay_ids"] == ["essay-02"]
    assert [ref["essay_id"] for ref in second["processed_essays"]] == ["essay-01", "essay-03"]
    failed = runtime.store.essay("b", "essay-02")
    assert failed is not None
    assert failed.status is EssayStatus.SPELLCHECK_FAILED
    assert failed.failure is not None
    assert failed.failure.message == "This text asks to fail."


def test_when_all_fail_the_rest_is_skipped_and_the_batch_has_failed_critically(runtime: Runtime) -> None:
    """The batch ends FAILED_CRITICALLY, and each remaining phase is skipped because of it."""
    status = run(runtime, essays("a fail:nlp", "b fail:nlp"), SPELLCHECK, NLP, CJ)
    assert status is BatchStatus.FAILED_CRITICALLY
    assert outcomes(runtime)[-1]["phase_status"] == "FAILED_CRITICALLY"
    detail = state_of(runtime).header.details[CJ]
    assert detail.status is PipelineExecutionStatus.SKIPPED_DUE_TO_DEPENDENCY_FAILURE
    topics = [topic for topic, _ in events(runtime)]
    assert topics.count("huleedu.batch.phase.skipped.v1") == 1


def test_the_end_is_published_with_true_counts(runtime: Runtime) -> None:
    """BATCH_PIPELINE_COMPLETED counts all essays, the successful ones and the failed ones."""
    run(runtime, essays("a", "b fail:nlp", None), SPELLCHECK, NLP)
    topic, data = events(runtime)[-1]
    assert topic == "huleedu.batch.pipeline.completed.v1"
    assert (data["total"], data["successful"], data["failed"]) == (3, 1, 2)


def test_an_essay_that_cannot_be_read_is_a_failed_essay(runtime: Runtime) -> None:
    """Its status is CONTENT_INGESTION_FAILED, and no phase counts it."""
    assert run(runtime, essays("a", None), SPELLCHECK) is BatchStatus.COMPLETED_WITH_FAILURES
    assert statuses(runtime) == [DONE, EssayStatus.CONTENT_INGESTION_FAILED]
    assert outcomes(runtime)[0]["failed_essay_ids"] == []


def test_a_batch_without_a_readable_essay_ends_at_once(runtime: Runtime) -> None:
    """With nothing to work on, it ends as CONTENT_INGESTION_FAILED."""
    assert run(runtime, essays(None, None), SPELLCHECK, CJ) is BatchStatus.CONTENT_INGESTION_FAILED
    assert outcomes(runtime) == []


def test_one_essay_is_a_batch(runtime: Runtime) -> None:
    """A cohort phase accepts it as well."""
    assert run(runtime, essays("alone"), SPELLCHECK, CJ) is BatchStatus.COMPLETED_SUCCESSFULLY


def test_a_cohort_phase_answers_for_every_essay(runtime: Runtime) -> None:
    """An essay whose piece fails permanently fails alone."""
    run(runtime, essays("a", "b fail:cj_assessment", "c"), CJ)
    assert statuses(runtime) == [DONE, EssayStatus.CJ_ASSESSMENT_FAILED, DONE]


def test_a_flaky_essay_is_tried_again_and_succeeds(runtime: Runtime, log: Path) -> None:
    """A transient failure settles nothing until the attempts are used up."""
    assert run(runtime, essays("a flaky:nlp"), NLP) is BatchStatus.COMPLETED_SUCCESSFULLY
    assert log.read_text().count("nlp essay-01") == 3


def test_an_unexpected_exception_is_the_failure_of_one_essay(runtime: Runtime) -> None:
    """Its reason names the service and the exception."""
    run(runtime, essays("a", "b crash:spellcheck"), SPELLCHECK)
    failed = runtime.store.essay("b", "essay-02")
    assert failed is not None
    assert failed.failure is not None
    assert "spellcheck" in failed.failure.message
    assert "IndexError" in failed.failure.message


def test_the_same_text_is_worked_on_once_in_all_batches(runtime: Runtime, log: Path) -> None:
    """A result is stored under phase, version, settings and text, and another batch finds it there."""
    run(runtime, essays("same"), SPELLCHECK, batch_id="one")
    run(runtime, essays("same"), SPELLCHECK, batch_id="two")
    assert log.read_text().count("spellcheck") == 1
    assert texts(runtime, "two") == ["same +spellcheck"]


def test_other_settings_are_other_work(runtime: Runtime, log: Path) -> None:
    """The settings are part of a result's key."""
    for batch_id, options in (("one", {}), ("two", {"spellcheck": {"min_confidence": 0.9}})):
        engine = Engine(runtime)
        engine.submit(batch_id, essays("same"), pipeline=[SPELLCHECK], language="en", options=options).until_ended()
    assert log.read_text().count("spellcheck") == 2


def test_a_batch_can_be_registered_again_with_the_same_content_only(runtime: Runtime) -> None:
    """Registering it again changes nothing; with other essays it is refused."""
    run(runtime, essays("a"), SPELLCHECK)
    before = len(events(runtime))
    assert run(runtime, essays("a"), SPELLCHECK) is BatchStatus.COMPLETED_SUCCESSFULLY
    assert len(events(runtime)) == before
    with pytest.raises(RequestError, match="other essays or settings"):
        run(runtime, essays("b"), SPELLCHECK)


@pytest.mark.parametrize(
    ("phases", "said"),
    [
        ([], "at least 1 item"),
        (["spellcheck", "grammar"], "There is no phase 'grammar'. Known phases: ai_feedback"),
        (["nlp", "nlp"], "must not repeat a phase"),
    ],
)
def test_a_wrong_pipeline_is_refused_with_a_word(runtime: Runtime, phases: list[str], said: str) -> None:
    """An empty pipeline, an unknown phase and a repeated one each have their message; nothing is registered."""
    with pytest.raises(RequestError, match=said):
        Engine(runtime).submit("b", essays("a"), pipeline=phases)
    assert runtime.store.batches() == []


def test_duplicate_ids_are_refused(runtime: Runtime) -> None:
    """No two essays of a batch have the same id."""
    twice = essays("a")[0]
    with pytest.raises(RequestError, match="must not repeat: \\['essay-01'\\]"):
        Engine(runtime).submit("b", [twice, twice], pipeline=[SPELLCHECK])


def test_a_further_pipeline_uses_what_is_finished(runtime: Runtime, log: Path) -> None:
    """A finished phase is reported as skipped, and only the new one runs."""
    run(runtime, essays("a", "b"), SPELLCHECK)
    assert Engine(runtime).batch("b").extend([SPELLCHECK, NLP]).until_ended() is BatchStatus.COMPLETED_SUCCESSFULLY
    assert log.read_text().count("spellcheck") == 2
    assert texts(runtime) == ["a +spellcheck +nlp", "b +spellcheck +nlp"]
    skipped = [data for topic, data in events(runtime) if topic == "huleedu.batch.phase.skipped.v1"]
    run_now = state_of(runtime).header.run  # a name that was used before begins at a later run number
    assert [(event["phase_name"], event["run"]) for event in skipped] == [("spellcheck", run_now)]


def test_a_paused_batch_does_not_end_until_it_is_resumed(runtime: Runtime) -> None:
    """Whoever opens the batch sees that it is paused; resumed, it goes on to its end."""
    slow = essays("a slow:spellcheck")
    batch = Engine(runtime).submit("b", slow, pipeline=[SPELLCHECK, NLP], language="en").pause()
    assert not batch.has_ended
    assert Engine(runtime).batch("b").is_paused
    assert batch.resume().until_ended() is BatchStatus.COMPLETED_SUCCESSFULLY
    assert not batch.is_paused
    assert texts(runtime) == ["a slow:spellcheck +spellcheck +nlp"]


def test_a_cancelled_batch_leaves_every_essay_in_a_defined_state(runtime: Runtime) -> None:
    """What is done stays done, the rest has failed as cancelled, and the phases still to come are cancelled."""
    slow = essays("a slow:spellcheck", "b slow:spellcheck")
    batch = Engine(runtime).submit("b", slow, pipeline=[SPELLCHECK, NLP], language="en")
    assert batch.cancel().until_ended() is BatchStatus.CANCELLED
    for essay in runtime.store.essays("b"):
        assert not essay.is_under_way
        if essay.status is EssayStatus.SPELLCHECKED_SUCCESS:
            assert runtime.store.results([key for _, key in essay.results])
        else:
            assert essay.status is EssayStatus.SPELLCHECK_FAILED
            assert essay.failure is not None
            assert essay.failure.error_code is ErrorCode.CANCELLED_BY_OPERATOR
    assert state_of(runtime).header.details[NLP].status is PipelineExecutionStatus.CANCELLED


def test_operators_are_told_why_not(runtime: Runtime) -> None:
    """A command that makes no sense now is refused with its reason."""
    run(runtime, essays("a"), SPELLCHECK)
    batch = Engine(runtime).batch("b")
    with pytest.raises(CommandRefusedError, match="has ended: completed successfully"):
        batch.pause()
    with pytest.raises(CommandRefusedError, match="nothing to try again"):
        batch.retry()
    with pytest.raises(BatchNotFoundError, match="no batch 'c'"):
        Engine(runtime).batch("c")


def test_a_name_that_was_forgotten_may_be_used_for_another_batch(runtime: Runtime) -> None:
    """The new batch may have other essays and phases, in the same program."""
    run(runtime, essays("a", "b"), SPELLCHECK)
    runtime.store.forget("b")
    assert run(runtime, essays("x"), NLP) is BatchStatus.COMPLETED_SUCCESSFULLY
    assert texts(runtime) == ["x +nlp"]


def test_a_cohort_under_a_name_that_was_forgotten_is_compared_anew(runtime: Runtime) -> None:
    """Nothing of the earlier cohort answers for the new one."""
    for intakes in (essays("a", "b"), essays("x", "y")):
        assert run(runtime, intakes, CJ) is BatchStatus.COMPLETED_SUCCESSFULLY
        assert texts(runtime) == [intake.text for intake in intakes]
        keys = [key for essay in runtime.store.essays("b") for _, key in essay.results]
        assert runtime.store.results(keys).keys() == set(keys)
        runtime.store.forget("b")
