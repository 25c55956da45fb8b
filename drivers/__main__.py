"""``essays``, or ``python -m drivers``: the one program, with a command for everything.

A command's module is imported when the command is used, so that the program answers at once.
"""

import json
import sys
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup

from actors.owner_only import keep_others_out
from drivers.cli.command_line import COMMANDS, WRONG_CALL, harmless_errors, loaded
from drivers.cli.exit_codes import ExitCode

PROGRAM = "essays"


class LazyCommand(TyperCommand):
    """Stands for a command whose module is not imported yet; knows its name and what it does."""

    def make_context(self, info_name: Any, args: Any, parent: Any = None, **extra: Any) -> Any:
        """Import the command, and be it from here on."""
        if self.name == "run" and sys.stdout.isatty() and not {"--help", "--json"} & set(args):
            typer.echo("Getting ready: in a moment the essays are read.")  # what a run needs takes a while to load
        command = loaded(str(self.name))
        if command is None:
            typer.echo(f"{self.name} is not part of this installation.", err=True)
            raise typer.Exit(ExitCode.USER_MISTAKE)
        return command.make_context(info_name, args, parent, **extra)


def _lazy(name: str) -> LazyCommand:
    entry = COMMANDS[name]
    return LazyCommand(name, help=entry.text, rich_help_panel=entry.panel)


class Essays(TyperGroup):
    """All commands, in the order of their table."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**{**attributes, "commands": {name: _lazy(name) for name in COMMANDS}})

    def invoke(self, ctx: Any) -> Any:
        """A mistake in the call is told in JSON as well, where that is asked for."""
        as_json = "--json" in ctx.args
        try:
            with harmless_errors():
                return super().invoke(ctx)
        except WRONG_CALL as error:
            if as_json:
                typer.echo(json.dumps({"error": error.format_message(), "exit_code": error.exit_code}))
            raise

    def make_context(self, info_name: Any, args: Any, parent: Any = None, **extra: Any) -> Any:
        """Read the call; a mistake in it is said without what would steer a terminal."""
        with harmless_errors():
            return super().make_context(info_name, args, parent, **extra)

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002  (Click's protocol)
        """By table, not by letter."""
        return list(COMMANDS)


def _say_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import PackageNotFoundError, version  # noqa: PLC0415

        try:
            typer.echo(f"{PROGRAM} {version('essay-pipelines')}")
        except PackageNotFoundError:
            typer.echo(f"{PROGRAM}, not installed but run from its source")
        raise typer.Exit


app = typer.Typer(name=PROGRAM, cls=Essays, no_args_is_help=True, pretty_exceptions_enable=False)


@app.callback(
    epilog="Begin with: essays run --sample --runtime local. Then: essays run essays/ --pipeline feedback, and "
    "essays status. Each command has its own --help. For the shell: essays --install-completion."
)
def essays(
    _version: Annotated[
        bool, typer.Option("--version", help="Show the version and exit.", is_eager=True, callback=_say_version)
    ] = False,
) -> None:
    """Run batches of student essays through pipelines of phases, and lose nothing whatever is killed."""


def main() -> None:
    """The program ``essays``."""
    keep_others_out()
    app(prog_name=PROGRAM)


if __name__ == "__main__":
    main()
