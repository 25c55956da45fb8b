"""The program as a whole: its commands, their help, and how fast it answers."""

import re
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest

from drivers.cli.command_line import COMMANDS, loaded
from drivers.cli.options import DATA_VARIABLE
from tests.drivers.conftest import Call, answer


def test_the_help_names_every_command_with_what_it_does(essays: Call) -> None:
    """They are listed in the order of a day's work: run, see, steer, take away, check."""
    lines = [re.split(r"\s{2,}", line.strip("│ ")) for line in essays("--help").output.splitlines()]
    shown = [tuple(line) for line in lines if line[0] in COMMANDS]
    assert shown == [(name, entry.text) for name, entry in COMMANDS.items()]
    panels = list(dict.fromkeys(entry.panel for entry in COMMANDS.values()))
    assert panels == ["Run", "See", "Steer", "Take away", "Know and check"]


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_explains_itself_with_an_example(essays: Call, name: str) -> None:
    """A new user reads one page, and copies from it."""
    shown = essays(name, "--help")
    assert shown.exit_code == 0, shown.output
    assert "Examples:" in shown.output or "Example:" in shown.output
    assert f"   essays {name}" in shown.output  # indented, below its heading


@pytest.mark.parametrize("subject", ["spelling", "nlp", "cj", "feedback"])
def test_the_help_of_an_evaluation_says_what_its_figures_mean(
    essays: Call, subject: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has the module's docstring and an example; without a folder of data, it asks for one."""
    monkeypatch.delenv(DATA_VARIABLE, raising=False)  # with this set, the whole evaluation would run
    shown = essays("evaluate", subject, "--help").output
    assert f"   essays evaluate {subject} --data FOLDER" in shown
    module = import_module(f"drivers.lab.evaluate.{subject}")
    _, _, figures = (module.__doc__ or "").partition("\n\n")
    assert " ".join(figures.split()[:3]) in shown
    assert essays("evaluate", subject).exit_code == 2
    assert "There is no measuring data at nowhere" in essays("evaluate", subject, "--data", "nowhere").output


def test_the_help_shows_what_a_default_is_when_it_is_made(essays: Call) -> None:
    """Brackets would be taken for markup, and vanish."""
    assert "(default: as --out, or the essays' folder and the time)" in " ".join(essays("run", "--help").output.split())


def _simple(name: str, command: Any) -> Iterator[tuple[str, Any]]:
    """A command, or those within it."""
    inner = getattr(command, "commands", None)
    if not inner:
        yield name, command
    for each, one in (inner or {}).items():
        yield from _simple(f"{name} {each}", one)


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_can_answer_in_json(name: str) -> None:
    """JSON is for programs; commands within commands have it, too."""
    for path, command in _simple(name, loaded(name)):
        assert "--json" in {flag for param in command.params for flag in param.opts}, path


_ABOUT_THIS_MACHINE = {"evaluate", "benchmark", "simulate", "verify", "chaos"}


@pytest.mark.parametrize("name", sorted(set(COMMANDS) - _ABOUT_THIS_MACHINE))
def test_every_command_on_batches_takes_a_settings_file(name: str) -> None:
    """So a store needs to be named only once for all of them."""
    for path, command in _simple(name, loaded(name)):
        assert "--settings" in {flag for param in command.params for flag in param.opts}, path


@pytest.mark.parametrize(
    "call", [("run", "--workers", "0"), ("statu",), ("judge", "page"), ("judge", "export", "b"), ("watch", "--often")]
)
def test_a_mistake_in_the_call_is_told_in_json_as_well(essays: Call, call: tuple[str, ...]) -> None:
    """Even before the command has begun: for programs it is an error like any other."""
    refused = essays(*call, "--json")
    assert (refused.exit_code, answer(refused)["exit_code"]) == (2, 2)
    assert answer(refused)["error"]


def test_the_program_says_its_version(essays: Call) -> None:
    """Bug reports need it."""
    assert essays("--version").output.startswith("essays")


def test_help_can_be_read_on_a_narrow_terminal(essays: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    """It fits into 60 columns and still names every command."""
    monkeypatch.setenv("COLUMNS", "60")
    shown = essays("--help").output
    assert [line for line in shown.splitlines() if len(line) > 60] == []
    assert [name for name in COMMANDS if f" {name} " not in shown] == []


def test_a_misspelt_command_is_told_what_it_may_be(essays: Call) -> None:
    """It ends like every mistake in the call."""
    refused = essays("statu")
    assert refused.exit_code == 2
    assert "status" in refused.output


def _modules_after(statement: str) -> set[str]:
    code = f"import sys; {statement}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603
    return set(done.stdout.split())


def test_the_program_starts_without_what_its_commands_need() -> None:
    """Its help is there at once, without numerical packages, database or Ray."""
    heavy = {"ray", "numpy", "scipy", "sqlalchemy", "openpyxl", "jinja2", "transitions", "pydantic"}
    assert _modules_after("import drivers.__main__") & heavy == set()


def test_reading_the_store_needs_neither_ray_nor_the_phases() -> None:
    """Status and watch are called often."""
    loaded_by_status = _modules_after("import drivers.cli.status, drivers.cli.history")
    assert {"ray", "scipy", "openpyxl", "jinja2", "symspellpy"} & loaded_by_status == set()


def test_a_run_in_process_does_not_import_ray() -> None:
    """Ray costs a second to import, and may not be installed."""
    assert "ray" not in _modules_after("import drivers.run_batch, drivers.cli.operate, drivers.resume_batch")
