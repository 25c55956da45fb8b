"""A batch by the name of its process: what Ray's ``get_actor`` gives to a caller who knows nothing else about us."""

import re
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from actors.core.retry import Policy
from actors.runtime.activation import Blueprint
from actors.runtime.placement import Placement
from actors.runtime.runtime import Runtime
from contracts import BatchStatus, EssayStatus
from drivers.client.engine import Engine
from tests.cluster.programs import output
from tests.cluster.shared import SharedCluster
from tests.runtime.pipelines import NLP, SPELLCHECK, essays, run
from tests.services import services

pytestmark = pytest.mark.ray  # imports of ray are in the functions: collecting must not load it
REST_SECONDS = 0.5
NAMESPACE = "essay-pipelines"


@pytest.fixture(scope="module")
def runtime(cluster: SharedCluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runtime]:  # noqa: ARG001
    """An engine with two workers and a process per essay up to two; an ended batch is soon passivated."""
    from actors.runtime.ray.runtime import RayRuntime

    url = f"sqlite:///{tmp_path_factory.mktemp('store') / 'store.db'}"
    blueprint = Blueprint(services(), Policy(backoff=0.1, announce_after=2.0, passivate_after=REST_SECONDS), workers=2)
    ray_runtime = RayRuntime(blueprint, url, placement=Placement(essay_processes=2, starting=2))
    yield ray_runtime
    ray_runtime.shutdown()


def _asked(batch_id: str, method: str, *arguments: Any) -> Any:
    import ray

    handle = ray.get_actor(f"batch {batch_id}", NAMESPACE)
    return ray.get(getattr(handle, method).remote(*arguments), timeout=60)


@pytest.fixture(scope="module")
def school_class(runtime: Runtime) -> Runtime:
    """A batch of four whose essays share its process; one of them fails in the second phase."""
    run(runtime, essays("a", "b fail:nlp", "c", "d"), SPELLCHECK, NLP, batch_id="8b")
    return runtime


@pytest.mark.usefixtures("school_class")
def test_a_batch_answers_by_its_name() -> None:
    """Its answers are what the store holds, as the contracts' models."""
    view = _asked("8b", "status")
    assert (view.batch_id, view.status, view.essays) == ("8b", BatchStatus.COMPLETED_WITH_FAILURES, 4)
    assert view.pipeline.get_pipeline(NLP).essay_counts.failed == 1
    assert [essay.essay_id for essay in _asked("8b", "essays")] == [f"essay-0{number}" for number in range(1, 5)]
    failed = _asked("8b", "essay", "essay-02")
    assert (failed.status, failed.results) == (EssayStatus.NLP_FAILED, (SPELLCHECK,))
    assert _asked("8b", "essay", "essay-99") is None


@pytest.mark.usefixtures("school_class")
def test_events_are_asked_for_from_the_last_one_on() -> None:
    """Every later event is returned exactly once."""
    events = _asked("8b", "events")
    assert {event.batch_id for event in events} == {"8b"}
    middle = events[len(events) // 2].sequence
    later = [event.sequence for event in events if event.sequence > middle]
    assert [event.sequence for event in _asked("8b", "events", middle)] == later


def test_it_answers_while_the_batch_is_at_work(runtime: Runtime) -> None:
    """Asking neither waits for the work nor holds it up, and a process at work is not ended as if it were at rest."""
    from actors.runtime.ray.cluster import end

    batch = Engine(runtime).submit("busy", essays(*["slow:nlp"] * 6), pipeline=[NLP], language="en")
    end("batch busy", NAMESPACE)
    view, process = _asked("busy", "status"), _process_of("busy")
    assert (view.has_ended, view.essays) == (False, 6)
    assert batch.until_ended() is BatchStatus.COMPLETED_SUCCESSFULLY
    assert process.is_running()


def _process_of(batch_id: str) -> psutil.Process:
    from ray._private import state

    alive = state.actors(actor_state_name="ALIVE").values()
    (found,) = (each["Pid"] for each in alive if each["Name"] == f"batch {batch_id}")
    return psutil.Process(found)


def test_a_batch_that_was_passivated_answers_and_goes_on(runtime: Runtime) -> None:
    """An old handle still works, and a new command wakes the batch."""
    import ray

    run(runtime, essays("a", "b", "c"), SPELLCHECK, batch_id="rested")
    handle: Any = ray.get_actor("batch rested", NAMESPACE)
    process = _process_of("rested")
    time.sleep(3 * REST_SECONDS)
    assert ray.get(handle.status.remote(), timeout=60).status is BatchStatus.COMPLETED_SUCCESSFULLY
    assert Engine(runtime).batch("rested").extend([NLP]).until_ended() is BatchStatus.COMPLETED_SUCCESSFULLY
    assert ray.get(handle.essay.remote("essay-03"), timeout=60).results == (SPELLCHECK, NLP)
    time.sleep(3 * REST_SECONDS)
    assert ray.get(handle.status.remote(), timeout=60).has_ended
    assert process.is_running(), "the process was there all the time"


def test_a_killed_process_of_a_batch_at_rest_answers_again(runtime: Runtime) -> None:
    """Ray restarts it."""
    run(runtime, essays("a", "b", "c"), SPELLCHECK, batch_id="killed")
    time.sleep(3 * REST_SECONDS)
    _process_of("killed").kill()
    assert _asked("killed", "status").has_ended


@pytest.mark.usefixtures("school_class")
def test_a_program_that_knows_only_ray_has_the_same_answers(cluster: SharedCluster) -> None:
    """The guide's own script asks, from another process."""
    guide = Path(__file__).parents[2] / "drivers" / "guides" / "watching.md"
    (script,) = re.findall(r"```python\n(.*?)```", guide.read_text(encoding="utf-8"), re.DOTALL)
    told = output(sys.executable, "-c", script, environment=cluster.environment)
    assert told.strip() == "total=4 pending_dispatch_or_processing=0 successful=4 failed=0"
