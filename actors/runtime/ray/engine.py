"""The engine on a cluster: whether a driver can use it, which batches it runs, and how to stop it.

An engine is the processes of one namespace. It outlives the driver that started it if the cluster does.
"""

from collections.abc import Sequence

from ray.exceptions import RayError

from actors.core.batch_state import BatchStage
from actors.runtime.placement import batch_in
from actors.runtime.ray import cluster
from actors.runtime.ray.cluster import ProcessGoneError, answer_to
from actors.runtime.ray.engine_spec import EngineSpec
from actors.runtime.ray.remote_store import RemoteStore
from actors.runtime.ray.store_process import STORE, Rules, StoreLink
from actors.runtime.runtime import RuntimeUnavailableError, cause_in
from actors.stores.opening import shown_url
from actors.stores.store import StoreError


def agree(link: StoreLink, engine: EngineSpec) -> None:
    """Make sure that the cluster's engine has what this driver needs; replace one that does not if it is idle.

    Raises:
        RuntimeUnavailableError: it has another store; or it has other code, phases or services, and runs a batch.
    """
    different = _differences(_rules(link), engine)
    if not different:
        return
    if running := running_batches(engine.namespace):
        raise RuntimeUnavailableError(
            f"The engine on this cluster differs from this program ({', '.join(different)}), and is running "
            f"{', '.join(running)}: wait until that has ended, or use another namespace (--namespace)."
        )
    stop(engine.namespace)
    link.renew()
    if different := _differences(_rules(link), engine):
        raise RuntimeUnavailableError(
            f"The nodes of this cluster have something else installed than this program ({', '.join(different)}): "
            "install the same everywhere, or use another cluster."
        )


def check(link: StoreLink, engine: EngineSpec) -> None:
    """Make sure that the engine still has what this driver needs: another driver may have replaced it.

    Raises:
        RuntimeUnavailableError: it does not.
    """
    if different := _differences(_rules(link), engine):
        raise RuntimeUnavailableError(
            "Another program has replaced the engine of this cluster by one that differs from this program "
            f"({', '.join(different)}): use another namespace (--namespace)."
        )


def _rules(link: StoreLink) -> Rules:
    try:
        return link.rules()
    except (RayError, ProcessGoneError) as error:
        link.give_up()
        raise RuntimeUnavailableError(cause_in(error)) from None


def _differences(rules: Rules, engine: EngineSpec) -> list[str]:
    if rules.store_url != engine.store_url:
        raise RuntimeUnavailableError(
            f"This cluster's store is {shown_url(rules.store_url)}: give it with --store, or use another namespace "
            "(--namespace) or another cluster."
        )
    return engine.identity.differences(rules.identity)


def running_batches(namespace: str) -> list[str]:
    """The batches that this engine is working on, which a stop would interrupt."""
    processes = cluster.processes_in(namespace)
    alive = [batch_id for batch_id in map(batch_in, processes) if batch_id is not None]
    if not alive or STORE not in processes:
        return alive
    at_rest = _at_rest(namespace)
    return [batch_id for batch_id in alive if batch_id not in at_rest]


def _at_rest(namespace: str) -> Sequence[str]:
    """The batches that have ended or are paused; none if the store cannot say."""
    store = RemoteStore(lambda question: answer_to(cluster.found(STORE, namespace).call.remote(question)))
    try:
        lines = store.batches()
    except (StoreError, RayError, ProcessGoneError, LookupError):
        return ()
    return [line.batch_id for line in lines if line.paused or line.stage == BatchStage.ENDED]


def stop(namespace: str) -> None:
    """Take the engine off the cluster. Its work is interrupted, and can be resumed from the store."""
    processes = cluster.processes_in(namespace)
    for name in processes:
        if name != STORE:
            cluster.kill(name, namespace, restart=False)
    if STORE in processes:
        _close_store(namespace)
        cluster.kill(STORE, namespace, restart=False)


def _close_store(namespace: str) -> None:
    """Close the store properly, so that others can use its file at once."""
    try:
        answer_to(cluster.found(STORE, namespace).close.remote(), seconds=30.0)
    except (RayError, ProcessGoneError, LookupError):
        return


class EngineOnCluster:
    """The engine of a namespace, for whoever manages the cluster. This driver must be connected to the cluster."""

    def __init__(self, namespace: str) -> None:
        self._namespace = namespace

    @property
    def is_there(self) -> bool:
        """Whether there is an engine in this namespace."""
        return bool(cluster.processes_in(self._namespace))

    @property
    def running(self) -> list[str]:
        """The batches that a stop would interrupt."""
        return running_batches(self._namespace)

    def stop(self) -> None:
        """Take the engine off the cluster; drivers that wait for it learn of this, and end."""
        cluster.note_stop(self._namespace)
        stop(self._namespace)
