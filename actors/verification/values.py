"""Values as small numbers: equal values have the same number, and essays in a value can be renamed.

States and messages are compared and hashed millions of times, but only a few thousand different ones are made: each is
taken apart once, and is a number from then on.
"""

import re
from collections.abc import Iterable, Mapping, Set
from dataclasses import fields, is_dataclass, replace
from datetime import datetime
from enum import Enum
from functools import partial
from typing import Any, Final

from immutables import Map
from pydantic import BaseModel

from actors.core.essay_state import EssayState
from contracts.refs import EssayProcessingInputRefV1
from contracts.registration import BatchRegistrationRequestV1

_ESSAY: Final = re.compile(r"\bE\d+\b")
Renaming = Mapping[str, str]


def frozen(value: Any) -> Any:
    """A hashable form of a value, equal for equal values. Times are left out, because the walk has no clock."""
    match value:
        case None | Enum() | str() | int() | float():
            return value
        case datetime():
            return "a time"
        case Mapping():
            return frozenset((frozen(key), frozen(each)) for key, each in value.items())
        case Set():
            return frozenset(frozen(each) for each in value)
        case BaseModel():
            return type(value).__name__, *(frozen(each) for _, each in value)
        case tuple() | list():
            return type(value).__name__, *(frozen(each) for each in value)
        case _ if is_dataclass(value):
            return type(value).__name__, *(frozen(getattr(value, each.name)) for each in fields(value))
        case _:
            return value


def renamed(value: Any, names: Renaming) -> Any:
    """The same value with essays renamed. Lists of essays stay in the batch's order."""
    again = partial(renamed, names=names)
    match value:
        case None | Enum() | int() | float() | datetime() | BatchRegistrationRequestV1():
            return value
        case str():
            return _ESSAY.sub(lambda found: names.get(found[0], found[0]), value)
        case Map():
            return Map({again(key): again(each) for key, each in value.items()})
        case Mapping():
            return {again(key): again(each) for key, each in value.items()}
        case Set():
            return frozenset(again(each) for each in value)
        case BaseModel():
            return value.model_copy(update={name: again(each) for name, each in value})
        case EssayState():
            moved: EssayState = _sequence(value, [again(each) for each in value])
            return moved._replace(ordinal=int(moved.essay_id[1:]) - 1)
        case tuple() | list():
            return _sequence(value, [again(each) for each in value])
        case _ if is_dataclass(value) and not isinstance(value, type):
            return replace(value, **{each.name: again(getattr(value, each.name)) for each in fields(value)})
        case _:
            return value


def _sequence(before: Any, items: list[Any]) -> Any:
    if items and all(isinstance(each, str) and _ESSAY.fullmatch(each) for each in items):
        items = sorted(items)
    elif items and all(isinstance(each, EssayProcessingInputRefV1) for each in items):
        items = sorted(items, key=lambda ref: ref.essay_id)
    if isinstance(before, list):
        return items
    return type(before)(*items) if hasattr(before, "_fields") else tuple(items)


class Values:
    """Numbers for values, and values for numbers."""

    def __init__(self) -> None:
        self._numbers: dict[Any, int] = {}
        self._values: list[Any] = []
        self._renamed: dict[tuple[int, tuple[str, ...]], int] = {}

    def number(self, value: Any) -> int:
        """The number of this value."""
        key = (type(value), frozen(value))
        number = self._numbers.get(key)
        if number is None:
            number = self._numbers[key] = len(self._values)
            self._values.append(value)
        return number

    def __getitem__(self, number: int) -> Any:
        return self._values[number]

    def __len__(self) -> int:
        return len(self._values)

    def renamed(self, number: int, names: Renaming) -> int:
        """The number of the same value with essays renamed."""
        key = (number, tuple(names.values()))
        other = self._renamed.get(key)
        if other is None:
            other = self._renamed[key] = self.number(renamed(self._values[number], names))
        return other


def bits_of(mask: int) -> Iterable[int]:
    """The positions of the ones in a mask, from the lowest."""
    while mask:
        lowest = mask & -mask
        yield lowest.bit_length() - 1
        mask ^= lowest
