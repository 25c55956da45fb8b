"""Which processes of ended batches stay, to answer whoever looks them up by name."""

from collections.abc import Iterable
from typing import Final

from actors.core.batch_state import BatchStage
from actors.runtime.placement import batch_in
from actors.runtime.ray.cluster import end, processes_in
from actors.stores.store import Store

MOST: Final = 16
"""A forked process takes some 25 MB, a started one 65 MB."""


def end_oldest(namespace: str, store: Store) -> None:
    """End the processes of ended batches except the ``MOST`` newest ones."""
    for name in beyond(MOST, processes_in(namespace), store):
        end(name, namespace)


def beyond(most: int, names: Iterable[str], store: Store) -> list[str]:
    """Those of the named processes whose batches have ended or were forgotten, except the ``most`` that ended last."""
    batches = {name: batch_id for name in names if (batch_id := batch_in(name)) is not None}
    if len(batches) <= most:
        return []
    lines = {name: store.summary(batch_id) for name, batch_id in batches.items()}
    forgotten = sorted(name for name, line in lines.items() if line is None)
    ended = sorted((line.updated_at, name) for name, line in lines.items() if line and line.stage == BatchStage.ENDED)
    return [*forgotten, *(name for _, name in ended)][:-most]
