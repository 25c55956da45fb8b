"""``python -m drivers.lab.evaluate spelling|nlp|cj|feedback``: each phase's figures, on data with human truth.

Each subcommand is a module of this package with a ``run(data: Path, as_json: bool) -> int``, imported when it is used.
The module's docstring says what its figures mean and how far they can be trusted, and is shown as its help.
"""

import ast
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from drivers.cli.command_line import help_text
from drivers.cli.console import Console
from drivers.cli.options import DATA_VARIABLE, MeasuringData
from drivers.client.errors import RequestError

_HELP = """Measure each phase on data with human truth.

Examples: essays evaluate spelling --data FOLDER; essays evaluate cj --data FOLDER --json
"""
app = typer.Typer(help=help_text(_HELP), no_args_is_help=True, add_completion=False)

Processes = Annotated[int, typer.Option(min=1, help="Processes that read texts beside each other.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")]


def _evaluate(subject: str, data: Path, as_json: bool, **options: int) -> None:
    with Console(as_json=as_json).clear_errors():
        if not data.is_dir():
            raise RequestError(f"There is no measuring data at {data}: name its folder with --data or {DATA_VARIABLE}.")
    raise typer.Exit(import_module(f"drivers.lab.evaluate.{subject}").run(data, as_json, **options))


def _help(subject: str, said: str) -> str:
    """A subcommand's help, with its module's docstring; the module is not imported, which would take long."""
    spec = find_spec(f"drivers.lab.evaluate.{subject}")
    source = Path(spec.origin).read_text(encoding="utf-8") if spec is not None and spec.origin is not None else ""
    _, _, more = (ast.get_docstring(ast.parse(source)) or "").partition("\n\n")
    parts = [said, *([more] if more else []), f"Example: essays evaluate {subject} --data FOLDER"]
    return help_text("\n\n".join(parts))


@app.command(help=_help("spelling", "Detection, correction and harm of the spellchecker, beside other engines."))
def spelling(data: MeasuringData, as_json: Json = False) -> None:
    """Evaluate the spellchecker."""
    _evaluate("spelling", data, as_json)


@app.command(help=_help("nlp", "Parity of the metrics with published columns and other implementations, and speed."))
def nlp(data: MeasuringData, as_json: Json = False) -> None:
    """Evaluate the NLP phase."""
    _evaluate("nlp", data, as_json)


@app.command(
    help=_help("cj", "Parity of the fit with published sessions, the judges against human scores, efficiency.")
)
def cj(data: MeasuringData, as_json: Json = False) -> None:
    """Evaluate comparative judgement."""
    _evaluate("cj", data, as_json)


@app.command(help=_help("feedback", "Precision of the quoted evidence, trait bands against human scores, readability."))
def feedback(data: MeasuringData, as_json: Json = False, processes: Processes = 1) -> None:
    """Evaluate the feedback."""
    _evaluate("feedback", data, as_json, processes=processes)


if __name__ == "__main__":
    app(prog_name="python -m drivers.lab.evaluate")
