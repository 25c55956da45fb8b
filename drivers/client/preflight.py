"""Checks whether a store would take a batch, before an engine is opened (which takes seconds on Ray)."""

import os
from contextlib import suppress

from actors.core.batch_state import BatchStage
from actors.stores.opening import MEMORY_URL
from actors.stores.store import StoreNotThereError
from drivers.client.engine import Engine
from drivers.client.errors import BatchBusyError
from drivers.client.reader import Reader
from drivers.client.stores import file_of_store
from drivers.client.submission import Submission


def check_submission(url: str, submission: Submission) -> None:
    """Refuse a batch whose name is taken in this store, or that another program is running.

    Raises:
        RequestError: the store's URL is invalid.
        BatchExistsError: another batch, with different essays or settings, has its name.
        BatchPausedError: the batch exists already and is paused.
        BatchBusyError: the batch exists already, and is being run by a program that cannot be joined.
        StoreError: the database server does not answer.
    """
    file = file_of_store(url)
    if url == MEMORY_URL or (file is not None and not file.exists()):
        return
    with suppress(StoreNotThereError), Engine.reader(url) as reader:
        reader.check(submission)
        _check_is_free(reader, submission.batch_id)


def _check_is_free(reader: Reader, batch_id: str) -> None:
    line, holder = reader.store.summary(batch_id), reader.holder(batch_id)
    if line is None or line.stage == BatchStage.ENDED or holder is None:
        return
    if not os.environ.get("RAY_ADDRESS") or "ray_address" not in holder["owner"]:
        raise BatchBusyError(f"Batch {batch_id!r} is being run by process {holder['pid']} on {holder['host']}.")
