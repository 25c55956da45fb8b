"""``essays reference events|settings|metrics``: tables in Markdown, generated from the program's own definitions."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import typer
from pydantic import BaseModel, SecretStr

from actors.observability.instruments import INSTRUMENTS, Kind
from contracts.events import EVENTS
from contracts.phase_registry import known_phases
from contracts.phases import PhaseName
from drivers.cli.command_line import help_text
from drivers.cli.console import Console
from drivers.cli.settings import FOR_ALL, PREFIX, CommandSettings, key_of
from drivers.cli.typer_commands import add, is_argument, ordered
from drivers.client.pipelines import BUILT_IN, option_model

_HELP = """Print tables of events, settings or metrics in Markdown, generated from the program's own definitions.

Examples: essays reference settings; essays reference events --json
"""
app = typer.Typer(help=help_text(_HELP), no_args_is_help=True, add_completion=False)


def events(_settings: CommandSettings, console: Console) -> None:
    """Every event: its topic, its meaning, and its fields."""
    _print(Table("Events", ("event", "topic", "meaning", "fields"), list(event_rows())), console=console)


def settings_reference(_settings: CommandSettings, console: Console) -> None:
    """Every setting of run, with its flag, environment variable and default; and the settings of the phases."""
    phases = [
        Table(f"Settings of {phase} (--set {phase}.NAME=VALUE)", _OF_A_MODEL, rows)
        for phase in known_phases()
        if (rows := list(phase_rows(phase)))
    ]
    endpoint = Table(_ENDPOINT, _OF_A_MODEL, list(endpoint_rows()))
    named = Table("Named pipelines", ("name", "phases"), list(pipeline_rows()))
    tables = [Table("Settings of run", _OF_RUN, list(run_rows())), *phases, endpoint, named]
    _print(*tables, about=_ABOUT_SETTINGS, console=console)


def metrics(_settings: CommandSettings, console: Console) -> None:
    """Every metric: those of a text, from the NLP phase, and those of the engine, for Prometheus."""
    from actors.phases.nlp import measuring, reference  # noqa: PLC0415  (dictionaries load slowly)

    engine = Table("Metrics of the engine", ("metric", "kind", "labels", "meaning"), list(instrument_rows()))
    if not console.as_json:
        _print(engine, about=reference.table(), console=console)
        return
    measured = [
        (each.name, each.definition, each.unit, each.source) for family in measuring.FAMILIES for each in family
    ]
    _print(Table("Metrics of a text", ("metric", "meaning", "unit", "source"), measured), engine, console=console)


add(app, "events", events, within="reference")
add(app, "settings", settings_reference, within="reference")
add(app, "metrics", metrics, within="reference")


class Table(NamedTuple):
    """A table with a title and column names."""

    title: str
    header: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]


_OF_RUN = ("setting", "environment variable", "default", "meaning")
_OF_A_MODEL = ("setting", "kind", "default", "meaning")
_ENDPOINT = "Settings of a language model's endpoint (in the TOML file that ESSAY_LLM_SETTINGS names)"
_ABOUT_SETTINGS = f"""# Settings

Flags override the environment, which overrides the settings file: the one named by --settings or {PREFIX}SETTINGS, else
essays.toml in the current folder. In the file, settings of run are in the table [run], those of another command in a
table with its name; {", ".join(sorted(FOR_ALL))} may also stand above all tables.
In the environment, lists are separated by spaces and quoted as in a shell. To name a pipeline, add [pipelines.NAME]
with phases = [...], and settings for its phases in tables such as [pipelines.NAME.cj_assessment]. To replace the
service of a phase, name another one in [services]: nlp = "my_package.module:Class".

To set up a language model for feedback, set ESSAY_LLM_URL, ESSAY_LLM_MODEL and ESSAY_LLM_API_KEY, or ESSAY_LLM_SETTINGS
to the path of a TOML file. RAY_ADDRESS is the address of a cluster to join.
"""


def event_rows() -> Iterator[tuple[str, ...]]:
    """A row for each event."""
    for event, row in EVENTS.items():
        fields = ", ".join(row.payload.model_fields) if row.payload else ""
        yield event.value, row.topic, f"{row.sentence} {row.remark}".strip(), fields


def run_rows() -> Iterator[tuple[str, ...]]:
    """A row for each option of the command ``run``."""
    from drivers.cli.run_request import RunRequest  # noqa: PLC0415  (it imports a lot)

    for name, field in ordered(RunRequest):
        key = key_of(name, field)
        shown = name if is_argument(field) else f"--{key}"
        yield shown, PREFIX + key.upper().replace("-", "_"), _default(field.default), field.description or ""


def phase_rows(phase: PhaseName) -> Iterator[tuple[str, ...]]:
    """A row for each setting of a phase."""
    model = option_model(phase)
    if model is not None:
        yield from _model_rows(model)


def endpoint_rows() -> Iterator[tuple[str, ...]]:
    """A row for each setting of a language model's endpoint."""
    from actors.phases.llm.settings import LLMSettings  # noqa: PLC0415  (imports an HTTP client)

    yield from _model_rows(LLMSettings)


def instrument_rows() -> Iterator[tuple[str, ...]]:
    """A row for each metric of the engine, under its name in Prometheus."""
    for metric, instrument in INSTRUMENTS.items():
        total = "_total" if instrument.kind is Kind.COUNTER else ""
        yield f"ray_{metric}{total}", instrument.kind.value, ", ".join(instrument.tags), instrument.description


def _model_rows(model: type[BaseModel]) -> Iterator[tuple[str, ...]]:
    schema = model.model_json_schema()
    for name, field in model.model_fields.items():
        kind = _kind(schema["properties"][name], schema.get("$defs", {}))
        yield name, kind, "(required)" if field.is_required() else _default(field.default), field.description or ""


def pipeline_rows() -> Iterator[tuple[str, ...]]:
    """A row for each built-in pipeline."""
    for name, pipeline in BUILT_IN.items():
        yield name, " -> ".join(pipeline.phases)


def _kind(schema: dict[str, Any], definitions: dict[str, Any]) -> str:
    """A JSON schema in words: its types, allowed values and bounds."""
    variants = [each for each in schema.get("anyOf", [schema]) if each.get("type") != "null"]
    return " or ".join(dict.fromkeys(_one_kind(each, definitions) for each in variants))


def _one_kind(schema: dict[str, Any], definitions: dict[str, Any]) -> str:
    if "$ref" in schema:
        return _one_kind(definitions[str(schema["$ref"]).rpartition("/")[2]], definitions)
    if "enum" in schema:
        return " or ".join(map(str, schema["enum"]))
    bounds = {"minimum": "from", "maximum": "to", "exclusiveMinimum": "above", "exclusiveMaximum": "below"}
    text = " ".join(f"{word} {schema[key]}" for key, word in bounds.items() if key in schema)
    return f"{schema.get('type', 'any value')} {text}".strip()


def _default(value: Any) -> str:
    if value in (None, "", (), []) or callable(value) or isinstance(value, SecretStr):
        return ""
    return str(value.value if hasattr(value, "value") else value)


def _print(*tables: Table, about: str = "", console: Console) -> None:
    if console.as_json:
        documents = [
            {"title": title, "rows": [dict(zip(header, row, strict=True)) for row in rows]}
            for title, header, rows in tables
        ]
        console.answer(documents)
        return
    if about:
        typer.echo(about)
    for title, header, rows in tables:
        typer.echo(f"## {title}\n\n| {' | '.join(header)} |\n|{'---|' * len(header)}")
        for row in rows:
            typer.echo(f"| {' | '.join(cell.replace('|', '/') for cell in row)} |")
        typer.echo("")
