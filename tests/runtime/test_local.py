"""What is specific to the local runtime, and whole batches across several of them."""

from pathlib import Path

import pytest

from actors.core.retry import Policy
from actors.phases.service import EssayTask, Product
from actors.runtime.activation import Blueprint
from actors.runtime.local import LocalRuntime
from actors.runtime.runtime import Runtime, StalledError
from actors.stores.memory import MemoryStore
from actors.stores.opening import open_store
from contracts import BatchStatus, EssayStatus
from drivers.client.engine import Engine
from tests.runtime.pipelines import (
    CJ,
    FEEDBACK,
    NLP,
    SPELLCHECK,
    essays,
    outcomes,
    run,
    statuses,
)
from tests.services import Tagging, services

DONE = EssayStatus.ALL_PROCESSING_COMPLETED


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """The log of the services' calls."""
    return tmp_path / "work.log"


@pytest.fixture
def runtime(log: Path) -> Runtime:
    """A local runtime over a memory store."""
    return LocalRuntime(Blueprint(services(str(log)), Policy()), MemoryStore())


def test_an_essay_whose_text_is_lost_fails_alone_in_a_cohort(runtime: Runtime) -> None:
    """Only the essay itself fails; the others are ranked."""
    batch = Engine(runtime).submit("b", essays("a", "bb", "ccc"), pipeline=[CJ], language="en")
    store = runtime.store
    assert isinstance(store, MemoryStore)
    store._texts = {text_id: text for text_id, text in store._texts.items() if text != "bb"}
    batch.until_ended()
    assert statuses(runtime) == [DONE, EssayStatus.CJ_ASSESSMENT_FAILED, DONE]


def test_a_batch_is_resumed_from_a_file_by_another_process(tmp_path: Path) -> None:
    """Stored work is not repeated, and the outcome is that of an undisturbed run."""
    url, log = f"sqlite:///{tmp_path / 'store.db'}", tmp_path / "log"
    first = LocalRuntime(Blueprint(services(str(log))), open_store(url))
    Engine(first).submit("b", essays("a", "b", "c fail:nlp"), pipeline=[SPELLCHECK, NLP, CJ], language="en")
    with pytest.raises(KeyboardInterrupt):
        first.run_until(_interrupted_after_results(first, 4))
    first.shutdown()

    second = LocalRuntime(Blueprint(services(str(log))), open_store(url))
    assert Engine(second).batch("b").resume().until_ended() is BatchStatus.COMPLETED_WITH_FAILURES
    work = log.read_text().split("\n")
    assert sorted(line for line in work if line and "essay-03" not in line) == sorted(
        f"{phase} essay-0{number}" for phase in (SPELLCHECK, NLP, CJ) for number in (1, 2)
    )
    assert len(outcomes(second)) == 3
    second.shutdown()


def _interrupted_after_results(runtime: Runtime, count: int):  # type: ignore[no-untyped-def]
    def until() -> bool:
        if sum(len(essay.results) for essay in runtime.store.essays("b")) >= count:
            raise KeyboardInterrupt
        return False

    return until


def test_retry_tries_exactly_the_essays_that_failed(log: Path) -> None:
    """Only the failed essays are worked on again, and only in the phase that failed."""
    store = MemoryStore()
    once = LocalRuntime(Blueprint(services(str(log))), store)
    run(once, essays("a", "b fail:nlp", "c fail:nlp", "d"), SPELLCHECK, NLP, FEEDBACK)
    log.write_text("")
    again = LocalRuntime(Blueprint(services(str(log))), store)
    batch = Engine(again).batch("b")
    assert batch.failed_essays() == ("essay-02", "essay-03")
    assert batch.retry().until_ended() is BatchStatus.COMPLETED_WITH_FAILURES
    assert sorted(log.read_text().split()) == ["essay-02", "essay-03", "nlp", "nlp"]


def test_a_retry_that_succeeds_goes_through_the_rest_and_the_cohort_is_ranked_anew(runtime: Runtime, log: Path) -> None:
    """Essays that join late change every rank; per-essay results of earlier phases are kept."""
    flaky = Policy(max_attempts=1)
    runtime = LocalRuntime(Blueprint(services(str(log)), flaky), MemoryStore())
    assert run(runtime, essays("a", "b flaky:nlp"), NLP, CJ) is BatchStatus.COMPLETED_WITH_FAILURES
    for _ in range(2):
        status = Engine(runtime).batch("b").retry().until_ended()
    assert status is BatchStatus.COMPLETED_SUCCESSFULLY
    assert statuses(runtime) == [DONE, DONE]
    assert [len(outcome["processed_essays"]) for outcome in outcomes(runtime)] == [1, 1, 0, 1, 2]


def test_a_runtime_in_which_nothing_can_happen_says_so() -> None:
    """It raises an error rather than wait for ever."""
    with pytest.raises(StalledError):
        LocalRuntime(Blueprint({}, workers=0), MemoryStore()).run_until(lambda: False)


def test_a_batch_under_a_name_that_was_forgotten_has_its_own_settings() -> None:
    """Workers keep a batch's settings only as long as they work for it."""
    seen: list[object] = []

    class Watching(Tagging):
        """Notes the settings that it is given."""

        def process(self, task: EssayTask) -> Product:
            seen.append(task.settings.options.get("parse"))
            return super().process(task)

    runtime = LocalRuntime(Blueprint({NLP: lambda: Watching(NLP)}), MemoryStore())
    engine = Engine(runtime)
    for parse in (True, False):
        options = {"nlp": {"parse": parse}}
        engine.submit("b", essays(f"{parse}"), pipeline=[NLP], language="en", options=options).until_ended()
        runtime.store.forget("b")
    assert seen == [True, False]


def test_a_piece_that_was_given_up_is_kept(log: Path) -> None:
    """Whoever else plans this round, such as a judge's program, then passes it over as well."""
    store = MemoryStore()
    runtime = LocalRuntime(Blueprint(services(str(log))), store)
    run(runtime, essays("a", "b fail:cj_assessment", "c"), CJ)
    values = [value for pieces in store._pieces.values() for value in pieces.values()]
    assert values.count(None) == 1
    assert len(values) == 3
