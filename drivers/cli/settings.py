"""The settings of the commands: one model for each, filled from flags, the environment and a file, in this order.

A setting is a field; its flag is its name with dashes. In the environment, ``ESSAYS_PIPELINE`` sets ``--pipeline`` for
every command. In a file, keys are the flags' names without the leading dashes. The table ``[run]`` has the settings of
the command ``run``, and ``[judge.page]`` those of ``judge page``; ``store``, ``out``, ``runtime``, ``workers``,
``namespace`` and ``json`` may also stand above all tables, for all commands. ``[pipelines.NAME]`` defines a named
pipeline, and ``[services]`` replaces the service of a phase: ``nlp = "my_package.module:Class"``.
"""

import shlex
import tomllib
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Final, get_args, get_origin

from pydantic import Field
from pydantic.fields import FieldInfo
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    InitSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from drivers.cli.command_line import COMMANDS
from drivers.cli.settings_file import DEFAULT_FILE, check_not_handed_in, described, file_in_use
from drivers.client.errors import RequestError
from drivers.client.pipelines import NamedPipeline, pipelines_in

PREFIX: Final = "ESSAYS_"
FOR_ALL: Final = frozenset({"store", "out", "runtime", "workers", "namespace", "json"})
_TABLES: Final = ("pipelines", "services")
"""Tables that belong to no command: they apply to all commands."""
NOT_A_FLAG: Final = frozenset({"table", *_TABLES})


class CommandSettings(BaseSettings):
    """The settings that every command has. ``table`` names the table of the command's settings in a file.

    Example:
        >>> class WatchSettings(CommandSettings):
        ...     every: Annotated[float, Field(ge=0.2, description="Seconds between two looks.")] = 1.0
        >>> WatchSettings(table="watch", every=2.0)
    """

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_prefix_target="all",
        env_ignore_empty=True,
        enable_decoding=False,  # lists are split as in a shell, not read as JSON
        extra="forbid",
        frozen=True,
        coerce_numbers_to_str=True,
    )
    as_json: Annotated[
        bool, Field(alias="json", description="Answer in JSON on standard output; messages go to standard error.")
    ] = False
    settings: Annotated[
        Path | None,
        Field(
            description="A TOML file with settings, which flags and the environment override. "
            "(default: essays.toml, if it exists)"
        ),
    ] = None
    pipelines: Mapping[str, NamedPipeline] = Field(default_factory=dict)
    services: Mapping[str, str] = Field(default_factory=dict)
    table: str = ""

    def checked_file(self) -> str:
        """A line for people that names the settings file in use; empty if there is none.

        Raises:
            RequestError: the file is the default one, and is among the essays.
        """
        file = file_in_use(self.settings)
        if file is None:
            return ""
        if file == DEFAULT_FILE and self.settings is None:
            check_not_handed_in(file, getattr(self, "paths", ()))
        return described(file, read_settings(file))

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,  # noqa: ARG003  (replaced by one that splits lists)
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Flags, then the environment, then the file."""
        given = init_settings() if isinstance(init_settings, InitSettingsSource) else {}
        values = _values_of_file(cls, given.get("table", ""), file_in_use(given.get("settings")))
        return init_settings, _Environment(settings_cls), InitSettingsSource(settings_cls, values)


class _Environment(EnvSettingsSource):
    def prepare_field_value(self, field_name: str, field: FieldInfo, value: Any, value_is_complex: bool) -> Any:
        """Split lists as a shell does, so that values may contain spaces."""
        if isinstance(value, str) and is_list(field):
            return shlex.split(value)
        return super().prepare_field_value(field_name, field, value, value_is_complex)


def is_list(field: FieldInfo) -> bool:
    """Whether a setting takes several values."""
    return any(get_origin(each) is list for each in (field.annotation, *get_args(field.annotation)))


def key_of(name: str, field: FieldInfo) -> str:
    """A setting's key in a file: its flag without the leading dashes."""
    return (field.alias or name).replace("_", "-")


def keys_of(model: type[CommandSettings]) -> dict[str, FieldInfo]:
    """The settings of a command that may stand in a file, by key."""
    fields = model.model_fields.items()
    return {key_of(name, field): field for name, field in fields if name not in {*NOT_A_FLAG, "settings"}}


def _values_of_file(model: type[CommandSettings], table: str, file: Path | None) -> dict[str, Any]:
    if file is None:
        return {}
    try:
        return values_in(read_settings(file), model, table)
    except RequestError as error:
        raise RequestError(f"{file}: {error}") from None


def read_settings(file: Path) -> dict[str, Any]:
    """Read a settings file.

    Raises:
        RequestError: it cannot be read, or is not valid TOML.
    """
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise RequestError(f"it cannot be read: {error.strerror}.") from None
    except ValueError as error:  # not TOML, or not UTF-8
        raise RequestError(f"it is not valid TOML: {error}.") from None


def values_in(document: Mapping[str, Any], model: type[CommandSettings], table: str) -> dict[str, Any]:
    """A command's settings from the document of a settings file, by field name.

    Raises:
        RequestError: the document has a table of no command, a key that the command does not have, or a value of the
            wrong kind.
    """
    keys = keys_of(model)
    _check_tables(document)
    above = _above_all_tables(document)
    own = _table(document, table)
    if unknown := sorted(set(own) - set(keys)):
        raise RequestError(f"[{table}] has no setting {', '.join(unknown)}. Known: {', '.join(sorted(keys))}.")
    given = {**{key: value for key, value in above.items() if key in keys}, **own}
    values = {key.replace("-", "_"): _checked(key, value, keys[key]) for key, value in given.items()}
    return {**values, "pipelines": pipelines_in(document.get("pipelines", {})), "services": _services(document)}


def _services(document: Mapping[str, Any]) -> Mapping[str, str]:
    found = document.get("services", {})
    if not isinstance(found, Mapping) or not all(isinstance(each, str) for each in found.values()):
        raise RequestError('services belong in a table: [services], then nlp = "my_package.module:Class".')
    return found


def _check_tables(document: Mapping[str, Any]) -> None:
    tables = [name for name, body in document.items() if isinstance(body, Mapping)]
    if unknown := [name for name in tables if name not in {*COMMANDS, *_TABLES}]:
        likely = [match for name in unknown for match in get_close_matches(name, [*COMMANDS, *_TABLES], n=1)]
        hint = f" Did you mean [{likely[0]}]?" if likely else ""
        raise RequestError(f"there is no command for the table [{'], ['.join(unknown)}].{hint}")


def _above_all_tables(document: Mapping[str, Any]) -> dict[str, Any]:
    above = {key: value for key, value in document.items() if not isinstance(value, Mapping)}
    if strange := sorted(set(above) - FOR_ALL):
        raise RequestError(
            f"{', '.join(strange)} cannot stand above all tables (only {', '.join(sorted(FOR_ALL))} can): "
            "put it into a table such as [run]."
        )
    return above


def _table(document: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found: Any = document if name and name not in _TABLES else {}
    for part in name.split("."):
        found = found.get(part, {})
    return found if isinstance(found, Mapping) else {}


def _checked(key: str, value: Any, field: FieldInfo) -> Any:
    """Check the value: a list (or a single value) if the setting takes several, else one value."""
    many, values = is_list(field), value if isinstance(value, list) else [value]
    if (isinstance(value, list) and not many) or any(isinstance(each, list | Mapping) for each in values):
        raise RequestError(f"{key} must be {'a list of values' if many else 'one value'}, not {value!r}.")
    return values if many else value
