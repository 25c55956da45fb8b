"""The essay's state machine is total: every status meets every trigger, and yields a status or the one error."""

import pickle
import re
from collections.abc import Iterator, Mapping
from itertools import chain, product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.core.essay_machine import (
    EssayStateMachine,
    IllegalTransition,
    StateTransitionValidator,
    state_diagram,
    transitions,
    triggers,
)
from contracts import PHASE_TABLE, EssayStatus

GUIDE = Path(__file__).parents[2] / "drivers" / "guides" / "states.md"
S = EssayStatus
UNKNOWN = ["", "CMD_INITIATE", "cmd_initiate_nlp", "EVT_NLP_SUCCEEDED ", "to_nlp_success", "state", "trigger_event"]

# The contract's table, written out: each phase with its trigger's name and its four statuses.
PHASES = {
    "SPELLCHECK": (S.AWAITING_SPELLCHECK, S.SPELLCHECKING_IN_PROGRESS, S.SPELLCHECKED_SUCCESS, S.SPELLCHECK_FAILED),
    "AI_FEEDBACK": (S.AWAITING_AI_FEEDBACK, S.AI_FEEDBACK_IN_PROGRESS, S.AI_FEEDBACK_SUCCESS, S.AI_FEEDBACK_FAILED),
    "CJ_ASSESSMENT": (
        S.AWAITING_CJ_ASSESSMENT,
        S.CJ_ASSESSMENT_IN_PROGRESS,
        S.CJ_ASSESSMENT_SUCCESS,
        S.CJ_ASSESSMENT_FAILED,
    ),
    "NLP": (S.AWAITING_NLP, S.NLP_IN_PROGRESS, S.NLP_SUCCESS, S.NLP_FAILED),
}
NO_PHASES = {
    S.UPLOADED,
    S.TEXT_EXTRACTED,
    S.CONTENT_INGESTING,
    S.CONTENT_INGESTION_FAILED,
    S.READY_FOR_PROCESSING,
    S.ALL_PROCESSING_COMPLETED,
    S.ESSAY_CRITICAL_FAILURE,
}
BUILT_IN = {phase: PHASE_TABLE[phase] for phase in PHASE_TABLE if phase.upper() in PHASES}
ALL = PHASES | {phase.upper(): row.statuses for phase, row in PHASE_TABLE.items() if phase not in BUILT_IN}


def _contract(phases: Mapping[str, tuple[EssayStatus, ...]]) -> Iterator[tuple[str, EssayStatus, EssayStatus]]:
    successes = {name: success for name, (_, _, success, _) in phases.items()}
    for name, (awaiting, in_progress, success, failed) in phases.items():
        for source in (S.READY_FOR_PROCESSING, *(other for of, other in successes.items() if of != name)):
            yield f"CMD_INITIATE_{name}", source, awaiting
        yield f"EVT_{name}_STARTED", awaiting, in_progress
        yield f"EVT_{name}_SUCCEEDED", in_progress, success
        yield f"EVT_{name}_FAILED", awaiting, failed
        yield f"EVT_{name}_FAILED", in_progress, failed
        yield f"CMD_RETRY_{name}", failed, awaiting
    for source in (S.READY_FOR_PROCESSING, *successes.values()):
        yield "CMD_MARK_PIPELINE_COMPLETE", source, S.ALL_PROCESSING_COMPLETED
    yield "CMD_REOPEN", S.ALL_PROCESSING_COMPLETED, S.READY_FOR_PROCESSING
    for source in {*EssayStatus, *(status for four in phases.values() for status in four)}:
        if source is not S.ESSAY_CRITICAL_FAILURE:
            yield "EVT_CRITICAL_FAILURE", source, S.ESSAY_CRITICAL_FAILURE


CONTRACT = {(trigger, source): dest for trigger, source, dest in _contract(ALL)}
TRIGGERS = list(dict.fromkeys(trigger for trigger, _ in CONTRACT))
some_status = st.sampled_from(EssayStatus)
some_trigger = st.sampled_from(TRIGGERS)


def machine_in(status: EssayStatus) -> EssayStateMachine:
    """An essay's machine in this status."""
    return EssayStateMachine("essay-001", status)


def test_the_table_is_the_contracts() -> None:
    """Every legal transition of the contract, none more, none twice: 4 x (4 + 1 + 1 + 2 + 1) + 5 + 1 + 22."""
    moves = list(transitions())
    assert {(row.trigger, row.source): row.dest for row in moves} == CONTRACT
    assert len(moves) == len(CONTRACT)
    assert set(triggers()) == set(TRIGGERS)
    of_the_contract = {row for row in moves if {row.source, row.dest} <= {*NO_PHASES, *chain(*PHASES.values())}}
    assert len(of_the_contract) == 64


def test_every_status_meets_every_trigger_with_a_move_or_the_one_error() -> None:
    """A legal trigger leads to the table's status; any other raises an error naming all three, and changes nothing."""
    legal = 0
    for status, trigger in product(EssayStatus, [*TRIGGERS, *UNKNOWN]):
        machine = machine_in(status)
        if (trigger, status) in CONTRACT:
            assert machine.trigger_event(trigger)
            assert machine.current_status is CONTRACT[trigger, status]
            legal += 1
        else:
            with pytest.raises(IllegalTransition) as caught:
                machine.trigger_event(trigger)
            assert machine.current_status is status
            assert (caught.value.essay_id, caught.value.status, caught.value.trigger) == ("essay-001", status, trigger)
            assert all(repr(part) in str(caught.value) for part in ("essay-001", status.value, trigger))
    assert legal == len(CONTRACT)


def test_what_the_machine_says_it_can_do_is_what_it_does() -> None:
    """Asking what is possible agrees with trying it, and changes nothing."""
    for status in EssayStatus:
        machine = machine_in(status)
        allowed = {trigger for trigger, source in CONTRACT if source is status}
        assert set(machine.get_valid_triggers()) == allowed
        assert len(machine.get_valid_triggers()) == len(allowed)
        for trigger in [*TRIGGERS, *UNKNOWN]:
            assert machine.can_trigger(trigger) is (trigger in allowed)
            assert StateTransitionValidator.validate_transition(machine, trigger) is (trigger in allowed)
        assert machine.current_status is status


def test_a_critical_failure_is_possible_from_everywhere_and_final() -> None:
    """Every other status leads to it, and no transition leads out of it."""
    for status in set(EssayStatus) - {S.ESSAY_CRITICAL_FAILURE}:
        machine = machine_in(status)
        assert machine.trigger_event("EVT_CRITICAL_FAILURE")
        assert machine.current_status is S.ESSAY_CRITICAL_FAILURE
    assert machine_in(S.ESSAY_CRITICAL_FAILURE).get_valid_triggers() == []


def test_a_new_essay_is_uploaded_and_a_wire_value_will_do_for_a_status() -> None:
    """An unknown status is refused at once."""
    assert EssayStateMachine("e").current_status is S.UPLOADED
    assert machine_in(EssayStatus("nlp_processing_in_progress")).current_status is S.NLP_IN_PROGRESS
    with pytest.raises(ValueError, match="sleeping"):
        machine_in("sleeping")  # type: ignore[arg-type]


def test_an_essay_goes_through_two_pipelines_one_after_the_other() -> None:
    """Spellcheck with a failure and a retry, then NLP; completed, reopened, and on to comparative judgement."""
    machine = machine_in(S.READY_FOR_PROCESSING)
    story = """CMD_INITIATE_SPELLCHECK EVT_SPELLCHECK_STARTED EVT_SPELLCHECK_FAILED CMD_RETRY_SPELLCHECK
        EVT_SPELLCHECK_STARTED EVT_SPELLCHECK_SUCCEEDED CMD_INITIATE_NLP EVT_NLP_STARTED EVT_NLP_SUCCEEDED
        CMD_MARK_PIPELINE_COMPLETE CMD_REOPEN CMD_INITIATE_CJ_ASSESSMENT"""
    for trigger in story.split():
        machine.trigger_event(trigger)
    assert machine.current_status is S.AWAITING_CJ_ASSESSMENT


@given(some_status, st.lists(some_trigger, max_size=30))
def test_any_sequence_of_triggers_keeps_the_machine_in_a_status(status: EssayStatus, story: list[str]) -> None:
    """A refused trigger leaves no trace."""
    machine = machine_in(status)
    for trigger in story:
        before = machine.current_status
        if machine.can_trigger(trigger):
            machine.trigger_event(trigger)
        else:
            with pytest.raises(IllegalTransition):
                machine.trigger_event(trigger)
        assert machine.current_status is CONTRACT.get((trigger, before), before)


@given(some_status)
def test_a_machine_survives_pickling(status: EssayStatus) -> None:
    """The copy has the same status and the same transitions."""
    again = pickle.loads(pickle.dumps(machine_in(status)))  # noqa: S301  (our own)
    assert (again.essay_id, again.current_status) == ("essay-001", status)
    assert again.get_valid_triggers() == machine_in(status).get_valid_triggers()


def test_the_error_survives_pickling() -> None:
    """It crosses processes with everything it says."""
    error = pickle.loads(pickle.dumps(IllegalTransition("e", S.NLP_SUCCESS, "CMD_X")))  # noqa: S301  (our own)
    assert isinstance(error, IllegalTransition)
    assert (error.essay_id, error.status, error.trigger) == ("e", S.NLP_SUCCESS, "CMD_X")
    assert "'CMD_X'" in str(error)


def test_thousands_of_machines_share_no_state() -> None:
    """All machines share one table, and none affects another's status."""
    machines = [EssayStateMachine(f"essay-{number}", S.READY_FOR_PROCESSING) for number in range(3000)]
    for machine in machines[::2]:
        machine.trigger_event("CMD_INITIATE_NLP")
    assert {machine.current_status for machine in machines[::2]} == {S.AWAITING_NLP}
    assert {machine.current_status for machine in machines[1::2]} == {S.READY_FOR_PROCESSING}


def test_the_diagram_has_every_move_but_the_critical_failure() -> None:
    """It is generated from the table that the machine runs on."""
    first, *lines = state_diagram().splitlines()
    assert first == "stateDiagram-v2"
    drawn = {tuple(re.split(r" --> |: ", line.strip())) for line in lines}
    assert drawn == {
        (source.value, dest.value, trigger)
        for (trigger, source), dest in CONTRACT.items()
        if trigger != "EVT_CRITICAL_FAILURE"
    }
    assert len(lines) == len(drawn)


def test_the_guides_diagram_is_the_machines() -> None:
    """A diagram copied by hand would go out of date."""
    diagrams = re.findall(r"```mermaid\n(stateDiagram-v2\n.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    assert diagrams == [state_diagram(BUILT_IN)]
