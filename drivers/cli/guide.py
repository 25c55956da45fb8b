"""``essays guide [NAME]``: shows a guide in the terminal."""

from importlib.resources import files
from pathlib import Path
from typing import Annotated, ClassVar, Final

import typer
from pydantic import Field
from rich.console import Console as Terminal
from rich.console import ConsoleOptions, RenderResult
from rich.markdown import Markdown, MarkdownElement, TableElement
from rich.table import Table
from typing_extensions import override

from drivers.cli.command_line import program
from drivers.cli.completion import known_guides
from drivers.cli.console import Console
from drivers.cli.settings import CommandSettings
from drivers.client.errors import RequestError

_WIDEST: Final = 100  # columns: longer lines are hard to read


class GuideSettings(CommandSettings):
    """Which guide to show."""

    name: Annotated[
        str | None,
        typer.Argument(autocompletion=known_guides, show_default=False),
        Field(description="The guide to read. (default: list all)"),
    ] = None


class _WholeTable(TableElement):
    """A table whose long words (paths, commands) are broken; Rich would cut them off."""

    @override
    def __rich_console__(self, console: Terminal, options: ConsoleOptions) -> RenderResult:
        for part in super().__rich_console__(console, options):
            for column in part.columns if isinstance(part, Table) else ():
                column.overflow = "fold"
            yield part


class Guide(Markdown):
    """A guide for the terminal."""

    elements: ClassVar[dict[str, type[MarkdownElement]]] = {**Markdown.elements, "table_open": _WholeTable}


def guides() -> dict[str, Path]:
    """The guides by name."""
    folder = Path(str(files("drivers"))) / "guides"
    return {path.stem: path for path in sorted(folder.glob("*.md"))}


def main(settings: GuideSettings, console: Console) -> None:
    """Read a guide: for teachers and operators, from Python, on events, phases of your own, personal data and more.

    Examples: essays guide; essays guide teachers
    """
    name, known = settings.name, guides()
    if name is not None and name not in known:
        raise RequestError(f"There is no guide {name!r}. The guides are: {', '.join(known)}.")
    texts = {each: known[each].read_text(encoding="utf-8") for each in ([name] if name else known)}
    console.answer(texts)
    if name is None:
        console.show("\n".join(f"essays guide {each}" for each in known))
    else:
        console.terminal.width = min(console.terminal.width, _WIDEST)
        console.show(Guide(texts[name]))


if __name__ == "__main__":
    program("guide", main)
