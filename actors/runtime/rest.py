"""What has nothing left to do is put away, and is read from the store again when somebody wants more of it."""

from typing import Any, Final, get_args

from actors.actor import Actor
from contracts.messages import Message, OperatorCommand, RegisterBatch, WakeUp

# A process that has had nothing to do for so long ends; a message starts it anew.
REST_SECONDS: Final = 60.0
_DRIVERS_WORDS: Final = (RegisterBatch, WakeUp, *get_args(OperatorCommand))


def is_outdated(actor: Actor[Any], message: Message) -> bool:
    """Is this a driver's word to an actor at rest?

    While nobody was at work on a batch, it may have been changed in the store, or forgotten: it is read again first.
    """
    return isinstance(message, _DRIVERS_WORDS) and actor.is_at_rest
