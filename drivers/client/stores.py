"""Stores by their addresses: who is at work on one, how it is read beside that, and the cluster that has it open."""

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
    """A store's URL from its URL or its file, named so that it is the same one in every folder.

    Raises:
        RequestError: there can be no such store.
    """
    file = file_of_store(str(store))
    return str(store) if file is None else url_of_file(file)


def file_of_store(url: str) -> Path | None:
    """The file of a store; None for one in memory, or kept by a server.

    Raises:
        RequestError: the URL is not right.
    """
    try:
        return None if url == MEMORY_URL else file_of(url)
    except StoreError as error:
        raise RequestError(str(error)) from None


def knows(url: str, batch_id: str) -> bool:
    """Is this batch in this store?"""
    with closing(reading(url)) as store:
        return store.summary(batch_id) is not None


def reading(url: str) -> Store:
    """The store, to read only: beside a process that writes to it, too.

    Raises:
        StoreError: it is not there, or cannot be read.
    """
    return open_store(url, read_only=True)


def shown(url: str) -> str:
    """The URL as it may be shown: without a password, and a file by its path."""
    try:
        file = file_of_store(url)
    except RequestError:
        file = None
    return str(file) if file else shown_url(url)


def holders(url: str) -> Callable[[str], Mapping[str, Any] | None]:
    """Who is at work on a batch of this store now, by batch: ``pid``, ``host``, ``since``, ``owner``; None: nobody."""
    if file_of_store(url) is not None:
        return holders_in(url, None)
    with closing(reading(url)) as store:
        return holders_in(url, store)


def holders_in(url: str, store: Store | None) -> Callable[[str], Mapping[str, Any] | None]:
    """As ``holders``, of a store that is open."""
    file = file_of_store(url)
    if file is not None:
        found = holder_of(file)
        return lambda _batch_id: found
    return (store.holders() if store is not None else {}).get


class HoldingCluster(NamedTuple):
    """The Ray cluster that has a store open: its head's address, and the namespace of the engine there."""

    address: str
    namespace: str


def join_cluster_of(url: str, batch_id: str) -> HoldingCluster | None:
    """The Ray cluster that runs this batch, made the one to connect to; None where nobody does.

    Raises:
        BatchBusyError: a process without a cluster is at work on it, or one whose cluster cannot be reached from here.
    """
    found = _living_holder(url, batch_id)
    if found is None:
        return None
    address: str | None = found["owner"].get("ray_address")
    if address is None:
        what = f"Batch {batch_id}" if file_of_store(url) is None else shown(url)
        raise BatchBusyError(
            f"{what} is in use by process {found['pid']}{_elsewhere(found)}, which runs its batch by itself "
            "(on no Ray cluster): wait for its end, or stop that process with Ctrl-C."
        )
    if _is_loopback_elsewhere(found):
        raise BatchBusyError(
            f"Batch {batch_id} runs in a Ray cluster of its own on {found['host']} (process {found['pid']}): say this "
            "there, or wait for its end."
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
    """Who is at work. One whose cluster was killed notices it within a few seconds: its end is waited for."""
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
    """Whether the head of this cluster listens; True where there is no cluster to ask."""
    if address is None:
        return True
    host, _, port = address.rpartition(":")
    return listens(host, int(port), ANSWER_SECONDS)
