"""``essays pipelines``: lists the named pipelines, those built in and those of the settings file."""

from rich.markup import escape
from rich.table import Table

from drivers.cli.command_line import program
from drivers.cli.console import Console
from drivers.cli.settings import CommandSettings
from drivers.client.pipelines import BUILT_IN


def main(settings: CommandSettings, console: Console) -> None:
    """List the named pipelines, for run --pipeline NAME. Define your own in essays.toml.

    Examples: essays pipelines; essays pipelines --settings school.toml
    """
    known = {**BUILT_IN, **settings.pipelines}
    table = Table("name", "phases", "settings", header_style="bold")
    for name, pipeline in known.items():
        options = [f"{phase}.{key}={value}" for phase, own in pipeline.options.items() for key, value in own.items()]
        table.add_row(escape(name), " -> ".join(pipeline.phases), escape(", ".join(options)))
    console.show(table)
    console.answer([{"name": name, "phases": each.phases, "settings": each.options} for name, each in known.items()])


if __name__ == "__main__":
    program("pipelines", main)
