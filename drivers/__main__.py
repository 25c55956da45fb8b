"""``essays``, or ``python -m drivers``: the program, with a command for everything.

A command's module is imported only when the command is used, so that the program starts quickly.
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
    """A placeholder for a command whose module is not imported yet; it has the command's name and help."""

    def make_context(self, info_name: Any, args: Any, parent: Any = None, **extra: Any) -> Any:
        """Import the command, and hand over to it."""
        if self.name == "run" and sys.stdout.isatty() and not {"--help", "--json"} & set(args):
            typer.echo("Starting: the essays will be read in a moment.")  # importing what a run needs takes a while
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
        """Run the command; with --json, also report wrong arguments as JSON."""
        as_json = "--json" in ctx.args
        try:
            with harmless_errors():
                return super().invoke(ctx)
        except WRONG_CALL as error:
            if as_json:
                typer.echo(json.dumps({"error": error.format_message(), "exit_code": error.exit_code}))
            raise

    def make_context(self, info_name: Any, args: Any, parent: Any = None, **extra: Any) -> Any:
        """Parse the arguments; errors contain no characters that would control the terminal."""
        with harmless_errors():
            return super().make_context(info_name, args, parent, **extra)

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002  (Click's protocol)
        """The commands in the order of their table, not alphabetically."""
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
    epilog="Start with: essays run --sample --runtime local. Then: essays run essays/ --pipeline feedback, and "
    "essays status. Each command has its own --help. For the shell: essays --install-completion."
)
def essays(
    _version: Annotated[
        bool, typer.Option("--version", help="Show the version and exit.", is_eager=True, callback=_say_version)
    ] = False,
) -> None:
    """Run batches of student essays through pipelines of phases, and lose nothing, whatever is killed."""


def main() -> None:
    """The program ``essays``."""
    keep_others_out()
    app(prog_name=PROGRAM)


if __name__ == "__main__":
    main()
