"""A cluster of several nodes on one machine, each with its own raylet: to test what happens when a node dies."""

from typing import Any, Final

# Ray gives a node up after three seconds without a sign of life; its default is five times as long.
HEALTH_CHECK: Final = {
    "health_check_initial_delay_ms": 0,
    "health_check_period_ms": 1000,
    "health_check_timeout_ms": 1000,
    "health_check_failure_threshold": 3,
}


class Nodes:
    """A head node, and other nodes that may be killed; a runtime joins it by its address.

    Args:
        cluster: a ``Cluster`` of ``ray.cluster_utils``, with its head node.
        cpus: the CPUs of each further node.
    """

    def __init__(self, cluster: Any, cpus: int) -> None:
        self._cluster = cluster
        self._cpus = cpus

    @property
    def address(self) -> str:
        """The value of ``RAY_ADDRESS`` for joining it."""
        return str(self._cluster.address)

    @property
    def head_raylet(self) -> int:
        """The process id of the head node's raylet."""
        return _raylets(self._cluster.head_node)[0]

    @property
    def raylets(self) -> list[int]:
        """The process ids of the living raylets of all other nodes."""
        return [pid for node in self._cluster.worker_nodes for pid in _raylets(node)]

    def add_node(self) -> None:
        """Start a further node, and wait until it has joined."""
        self._cluster.add_node(num_cpus=self._cpus)

    def shutdown(self) -> None:
        """End the whole cluster."""
        self._cluster.shutdown()


def _raylets(node: Any) -> list[int]:
    return [process.pid for kind, process in node.live_processes() if kind == "raylet"]
