"""Finding the store of a batch, and the cluster that has it open."""

import os
from pathlib import Path
from typing import Final

from actors.stores.file_lock import holder_of
from actors.stores.opening import open_store
from actors.stores.store import Store
from drivers.mistakes import UserMistake

STORE_FILE: Final = "store.db"
DEFAULT_FOLDER: Final = Path("results")


def store_in(folder: Path) -> str:
    """The URL of the store in an output folder, which is made where it is not there.

    Raises:
        UserMistake: the folder cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserMistake(f"The output folder {folder} cannot be made: {error.strerror}.") from None
    return f"sqlite:///{(folder / STORE_FILE).resolve()}"


def store_urls(store: str | None, out: Path | None) -> list[str]:
    """The stores meant: the one named, the one in the folder named, or all in the default results folder.

    Raises:
        UserMistake: there is none.
    """
    if store is not None:
        return [store]
    if out is not None:
        files = [out / STORE_FILE] if (out / STORE_FILE).is_file() else []
    else:
        files = sorted(DEFAULT_FOLDER.glob(f"*/{STORE_FILE}"))
    if not files:
        where = out or DEFAULT_FOLDER
        raise UserMistake(f"There is no store in {where}: name one with --store URL, or its folder with --out.")
    return [f"sqlite:///{file.resolve()}" for file in files]


def store_of(batch_id: str, store: str | None, out: Path | None) -> str:
    """The URL of the store that knows this batch.

    Raises:
        UserMistake: none does.
    """
    urls = store_urls(store, out)
    for url in urls:
        if knows(url, batch_id):
            return url
    raise UserMistake(f"There is no batch {batch_id!r} in {', '.join(urls)}.")


def knows(url: str, batch_id: str) -> bool:
    """Is this batch in this store?"""
    reading = open_store(url, read_only=True)
    try:
        return any(summary.batch_id == batch_id for summary in reading.batches())
    finally:
        reading.close()


def reading(url: str) -> Store:
    """The store, to read only: beside a process that writes to it, too."""
    return open_store(url, read_only=True)


def join_cluster_of(url: str) -> str | None:
    """The address of the Ray cluster that has this store open, made the one to connect to; None where none has.

    Raises:
        UserMistake: a process without a cluster has it open.
    """
    path = Path(url.removeprefix("sqlite:///"))
    holder = holder_of(path) if url.startswith("sqlite:///") else None
    if holder is None:
        return os.environ.get("RAY_ADDRESS")
    address: str | None = holder["owner"].get("ray_address")
    if address is None:
        raise UserMistake(
            f"{path} is in use by process {holder['pid']}, which runs its batch by itself (--runtime local): "
            "wait for its end, or stop it with Ctrl-C."
        )
    os.environ["RAY_ADDRESS"] = address
    return address
