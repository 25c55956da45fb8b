"""Answers to requested work, each with the records that are stored before it is told."""

from typing import NamedTuple

from actors.core.records import Record
from contracts.messages import Message


class Answer(NamedTuple):
    """A message to the actor at ``to``, told once ``records`` are stored (all of them in the same commit)."""

    to: str
    message: Message
    records: tuple[Record, ...] = ()
