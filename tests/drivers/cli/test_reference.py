"""The references are complete: they are generated from what the program itself uses."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from actors.observability.instruments import Metric
from actors.phases.llm.settings import LLMSettings
from contracts.events import COMMAND_EVENTS, TOPICS, ProcessingEvent
from contracts.phases import PhaseName
from drivers.cli.command_line import COMMANDS, loaded
from drivers.cli.guide import guides
from drivers.cli.reference import endpoint_rows, event_rows, instrument_rows, phase_rows, run_rows
from drivers.client.pipelines import option_model
from tests.drivers.conftest import Call, answer

CALLED = re.compile(r"(?:^|; )essays ([a-z]+)", re.MULTILINE)


def test_every_event_is_described_with_its_topic(essays: Call) -> None:
    """Both those that are published, and those that others use."""
    assert {row[1] for row in event_rows()} == set(TOPICS.values())
    assert [row[0] for row in event_rows() if not row[2].endswith(".")] == []
    printed = essays("reference", "events").output
    assert [event for event in ProcessingEvent if f"| {event} |" not in printed] == []


def test_every_option_of_run_is_in_the_reference_of_settings(essays: Call) -> None:
    """Each has a description."""
    rows = {row[0]: row for row in run_rows()}
    flags = {opt for param in loaded("run").params for opt in param.opts if opt.startswith("--")} - {"--help"}
    assert flags | {"paths"} == set(rows)
    assert [flag for flag, row in rows.items() if not row[3]] == []
    printed = essays("reference", "settings").output
    assert [flag for flag in rows if f"| {flag} |" not in printed] == []


@pytest.mark.parametrize("phase", COMMAND_EVENTS)
def test_every_setting_of_a_phase_is_in_the_reference(phase: PhaseName) -> None:
    """Each has its type and a description."""
    model = option_model(phase)
    assert model is not None
    rows = list(phase_rows(phase))
    assert [row[0] for row in rows] == list(model.model_fields)
    assert [row[0] for row in rows if not row[1]] == []
    assert [row[0] for row in rows if not row[3].endswith(".")] == []


def test_every_setting_of_a_language_model_is_in_the_reference(essays: Call) -> None:
    """Each is described; required ones are marked, and no key is shown, not even as asterisks."""
    rows = {name: (default, said) for name, _, default, said in endpoint_rows()}
    assert set(rows) == set(LLMSettings.model_fields)
    assert [name for name, (_, said) in rows.items() if not said.endswith(".")] == []
    assert [name for name, (default, _) in rows.items() if default == "(required)"] == ["url", "model"]
    assert rows["api_key"][0] == ""
    assert "| calls_per_minute |" in essays("reference", "settings").output


@pytest.mark.parametrize("name", ["events", "settings", "metrics"])
def test_a_reference_in_json_is_one_document_of_tables(essays: Call, name: str) -> None:
    """Programs read one answer, not one for each table. A row names its columns."""
    tables = answer(essays("reference", name, "--json"))
    assert [table["title"] for table in tables if not table["rows"]] == []
    printed = essays("reference", name).output
    missing = {column for table in tables for row in table["rows"] for column in row if f"| {column} |" not in printed}
    assert missing == set()


def test_every_guide_can_be_read_in_the_terminal(essays: Call) -> None:
    """The guides come with the program."""
    assert set(guides()) >= {"teachers", "operators", "phases", "personal-data", "watching", "language-model", "events"}
    assert "For teachers" in essays("guide", "teachers").output
    assert essays("guide", "pupils").exit_code == 2


def test_guides_name_only_commands_that_there_are() -> None:
    """What a guide prints can be typed."""
    said = {name for path in guides().values() for code in _code_in(path) for name in re.findall(CALLED, code)}
    assert {"run", "status", "judge"} <= said <= set(COMMANDS)


def _code_in(guide: Path) -> Iterator[str]:
    for block in MarkdownIt().parse(guide.read_text("utf-8")):
        tokens = (block, *(block.children or ()))
        yield from (token.content for token in tokens if token.type in {"fence", "code_inline"})


def test_every_metric_is_in_the_reference(essays: Call) -> None:
    """Metrics of a text have definition, unit and source; the engine's own are described, also in a guide."""
    from actors.phases.nlp.measuring import FAMILIES

    printed = essays("reference", "metrics").output
    of_a_text = [metric for family in FAMILIES for metric in family]
    assert [metric.name for metric in of_a_text if f"`{metric.name}`" not in printed] == []
    assert [metric.name for metric in of_a_text if not (metric.definition and metric.unit and metric.source)] == []
    of_the_engine = list(instrument_rows())
    watching = guides()["watching"].read_text("utf-8")
    assert [row[0] for row in of_the_engine if f"`{row[0]}`" not in watching] == []
    assert len(of_the_engine) == len(Metric)
    assert [row[0] for row in of_the_engine if f"| {row[0]} |" not in printed or not row[3].endswith(".")] == []
