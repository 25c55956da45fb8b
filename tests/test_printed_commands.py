"""The commands in the README and the guides exist in the program, and run as printed."""

import re
import shlex
from pathlib import Path

import pytest
import typer
from docx import Document

from drivers.__main__ import app
from drivers.cli.command_line import loaded
from tests.drivers.conftest import Call, essays, folder_of, here, left_by_its_driver, small_services

__all__ = ["essays", "here", "small_services"]

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "drivers" / "guides").glob("*.md"))]
_FENCED = re.compile(r"^```[^\n]*\n(.*?)^```", re.DOTALL | re.MULTILINE)
_INLINE = re.compile(r"`(essays [a-z][^`]*)`")
_BY_HAND = {"review", "judge"}
"""These serve a page until somebody has used it."""
_HALF_DONE = {"pause", "resume", "cancel", "append"}
"""These are for a batch that has not ended."""
_ENDLESS = "--follow"
_MACHINE = {"ESSAYS_RUNTIME": "local", "ESSAY_LLM_URL": "http://127.0.0.1:9/v1", "ESSAY_LLM_MODEL": "small"}
"""What a reader of these guides has set; the small services call no model."""


def printed_in(page: Path) -> list[str]:
    """The commands in a page's code blocks, with continued lines joined."""
    text = page.read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line.strip() for block in _FENCED.findall(text) for line in block.splitlines()]
    return [line for line in lines if re.match(r"essays [a-z]", line)]


def arguments_of(command: str) -> list[str]:
    """What a shell would pass on: comments, pipes and redirections are the shell's own."""
    words = shlex.split(command, comments=True)
    end = next((place for place, word in enumerate(words) if word in {"|", ">", "&&"}), len(words))
    return words[1:end]


COMMANDS = {f"{page.stem}: {line}": line for page in PAGES for line in printed_in(page)}

OTHERS = {name: line for name, line in COMMANDS.items() if not name.startswith("teachers")}


def test_there_are_commands_in_the_guides() -> None:
    """Otherwise nothing would be tested here."""
    assert len(COMMANDS) > 20
    assert {page.stem for page in PAGES if printed_in(page)} >= {"teachers", "operators", "personal-data"}


@pytest.mark.parametrize("line", COMMANDS.values(), ids=COMMANDS)
def test_a_printed_command_is_one_of_the_program(line: str) -> None:
    """Its name, flags and number of arguments are right: anything else would be an error when typed."""
    name, *arguments = arguments_of(line)
    command, program = loaded(name), typer.main.get_command(app)
    assert command is not None
    while hasattr(command, "commands") and arguments and arguments[0] in command.commands:
        command, arguments = command.commands[arguments[0]], arguments[1:]
    command.make_context(name, arguments, parent=program.make_context("essays", [name], resilient_parsing=True))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_command_named_in_a_sentence_is_there(page: Path) -> None:
    """The program has a command of that name."""
    named = {found.split()[1] for found in _INLINE.findall(page.read_text(encoding="utf-8"))}
    assert [name for name in named if loaded(name) is None] == []


@pytest.mark.usefixtures("small_services")
def test_a_teachers_commands_run_as_printed(here: Path, essays: Call) -> None:
    """They run in order, in the guide's folder; commands that wait for a person are left out."""
    a_class(here)
    for line in printed_in(ROOT / "drivers/guides/teachers.md"):
        arguments = arguments_of(line)
        if arguments[0] not in _BY_HAND:
            told = essays(*arguments)
            assert told.exit_code == 0, (line, told.output)


@pytest.mark.usefixtures("small_services")
@pytest.mark.parametrize("line", OTHERS.values(), ids=OTHERS)
def test_the_other_guides_commands_run_as_printed(
    line: str, here: Path, essays: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each runs without Ray on a batch like its guide's, and every question is answered with yes."""
    for name, value in _MACHINE.items():
        monkeypatch.setenv(name, value)
    arguments = [word for word in arguments_of(line) if word != _ENDLESS]
    a_class(here)
    last_phase = "nlp" if arguments[0] == "retry" else "ai_feedback"
    name = "exam" if "exam" in arguments else "8b"
    left_by_its_driver(
        here / "results" / name,
        here / "essays",
        f"spellcheck,{last_phase}",
        after_results=3 if arguments[0] in _HALF_DONE else None,
    )
    told = essays(*arguments, typed="y\n")
    ends_well = {0, 3} if arguments[0] == "cancel" else {0}
    assert told.exit_code in ends_well, told.output


def a_class(here: Path) -> None:
    """Its essays, in both folders that guides speak of, its list and its task."""
    for folder in ("8b", "essays"):
        folder_of(here / folder, {"anna-berg": "One text.", "bo-ek": "Two fail:nlp texts.", "essay-07": "Three."})
    for listed in ("8b/class.csv", "8b.csv"):
        (here / listed).write_text("name\nAnna Berg\nBo Ek\nEssay 07\n", encoding="utf-8")
    task = Document()
    task.add_paragraph("Write about your town.")
    task.save(str(here / "8b/task.docx"))
