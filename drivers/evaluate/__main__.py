"""``python -m drivers.evaluate spelling|nlp|cj|feedback``: each phase's figures, on data with human truth.

Each subcommand is a module of this package with a ``run(data: Path, as_json: bool) -> int``, imported when asked for.
"""

from importlib import import_module
from pathlib import Path
from typing import Annotated

import typer

from drivers.command_line import help_text
from drivers.mistakes import UserMistake
from drivers.voice import Voice

_HELP = """Measure each phase on data with human truth.

Examples: essays evaluate spelling --data FOLDER; essays evaluate cj --data FOLDER --json
"""
app = typer.Typer(help=help_text(_HELP), no_args_is_help=True, add_completion=False)

Data = Annotated[Path, typer.Option(help="The folder with the measuring data.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")]


def _evaluate(subject: str, data: Path, as_json: bool) -> None:
    with Voice(as_json=as_json).clear_errors():
        if not data.is_dir():
            raise UserMistake(f"There is no measuring data at {data}: name its folder with --data.")
    raise typer.Exit(import_module(f"drivers.evaluate.{subject}").run(data, as_json))


@app.command()
def spelling(data: Data = Path("../shared/data"), as_json: Json = False) -> None:
    """Detection, correction and harm of the spellchecker, beside other engines."""
    _evaluate("spelling", data, as_json)


@app.command()
def nlp(data: Data = Path("../shared/data"), as_json: Json = False) -> None:
    """Parity of the metrics with published columns and other implementations, and their speed."""
    _evaluate("nlp", data, as_json)


@app.command()
def cj(data: Data = Path("../shared/data"), as_json: Json = False) -> None:
    """Parity of the fit with published sessions, the judges against human scores, and the efficiency curve."""
    _evaluate("cj", data, as_json)


@app.command()
def feedback(data: Data = Path("../shared/data"), as_json: Json = False) -> None:
    """Precision of the quoted evidence, trait bands against human scores, readability and distinctness."""
    _evaluate("feedback", data, as_json)


if __name__ == "__main__":
    app(prog_name="python -m drivers.evaluate")
