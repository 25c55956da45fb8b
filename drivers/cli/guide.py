"""``essays guide [NAME]``: the guides, in the terminal."""

from importlib.resources import files
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.markdown import Markdown

from drivers.cli.command_line import program
from drivers.cli.completion import known_guides
from drivers.cli.console import Voice
from drivers.cli.options import Json, SettingsFile
from drivers.client.errors import RequestError

_WIDEST: Final = 100  # columns: longer lines are hard to read
Name = Annotated[
    str | None, typer.Argument(help="One guide. (default: list them)", autocompletion=known_guides, show_default=False)
]


def guides() -> dict[str, Path]:
    """The guides by name."""
    folder = Path(str(files("drivers"))) / "guides"
    return {path.stem: path for path in sorted(folder.glob("*.md"))}


def main(name: Name = None, as_json: Json = False, _settings: SettingsFile = None) -> None:
    """Read a guide: for teachers and operators, from Python, on events, phases of your own, personal data and more.

    Examples: essays guide; essays guide teachers
    """
    voice = Voice(as_json=as_json)
    with voice.clear_errors():
        known = guides()
        if name is not None and name not in known:
            raise RequestError(f"There is no guide {name!r}. Known: {', '.join(known)}.")
        chosen = [name] if name else list(known)
        texts = {each: known[each].read_text(encoding="utf-8") for each in chosen}
        voice.answer(texts)
        if name is None:
            voice.show("\n".join(f"essays guide {each}" for each in known))
        else:
            voice.console.width = min(voice.console.width, _WIDEST)
            voice.show(Markdown(texts[name]))


if __name__ == "__main__":
    program("guide", main)
