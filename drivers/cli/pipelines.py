"""``essays pipelines``: the pipelines that have a name, built in or by the settings file."""

import typer
from rich.markup import escape
from rich.table import Table

from drivers.cli.command_line import program
from drivers.cli.console import Voice
from drivers.cli.options import Json, SettingsFile
from drivers.cli.settings_file import named_pipelines
from drivers.client.pipelines import BUILT_IN


def main(ctx: typer.Context, as_json: Json = False, _settings: SettingsFile = None) -> None:
    """List the pipelines that have a name, for run --pipeline NAME. Name your own in essays.toml.

    Examples: essays pipelines; essays pipelines --settings school.toml
    """
    voice = Voice(as_json=as_json)
    known = {**BUILT_IN, **named_pipelines(ctx)}
    table = Table("name", "phases", "settings", header_style="bold")
    for name, pipeline in known.items():
        options = [f"{phase}.{key}={value}" for phase, own in pipeline.options.items() for key, value in own.items()]
        table.add_row(escape(name), " -> ".join(pipeline.phases), escape(", ".join(options)))
    voice.show(table)
    documents = [{"name": name, "phases": each.phases, "settings": each.options} for name, each in known.items()]
    voice.answer(documents)


if __name__ == "__main__":
    program("pipelines", main)
