"""Actors with nothing left to do are passivated: they are forgotten, and read from the store when they are needed."""

from typing import Any, Final, get_args

from actors.actor import Actor
from contracts.messages import Message, OperatorCommand, RegisterBatch, WakeUp

OPERATOR_MESSAGES: Final = frozenset({RegisterBatch, WakeUp, *get_args(OperatorCommand)})


def is_outdated(actor: Actor[Any], message: Message) -> bool:
    """Is this a driver's message to an idle actor?

    While nobody works on a batch, it may be changed in the store, or forgotten, so it must be read again first.
    """
    return type(message) in OPERATOR_MESSAGES and actor.is_idle
