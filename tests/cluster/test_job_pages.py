"""What the dashboard shows for drivers on one cluster, during the work of others and after they have ended."""

import sys
from collections import Counter
from collections.abc import Mapping
from typing import Any, NamedTuple

import pytest

from drivers.client.engine import Engine
from tests.cluster.programs import output, soon, status_of
from tests.cluster.shared import SharedCluster
from tests.services import services

pytestmark = pytest.mark.ray
TEXTS = {f"e{number}": f"essay {number}" for number in range(5)}

DRIVER = """
import sys
import ray
from drivers import Engine
from tests.cluster.test_job_pages import TEXTS
from tests.services import services

if __name__ == "__main__":
    store, name = sys.argv[1:]
    with Engine.open(store, services=services(), job_name=name) as engine:
        engine.submit(name, TEXTS, pipeline="spellcheck,nlp", language="en").result(timeout=120)
        print(ray.get_runtime_context().get_job_id())
"""


class Jobs(NamedTuple):
    """Which job ran which batch, and where their pages are."""

    dashboard: str
    of: Mapping[str, str]


@pytest.fixture(scope="module")
def jobs(cluster: SharedCluster, tmp_path_factory: pytest.TempPathFactory) -> Jobs:
    """A driver that starts the engine, one that joins it meanwhile, and one that comes when both have ended.

    The last one extends the first one's batch.
    """
    folder = tmp_path_factory.mktemp("drivers")
    (folder / "driver.py").write_text(DRIVER, encoding="utf-8")
    store = f"sqlite:///{folder / 'store.db'}"
    with Engine.open(store, services=services(), workers=1, essay_processes=5, job_name="first") as engine:
        engine.submit("first", TEXTS, pipeline="spellcheck", language="en").result(timeout=120)
        first = _job()
        command = (sys.executable, str(folder / "driver.py"), store, "second")
        second = output(*command, environment=cluster.environment, seconds=200).strip()
    with Engine.open(store, services=services(), job_name="again") as engine:
        engine.batch("first").extend("nlp").result(timeout=120)
        again = _job()
    soon(lambda: status_of(cluster.dashboard) is not None, seconds=90)
    return Jobs(cluster.dashboard, {"first": first, "second": second, "again": again})


def _job() -> str:
    import ray

    return str(ray.get_runtime_context().get_job_id())


def _tasks(jobs: Jobs, name: str) -> "Counter[tuple[str, str]]":
    from ray.util.state import list_tasks

    tasks = list_tasks(jobs.dashboard, filters=[("job_id", "=", jobs.of[name])], limit=1000)
    return Counter((task.name, task.state) for task in tasks if "__init__" not in task.name)


def test_each_drivers_page_has_the_bars_of_its_own_batch(jobs: Jobs) -> None:
    """A share stands for one essay; nothing is left open or shown as failed."""
    bars = {("spellcheck", "FINISHED"): 5, ("nlp", "FINISHED"): 5}
    soon(lambda: _tasks(jobs, "second") == bars, said=lambda: _tasks(jobs, "second"))


def test_the_first_drivers_page_has_nothing_of_the_others(jobs: Jobs) -> None:
    """That holds although it started the store, the queue and the workers, which work for all."""
    soon(lambda: _tasks(jobs, "first") == {("spellcheck", "FINISHED"): 5}, said=lambda: _tasks(jobs, "first"))


def test_a_driver_that_goes_on_with_a_batch_that_has_ended_has_what_it_adds(jobs: Jobs) -> None:
    """Its page shows the added phase alone, and the first driver's page stays as it was."""
    soon(lambda: _tasks(jobs, "again") == {("nlp", "FINISHED"): 5}, said=lambda: _tasks(jobs, "again"))


def test_a_job_has_the_name_of_its_batch(jobs: Jobs) -> None:
    """The list of jobs shows that name."""
    from ray.util.state import list_jobs

    names = {job.job_id: (job.metadata or {}).get("job_name") for job in list_jobs(jobs.dashboard, detail=True)}
    assert {name: names[job] for name, job in jobs.of.items()} == {name: name for name in jobs.of}


def test_an_essay_that_is_done_has_died_for_a_reason(jobs: Jobs) -> None:
    """The list of actors shows its status as the reason, beside its name."""
    from ray.util.state import list_actors

    def reasons() -> dict[str, str]:
        dead = list_actors(jobs.dashboard, filters=[("class_name", "=", "EssayActorProcess")], detail=True)
        return {actor.name: _reason(actor.death_cause) for actor in dead if actor.name and actor.state == "DEAD"}

    essays = [f"essay {name}/e{number}" for name in ("first", "second") for number in range(5)]
    soon(lambda: set(reasons()) >= set(essays), said=reasons)
    assert [name for name in essays if f"{name} is done: all_processing_completed" not in reasons()[name]] == []


def _reason(death: Mapping[str, Any] | None) -> str:
    return str((death or {}).get("actor_died_error_context", {}).get("error_message"))
