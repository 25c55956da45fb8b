"""Finding the store of a batch, and the cluster that has it open."""

import os
import shlex
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, suppress
from pathlib import Path
from typing import Any, Final

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from actors.stores.file_lock import holder_of
from actors.stores.opening import MEMORY_URL, open_store
from actors.stores.sql import SqlStore
from actors.stores.sql_opening import file_of
from actors.stores.store import BatchSummary, Store, StoreError, StoreOutdatedError
from drivers.client.errors import RequestError

STORE_FILE: Final = "store.db"
DEFAULT_FOLDER: Final = Path("results")
_LOOPBACK: Final = "127.0.0.1:"
DYING_SECONDS: Final = 20.0


def make_folder(folder: Path) -> None:
    """Make an output folder where it is not there.

    Raises:
        RequestError: it cannot be made, or not be written to.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RequestError(f"The output folder {folder} cannot be made: {error.strerror}.") from None
    if not os.access(folder, os.W_OK | os.X_OK):
        raise RequestError(f"The output folder {folder} cannot be written to: choose another with --out.")


def store_in(folder: Path) -> str:
    """The URL of the store that an output folder has, or will have."""
    return f"sqlite:///{(folder / STORE_FILE).resolve()}"


def store_urls(store: str | None, out: Path | None) -> list[str]:
    """The stores meant: the one named, the one in the folder named, or all in the default results folder.

    Raises:
        RequestError: there is none.
    """
    if store == MEMORY_URL:
        raise RequestError("A store in memory is gone with the program that filled it: name another with --store.")
    if store is not None:
        return [store]
    files = default_stores() if out is None else [file for file in [out / STORE_FILE] if file.is_file()]
    if not files:
        where = out or DEFAULT_FOLDER
        raise RequestError(
            f"There is no store in {where}: name the batch's folder with --out, or its store with --store URL."
        )
    return [f"sqlite:///{file.resolve()}" for file in files]


def default_stores() -> list[Path]:
    """The stores in the folders below the default results folder."""
    return sorted(DEFAULT_FOLDER.glob(f"*/{STORE_FILE}"))


def store_of(batch_id: str, store: str | None, out: Path | None) -> str:
    """The URL of the store that knows this batch.

    Raises:
        RequestError: none does.
        StoreError: the one store that was named cannot be read; of several, such a one is passed by.
    """
    urls = store_urls(store, out)
    if store is not None and out is not None and (out / STORE_FILE).is_file():
        urls.append(store_in(out))  # the store may be one for all batches, from the settings file
    for url in urls:
        with suppress(*([StoreError] if len(urls) > 1 else [])):
            if knows(url, batch_id):
                return url
    where = _said(urls) if store is None else " or ".join(map(shown, urls))
    raise RequestError(f"There is no batch {batch_id!r} in {where}. See which there are with: essays status")


def _said(urls: list[str]) -> str:
    several = (
        f"any of the {len(urls)} stores in {DEFAULT_FOLDER}: name its folder with --out, or its store with --store"
    )
    return shown(urls[0]) if len(urls) == 1 else several


def go_on(batch_id: str, store: str | None, out: Path | None, *, local: bool = False) -> str:
    """The command that goes on with a batch, which was reached by these options."""
    found = [] if store is None else ["--store", shown(store)]
    where = [] if out is None else ["--out", str(out)]
    return shlex.join(["essays", "resume", batch_id, *found, *where, *(["--runtime", "local"] if local else [])])


def file_of_store(url: str) -> Path | None:
    """The file of a store; None for one in memory, or kept by a server.

    Raises:
        RequestError: the URL is not right.
    """
    try:
        return None if url == MEMORY_URL else file_of(url)
    except StoreError as error:
        raise RequestError(str(error)) from None


def from_anywhere(store: str | None) -> str | None:
    """The store, named so that it is the same one in every folder."""
    file = file_of_store(store) if store else None
    return store if file is None or file.is_absolute() else str(file.resolve())


def knows(url: str, batch_id: str) -> bool:
    """Is this batch in this store?"""
    with closing(reading(url)) as store:
        return store.summary(batch_id) is not None


def reading(url: str) -> Store:
    """The store, to read only: beside a process that writes to it, too.

    A file of an older program, which nobody has open, is brought up to date for it.

    Raises:
        StoreError: it is not there, or cannot be read.
    """
    try:
        return open_store(url, read_only=True)
    except StoreOutdatedError:
        if _file_in(url) is None:  # a server may be in use by programs of that version
            raise
        open_store(url).close()
        return open_store(url, read_only=True)


def all_batches(
    store: str | None, out: Path | None, unreadable: Callable[[str], object] = lambda _: None
) -> Iterator[tuple[str, BatchSummary]]:
    """Every batch with the URL of its store, oldest first in each.

    Of several stores, one that cannot be read is passed by.

    Args:
        store: the store's URL.
        out: the output folder that has it.
        unreadable: is told of each store that is passed by.

    Raises:
        RequestError: there is no store.
        StoreError: the one store that was named cannot be read.
    """
    urls = store_urls(store, out)
    for url in urls:
        try:
            with closing(reading(url)) as opened:
                lines = opened.batches()
        except StoreError as error:
            if len(urls) == 1:
                raise
            unreadable(f"{shown(url)} is passed by: {error}")
            continue
        yield from ((url, line) for line in lines)


def folder_of(batch_id: str, url: str, out: Path | None) -> Path:
    """Where a batch's results go: the folder named, the one its store lies in, or the one of its name."""
    file = _file_in(url)
    beside = file.parent if file is not None and file.name == STORE_FILE else None
    return out or beside or DEFAULT_FOLDER / batch_id


def shown(url: str) -> str:
    """The URL as it may be shown: without a password, and a file by its path."""
    file = _file_in(url)
    try:
        return str(file) if file else make_url(url).render_as_string(hide_password=True)
    except (ArgumentError, ValueError):
        return "a URL that cannot be read"


def _file_in(url: str) -> Path | None:
    if "://" not in url:
        return Path(url)
    return Path(url.removeprefix("sqlite:///")) if url.startswith("sqlite:///") else None


def holders(url: str) -> Callable[[str], Mapping[str, Any] | None]:
    """Who is at work on a batch of this store now, by batch: ``pid``, ``host``, ``since``, ``owner``; None: nobody."""
    if _file_in(url) is not None:
        return holders_in(url, None)
    with closing(reading(url)) as store:
        return holders_in(url, store)


def holders_in(url: str, store: Store | None) -> Callable[[str], Mapping[str, Any] | None]:
    """As ``holders``, of a store that is open."""
    file = _file_in(url)
    if file is not None:
        found = holder_of(file)
        return lambda _batch_id: found
    return store.holders().get if isinstance(store, SqlStore) else lambda _batch_id: None


def join_cluster_of(url: str, batch_id: str) -> str | None:
    """The address of the Ray cluster that runs this batch, made the one to connect to; None where none does.

    Raises:
        RequestError: a process without a cluster is at work on it, or one whose cluster cannot be reached from here.
    """
    found = _living_holder(url, batch_id)
    if found is None:
        return os.environ.get("RAY_ADDRESS")
    address: str | None = found["owner"].get("ray_address")
    if address is None:
        what = f"Batch {batch_id}" if _file_in(url) is None else shown(url)
        raise RequestError(
            f"{what} is in use by process {found['pid']}{_elsewhere(found)}, which runs its batch by itself "
            "(--runtime local): wait for its end, or stop it with Ctrl-C."
        )
    if _is_loopback_elsewhere(found):
        raise RequestError(
            f"Batch {batch_id} runs in a Ray cluster of its own on {found['host']} (process {found['pid']}): say this "
            "there, or wait for its end."
        )
    if not os.environ.get("RAY_ADDRESS") and address.startswith(_LOOPBACK):
        # Ray guards a cluster that a program starts for itself with a token, and offers the token only to those who ask
        # for that by name once they have an address (ray.init, 2.60). It reads this when it is imported.
        os.environ.setdefault("RAY_AUTH_MODE", "token")
    os.environ["RAY_ADDRESS"] = address
    return address


def _elsewhere(found: Mapping[str, Any]) -> str:
    return "" if found["host"] == socket.gethostname() else f" on {found['host']}"


def _is_loopback_elsewhere(found: Mapping[str, Any]) -> bool:
    return bool(_elsewhere(found)) and str(found["owner"].get("ray_address")).startswith(_LOOPBACK)


def _living_holder(url: str, batch_id: str) -> Mapping[str, Any] | None:
    """Who is at work. One whose cluster was killed notices it within a few seconds: its end is waited for."""
    late = time.monotonic() + DYING_SECONDS
    while (found := holders(url)(batch_id)) is not None and not _is_reached(found):
        if time.monotonic() > late:
            raise RequestError(
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
    with suppress(OSError), socket.create_connection((host, int(port)), timeout=2.0):
        return True
    return False
