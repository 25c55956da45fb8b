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
essay itself); each ``EssayStateMachine`` has a status of its own. A move depends on status and trigger alone, so the
machine is asked once for each pair of them and its answer is remembered: what 30,000 essays ask a hundred thousand
times a minute is then the look-up of an answer that ``transitions`` gave.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Final, NamedTuple

from transitions import Machine, MachineError

from contracts.phases import PHASE_TABLE, EssayStatus, PhaseName, PhaseRow
from contracts.triggers import CMD_MARK_PIPELINE_COMPLETE, CMD_REOPEN, EVT_CRITICAL_FAILURE, triggers_of


class Transition(NamedTuple):
    """One row of the table."""

    trigger: str
    source: EssayStatus
    dest: EssayStatus


class IllegalTransition(Exception):
    """The one error of the machine: it names essay, status and trigger. Nothing has changed."""

    def __init__(self, essay_id: str, status: EssayStatus, trigger: str) -> None:
        super().__init__(f"essay {essay_id!r} in status {status.value!r} does not accept trigger {trigger!r}")
        self.essay_id = essay_id
        self.status = status
        self.trigger = trigger

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.essay_id, self.status, self.trigger)


def _transitions(phases: Mapping[PhaseName, PhaseRow]) -> Iterator[Transition]:
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
    for source in EssayStatus:
        if source is not EssayStatus.ESSAY_CRITICAL_FAILURE:
            yield Transition(EVT_CRITICAL_FAILURE, source, EssayStatus.ESSAY_CRITICAL_FAILURE)


TRANSITIONS: Final = tuple(_transitions(PHASE_TABLE))
TRIGGERS: Final = tuple(dict.fromkeys(row.trigger for row in TRANSITIONS))
_KNOWN: Final = frozenset(TRIGGERS)  # so that what is no trigger is not remembered either


@cache
def _table() -> Machine:
    machine = Machine(
        model=None,
        states=[status.value for status in EssayStatus],
        initial=EssayStatus.UPLOADED.value,
        auto_transitions=False,
        send_event=False,
        model_attribute="state",
    )
    for row in TRANSITIONS:
        machine.add_transition(row.trigger, row.source.value, row.dest.value)
    return machine


class _Model:
    """What the table is asked with: a status that a trigger may move."""

    __slots__ = ("state",)

    def __init__(self, state: str) -> None:
        self.state = state


@cache
def _destination(status: EssayStatus, trigger: str) -> EssayStatus | None:
    """Where ``trigger`` leads from ``status``, which is one of the table's; None where it is not legal."""
    model = _Model(status.value)
    try:
        _table().events[trigger].trigger(model)
    except MachineError:
        return None
    return EssayStatus(model.state)


class EssayStateMachine:
    """One essay's machine.

    Args:
        essay_id: the essay, for error messages.
        initial_status: where it stands.
    """

    __slots__ = ("_status", "essay_id")

    def __init__(self, essay_id: str, initial_status: EssayStatus = EssayStatus.UPLOADED) -> None:
        self.essay_id = essay_id
        self._status = EssayStatus(initial_status)

    @property
    def current_status(self) -> EssayStatus:
        """Where the essay stands."""
        return self._status

    def trigger_event(self, name: str) -> bool:
        """Make the move ``name``; True, always, for callers that like to assert it.

        Raises:
            IllegalTransition: the trigger is unknown or not legal here; nothing has changed.
        """
        destination = _destination(self._status, name) if name in _KNOWN else None
        if destination is None:
            raise IllegalTransition(self.essay_id, self._status, name)
        self._status = destination
        return True

    def can_trigger(self, name: str) -> bool:
        """Would ``trigger_event(name)`` be legal here?"""
        return name in _KNOWN and _destination(self._status, name) is not None

    def get_valid_triggers(self) -> list[str]:
        """Every trigger that is legal here, in the order of the table."""
        return [name for name in TRIGGERS if self.can_trigger(name)]

    def __repr__(self) -> str:
        return f"<EssayStateMachine {self.essay_id} {self.current_status}>"

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.essay_id, self.current_status)


class StateTransitionValidator:
    """Asks whether a move would be legal, without making it."""

    @staticmethod
    def validate_transition(machine: EssayStateMachine, trigger: str) -> bool:
        """True when ``machine`` would accept ``trigger`` now."""
        return machine.can_trigger(trigger)


def state_diagram() -> str:
    """The table as a Mermaid state diagram (the critical failure, possible from everywhere, is left out)."""
    rows = (row for row in TRANSITIONS if row.trigger != EVT_CRITICAL_FAILURE)
    lines = [f"    {row.source.value} --> {row.dest.value}: {row.trigger}" for row in rows]
    return "\n".join(["stateDiagram-v2", *lines]) + "\n"
