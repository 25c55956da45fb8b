"""What is wrong with an order, found out from the store alone: before Ray is started, which takes seconds."""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress

from actors.core.batch_state import Stage
from actors.stores.store import Store, StoreError
from contracts.messages import Message
from drivers.batches import Batches, Order
from drivers.finding import holders_in, reading
from drivers.intake import Intake
from drivers.mistakes import UserMistake


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

    def run(self, until: Callable[[], bool], watch: Callable[[], None] | None = None) -> None:
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


def check_registration(url: str, order: Order, essays: Sequence[Intake]) -> None:
    """Refuse a batch whose name is taken in this store.

    Raises:
        UserMistake: another batch is called so, or this one is being run by a program that cannot be joined.
    """
    with suppress(StoreError), rehearsed(url) as batches:  # a store that is not there has no batch
        batches.check(order, essays)
        line = batches.store.summary(order.batch_id)
        holder = holders_in(url, batches.store)(order.batch_id)
        joined = bool(os.environ.get("RAY_ADDRESS")) and "ray_address" in (holder["owner"] if holder else {})
        if line is not None and line.stage != Stage.ENDED and holder is not None and not joined:
            raise UserMistake(
                f"Batch {order.batch_id!r} is being run by process {holder['pid']} on {holder['host']}: see it with "
                f"essays watch, or choose another --batch-id."
            )
