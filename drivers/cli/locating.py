"""Finds a batch's store: the one given, the one in the folder given, or one in the default results folder."""

import os
import shlex
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from actors.stores.opening import MEMORY_URL, url_of_file
from actors.stores.store import BatchSummary, StoreError
from drivers.client.errors import RequestError
from drivers.client.stores import file_of_store, knows, reading, shown
from drivers.intake import intake_notes, student_names

STORE_FILE: Final = "store.db"
DEFAULT_FOLDER: Final = Path("results")


def check_stays(out: Path | None) -> None:
    """Refuse an output folder that Ray would delete: a job submitted to Ray runs in a copy of its folder.

    Raises:
        RequestError: the results would be written to that copy.
    """
    here = Path.cwd() / (out or "")
    if {"runtime_resources", "working_dir_files"} <= set(here.parts):
        raise RequestError(
            f"This job runs in a copy of your folder, which Ray deletes ({Path.cwd()}): give --out an absolute path "
            '(on the machine where you submit the job: --out "$PWD/results/8b").'
        )


def make_folder(folder: Path) -> None:
    """Create an output folder if it does not exist.

    Raises:
        RequestError: it cannot be created or written to.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RequestError(f"The output folder {folder} cannot be created: {error.strerror}.") from None
    if not os.access(folder, os.W_OK | os.X_OK):
        raise RequestError(f"The output folder {folder} cannot be written to: choose another with --out.")


def store_in(folder: Path) -> str:
    """The URL of the store in an output folder, whether it exists yet or not."""
    return url_of_file(folder / STORE_FILE)


def store_urls(store: str | None, out: Path | None) -> list[str]:
    """The stores to use: the one given, the one in the folder given, or all in the default results folder.

    Raises:
        RequestError: there is no store there.
    """
    if store == MEMORY_URL:
        raise RequestError("A store in memory ends with the program that filled it: choose another with --store.")
    if store is not None:
        return [store]
    files = default_stores() if out is None else [file for file in [out / STORE_FILE] if file.is_file()]
    if not files:
        where = out or DEFAULT_FOLDER
        raise RequestError(
            f"There is no store in {where}: give the batch's folder with --out, or its store with --store URL."
        )
    return [url_of_file(file) for file in files]


def default_stores() -> list[Path]:
    """The stores in the folders below the default results folder."""
    return sorted(DEFAULT_FOLDER.glob(f"*/{STORE_FILE}"))


def store_of(batch_id: str, store: str | None, out: Path | None) -> str:
    """The URL of the store that has this batch.

    Raises:
        RequestError: no store has it.
        StoreError: the only store cannot be read. If there are several, unreadable ones are skipped.
    """
    urls = store_urls(store, out)
    if store is not None and out is not None and (out / STORE_FILE).is_file():
        urls.append(store_in(out))  # the store may be one for all batches, from the settings file
    for url in urls:
        with suppress(*([StoreError] if len(urls) > 1 else [])):
            if knows(url, batch_id):
                return url
    where = _text(urls) if store is None else " or ".join(map(shown, urls))
    raise RequestError(f"There is no batch {batch_id!r} in {where}. List the batches with: essays status")


def _text(urls: list[str]) -> str:
    several = (
        f"any of the {len(urls)} stores in {DEFAULT_FOLDER}: give its folder with --out, or its store with --store"
    )
    return shown(urls[0]) if len(urls) == 1 else several


def from_anywhere(store: str | None) -> str | None:
    """The store's URL in a form that is valid in every folder: file paths become absolute."""
    file = file_of_store(store) if store else None
    return store if file is None or file.is_absolute() else url_of_file(file)


def all_batches(
    store: str | None, out: Path | None, unreadable: Callable[[str], object] = lambda _: None
) -> Iterator[tuple[str, BatchSummary]]:
    """Every batch with the URL of its store, oldest first in each store.

    If there are several stores, those that cannot be read are skipped.

    Args:
        store: the store's URL.
        out: the output folder that has it.
        unreadable: called with a message for each store that is skipped.

    Raises:
        RequestError: there is no store.
        StoreError: the only store cannot be read.
    """
    urls = store_urls(store, out)
    for url in urls:
        try:
            with closing(reading(url)) as opened:
                lines = opened.batches()
        except StoreError as error:
            if len(urls) == 1:
                raise
            unreadable(f"Skipped {shown(url)}: {error}")
            continue
        yield from ((url, line) for line in lines)


@dataclass(frozen=True)
class BatchPlace:
    """Where a batch and its results are, according to the options of a command.

    ``local``: the batch runs without Ray. ``found``: the URL of its store, if that is already known.
    """

    batch_id: str
    store: str | None = None
    out: Path | None = None
    local: bool = False
    found: str | None = None

    @cached_property
    def url(self) -> str:
        """The URL of the store that has the batch.

        Raises:
            RequestError: no store has it.
        """
        return self.found or store_of(self.batch_id, self.store, self.out)

    @property
    def folder(self) -> Path:
        """The folder for its results: the one given, the one its store is in, or the default folder with its name."""
        file = file_of_store(self.url)
        beside = file.parent if file is not None and file.name == STORE_FILE else None
        return self.out or beside or DEFAULT_FOLDER / self.batch_id

    @property
    def students(self) -> Mapping[str, str]:
        """The students' names by essay id, as far as they are known."""
        return student_names.kept(self.folder, self.batch_id)

    @property
    def intake(self) -> Mapping[str, Any]:
        """The notes from reading its essays, if they were kept."""
        return intake_notes.kept(self.folder, self.batch_id)

    @property
    def go_on(self) -> str:
        """The command that continues the batch."""
        found = [] if self.store is None else ["--store", shown(self.store)]
        where = [] if self.out is None else ["--out", str(self.out)]
        how = ["--runtime", "local"] if self.local else []
        return shlex.join(["essays", "resume", self.batch_id, *found, *where, *how])
