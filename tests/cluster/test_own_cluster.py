"""A cluster that a run starts: dashboard, metrics in Prometheus and ports, and what another account sees of it."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from actors.core.retry import Policy
from actors.owner_only import is_open_to_others
from actors.runtime.activation import Blueprint
from actors.runtime.placement import Placement
from actors.runtime.runtime import Runtime
from tests.cluster.programs import found, free_port, running, soon, status_of
from tests.observability.paid import FeedbackForMoney
from tests.runtime.pipelines import FEEDBACK, NLP, SPELLCHECK, essays, run
from tests.services import services

pytestmark = pytest.mark.ray
DEPLOY = Path(__file__).parents[2] / "drivers" / "deploy"
BATCH = "watched"
NOBODY = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]


@pytest.fixture(scope="module", autouse=True)
def dashboard(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Ray of one's own that reports each second, with a batch that has ended; the address of its dashboard.

    The environment in which it started turns authentication off, and leaves new files open to others.
    Of three essays, one fails in the second phase, and one needs three attempts in the first (by the same worker, which
    keeps count of them).
    """
    with pytest.MonkeyPatch.context() as environment:
        environment.delenv("RAY_ADDRESS", raising=False)
        environment.setenv("RAY_metrics_report_interval_ms", "1000")
        environment.setenv("RAY_AUTH_MODE", "disabled")
        from actors.runtime.ray.forking import why_not_forked
        from actors.runtime.ray.runtime import RayRuntime

        mask = os.umask(0o022)
        store = tmp_path_factory.mktemp("store") / "store.db"
        blueprint = Blueprint(
            {**services(), FEEDBACK: FeedbackForMoney}, Policy(backoff=0.1, announce_after=1.0), workers=2
        )
        runtime = RayRuntime(blueprint, f"sqlite:///{store}", placement=Placement(essay_processes=4, starting=2))
        assert "RAY_AUTH_MODE=disabled applies only to clusters started by others" in runtime.describe()
        assert why_not_forked() is None
        assert not [path for path in store.parent.glob("store.db*") if is_open_to_others(path.stat().st_mode)]
        run(runtime, essays("a", "b fail:nlp", "c flaky:spellcheck"), SPELLCHECK, NLP, FEEDBACK, batch_id=BATCH)
        address = _address(runtime)
        soon(lambda: status_of(address) is not None, seconds=120)  # it starts beside the batch, after its processes
        yield address
        runtime.shutdown()
        os.umask(mask)


def _address(runtime: Runtime) -> str:
    said = re.search(r"http://[\d.]+:\d+", runtime.describe())
    assert said
    return said.group()


def _node() -> Any:
    import ray

    return ray._private.worker._global_node


def test_actors_are_named_for_people(dashboard: str) -> None:
    """The names say what lives in them; actors that have ended stay on the list."""
    from ray.util.state import list_actors

    names = {actor.name for actor in list_actors(dashboard, limit=1000)}
    assert names >= {f"batch {BATCH}", f"essay {BATCH}/essay-01", "worker 0", "work queue", "store"}


def test_the_job_page_has_a_task_name_for_each_phase(dashboard: str) -> None:
    """The tasks' counts are the phases' progress."""
    from ray.util.state import list_tasks

    def names() -> set[str]:
        return {task.name for task in list_tasks(dashboard, limit=10_000)}

    soon(lambda: names() >= {"spellcheck", "nlp", "ai_feedback"})


def test_a_ray_of_ones_own_listens_on_the_loopback_only() -> None:
    """Nobody on the same network as a teacher's laptop can reach any of its processes."""
    heads = [psutil.Process(each.process.pid) for several in _node().all_processes.values() for each in several]
    family = [psutil.Process(), *heads, *(below for head in heads for below in head.children(recursive=True))]
    hosts = [connection.laddr.ip.removeprefix("::ffff:") for each in family for connection in _listening(each)]
    assert len(hosts) > 5
    assert set(hosts) <= {"127.0.0.1", "::1"}


def _listening(process: psutil.Process) -> list[Any]:
    try:
        return [one for one in process.net_connections(kind="inet") if one.status == psutil.CONN_LISTEN]
    except psutil.NoSuchProcess:
        return []


def test_a_token_is_asked_for_whatever_the_environment_says(dashboard: str) -> None:
    """Without one, the dashboard's jobs, which can run any program, answer nobody."""
    assert status_of(f"{dashboard}/api/jobs/") == 401


@pytest.fixture
def session() -> Path:
    """The folder of the cluster's session."""
    return Path(_node().get_session_dir_path())


def test_the_session_lies_where_only_its_account_can_enter(session: Path) -> None:
    """Ray's own folders are open to all, but the one above them is not."""
    private = session.parents[1]
    assert private.name == f"essays-{os.geteuid()}"
    assert not is_open_to_others(private.stat().st_mode)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can try it as another account")
def test_another_account_can_neither_read_the_logs_nor_plant_a_link(session: Path) -> None:
    """A link planted under a name that Ray writes to would make it overwrite a file of ours."""
    planted = session.parent / "prom_metrics_service_discovery.json"
    for command in (["ls", str(session / "logs")], ["ln", "-sf", "/etc/passwd", str(planted)]):
        tried = subprocess.run([*NOBODY, *command], capture_output=True, check=False)  # noqa: S603
        assert b"Permission denied" in tried.stderr


def test_no_socket_of_the_session_has_a_longer_name_than_was_allowed_for(session: Path) -> None:
    """The length of a path is checked, with this allowance, before anything is started."""
    longest = max(len(path.name) for path in (session / "sockets").iterdir())
    assert longest <= len("dash_MetricsHead")


@pytest.fixture(scope="module")
def prometheus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of Debian's Prometheus, run with our configuration but scraping every second."""
    program = shutil.which("prometheus")
    if program is None:
        pytest.skip("there is no Prometheus here (apt-get install prometheus)")
    folder = tmp_path_factory.mktemp("prometheus")
    shipped = (DEPLOY / "prometheus.yml").read_text(encoding="utf-8")
    (folder / "prometheus.yml").write_text(shipped.replace("10s", "1s"), encoding="utf-8")
    address = f"127.0.0.1:{free_port()}"
    options = (f"--web.listen-address={address}", f"--storage.tsdb.path={folder / 'data'}")
    with running(program, f"--config.file={folder / 'prometheus.yml'}", *options):
        yield f"http://{address}"


def test_prometheus_has_the_batchs_own_numbers(prometheus: str) -> None:
    """Three essays, one failure, two retries and two bills are each counted once."""
    expected = {"batches_ended": 1, "settled": 3 + 3 + 2, "failures": 1, "retries": 2, "llm_cost": 0.5}

    def counted() -> dict[str, float]:
        samples = {name: found(prometheus, f"ray_essays_{name}_total") for name in expected}
        return {name: sum(float(one["value"][1]) for one in several) for name, several in samples.items()}

    soon(lambda: counted() == expected, said=counted)


def test_every_query_of_the_dashboard_finds_something(prometheus: str) -> None:
    """Each is asked as Grafana would, of what Prometheus has scraped from Ray."""
    panels = json.loads((DEPLOY / "grafana-dashboard.json").read_text(encoding="utf-8"))["panels"]
    queries = {target["expr"] for panel in panels for target in panel["targets"]}
    waiting = {query.replace("$__range", "5m").replace("$__rate_interval", "1m") for query in queries}

    def all_found() -> bool:
        waiting.difference_update([query for query in waiting if found(prometheus, query)])
        return not waiting

    soon(all_found, said=lambda: waiting)
