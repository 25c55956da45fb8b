"""Makes Typer commands from functions of settings, with an argument or an option for each setting."""

from collections.abc import Callable, Iterator, Mapping
from copy import copy
from inspect import Parameter, Signature
from typing import Annotated, Any, TypeAlias, cast, get_type_hints

import typer
from annotated_types import Ge, Le
from pydantic import ValidationError
from pydantic.fields import FieldInfo
from rich.markup import escape
from typer.models import ArgumentInfo, OptionInfo

from drivers.cli.command_line import HarmlessCommand, help_of
from drivers.cli.console import Console, harmless
from drivers.cli.interrupts import end_as_by_ctrl_c
from drivers.cli.settings import NOT_A_FLAG, CommandSettings, key_of
from drivers.client.errors import RequestError

Command: TypeAlias = Callable[..., Any]


def add(app: typer.Typer, name: str, function: Command, within: str = "") -> None:
    """Add a function as a command, with its docstring as help. It takes settings and a console, or declares options.

    In a file, its settings are in the table ``name``, or in ``within.name`` for a command within another one.
    """
    model, table = _settings_model(function), f"{within}.{name}" if within else name
    command = function if model is None else _with_options(function, model, table)
    app.command(name, cls=HarmlessCommand, help=help_of(function))(command)


def _settings_model(function: Command) -> type[CommandSettings] | None:
    """The model of a command's settings; None if the function declares its options itself."""
    kind = next(iter(get_type_hints(function).values()), None)
    return kind if isinstance(kind, type) and issubclass(kind, CommandSettings) else None


def _with_options(function: Command, model: type[CommandSettings], table: str) -> Command:
    def command(ctx: typer.Context, **values: Any) -> None:
        settings = _filled(model, {"table": table, **_given(ctx, model, values)})
        console = Console(as_json=settings.as_json)
        end_as_by_ctrl_c()
        with console.clear_errors():
            if said := settings.checked_file():
                console.print(escape(said))
            raise typer.Exit(function(settings, console) or 0)

    context = Parameter("ctx", Parameter.KEYWORD_ONLY, annotation=typer.Context)
    parameters = [context, *(_parameter(name, field) for name, field in ordered(model))]
    command.__signature__ = Signature(parameters)  # type: ignore[attr-defined]
    command.__annotations__ = {each.name: each.annotation for each in parameters}
    return command


def _given(ctx: typer.Context, model: type[CommandSettings], values: Mapping[str, Any]) -> dict[str, Any]:
    """The values of the flags that were given, by alias."""
    used = {name for name in values if getattr(ctx.get_parameter_source(name), "name", "") == "COMMANDLINE"}
    return {model.model_fields[name].alias or name: values[name] for name in values if name in used}


def _filled(model: type[CommandSettings], given: Mapping[str, Any]) -> CommandSettings:
    try:
        return model(**given)
    except ValidationError as error:
        raise typer.BadParameter(harmless("; ".join(_error_text(each) for each in error.errors()))) from None
    except RequestError as error:
        raise typer.BadParameter(harmless(str(error))) from None


def _error_text(error: Any) -> str:
    if error["type"] == "missing":
        return f"{_flag(str(error['loc'][0]))} is missing."
    return f"{_flag(str(error['loc'][0]))}: {str(error['msg']).removeprefix('Value error, ')}"


def ordered(model: type[CommandSettings]) -> Iterator[tuple[str, FieldInfo]]:
    """Arguments in order, then options; a command's own options come before shared ones."""
    fields = model.model_fields
    yield from ((name, field) for name, field in fields.items() if is_argument(field))
    names = dict.fromkeys(name for kind in model.__mro__ for name in vars(kind).get("__annotations__", {}))
    yield from (
        (name, fields[name])
        for name in names
        if name in fields and name not in NOT_A_FLAG and not is_argument(fields[name])
    )


def _parameter(name: str, field: FieldInfo) -> Parameter:
    """One setting as a parameter for Typer, with the help and the bounds of its field."""
    info = copy(_info(field) or OptionInfo(default=...))
    info.help = field.description
    info.min = next((cast("float", each.ge) for each in field.metadata if isinstance(each, Ge)), None)
    info.max = next((cast("float", each.le) for each in field.metadata if isinstance(each, Le)), None)
    if isinstance(info, OptionInfo) and info.default is ...:
        info.param_decls = (_declared(_flag(key_of(name, field)), field),)
    # A required option may be given in a file, so the model checks whether it is given at all.
    default = None if field.is_required() else field.get_default(call_default_factory=True)
    default = Parameter.empty if field.is_required() and isinstance(info, ArgumentInfo) else default
    return Parameter(name, Parameter.KEYWORD_ONLY, default=default, annotation=Annotated[field.annotation, info])


def _flag(key: str) -> str:
    return f"--{key.replace('_', '-')}"


def _declared(flag: str, field: FieldInfo) -> str:
    """The flags of a setting. A switch that is on by default gets a flag to turn it off."""
    return f"{flag}/--no-{flag[2:]}" if field.default is True else flag


def _info(field: FieldInfo) -> ArgumentInfo | OptionInfo | None:
    return next((each for each in field.metadata if isinstance(each, ArgumentInfo | OptionInfo)), None)


def is_argument(field: FieldInfo) -> bool:
    """Whether a setting is a positional argument rather than an option."""
    return isinstance(_info(field), ArgumentInfo)
