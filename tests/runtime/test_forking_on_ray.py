"""Workers forked on a real Ray are just like those that Ray starts."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from actors.runtime.ray import forking
from tests.cluster.shared import SharedCluster

pytestmark = pytest.mark.ray

SECONDS = 90.0


class Witness:
    """Describes the process that it lives in."""

    def facts(self) -> dict[str, Any]:
        from ray import UniqueID

        process = psutil.Process()
        print(f"witness {os.getpid()}", flush=True)
        return {
            "pid": os.getpid(),
            "group": os.getpgrp(),
            "parent": process.ppid(),
            "environment": dict(os.environ),
            "folder": str(Path.cwd()),
            "path": list(sys.path),
            "main": sys.modules["__main__"].__file__,
            "child signal": signal.getsignal(signal.SIGCHLD),
            "random": UniqueID.from_random().hex(),
            "unlike": float(__import__("random").random()),
            "arrow": "pyarrow" in sys.modules,
        }

    def table(self) -> Any:
        import pyarrow

        return pyarrow.table({"one": [1, 2]})


@pytest.fixture(scope="module")
def ray(cluster: SharedCluster) -> Iterator[Any]:
    """Ray on a cluster that was started with our launcher."""
    import ray as library

    library.init(cluster.address, log_to_driver=False)
    yield library
    library.shutdown()


def _witnesses(ray: Any, count: int, **options: Any) -> list[Any]:
    return [ray.remote(Witness).options(num_cpus=0, **options).remote() for _ in range(count)]


def _facts(ray: Any, actors: list[Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = ray.get([actor.facts.remote() for actor in actors], timeout=SECONDS)
    return found


def _server(fact: dict[str, Any]) -> psutil.Process:
    server = psutil.Process(fact["parent"])
    assert "fork_server.py" in " ".join(server.cmdline())
    return server


def _wait(until: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SECONDS
    while not until() and time.monotonic() < deadline:
        time.sleep(0.1)
    assert until()


def _sockets(pid: int) -> set[str]:
    links = {str(path.readlink()) for path in Path(f"/proc/{pid}/fd").iterdir()}
    return {link for link in links if link.startswith("socket:")}


def _session(ray: Any) -> Path:
    return Path(ray._private.worker._global_node.get_session_dir_path())


def test_actors_are_forked_from_one_server_and_differ_in_all_that_is_drawn(ray: Any) -> None:
    """Copies of one process all, they still draw their own random numbers; ``doctor`` can tell that they are forked."""
    facts = _facts(ray, _witnesses(ray, 6))
    assert {_server(fact).pid for fact in facts} == {facts[0]["parent"]}
    for drawn in ("pid", "random", "unlike"):
        assert len({fact[drawn] for fact in facts}) == len(facts)
    assert forking.why_not_forked() is None


def test_a_forked_worker_is_as_one_that_was_started(ray: Any) -> None:
    """Its environment, folder, path, program and group are those of a worker that Ray started itself."""
    both = _witnesses(ray, 1)
    forked = _facts(ray, both)[0]
    folder = _session(ray) / "sockets" / forking.FOLDER
    folder.chmod(0o755)  # too open to be used, so the next worker is started plainly
    try:
        both += _witnesses(ray, 1)
        plain = _facts(ray, both[1:])[0]
    finally:
        folder.chmod(0o700)
    assert "fork_server.py" not in " ".join(psutil.Process(plain["parent"]).cmdline())
    assert "open to others" in (_session(ray) / "logs" / forking.LOG).read_text()
    for alike in ("environment", "folder", "path", "main", "child signal"):
        assert forked[alike] == plain[alike], alike
    assert (forked["group"] == forked["pid"]) == (plain["group"] == plain["pid"])
    assert psutil.Process(forked["pid"]).cmdline()[0].startswith("ray::Witness")
    assert psutil.Process(forked["pid"]).nice() == psutil.Process(plain["pid"]).nice()


def test_what_a_worker_prints_is_in_its_log(ray: Any) -> None:
    """It is where Ray's dashboard and log monitor look for it."""
    fact = _facts(ray, _witnesses(ray, 1))[0]
    logs = list((_session(ray) / "logs").glob(f"worker-*-{fact['pid']}.out"))
    assert [log.read_text().count(f"witness {fact['pid']}") for log in logs] == [1]


def test_the_server_has_no_thread_and_holds_no_socket_but_its_own(ray: Any) -> None:
    """A fork keeps only one thread, and sockets that the server held open would never be closed."""
    server = _server(_facts(ray, _witnesses(ray, 1))[0])
    assert server.num_threads() == 1
    assert len(_sockets(server.pid)) == 1
    living = _witnesses(ray, 1)
    assert not _sockets(_facts(ray, living)[0]["pid"]) & _sockets(server.pid)


def test_a_killed_worker_is_replaced_by_another(ray: Any) -> None:
    """After SIGKILL it is replaced, and after ``ray.kill`` it is gone; neither leaves a zombie."""
    again = _witnesses(ray, 1, max_restarts=-1, max_task_retries=-1)
    first = _facts(ray, again)[0]
    os.kill(first["pid"], signal.SIGKILL)
    second = _facts(ray, again)[0]
    assert second["pid"] != first["pid"]
    assert second["parent"] == first["parent"]
    ray.kill(again[0])
    _wait(lambda: not psutil.pid_exists(first["pid"]) and not psutil.pid_exists(second["pid"]))


def test_workers_outlive_their_server_and_the_next_one_brings_another(ray: Any) -> None:
    """The server is needed only to start workers."""
    before = _witnesses(ray, 1)
    old = _server(_facts(ray, before)[0])
    old.kill()
    old.wait()
    new = _server(_facts(ray, _witnesses(ray, 1))[0])
    assert new.pid != old.pid
    assert _facts(ray, before)[0]["pid"] > 0
    assert forking.why_not_forked() is None


def test_what_ray_says_of_arrow_waits_until_arrow_is_imported(ray: Any) -> None:
    """Importing it is most of what a forked worker would do; tables still travel as before."""
    pytest.importorskip("pyarrow")
    actor = _witnesses(ray, 1)[0]
    assert not _facts(ray, [actor])[0]["arrow"]
    assert not _facts(ray, [actor])[0]["arrow"]
    assert ray.get(actor.table.remote(), timeout=SECONDS).to_pydict() == {"one": [1, 2]}


def test_a_job_with_an_environment_of_its_own_has_a_server_of_its_own(ray: Any) -> None:
    """The job's variables are seen by its own workers only."""
    ordinary = _facts(ray, _witnesses(ray, 1))[0]
    own = _facts(ray, _witnesses(ray, 2, runtime_env={"env_vars": {"OF_THIS_JOB": "yes"}}))
    assert [fact["environment"]["OF_THIS_JOB"] for fact in own] == ["yes", "yes"]
    assert _server(own[0]).pid == _server(own[1]).pid != _server(ordinary).pid
    assert "OF_THIS_JOB" not in _facts(ray, _witnesses(ray, 1))[0]["environment"]


PROGRAM = """
import os, signal, sys, psutil, ray
from actors.runtime.ray.forking import workers_forked, why_not_forked
with workers_forked():
    ray.init("local", num_cpus=1, log_to_driver=False, include_dashboard=False)
parent = ray.remote(lambda: os.getppid())
print("parent:", ray.get(parent.options(num_cpus=0).remote()), "why:", why_not_forked(), flush=True)
if "die" in sys.argv:
    os.kill(ray._private.worker._global_node.all_processes["raylet"][0].process.pid, signal.SIGKILL)
    sys.stdin.read()
ray.shutdown()
"""


def _program(*arguments: str, **variables: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", PROGRAM, *arguments]
    environment = {**os.environ, **variables}
    return subprocess.Popen(  # noqa: S603  (ours)
        command, env=environment, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )


def _said(program: "subprocess.Popen[str]") -> tuple[psutil.Process, str]:
    assert program.stdout is not None
    line = next(line for line in program.stdout if line.startswith("parent:"))
    _, pid, _, why = line.split(maxsplit=3)
    return psutil.Process(int(pid)), why.strip()


@pytest.mark.slow
def test_a_second_cluster_has_servers_of_its_own_which_end_with_its_raylet(ray: Any) -> None:
    """They end even if the raylet is killed, since nobody is left to ask them for workers."""
    mine = _server(_facts(ray, _witnesses(ray, 1))[0])
    with _program("die") as program:
        server, why = _said(program)
        assert why == "None"
        assert server.pid != mine.pid
        _wait(lambda: not server.is_running())
        program.kill()
    assert mine.is_running()


@pytest.mark.slow
def test_a_cluster_starts_its_workers_as_ever_where_it_is_turned_off() -> None:
    """One setting turns it off, and ``doctor`` says so."""
    with _program(**{forking.SETTING: "0"}) as program:
        parent, why = _said(program)
        assert "fork_server.py" not in " ".join(parent.cmdline())
        assert forking.SETTING in why
