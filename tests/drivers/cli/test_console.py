"""Text from arguments, files and settings cannot control the terminal that shows it."""

import io
from pathlib import Path

import pytest
from rich.table import Table

from drivers.cli import history
from drivers.cli.command_line import program
from drivers.cli.console import Console, SafeTerminal, harmless
from tests.drivers.conftest import Call, folder_of, run_options

pytestmark = pytest.mark.usefixtures("small_services")
CLIPBOARD = "\x1b]52;c;cm0gLXJmIH4=\x07"


@pytest.mark.parametrize(
    "text", [CLIPBOARD, "\x1b[2J", "\x9b31m", "a\rb", "\u202egnp.exe", "\x08\x08", "\x7f", "\u2066x"]
)
def test_what_steers_a_terminal_is_spelt_out(text: str) -> None:
    """Control characters are replaced by visible escapes."""
    assert harmless(text).isprintable()
    assert harmless("plain åäö\tand\nlines [bold]") == "plain åäö\tand\nlines [bold]"


def test_tables_and_lines_are_harmless_too() -> None:
    """A table's cell may hold any text; Rich's own colours remain."""
    written = io.StringIO()
    terminal = SafeTerminal(file=written, force_terminal=True, width=100)
    table = Table("name")
    table.add_row(CLIPBOARD)
    terminal.print(table)
    terminal.print(f"[red]{CLIPBOARD}[/red]", highlight=False)
    Console(errors=terminal).warn(CLIPBOARD)
    assert "\x1b]52" not in written.getvalue()
    assert written.getvalue().count("\\x1b]52") == 3
    assert "\x1b[31m" in written.getvalue()


@pytest.mark.parametrize(
    "arguments",
    [
        ["run", f"--{CLIPBOARD}"],
        [f"--{CLIPBOARD}"],
        [CLIPBOARD],
        ["run", CLIPBOARD, *run_options()],
        ["run", "--sample", *run_options(), "--pipeline", CLIPBOARD],
        ["run", "--sample", *run_options(), "--workers", CLIPBOARD],
        ["run", "--sample", *run_options(), "--set", CLIPBOARD],
        ["status", CLIPBOARD],
        ["status", "--store", CLIPBOARD],
        ["export", "b", "--to", "x", "--formats", CLIPBOARD],
        ["guide", CLIPBOARD],
        ["run", "--sample", "--language", CLIPBOARD],
        ["run", "--sample", "--runtime", CLIPBOARD],
    ],
)
def test_an_argument_is_not_echoed_raw(essays: Call, arguments: list[str]) -> None:
    """OSC 52 would write to the reader's clipboard."""
    refused = essays(*arguments)
    assert refused.exit_code != 0
    assert "\x1b" not in refused.output
    assert "\x07" not in refused.output


@pytest.mark.parametrize("arguments", [[f"--{CLIPBOARD}"], ["b", "e", CLIPBOARD]])
def test_a_program_of_its_own_does_not_either(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    """``python -m drivers.cli.history`` and its like report a mistake the way ``essays`` does."""
    monkeypatch.setattr("drivers.cli.command_line.keep_others_out", lambda: None)
    monkeypatch.setattr("sys.argv", ["history", *arguments])
    with pytest.raises(SystemExit):
        program("history", history.main)
    shown = "".join(capsys.readouterr())
    assert "\\x1b" in shown
    assert "\x1b]52" not in shown


@pytest.mark.parametrize("file", ["[run]\n'{0}' = 1", '[run]\nlanguage = "{1}"', "['{1}']\na = 1", '"{1}" = 1'])
def test_settings_are_not_echoed_raw(essays: Call, here: Path, file: str) -> None:
    """Neither a key nor a value is."""
    spelt = "\\u001b]52;c;AAAA\\u0007"
    (here / "mine.toml").write_text(file.format("x", spelt), encoding="utf-8")
    folder_of(here / "8b", {"anna": "One text."})
    refused = essays("run", "8b", *run_options(), "--settings", "mine.toml")
    assert refused.exit_code != 0
    assert "\x1b" not in refused.output


@pytest.mark.parametrize(
    ("setting", "command"),
    [
        *((name, ["run", "8b"]) for name in ("LANGUAGE", "PIPELINE", "RUNTIME", "WORKERS", "SETTINGS")),
        ("STORE", ["status"]),
    ],
)
def test_the_environment_is_not_echoed_raw(
    essays: Call, here: Path, monkeypatch: pytest.MonkeyPatch, setting: str, command: list[str]
) -> None:
    """A variable may have been set by whoever started the shell."""
    folder_of(here / "8b", {"anna": "One text."})
    monkeypatch.setenv(f"ESSAYS_{setting}", CLIPBOARD)
    refused = essays(*command)
    assert refused.exit_code in {2, 4}, refused.output
    assert "\x1b" not in refused.output
    assert "\x07" not in refused.output


def test_a_batch_with_such_a_file_in_it_is_shown(essays: Call, here: Path) -> None:
    """Whoever hands in a file may give it any name."""
    folder_of(here / "8b", {f"a{CLIPBOARD.replace('/', '')}": "One text.", "b": "Two texts."})
    shown = essays("run", "8b", *run_options())
    assert shown.exit_code == 0, shown.output
    assert "\x1b" not in shown.output + essays("status", "b").output + essays("history", "b", "--all").output
