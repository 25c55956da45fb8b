"""What the dashboard shows for the first, second and third driver on one cluster."""

import json
import os
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from drivers.client.engine import Engine
from tests.cluster.programs import output, soon, status_of

pytestmark = pytest.mark.ray

DRIVER = """
import json, sys
import ray
from drivers import Engine

if __name__ == "__main__":
    store, name = sys.argv[1:]
    with Engine.open(store, job_name=name) as engine:
        if name == "again":
            batch = engine.batch("first").extend("nlp", options={"nlp": {"parse": False}})
        else:
            essays = {f"e{number}": f"essay {number}" for number in range(5)}
            batch = engine.submit(name, essays, pipeline="spellcheck,nlp", options={"nlp": {"parse": False}})
        print(json.dumps([ray.get_runtime_context().get_job_id(), batch.result(timeout=120).status]))
"""


class Cluster(NamedTuple):
    """Its dashboard, and which job ran which batch."""

    dashboard: str
    jobs: Mapping[str, str]


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A driver that starts a cluster, and three that join it one after the other; these have ended.

    The last one goes on with the first one's batch.
    """
    folder = tmp_path_factory.mktemp("drivers")
    (folder / "driver.py").write_text(DRIVER, encoding="utf-8")
    with pytest.MonkeyPatch.context() as environment:
        environment.delenv("RAY_ADDRESS", raising=False)
        environment.setenv("RAY_gcs_mark_task_failed_on_job_done_delay_ms", "1000")
        store = f"sqlite:///{folder / 'store.db'}"
        with Engine.open(store, workers=1, essay_processes=5, job_name="first") as engine:
            import ray

            engine.submit("first", {f"e{n}": f"essay {n}" for n in range(5)}, pipeline="spellcheck").result(timeout=120)
            jobs = {"first": ray.get_runtime_context().get_job_id()}
            for name in ("second", "third", "again"):
                jobs[name] = _driven(folder, store, name)
            dashboard = _dashboard_of(engine)
            soon(lambda: status_of(dashboard) is not None, seconds=120)
            yield Cluster(dashboard, jobs)


def _driven(folder: Path, store: str, name: str) -> str:
    environment = {key: value for key, value in os.environ.items() if key != "RAY_ADDRESS"}
    environment["PYTHONPATH"] = str(Path(__file__).parents[2])
    command = (sys.executable, str(folder / "driver.py"), store, name)
    job, status = json.loads(output(*command, environment=environment, seconds=200).splitlines()[-1])
    assert status == "completed_successfully"
    return str(job)


def _dashboard_of(engine: Engine) -> str:
    return engine.describe().partition("dashboard: ")[2].partition(" ")[0]


def _tasks(cluster: Cluster, name: str) -> "Counter[tuple[str, str]]":
    from ray.util.state import list_tasks

    tasks = list_tasks(cluster.dashboard, filters=[("job_id", "=", cluster.jobs[name])], limit=1000)
    return Counter((task.name, task.state) for task in tasks if "__init__" not in task.name)


@pytest.mark.parametrize("name", ["second", "third"])
def test_each_drivers_page_has_the_bars_of_its_own_batch(cluster: Cluster, name: str) -> None:
    """An essay a share; nothing is left open, and nothing is said to have failed."""
    bars = {("spellcheck", "FINISHED"): 5, ("nlp", "FINISHED"): 5}
    soon(lambda: _tasks(cluster, name) == bars, said=lambda: _tasks(cluster, name))


def test_the_first_drivers_page_has_nothing_of_the_others(cluster: Cluster) -> None:
    """Though it has started the store, the queue and the workers, which work for all."""
    soon(lambda: _tasks(cluster, "first") == {("spellcheck", "FINISHED"): 5}, said=lambda: _tasks(cluster, "first"))


def test_a_driver_that_goes_on_with_a_batch_that_has_ended_has_what_it_adds(cluster: Cluster) -> None:
    """The first one's page stays as it was."""
    soon(lambda: _tasks(cluster, "again") == {("nlp", "FINISHED"): 5}, said=lambda: _tasks(cluster, "again"))


def test_a_job_has_the_name_of_its_batch(cluster: Cluster) -> None:
    """It is what the list of jobs shows."""
    from ray.util.state import list_jobs

    names = {job.job_id: (job.metadata or {}).get("job_name") for job in list_jobs(cluster.dashboard, detail=True)}
    assert {name: names[job] for name, job in cluster.jobs.items()} == {name: name for name in cluster.jobs}


def test_an_essay_that_is_done_has_died_for_a_reason(cluster: Cluster) -> None:
    """Its status is in the list of actors, beside its name."""
    from ray.util.state import list_actors

    def reasons() -> dict[str, str]:
        dead = list_actors(cluster.dashboard, filters=[("class_name", "=", "EssayActorProcess")], detail=True)
        return {actor.name: _reason(actor.death_cause) for actor in dead if actor.name and actor.state == "DEAD"}

    essays = [f"essay {name}/e{number}" for name in ("first", "second", "third") for number in range(5)]
    soon(lambda: set(reasons()) >= set(essays), said=reasons)
    assert [name for name in essays if f"{name} is done: all_processing_completed" not in reasons()[name]] == []


def _reason(death: Mapping[str, Any] | None) -> str:
    return str((death or {}).get("actor_died_error_context", {}).get("error_message"))
