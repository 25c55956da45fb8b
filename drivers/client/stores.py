"""Stores by their URLs: reading one while it is in use, which process uses it, and joining that process's cluster."""

import os
import socket
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any, Final, NamedTuple

from actors.runtime.listening import listens
from actors.runtime.runtime import DEFAULT_NAMESPACE
from actors.stores.file_lock import holder_of
from actors.stores.opening import MEMORY_URL, file_of, open_store, shown_url, url_of_file
from actors.stores.store import Store, StoreError
from drivers.client.errors import BatchBusyError, RequestError

_LOOPBACK: Final = "127.0.0.1:"
DYING_SECONDS: Final = 20.0
ANSWER_SECONDS: Final = 2.0


def store_url(store: str | Path) -> str:
    """A store's URL, given its URL or its file; file paths become absolute.

    Raises:
        RequestError: the URL is invalid or not supported.
    """
    file = file_of_store(str(store))
    return str(store) if file is None else url_of_file(file)


def file_of_store(url: str) -> Path | None:
    """The file of a store; None if it is in memory or on a database server.

    Raises:
        RequestError: the URL is invalid.
    """
    try:
        return None if url == MEMORY_URL else file_of(url)
    except StoreError as error:
        raise RequestError(str(error)) from None


def knows(url: str, batch_id: str) -> bool:
    """Whether this store has this batch."""
    with closing(reading(url)) as store:
        return store.summary(batch_id) is not None


def reading(url: str) -> Store:
    """Open a store for reading only, which works while another process writes to it.

    Raises:
        StoreError: the store does not exist or cannot be read.
    """
    return open_store(url, read_only=True)


def shown(url: str) -> str:
    """The URL in a form that is safe to show: without its password; a file as its path."""
    try:
        file = file_of_store(url)
    except RequestError:
        file = None
    return str(file) if file else shown_url(url)


def holders(url: str) -> Callable[[str], Mapping[str, Any] | None]:
    """A function from batch id to the process running that batch: ``pid``, ``host``, ``since``, ``owner``; or None."""
    if file_of_store(url) is not None:
        return holders_in(url, None)
    with closing(reading(url)) as store:
        return holders_in(url, store)


def holders_in(url: str, store: Store | None) -> Callable[[str], Mapping[str, Any] | None]:
    """Like ``holders``, for a store that is already open."""
    file = file_of_store(url)
    if file is not None:
        found = holder_of(file)
        return lambda _batch_id: found
    return (store.holders() if store is not None else {}).get


class HoldingCluster(NamedTuple):
    """A Ray cluster that has a store open: the address of its head, and the engine's namespace."""

    address: str
    namespace: str


def join_cluster_of(url: str, batch_id: str) -> HoldingCluster | None:
    """Find the Ray cluster that runs this batch, and set ``RAY_ADDRESS`` to it. None if no process runs the batch.

    Raises:
        BatchBusyError: the process that runs it uses no cluster, or one that cannot be reached from here.
    """
    found = _living_holder(url, batch_id)
    if found is None:
        return None
    address: str | None = found["owner"].get("ray_address")
    if address is None:
        what = f"Batch {batch_id}" if file_of_store(url) is None else shown(url)
        raise BatchBusyError(
            f"{what} is in use by process {found['pid']}{_elsewhere(found)}, which runs its batch without Ray: wait "
            "until it has ended, or stop it with Ctrl-C."
        )
    if _is_loopback_elsewhere(found):
        raise BatchBusyError(
            f"Batch {batch_id} runs in a Ray cluster of its own on {found['host']} (process {found['pid']}): give this "
            "command on that machine, or wait for its end."
        )
    if not os.environ.get("RAY_ADDRESS") and address.startswith(_LOOPBACK):
        # Ray guards a cluster that a program starts for itself with a token, and offers the token only to those who ask
        # for that by name once they have an address (ray.init, 2.60). It reads this when it is imported.
        os.environ.setdefault("RAY_AUTH_MODE", "token")
    os.environ["RAY_ADDRESS"] = address
    return HoldingCluster(address, found["owner"].get("namespace", DEFAULT_NAMESPACE))


def _elsewhere(found: Mapping[str, Any]) -> str:
    return "" if found["host"] == socket.gethostname() else f" on {found['host']}"


def _is_loopback_elsewhere(found: Mapping[str, Any]) -> bool:
    return bool(_elsewhere(found)) and str(found["owner"].get("ray_address")).startswith(_LOOPBACK)


def _living_holder(url: str, batch_id: str) -> Mapping[str, Any] | None:
    """The process that runs the batch. If its cluster was killed, wait the few seconds until it notices and ends."""
    late = time.monotonic() + DYING_SECONDS
    while (found := holders(url)(batch_id)) is not None and not _is_reached(found):
        if time.monotonic() > late:
            raise BatchBusyError(
                f"{shown(url)} is in use by process {found['pid']}{_elsewhere(found)}, whose Ray cluster at "
                f"{found['owner']['ray_address']} does not answer: end that process."
            )
        time.sleep(0.1)
    return found


def _is_reached(found: Mapping[str, Any]) -> bool:
    return _is_loopback_elsewhere(found) or _answers(found["owner"].get("ray_address"))


def _answers(address: str | None) -> bool:
    """Whether the head of this cluster listens; True if there is no cluster."""
    if address is None:
        return True
    host, _, port = address.rpartition(":")
    return listens(host, int(port), ANSWER_SECONDS)
