"""The references are complete: they are made from what the program goes by."""

import re

import pytest

from contracts.events import TOPICS, ProcessingEvent
from contracts.phases import PhaseName
from drivers.command_line import COMMANDS, loaded
from drivers.event_table import EVENTS
from drivers.guide import guides
from drivers.pipelines import option_model
from drivers.reference import event_rows, phase_rows, run_rows
from tests.drivers.conftest import Call

CALLED = re.compile(r"(?:^|`|; )essays ([a-z]+)", re.MULTILINE)


def test_every_event_is_described_with_its_topic() -> None:
    """Those that are published, and those that others speak."""
    assert set(EVENTS) == set(ProcessingEvent)
    assert {row[1] for row in event_rows()} == set(TOPICS.values())


def test_every_option_of_run_is_in_the_reference_of_settings(essays: Call) -> None:
    """With what it is."""
    rows = {row[0]: row for row in run_rows()}
    flags = {opt for param in loaded("run").params for opt in param.opts if opt.startswith("--")} - {"--help"}
    assert flags | {"paths"} == set(rows)
    assert [flag for flag, row in rows.items() if not row[3]] == []
    printed = essays("reference", "settings").output
    assert [flag for flag in rows if f"| {flag} |" not in printed] == []


@pytest.mark.parametrize("phase", list(PhaseName))
def test_every_setting_of_a_phase_is_in_the_reference(phase: PhaseName) -> None:
    """With its kind."""
    model = option_model(phase)
    assert model is not None
    rows = list(phase_rows(phase))
    assert [row[0] for row in rows] == list(model.model_fields)
    assert [row[0] for row in rows if not row[1]] == []


def test_every_guide_can_be_read_in_the_terminal(essays: Call) -> None:
    """They come with the program."""
    assert set(guides()) == {"teachers", "operators", "phases", "personal-data", "watching"}
    assert "For teachers" in essays("guide", "teachers").output
    assert essays("guide", "pupils").exit_code == 2


def test_guides_name_only_commands_that_there_are() -> None:
    """What a guide says can be typed."""
    said = {name for path in guides().values() for name in re.findall(CALLED, path.read_text("utf-8"))}
    assert said <= set(COMMANDS)


def test_every_metric_is_in_the_reference(essays: Call) -> None:
    """The NLP phase's own table."""
    from actors.phases.nlp.measuring import FAMILIES

    printed = essays("reference", "metrics").output
    assert [metric.name for each in FAMILIES for metric in each if f"`{metric.name}`" not in printed] == []
