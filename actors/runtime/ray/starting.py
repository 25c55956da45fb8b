"""Starts or joins a Ray cluster. One that is started here is lean, private to this machine, and forks its workers.

Ray is imported within functions: it reads some variables on import, and these must be set here first.
"""

import atexit
import logging
import os
import threading
import traceback
from typing import Any, Final

from actors.runtime.cores import usable_cores
from actors.runtime.ray import pulse
from actors.runtime.ray.forking import workers_forked
from actors.runtime.ray.lean_node import HOST, await_dashboards, lean_node
from actors.runtime.ray.loopback import is_loopback_only
from actors.runtime.ray.nodes import HEALTH_CHECK, Nodes
from actors.runtime.ray.private_session import AUTH_MODE, disobeyed_mode, session_parent, tighten_token
from actors.runtime.runtime import RuntimeUnavailableError

# Ray starts a worker per core in advance, for tasks of the first driver; ours has no tasks.
LEAN: Final = {"prestart_worker_first_driver": False}
DYING_SECONDS: Final = 2.0
DASHBOARD_SECONDS: Final = 40.0
_SEVERAL_NODES: Final = "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER"
_ASKS: Final = (
    "The Ray cluster at {} requires its token: set RAY_AUTH_MODE=token, and if the token is not in ~/.ray/auth_token, "
    "also RAY_AUTH_TOKEN_PATH."
)
log = logging.getLogger(__name__)
_BEFORE: Final = os.environ.get(_SEVERAL_NODES)


def set_variables_of_ray() -> None:
    """Set the variables that Ray reads on import.

    They turn off usage reports, messages of the autoscaler, and warnings about the number of processes (a batch starts
    one per essay, on purpose).
    """
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    os.environ.setdefault("RAY_SCHEDULER_EVENTS", "0")
    os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
    os.environ.setdefault("RAY_DEDUP_LOGS_SKIP_REGEX", "worker processes have been started")
    # On Linux, Ray listens on all addresses of a machine, unless this says that there are no clusters of several nodes.
    # A value inherited from a program that started this one says nothing about the cluster that this one joins.
    os.environ[_SEVERAL_NODES] = "0" if is_loopback_only(os.environ.get("RAY_ADDRESS")) else "1"


def leave_nodes_to_the_operator() -> None:
    """Let Ray listen as it does by default, for a cluster that is started for others to join."""
    if _BEFORE is None:
        os.environ.pop(_SEVERAL_NODES, None)
    else:
        os.environ[_SEVERAL_NODES] = _BEFORE


def connected(namespace: str, job_name: str = "") -> Any:
    """Connect to the cluster of ``RAY_ADDRESS``, or to a new one on this machine, and watch it; returns Ray's context.

    ``job_name`` is this program's name on the dashboard (a submitted job has its name already).

    Raises:
        RuntimeUnavailableError: the cluster did not start or answer.
    """
    joins = bool(os.environ.get("RAY_ADDRESS"))
    common: dict[str, Any] = {
        "namespace": namespace,
        "ignore_reinit_error": True,
        "log_to_driver": False,
        "logging_level": logging.ERROR,
    }
    try:
        common["job_config"] = _job_config(job_name)
        context = _joined(common) if joins else _started(common)
        _listen_for_us_only()
        where, patience = context.address_info, pulse.PATIENCE_WITH_OTHERS_SECONDS if joins else pulse.PATIENCE_SECONDS
        pulse.watch(where["gcs_address"], where["raylet_socket_name"], patience)
    except Exception as error:  # noqa: BLE001  (Ray raises a bare Exception if a node does not start in time)
        if "AuthenticationError" in "".join(traceback.format_exception(error)):
            raise RuntimeUnavailableError(_ASKS.format(os.environ.get("RAY_ADDRESS"))) from None
        raise RuntimeUnavailableError(f"Ray did not start or answer: {error}") from None
    return context


def _listen_for_us_only() -> None:
    """Send Ray's reports of its own errors, 40 lines each, to the log instead of the terminal."""
    from ray._private import worker  # noqa: PLC0415

    if hasattr(worker, "print_to_stdstream"):
        worker.print_to_stdstream = lambda data, **_: log.info("Ray says: %s", " ".join(data["lines"]))


def _job_config(job_name: str) -> Any:
    from ray.job_config import JobConfig  # noqa: PLC0415

    return JobConfig(metadata={"job_name": job_name} if job_name else {})


def _joined(common: dict[str, Any]) -> Any:
    import ray  # noqa: PLC0415

    return ray.init(**common)


def _started(common: dict[str, Any]) -> Any:
    import ray  # noqa: PLC0415

    tighten_token()
    if disobeyed_mode() is not None:
        del os.environ[AUTH_MODE]  # by default, Ray asks for a token
    own: dict[str, Any] = {"_temp_dir": str(session_parent()), "_system_config": LEAN, "num_cpus": usable_cores()}
    with workers_forked(), lean_node() as port:
        # "local": never a cluster that somebody else has started on this machine
        context: Any = ray.init("local", include_dashboard=True, dashboard_port=port, **own, **common)
    if port is not None:
        context.dashboard_url = f"{HOST}:{port}"  # it will be there soon
    return context


def stop_ray() -> None:
    """Disconnect from Ray. If Ray has died this could take for ever: after a few seconds, its processes are killed."""
    import ray  # noqa: PLC0415

    gone = pulse.is_gone()
    pulse.stop()
    if not gone:
        await_dashboards(DASHBOARD_SECONDS)
    ending = threading.Thread(target=ray.shutdown, daemon=True)
    ending.start()
    ending.join(DYING_SECONDS if gone else None)
    if ending.is_alive():
        _end_processes()
    if gone:  # at the end of the program, Ray's own shutdown would wait once more
        atexit.unregister(ray.shutdown)


def _end_processes() -> None:
    from ray._private import worker  # noqa: PLC0415

    node: Any = worker._global_node  # noqa: SLF001
    if node is not None and node.is_head():
        node.kill_all_processes(check_alive=False, allow_graceful=False)


def several_nodes(cpus: int = 1) -> Nodes:
    """A new cluster with a head node, to which nodes can be added that may be killed."""
    set_variables_of_ray()
    from ray.cluster_utils import Cluster  # noqa: PLC0415  (made for tests, and heavy)

    head = {"num_cpus": cpus, "_system_config": HEALTH_CHECK, "temp_dir": str(session_parent())}
    return Nodes(Cluster(initialize_head=True, head_node_args=head), cpus)
