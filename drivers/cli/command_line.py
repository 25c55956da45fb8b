"""The table of commands, and how one of them is loaded or run on its own."""

import inspect
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from types import MappingProxyType
from typing import Any, Final, NamedTuple

import typer
from typer.core import TyperCommand

from actors.owner_only import keep_others_out
from drivers.cli.exit_codes import ExitCode

WRONG_CALL: Final[Any] = typer.BadParameter.__mro__[1]
"""The class of errors for a wrong option, a missing argument or an unknown command, which Typer does not export."""
_RUN, _SEE, _STEER, _TAKE, _CHECK = "Run", "See", "Steer", "Take away", "Know and check"


class Entry(NamedTuple):
    """A command: its target (``module:function``), what it does, and its panel in the help.

    A target without a function is a module that has its own commands or options.
    """

    target: str
    text: str
    panel: str


COMMANDS: Final[Mapping[str, Entry]] = MappingProxyType(
    {
        "run": Entry("drivers.run_batch:main", "Run a batch of essays through a pipeline of phases.", _RUN),
        "resume": Entry("drivers.resume_batch:main", "Continue batches that were interrupted or paused.", _RUN),
        "retry": Entry("drivers.cli.operate:retry", "Retry only the essays that failed.", _RUN),
        "further": Entry("drivers.cli.operate:further", "Run more phases on a finished batch.", _RUN),
        "pipelines": Entry("drivers.cli.pipelines:main", "List the named pipelines.", _RUN),
        "status": Entry("drivers.cli.status:main", "List all batches, or one batch's phases and essays.", _SEE),
        "watch": Entry("drivers.cli.watch:main", "Watch a batch's progress live, from any terminal.", _SEE),
        "history": Entry("drivers.cli.history:main", "Show what happened to a batch, or to one essay.", _SEE),
        "events": Entry("drivers.cli.events:main", "Print, follow or forward the events of all batches.", _SEE),
        "traces": Entry("drivers.cli.traces:main", "Send a batch as an OpenTelemetry trace.", _SEE),
        "pause": Entry("drivers.cli.operate:pause", "Pause a batch; work in progress is finished.", _STEER),
        "cancel": Entry("drivers.cli.operate:cancel", "End a batch now; finished results are kept.", _STEER),
        "stop": Entry("drivers.cli.stop:main", "Stop the engine on a Ray cluster.", _STEER),
        "append": Entry("drivers.cli.operate:append", "Add phases to a running batch's pipeline.", _STEER),
        "drop": Entry("drivers.cli.operate:drop", "Remove phases from a running batch's pipeline.", _STEER),
        "judge": Entry("drivers.cli.judge", "Judge essays in pairs yourself, or with colleagues.", _STEER),
        "review": Entry("drivers.cli.review:main", "Accept or reject corrections, and edit feedback.", _TAKE),
        "export": Entry("drivers.cli.export:main", "Write a batch's results as tables, pages and handouts.", _TAKE),
        "report": Entry("drivers.cli.report", "Write a batch's report.", _TAKE),
        "forget": Entry("drivers.cli.forget:main", "Delete a batch, or the essays of one student.", _TAKE),
        "guide": Entry("drivers.cli.guide:main", "Read a guide: teachers, operators, personal data, ...", _CHECK),
        "doctor": Entry("drivers.cli.doctor:main", "Check this installation, and say what to do.", _CHECK),
        "reference": Entry("drivers.cli.reference:app", "Print the tables of events, settings and metrics.", _CHECK),
        "evaluate": Entry("drivers.lab.evaluate.__main__", "Measure the phases against human judgements.", _CHECK),
        "benchmark": Entry("drivers.lab.benchmark.__main__:main", "Measure the engine's speed.", _CHECK),
        "simulate": Entry("drivers.lab.simulate:main", "Run the engine in a simulation with seeded faults.", _CHECK),
        "verify": Entry("drivers.cli.verify:main", "Check every schedule of a small batch.", _CHECK),
        "chaos": Entry("drivers.lab.chaos.__main__:main", "Kill a batch's processes, and check recovery.", _CHECK),
    }
)


def help_of(function: Callable[..., Any]) -> str:
    """A command's docstring as its help: paragraphs are rewrapped, and each example gets its own line."""
    return help_text(function.__doc__ or "")


def help_text(docstring: str) -> str:
    """Like ``help_of``, for a text.

    The extra empty line keeps the examples indented: Typer removes the indentation of what follows the first line.
    """
    first, *others = map(_paragraph, inspect.cleandoc(docstring).split("\n\n"))
    return "\n\n\n".join([first, "\n\n".join(others)]) if others else first


def _paragraph(text: str) -> str:
    if text.startswith("- "):
        return "\n".join("- " + " ".join(item.split()) for item in text[2:].split("\n- "))
    flowing = " ".join(text.split())
    head, _, rest = flowing.partition(": ")
    if head not in {"Example", "Examples"}:
        return flowing
    return "\n".join([f"{head}:", *(f"  {example}" for example in rest.split("; "))])


@contextmanager
def harmless_errors() -> Iterator[None]:
    """Remove control characters from Typer's errors, which repeat the arguments that it cannot understand."""
    try:
        yield
    except WRONG_CALL as error:
        from drivers.cli.console import harmless  # noqa: PLC0415  (loads slowly)

        for name in ("message", "option_name", "param_hint"):
            if isinstance(said := getattr(error, name, None), str):
                setattr(error, name, harmless(said))
        raise


class HarmlessCommand(TyperCommand):
    """A command whose usage errors contain no characters that would control the terminal."""

    def make_context(self, info_name: Any, args: Any, parent: Any = None, **extra: Any) -> Any:
        """Parse the arguments."""
        with harmless_errors():
            return super().make_context(info_name, args, parent, **extra)

    def invoke(self, ctx: Any) -> Any:
        """Run the command."""
        with harmless_errors():
            return super().invoke(ctx)


def program(name: str, function: Callable[..., Any]) -> None:
    """Run one command as a stand-alone program."""
    from drivers.cli.typer_commands import add  # noqa: PLC0415  (the program's help does without settings)

    keep_others_out()
    app = typer.Typer(add_completion=False)
    add(app, name, function)
    app()


def loaded(name: str) -> Any:
    """Import the command with this name; None if its module is not installed."""
    module, _, function = COMMANDS[name].target.partition(":")
    if find_spec(module) is None:
        return None
    from drivers.client.errors import RequestError  # noqa: PLC0415  (loads the contracts, which help does without)
    from drivers.client.extras import needs  # noqa: PLC0415

    try:
        with needs("standard", f"essays {name}"):
            members = vars(import_module(module))
    except RequestError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(ExitCode.USER_MISTAKE) from None
    except KeyboardInterrupt:
        typer.echo("Interrupted: nothing was started.", err=True)
        raise typer.Exit(ExitCode.INTERRUPTED) from None
    found = members.get(function) if function else members.get("app") or members.get("main")
    return _as_command(name, found) if found is not None else None


def _as_command(name: str, found: Any) -> Any:
    if isinstance(found, typer.Typer):
        return typer.main.get_command(found)
    from drivers.cli.typer_commands import add  # noqa: PLC0415  (the program's help does without settings)

    app = typer.Typer(add_completion=False)
    add(app, name, found)
    return typer.main.get_command(app)
