"""What has nothing left to do is put away, and is read from the store again when somebody wants more of it."""

from collections.abc import Iterable
from typing import Any, Final, get_args

from actors.actor import Actor
from actors.core.addresses import batch_of
from contracts.messages import Message, OperatorCommand, RegisterBatch, WakeUp

DRIVERS_WORDS: Final = (RegisterBatch, WakeUp, *get_args(OperatorCommand))


def is_outdated(actor: Actor[Any], message: Message) -> bool:
    """Is this a driver's word to an actor at rest?

    While nobody was at work on a batch, it may have been changed in the store, or forgotten: it is read again first.
    """
    return isinstance(message, DRIVERS_WORDS) and actor.is_at_rest


def all_of_its_batch(address: str, among: Iterable[str]) -> set[str]:
    """Those of the same batch as the one at ``address``: its essays and cohorts are put away with an orchestrator."""
    batch_id = batch_of(address)
    return {other for other in among if batch_of(other) == batch_id}
