"""Settings from a TOML file and the environment, below those that are given as flags.

A file's keys are the flags' names without the dashes. Those in ``[run]`` (or the name of another command) are that
command's (of a command in a command, ``[judge.page]``); ``store``, ``out``, ``runtime``, ``workers`` and ``json`` may
also stand above all tables, for all commands.
``[pipelines.NAME]`` gives a pipeline a name. In the environment, ``ESSAYS_PIPELINE`` is ``--pipeline`` for any command.
"""

import os
import shlex
import tomllib
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final

import typer

from drivers.cli.command_line import COMMANDS
from drivers.client.errors import RequestError
from drivers.client.pipelines import NamedPipeline, pipelines_in

DEFAULT_FILE: Final = Path("essays.toml")
PREFIX: Final = "ESSAYS_"
FOR_ALL: Final = frozenset({"store", "out", "runtime", "workers", "json"})
_PIPELINES: Final = "pipelines"
_NOT_FROM_HERE: Final = frozenset({"help", "settings"})


def apply_settings(ctx: typer.Context, file: Path | None) -> Path | None:
    """Give a command's context the defaults that a file and the environment say; named pipelines go to ``ctx.obj``.

    A callback of the option ``--settings``, which is read before all others.

    Raises:
        typer.BadParameter: the file cannot be read, or has a key that the command does not know.
    """
    if ctx.resilient_parsing:  # shell completion
        return file
    chosen = file or _file_of_environment() or (DEFAULT_FILE if DEFAULT_FILE.is_file() else None)
    try:
        document = read_settings(chosen) if chosen else {}
        ctx.obj = pipelines_in(document.get(_PIPELINES, {}))
        _check_tables(document)
        ctx.default_map = defaults_for(_table_of(ctx), _flags(ctx), document, os.environ)
    except RequestError as mistake:
        raise typer.BadParameter(f"{chosen}: {mistake}" if chosen else str(mistake)) from None
    return chosen


def named_pipelines(ctx: typer.Context) -> Mapping[str, NamedPipeline]:
    """The pipelines that the settings file of this call names."""
    return ctx.obj if isinstance(ctx.obj, Mapping) else {}


def _table_of(ctx: typer.Context) -> str:
    """A command's table; that of a command in a command lies in that one's: ``judge.page``."""
    names = [str(ctx.command.name)]
    outer = ctx.parent
    while outer is not None and outer.parent is not None:  # the outermost is the program itself
        names.insert(0, str(outer.info_name))
        outer = outer.parent
    return ".".join(names)


def _check_tables(document: Mapping[str, Any]) -> None:
    tables = [name for name, body in document.items() if isinstance(body, Mapping)]
    if unknown := [name for name in tables if name not in {*COMMANDS, _PIPELINES}]:
        likely = [match for name in unknown for match in get_close_matches(name, [*COMMANDS, _PIPELINES], n=1)]
        hint = f" Did you mean [{likely[0]}]?" if likely else ""
        raise RequestError(f"there is no command for the table [{'], ['.join(unknown)}].{hint}")


def _file_of_environment() -> Path | None:
    name = os.environ.get(f"{PREFIX}SETTINGS")
    return Path(name) if name else None


def _flags(ctx: typer.Context) -> dict[str, tuple[str, bool]]:
    """By the flag's name without dashes: the parameter's name, and whether it takes many values."""
    flags = {}
    for param in ctx.command.params:
        many = bool(getattr(param, "multiple", False)) or param.nargs == -1
        names = [opt.removeprefix("--") for opt in param.opts if opt.startswith("--")] or [str(param.name)]
        flags.update({name: (str(param.name), many) for name in names if name not in _NOT_FROM_HERE})
    return flags


def read_settings(file: Path) -> dict[str, Any]:
    """The document in a settings file.

    Raises:
        RequestError: it cannot be read, or is no TOML.
    """
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise RequestError(f"it cannot be read: {error.strerror}.") from None
    except ValueError as error:  # no TOML, or no UTF-8
        raise RequestError(f"it is no TOML: {error}.") from None


def defaults_for(
    command: str, flags: Mapping[str, tuple[str, bool]], document: Mapping[str, Any], environment: Mapping[str, str]
) -> dict[str, Any]:
    """A command's defaults, by parameter: those of the file, and over them those of the environment.

    Raises:
        RequestError: the file has a key that is none of this command's flags, or a value of the wrong kind.
    """
    above = {key: value for key, value in document.items() if not isinstance(value, Mapping)}
    if strange := sorted(set(above) - FOR_ALL):
        raise RequestError(
            f"{', '.join(strange)} cannot stand above all tables (only {', '.join(sorted(FOR_ALL))} can): "
            "put it into a table such as [run]."
        )
    own: Any = {} if command == _PIPELINES else document  # that table is not about the command of its name
    for name in command.split("."):
        own = own.get(name, {})
    if unknown := sorted(set(own) - set(flags)):
        known = ", ".join(sorted(flags))
        raise RequestError(f"[{command}] has no setting {', '.join(unknown)}. Known: {known}.")
    given = {**{key: value for key, value in above.items() if key in flags}, **own}
    from_file = {flags[key][0]: _checked(key, value, many=flags[key][1]) for key, value in given.items()}
    return from_file | _of_environment(flags, environment)


def _checked(key: str, value: Any, *, many: bool) -> Any:
    """A list where the flag takes many values, else one value; as a flag would have it, but for true and false."""
    values = value if isinstance(value, list) else [value]
    if (isinstance(value, list) and not many) or any(isinstance(each, list | Mapping) for each in values):
        raise RequestError(f"{key} is {'a list of values' if many else 'one value'}, not {value!r}.")
    said = [each if isinstance(each, bool) else str(each) for each in values]
    return said if many else said[0]


def _of_environment(flags: Mapping[str, tuple[str, bool]], environment: Mapping[str, str]) -> dict[str, Any]:
    found = {}
    for flag, (name, many) in flags.items():
        value = environment.get(PREFIX + flag.upper().replace("-", "_"))
        if value:
            found[name] = shlex.split(value) if many else value
    return found
