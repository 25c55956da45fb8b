"""Triggers: named constants whose value equals their name."""

import pytest

import contracts
from contracts import PHASE_TRIGGERS, PhaseName, PhaseTriggers, triggers

PHASES = ["SPELLCHECK", "AI_FEEDBACK", "CJ_ASSESSMENT", "NLP"]
NAMES = [
    *(f"CMD_INITIATE_{phase}" for phase in PHASES),
    *(f"EVT_{phase}_STARTED" for phase in PHASES),
    *(f"EVT_{phase}_SUCCEEDED" for phase in PHASES),
    *(f"EVT_{phase}_FAILED" for phase in PHASES),
    *(f"CMD_RETRY_{phase}" for phase in PHASES),
    "CMD_MARK_PIPELINE_COMPLETE",
    "CMD_REOPEN",
    "EVT_CRITICAL_FAILURE",
]


@pytest.mark.parametrize("name", NAMES)
def test_a_trigger_is_a_constant_whose_value_is_its_name(name: str) -> None:
    """Twenty belong to phases, and three to none."""
    assert getattr(contracts, name) == name


def test_there_are_no_triggers_besides_those_of_the_contract() -> None:
    """Another constant would be a transition that nobody has agreed on."""
    assert {name for name in vars(triggers) if name.startswith(("CMD_", "EVT_"))} == set(NAMES)


def test_the_triggers_of_a_phase_are_found_by_its_name() -> None:
    """No other code builds a trigger's name from a phase."""
    assert set(PHASE_TRIGGERS) == set(PhaseName)
    assert PHASE_TRIGGERS[PhaseName.AI_FEEDBACK] == PhaseTriggers(
        initiate="CMD_INITIATE_AI_FEEDBACK",
        started="EVT_AI_FEEDBACK_STARTED",
        succeeded="EVT_AI_FEEDBACK_SUCCEEDED",
        failed="EVT_AI_FEEDBACK_FAILED",
        retry="CMD_RETRY_AI_FEEDBACK",
    )
