"""Whole batches on a real Ray: the same outcomes as in process, and nothing lost when processes die."""

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from itertools import takewhile
from pathlib import Path

import pytest
from filelock import FileLock

from actors.core.retry import Policy
from actors.runtime.activation import Blueprint
from actors.runtime.local import LocalRuntime
from actors.runtime.placement import Placement
from actors.runtime.runtime import Runtime, RuntimeUnavailableError
from actors.stores.memory import MemoryStore
from contracts import BatchStatus, ErrorCode, EssayStatus, ProcessingEvent, topic_name
from drivers.client.engine import Engine
from drivers.client.events import EventStream
from tests.cluster.shared import SharedCluster
from tests.runtime.pipelines import CJ, NLP, SPELLCHECK, essays, outcomes, run, statuses, texts
from tests.services import services

pytestmark = pytest.mark.ray  # imports of ray are in the functions: collecting must not load it

IMPATIENT = Policy(backoff=0.1, work_timeout=6.0, nudge_after=2.0, announce_after=2.0, passivate_after=3.0)


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The log of the services' calls."""
    return tmp_path_factory.mktemp("work") / "work.log"


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The store's file."""
    return tmp_path_factory.mktemp("store") / "store.db"


@pytest.fixture(scope="module")
def runtime(cluster: SharedCluster, database: Path, log: Path) -> Iterator[Runtime]:  # noqa: ARG001  (it is joined)
    """One engine for all tests of this file: two workers, and a process per essay up to four."""
    from actors.runtime.ray.runtime import RayRuntime

    url = f"sqlite:///{database}"
    blueprint = Blueprint(services(str(log)), IMPATIENT, workers=2)
    ray_runtime = RayRuntime(blueprint, url, placement=Placement(essay_processes=4, starting=2))
    yield ray_runtime
    ray_runtime.shutdown()


def _alive(name: str) -> list[int]:
    """The process ids of the Ray actors whose names begin with this."""
    from ray._private import state

    alive = state.actors(actor_state_name="ALIVE").values()
    return [each["Pid"] for each in alive if each["Pid"] and each["Name"].startswith(name)]


def _kill(name: str) -> None:
    """Send them SIGKILL."""
    pids = _alive(name)
    assert pids, f"no process {name!r}"
    for pid in pids:
        os.kill(pid, signal.SIGKILL)


def _work_done(log: Path, times: int) -> Callable[[], bool]:
    return lambda: log.exists() and log.read_text().count("\n") >= times


def test_both_runtimes_come_to_the_same(runtime: Runtime) -> None:
    """Outcomes, statuses and texts are the same, with a process per essay as with packed essays."""
    intakes = essays("a", "b fail:nlp", None)
    many = essays(*(f"text {number}" + " fail:spellcheck" * (number % 7 == 3) for number in range(20)))
    for batch_id, batch in (("few", intakes), ("many", many)):
        local = LocalRuntime(Blueprint(services()), MemoryStore())
        phases = (SPELLCHECK, NLP, CJ)
        assert run(runtime, batch, *phases, batch_id=batch_id) is run(local, batch, *phases, batch_id=batch_id)
        assert statuses(runtime, batch_id) == statuses(local, batch_id)
        assert texts(runtime, batch_id) == texts(local, batch_id)
        assert outcomes(runtime, batch_id) == outcomes(local, batch_id)


def test_whoever_follows_events_is_told_of_each_commit(runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    """Otherwise, it would look again only after ten minutes. Its cursor is kept by the store's process."""
    monkeypatch.setattr("actors.runtime.ray.runtime.UNWATCHED_SECONDS", 600.0)
    Engine(runtime).submit("told", essays("a", "b slow:nlp", "c"), pipeline=[SPELLCHECK, NLP], language="en")
    begun = time.monotonic()
    ended = topic_name(ProcessingEvent.BATCH_PIPELINE_COMPLETED)
    stream = EventStream(runtime.store, runtime, batches=["told"], until=lambda: False, cursor="ray")
    followed = list(takewhile(lambda event: event.event_type != ended, stream))
    assert time.monotonic() - begun < 300.0
    assert len(followed) == len(list(runtime.store.events("told"))) - 1
    assert runtime.store.cursor("ray") == followed[-1].sequence


def test_a_poison_essay_is_failed_after_its_attempts_and_takes_no_other_with_it(runtime: Runtime) -> None:
    """Each attempt kills its worker, but the other essays succeed."""
    status = run(runtime, essays("a", "b poison:nlp", "c", "d"), NLP, batch_id="poison")
    assert status is BatchStatus.COMPLETED_WITH_FAILURES
    assert statuses(runtime, "poison").count(EssayStatus.ALL_PROCESSING_COMPLETED) == 3
    failed = runtime.store.essay("poison", "essay-02")
    assert failed is not None
    assert failed.failure is not None
    assert failed.failure.error_code is ErrorCode.WORKER_DIED


def test_a_worker_that_hangs_is_noticed_and_its_essay_fails_with_a_reason(runtime: Runtime) -> None:
    """Its lease runs out, its worker is restarted, and once its attempts are used up, the essay has timed out."""
    run(runtime, essays("a", "b hang:nlp", "c"), NLP, batch_id="hang")
    failed = runtime.store.essay("hang", "essay-02")
    assert failed is not None
    assert failed.failure is not None
    assert failed.failure.error_code is ErrorCode.WORK_TIMED_OUT


@pytest.mark.parametrize("victim", ["batch kill", "essay kill", "worker", "work queue", "store"])
def test_whatever_process_is_killed_the_batch_ends_as_if_nothing_had_happened(
    runtime: Runtime, log: Path, victim: str
) -> None:
    """After SIGKILL in mid-phase: the same texts, one outcome per phase, and no stored work repeated."""
    log.unlink(missing_ok=True)
    batch_id = "kill-" + victim.replace(" ", "-")
    texts_in = [f"{batch_id} {number} slow:nlp" for number in range(4)]
    batch = Engine(runtime).submit(batch_id, essays(*texts_in), pipeline=[SPELLCHECK, NLP, CJ], language="en")
    runtime.run_until(_work_done(log, 5), watch=lambda: None)  # watching makes it look more often
    _kill(victim)
    assert batch.until_ended() is BatchStatus.COMPLETED_SUCCESSFULLY
    assert texts(runtime, batch_id) == [f"{text} +spellcheck +nlp" for text in texts_in]
    assert [len(outcome["processed_essays"]) for outcome in outcomes(runtime, batch_id)] == [4, 4, 4]
    work = log.read_text().split("\n")
    assert sum(line.startswith("spellcheck") for line in work) == 4
    # Only what a killed worker had in hand: one piece at work and one being written, each.
    assert sum(line.startswith("nlp") for line in work) <= 4 + 2 * 2


def test_a_process_may_be_ended_when_its_batch_rests_and_begins_anew_for_its_next_pipeline(runtime: Runtime) -> None:
    """Ending it saves memory and changes nothing else."""
    from actors.runtime.ray.cluster import end

    run(runtime, essays("a", "b"), SPELLCHECK, batch_id="rested")

    def has_ended() -> bool:
        end("batch rested", "essay-pipelines")
        return not _alive("batch rested")

    runtime.run_until(has_ended, watch=lambda: None)
    assert Engine(runtime).batch("rested").extend([NLP]).until_ended() is BatchStatus.COMPLETED_SUCCESSFULLY
    assert texts(runtime, "rested") == ["a +spellcheck +nlp", "b +spellcheck +nlp"]


def test_a_name_that_was_forgotten_may_be_used_for_another_batch(runtime: Runtime) -> None:
    """Even if the first had a process per essay and the next is packed."""
    for intakes in (essays("a", "b"), essays(*"vwxyz")):
        assert run(runtime, intakes, SPELLCHECK, batch_id="again") is BatchStatus.COMPLETED_SUCCESSFULLY
        assert len(texts(runtime, "again")) == len(intakes)
        runtime.store.forget("again")


def test_a_store_other_than_the_clusters_is_refused(runtime: Runtime) -> None:
    """The error names the cluster's store, and the engine that is there goes on."""
    from actors.runtime.ray.runtime import RayRuntime

    with pytest.raises(RuntimeUnavailableError, match="This cluster's store is sqlite"):
        RayRuntime(Blueprint(services()), "sqlite:////tmp/other.db")
    assert runtime.store.batches() is not None


def test_a_store_whose_file_is_still_held_when_it_restarts_is_made_anew_until_the_file_is_free(
    runtime: Runtime, database: Path, log: Path
) -> None:
    """This is what the loss of a node looks like while its store's process is not quite dead."""
    log.unlink(missing_ok=True)
    slow = essays(*(f"{number} slow:nlp" for number in range(4)))
    batch = Engine(runtime).submit("held", slow, pipeline=[SPELLCHECK, NLP], language="en")
    runtime.run_until(_work_done(log, 5), watch=lambda: None)  # watching makes it look more often
    holder = FileLock(f"{database}.lock", thread_local=False)
    _kill("store")
    holder.acquire(timeout=5)
    threading.Timer(3, holder.release, kwargs={"force": True}).start()  # the new process has tried by then
    assert batch.until_ended() is BatchStatus.COMPLETED_SUCCESSFULLY
    assert log.read_text().count("spellcheck") == 4


def test_a_driver_that_joins_has_a_placement_of_its_own_for_its_own_batch(
    runtime: Runtime, database: Path, log: Path
) -> None:
    """The placement is stored with the batch, so every process looks for an essay where it lives."""
    from actors.runtime.ray.runtime import RayRuntime

    joined = RayRuntime(
        Blueprint(services(str(log)), IMPATIENT, workers=2), f"sqlite:///{database}", placement=Placement(0, 3)
    )
    status = run(joined, essays("a", "b", "c"), SPELLCHECK, NLP, batch_id="joined")
    assert [line.packed for line in runtime.store.batches() if line.batch_id in {"few", "joined"}] == [False, True]
    assert status is BatchStatus.COMPLETED_SUCCESSFULLY
    assert texts(runtime, "joined") == [f"{text} +spellcheck +nlp" for text in "abc"]
