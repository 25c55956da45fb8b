"""What is wrong with an order, found out from the store alone: before Ray is started, which takes seconds."""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress

from actors.core.batch_state import Stage
from actors.stores.notifier import Notice
from actors.stores.opening import MEMORY_URL
from actors.stores.store import Store, StoreNotThereError
from contracts.messages import Message
from drivers.client.batches import Batches, Order
from drivers.client.errors import RequestError
from drivers.client.stores import file_of_store, holders_in, reading
from drivers.intake import Intake


class _Rehearsal:
    """Implements ``Runtime`` over a store that is only read: nobody hears what is told."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @property
    def store(self) -> Store:
        """The store given."""
        return self._store

    def tell(self, address: str, message: Message) -> None:
        """To nobody."""

    def run(
        self, until: Callable[[], bool], watch: Callable[[], None] | None = None, notice: Notice = Notice.REST
    ) -> None:
        """Not at all."""

    def describe(self, essays: int = 0) -> str:  # noqa: ARG002  (the protocol's)
        """One line."""
        return "nowhere"

    def shutdown(self) -> None:
        """Nothing is there to be stopped."""


@contextmanager
def rehearsed(url: str) -> Iterator[Batches]:
    """The batches of a store, to which an order may be given that is not carried out."""
    with closing(reading(url)) as store:
        yield Batches(_Rehearsal(store))


def check_registration(url: str, order: Order, essays: Sequence[Intake], go_on: str) -> None:
    """Refuse a batch whose name is taken in this store. ``go_on`` is the command that goes on with it.

    Raises:
        RequestError: there can be no such store; another batch is called so, or this one is paused, or being run by a
            program that cannot be joined.
        StoreError: the server does not answer.
    """
    file = file_of_store(url)
    if url == MEMORY_URL or (file is not None and not file.exists()):
        return
    with suppress(StoreNotThereError), rehearsed(url) as batches:
        batches.check(order, essays)
        known = batches.store.batch(order.batch_id, with_order=False)
        if known is not None and known.paused:
            raise RequestError(f"Batch {order.batch_id!r} is paused. Go on with: {go_on}")
        line = batches.store.summary(order.batch_id)
        holder = holders_in(url, batches.store)(order.batch_id)
        joined = bool(os.environ.get("RAY_ADDRESS")) and "ray_address" in (holder["owner"] if holder else {})
        if line is not None and line.stage != Stage.ENDED and holder is not None and not joined:
            raise RequestError(
                f"Batch {order.batch_id!r} is being run by process {holder['pid']} on {holder['host']}: see it with "
                f"essays watch, or choose another --batch-id."
            )
