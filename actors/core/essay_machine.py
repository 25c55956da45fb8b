"""The essay's state machine.

Theory of operation
-------------------
An essay is in exactly one ``EssayStatus``. It moves by *triggers*: commands (``CMD_...``) that the orchestrator
gives, and events (``EVT_...``) that work reports. All legal moves are rows of one table, generated from the phase
table of the contract: for each phase

    READY or another phase's success --CMD_INITIATE--> awaiting --EVT_STARTED--> in progress --EVT_SUCCEEDED--> success
                                                       awaiting or in progress --EVT_FAILED--> failed
                                                                       failed --CMD_RETRY--> awaiting

and three moves that belong to no phase: completing the pipeline, reopening a completed essay for a further one,
and the critical failure, which is possible from everywhere.

The machine says what is *possible*; which phase is next is the orchestrator's to say. A move that is not in the
table is one named error, ``IllegalTransition``, and changes nothing: a typo in a trigger, a stale message and a
wrong order all look the same from here, and none of them passes silently.

One ``transitions.Machine`` holds the table for all essays (building it per essay would cost a hundred times the
essay itself); it is built anew once a phase has been added. Each ``EssayStateMachine`` has a status of its own. A move
depends on status and trigger alone, so the machine is asked once for each pair of them and its answer is remembered:
what 30,000 essays ask a hundred thousand times a minute is then the look-up of an answer that ``transitions`` gave.
"""

from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from typing import Any, NamedTuple

from transitions import Machine, MachineError

from contracts.phases import PHASE_TABLE, EssayStatus, PhaseName, PhaseRow
from contracts.triggers import CMD_MARK_PIPELINE_COMPLETE, CMD_REOPEN, EVT_CRITICAL_FAILURE, triggers_of


class Transition(NamedTuple):
    """One row of the table."""

    trigger: str
    source: EssayStatus
    dest: EssayStatus


class IllegalTransition(Exception):
    """The machine's only error: it names the essay, status and trigger. Nothing has changed."""

    def __init__(self, essay_id: str, status: EssayStatus, trigger: str) -> None:
        super().__init__(f"essay {essay_id!r} in status {status.value!r} does not accept trigger {trigger!r}")
        self.essay_id = essay_id
        self.status = status
        self.trigger = trigger

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.essay_id, self.status, self.trigger)


def transitions_of(phases: Mapping[PhaseName, PhaseRow]) -> Iterator[Transition]:
    """Every legal move if these are the phases."""
    successes = {row.success for row in phases.values()}
    ready = {EssayStatus.READY_FOR_PROCESSING}
    for phase, row in phases.items():
        trigger = triggers_of(phase)
        for source in sorted(ready | successes - {row.success}):
            yield Transition(trigger.initiate, source, row.awaiting)
        yield Transition(trigger.started, row.awaiting, row.in_progress)
        yield Transition(trigger.succeeded, row.in_progress, row.success)
        yield Transition(trigger.failed, row.awaiting, row.failed)
        yield Transition(trigger.failed, row.in_progress, row.failed)
        yield Transition(trigger.retry, row.failed, row.awaiting)
    for source in sorted(ready | successes):
        yield Transition(CMD_MARK_PIPELINE_COMPLETE, source, EssayStatus.ALL_PROCESSING_COMPLETED)
    yield Transition(CMD_REOPEN, EssayStatus.ALL_PROCESSING_COMPLETED, EssayStatus.READY_FOR_PROCESSING)
    for source in dict.fromkeys((*EssayStatus, *(status for row in phases.values() for status in row.statuses))):
        if source is not EssayStatus.ESSAY_CRITICAL_FAILURE:
            yield Transition(EVT_CRITICAL_FAILURE, source, EssayStatus.ESSAY_CRITICAL_FAILURE)


class _Table(NamedTuple):
    """All legal moves of the known phases, their triggers, and the machine that holds them."""

    transitions: tuple[Transition, ...]
    triggers: tuple[str, ...]
    machine: Machine


def _table() -> _Table:
    return _table_for(frozenset(PHASE_TABLE))


@lru_cache(maxsize=8)
def _table_for(_phases: frozenset[PhaseName]) -> _Table:
    moves = tuple(transitions_of(PHASE_TABLE))
    return _Table(moves, tuple(dict.fromkeys(row.trigger for row in moves)), _machine(moves))


def transitions() -> tuple[Transition, ...]:
    """Every legal move."""
    return _table().transitions


def triggers() -> tuple[str, ...]:
    """Every trigger, in the order of the table."""
    return _table().triggers


def _machine(moves: tuple[Transition, ...]) -> Machine:
    machine = Machine(
        model=None,
        states=list(dict.fromkeys(status.value for row in moves for status in (row.source, row.dest))),
        auto_transitions=False,
    )
    for row in moves:
        machine.add_transition(row.trigger, row.source.value, row.dest.value)
    return machine


class _Model:
    """The model that the shared machine moves to answer one question: just a status."""

    __slots__ = ("state",)

    def __init__(self, state: str) -> None:
        self.state = state


@cache
def _destination(status: EssayStatus, trigger: str) -> EssayStatus | None:
    """The status that ``trigger`` leads to from ``status``, or None if it is not legal there.

    Remembered answers stay right when a phase is added, because it brings statuses and triggers of its own.

    Raises:
        KeyError: there is no such trigger. This is not remembered: a phase added later may bring it.
    """
    model = _Model(status.value)
    try:
        _table().machine.events[trigger].trigger(model)
    except MachineError:
        return None
    return EssayStatus(model.state)


def _leads_to(status: EssayStatus, trigger: str) -> EssayStatus | None:
    try:
        return _destination(status, trigger)
    except KeyError:
        return None


def moved(essay_id: str, status: EssayStatus, trigger: str) -> EssayStatus:
    """The status of an essay after ``trigger``, if it was at ``status`` before.

    Raises:
        IllegalTransition: the trigger is unknown or not legal there.
    """
    destination = _leads_to(status, trigger)
    if destination is None:
        raise IllegalTransition(essay_id, status, trigger)
    return destination


def can_move(status: EssayStatus, trigger: str) -> bool:
    """Is ``trigger`` legal at ``status``?"""
    return _leads_to(status, trigger) is not None


class EssayStateMachine:
    """One essay's machine.

    Args:
        essay_id: the essay, for error messages.
        initial_status: its status now.
    """

    __slots__ = ("_status", "essay_id")

    def __init__(self, essay_id: str, initial_status: EssayStatus = EssayStatus.UPLOADED) -> None:
        self.essay_id = essay_id
        self._status = EssayStatus(initial_status)

    @property
    def current_status(self) -> EssayStatus:
        """The essay's status now."""
        return self._status

    def trigger_event(self, name: str) -> bool:
        """Make the move ``name``. Always returns True, for callers that assert it.

        Raises:
            IllegalTransition: the trigger is unknown or not legal now; nothing has changed.
        """
        self._status = moved(self.essay_id, self._status, name)
        return True

    def can_trigger(self, name: str) -> bool:
        """Would ``trigger_event(name)`` be legal now?"""
        return can_move(self._status, name)

    def get_valid_triggers(self) -> list[str]:
        """Every trigger that is legal now, in the order of the table."""
        return [name for name in triggers() if self.can_trigger(name)]

    def __repr__(self) -> str:
        return f"<EssayStateMachine {self.essay_id} {self.current_status}>"

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.essay_id, self.current_status)


class StateTransitionValidator:
    """Checks whether a move would be legal, without making it."""

    @staticmethod
    def validate_transition(machine: EssayStateMachine, trigger: str) -> bool:
        """True when ``machine`` would accept ``trigger`` now."""
        return machine.can_trigger(trigger)


def state_diagram(phases: Mapping[PhaseName, PhaseRow] = PHASE_TABLE) -> str:
    """The table as a Mermaid state diagram, without the critical failure, which is possible from everywhere."""
    rows = (row for row in transitions_of(phases) if row.trigger != EVT_CRITICAL_FAILURE)
    lines = [f"    {row.source.value} --> {row.dest.value}: {row.trigger}" for row in rows]
    return "\n".join(["stateDiagram-v2", *lines]) + "\n"
