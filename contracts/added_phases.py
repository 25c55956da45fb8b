"""Adds phases to the built-in ones at run time: their enum members, their statuses and their row in the phase table."""

import re
from enum import StrEnum
from functools import cache
from threading import Lock
from typing import Any, Final, TypeVar

from contracts.phases import ROWS, EssayStatus, InvalidPhase, PhaseName, PhaseRow, PhaseScope

_PHASE_OF_STATUS: Final[dict[EssayStatus, PhaseName]] = {}
_CHANGING: Final = Lock()

_NAME: Final = re.compile(r"(?!awaiting_)[a-z][a-z0-9_]{0,62}")
_STATUS_OF_A_PHASE: Final = re.compile(r"awaiting_(.+)|(.+)_(?:in_progress|success|failed)")
_NO_NAMES: Final = frozenset({"phases"})  # it is a key beside phase names in settings
_E = TypeVar("_E", bound=StrEnum)


def add_phase(name: str, scope: PhaseScope) -> PhaseName:
    """Make a phase known: its name, its four statuses and its row. If it is known already, this may change its scope.

    Raises:
        InvalidPhase: the name is malformed, or one of its statuses exists already.
    """
    with _CHANGING:
        phase = PhaseName._value2member_map_.get(name)
        if name.upper() in PhaseName._member_map_ and phase is not None:
            raise InvalidPhase(f"{name!r} is a built-in phase: give your own phase another name")
        if not isinstance(phase, PhaseName):
            phase = _member(PhaseName, _checked_name(name))
        if (row := ROWS.get(phase)) is None or row.scope is not scope:
            awaiting, in_progress, success, failed = (_member(EssayStatus, value) for value in _status_values(name))
            ROWS[phase] = row = PhaseRow(awaiting, in_progress, success, failed, scope)
            _PHASE_OF_STATUS.update(dict.fromkeys(row.statuses, phase))
        return phase


def remove_phase(phase: PhaseName) -> None:
    """Make an added phase unknown again. For tests, which share a process."""
    with _CHANGING:
        for status in ROWS.pop(phase).statuses:
            del EssayStatus._value2member_map_[status.value], _PHASE_OF_STATUS[status]
        del PhaseName._value2member_map_[phase.value]


def _checked_name(name: str) -> str:
    if not _NAME.fullmatch(name) or name in _NO_NAMES:
        raise InvalidPhase(
            f"a phase cannot be called {name!r}: use up to 63 of the letters a to z, digits and underscores, starting "
            f"with a letter, but not {', '.join(map(repr, sorted(_NO_NAMES)))} and nothing that begins with 'awaiting_'"
        )
    if taken := [value for value in _status_values(name) if value in EssayStatus._value2member_map_]:
        raise InvalidPhase(f"a phase cannot be called {name!r}: {', '.join(taken)} is an essay's status already")
    return name


def _status_values(name: str) -> tuple[str, str, str, str]:
    return f"awaiting_{name}", f"{name}_in_progress", f"{name}_success", f"{name}_failed"


def _member(enum: type[_E], value: str) -> _E:
    member: _E = _made(enum, value)
    enum._value2member_map_[value] = member
    return member


@cache  # the same object forever: callers may keep it while the phase is removed and added again
def _made(enum: type[_E], value: str) -> _E:
    """Make an enum member at run time, as ``enum.Flag`` does."""
    member = str.__new__(enum, value)
    member._name_, member._value_ = value.upper(), value
    return member


def status_found(value: str) -> EssayStatus | None:
    """The status with this value, if it is one of the four of a phase that was added or can be found by name."""
    match = _STATUS_OF_A_PHASE.fullmatch(value)
    if match is None or PhaseName._missing_(match[1] or match[2]) is None:
        return None
    found = EssayStatus._value2member_map_.get(value)
    return found if isinstance(found, EssayStatus) else None


def reduced_phase(phase: PhaseName) -> tuple[Any, ...]:
    """How to pickle an added phase: by its name and scope, which is all that another process needs."""
    return _restored_phase, (phase.value, ROWS[phase].scope)


def reduced_status(status: EssayStatus) -> tuple[Any, ...]:
    """How to pickle a status of an added phase: with its phase, which is restored first."""
    return _restored_status, (_PHASE_OF_STATUS[status], status.value)


def _restored_phase(name: str, scope: PhaseScope) -> PhaseName:
    known = PhaseName._value2member_map_.get(name)
    return known if isinstance(known, PhaseName) else add_phase(name, scope)


def _restored_status(_phase: PhaseName, value: str) -> EssayStatus:
    return EssayStatus(value)
