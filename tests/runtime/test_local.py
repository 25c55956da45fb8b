"""What is specific to the local runtime, and whole batches across several of them."""

import asyncio
from pathlib import Path

import pytest

from actors.core.addresses import QUEUE, batch_address, essay_address, worker_address
from actors.core.batch_state import BatchStage
from actors.core.retry import Policy
from actors.execution.call_ledger import CallLedger
from actors.execution.lease_notes import LeaseNotes
from actors.phases.llm import call_budget
from actors.phases.llm.limiter import Ask, Budget, Limits, Permit, Refusal, Spent
from actors.phases.service import EssayTask, Product
from actors.runtime.activation import Blueprint
from actors.runtime.local import InProcessTransport, LocalRuntime
from actors.runtime.placement import WORKER, ProcessSpec
from actors.runtime.runtime import Runtime, StalledError
from actors.stores.memory import MemoryStore
from actors.stores.opening import open_store
from actors.stores.store import Store
from contracts import BatchStatus, ErrorCode, EssayStatus
from contracts.messages import Message, PauseBatch, WakeUp
from drivers.client.engine import Engine
from tests.runtime.pipelines import (
    CJ,
    FEEDBACK,
    NLP,
    SPELLCHECK,
    essays,
    outcomes,
    run,
    state_of,
    statuses,
    texts,
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
    """Only the essay itself fails, with its reason; the others are ranked."""
    batch = Engine(runtime).submit("b", essays("a", "bb", "ccc"), pipeline=[CJ], language="en")
    store = runtime.store
    assert isinstance(store, MemoryStore)
    store._texts = {text_id: text for text_id, text in store._texts.items() if text != "bb"}
    batch.until_ended()
    assert statuses(runtime) == [DONE, EssayStatus.CJ_ASSESSMENT_FAILED, DONE]
    lost = store.essay("b", "essay-02")
    assert lost is not None
    assert lost.failure is not None
    assert lost.failure.error_code is ErrorCode.TEXT_NOT_FOUND


def _commanding(log: Path, store: Store, command: Message) -> LocalRuntime:
    """A runtime whose batch b is given a command while it spellchecks a text that asks for it."""

    class Commanding(Tagging):
        def process(self, task: EssayTask) -> Product:
            if "now" in task.text:
                local.tell(batch_address("b"), command)
            return super().process(task)

    wired = {**services(str(log)), SPELLCHECK: lambda: Commanding(SPELLCHECK, str(log))}
    local = LocalRuntime(Blueprint(wired, workers=1), store)
    return local


def test_a_batch_paused_in_a_phase_is_held_before_the_next_and_resumed_by_another_program(log: Path) -> None:
    """What was handed out is finished, nothing else begins, and the pause is stored."""
    store = MemoryStore()
    runtime = _commanding(log, store, PauseBatch())
    Engine(runtime).submit("b", essays("a now", "b"), pipeline=[SPELLCHECK, NLP], language="en")
    runtime.run_until(lambda: state_of(runtime).header.stage is BatchStage.PAUSED)
    assert statuses(runtime) == [EssayStatus.SPELLCHECKED_SUCCESS] * 2
    another = LocalRuntime(Blueprint(services(str(log))), store)
    batch = Engine(another).batch("b")
    assert batch.is_paused
    assert "nlp" not in log.read_text()
    assert batch.resume().until_ended() is BatchStatus.COMPLETED_SUCCESSFULLY
    assert texts(another) == ["a now +spellcheck +nlp", "b +spellcheck +nlp"]


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


def test_what_is_shut_down_lets_go_of_all_that_outlives_it(tmp_path: Path) -> None:
    """Its store, its notes of work in hand, and the budget of calls that it had put in its process's hands."""
    before = call_budget._budget
    store, notes = open_store(str(tmp_path / "store.db")), tmp_path / "in-hand"
    runtime = LocalRuntime(Blueprint(services()), store, notes=LeaseNotes(notes))
    run(runtime, essays("a"), NLP)
    assert notes.exists()
    assert call_budget._budget is not before
    runtime.tell(batch_address("b"), WakeUp())
    runtime.shutdown()
    assert not notes.exists()
    assert call_budget._budget is not runtime._budget
    assert not runtime._transport
    open_store(str(tmp_path / "store.db")).close()  # nobody has it any more


def test_people_are_told_that_all_is_in_one_process(runtime: Runtime) -> None:
    """However many essays there are."""
    assert runtime.describe() == runtime.describe(30) == "in this process (one thread)"


def test_time_stands_still_but_for_what_takes_time() -> None:
    """A wait leaps to the next reminder, and what a service says that it takes is added up."""
    runtime = LocalRuntime(Blueprint({}, workers=0), MemoryStore())
    runtime.leap(2.0)
    runtime.leap(0.5)
    assert runtime.now == 2.5
    runtime._reminders.set(1.0, batch_address("nobody"), WakeUp())
    runtime.leap(9.0)  # it was due meanwhile: time does not go back
    runtime.run_until(lambda: runtime._reminders.next_due is None)
    assert runtime.now == 11.5


def test_who_watches_is_called_after_all_that_was_told_was_delivered() -> None:
    """And what is waited for is looked at before anything is done."""
    runtime = LocalRuntime(Blueprint({}, workers=0), MemoryStore())
    for name in ("one", "two"):
        runtime.tell(batch_address(name), WakeUp())
    waiting: list[bool] = []
    runtime.run_until(lambda: bool(waiting), lambda: waiting.append(bool(runtime._transport)))
    assert waiting == [False]
    runtime.run_until(lambda: True, lambda: waiting.append(True))
    assert waiting == [False]


def test_each_worker_counts_as_a_process_and_all_other_actors_as_one() -> None:
    """What a worker says leaves it at once; what actors say to each other is decided in one go."""
    restarted: list[str] = []
    transport = InProcessTransport(restarted.append)
    worker = worker_address(3)
    assert transport.process_of(worker) == ProcessSpec(worker, WORKER, (worker,))
    engine = transport.process_of(QUEUE)
    assert (engine.kind, engine.addresses) == ("Engine", (QUEUE,))
    assert transport.process_of(batch_address("b")) == transport.process_of(essay_address("b", "x")) == engine
    transport.restart(transport.process_of(worker))
    assert restarted == [worker]


def test_mail_is_taken_in_its_order_and_once() -> None:
    """Whoever waits for it is woken."""
    transport = InProcessTransport(lambda _: None)
    engine = transport.process_of(QUEUE)
    assert not transport.mail_came.is_set()
    for name in ("one", "two"):
        transport.send(engine, [(batch_address(name), WakeUp())])
    assert transport.mail_came.is_set()
    assert transport
    assert transport.take() == [(batch_address("one"), WakeUp()), (batch_address("two"), WakeUp())]
    assert not transport
    assert transport.take() == []


def test_calls_of_a_runtime_are_paid_from_what_its_store_says_is_left() -> None:
    """What a program before it has spent for a batch counts."""
    store, spent = MemoryStore(), Spent(calls=2, tokens=300)
    CallLedger(store).settle("b", "c1", spent)
    runtime = LocalRuntime(Blueprint({}, workers=0), store)
    third = Ask("b", 100, Spent(calls=1), Budget(calls=2))
    assert asyncio.run(call_budget.shared_limiter(Limits()).ask(third)) == Refusal("calls", spent)
    runtime.shutdown()
    assert isinstance(asyncio.run(call_budget.shared_limiter(Limits()).ask(third)), Permit)
