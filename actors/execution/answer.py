"""What execution hands out: answers to those who asked for work, each with what is stored before it is told."""

from typing import NamedTuple

from actors.core.records import Record
from contracts.messages import Message


class Answer(NamedTuple):
    """``message`` goes to the actor at ``to`` once ``records`` are stored, in the same commit."""

    to: str
    message: Message
    records: tuple[Record, ...] = ()
