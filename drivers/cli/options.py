"""Command-line options that several programs share."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console

from drivers.cli.completion import known_batches
from drivers.cli.console import Voice
from drivers.cli.exit_codes import ExitCode
from drivers.cli.settings_file import apply_settings
from drivers.client.bootstrap import RuntimeKind

__all__ = [
    "DATA_VARIABLE",
    "BatchId",
    "ExitCode",
    "Json",
    "Kind",
    "MeasuringData",
    "Out",
    "ReportLanguage",
    "SettingsFile",
    "Store",
    "clear_errors",
]


def _known_language(asked: str) -> str:
    from drivers.report.languages import LANGUAGES, primary  # noqa: PLC0415  (loads slowly)

    if asked and primary(asked) not in LANGUAGES:
        raise typer.BadParameter(f"There is no report in {asked}. Known: {', '.join(LANGUAGES)}.")
    return asked


BatchId = Annotated[str, typer.Argument(help="The batch.", autocompletion=known_batches, show_default=False)]
Store = Annotated[
    str | None, typer.Option(help="SQLAlchemy URL. (default: the store in --out, or those in results/)", metavar="URL")
]
Out = Annotated[
    Path | None, typer.Option(help="The batch's output folder. (default: results/BATCH-ID)", file_okay=False)
]
Kind = Annotated[RuntimeKind, typer.Option(help="Where to run what is left, if nothing runs the batch now.")]
ReportLanguage = Annotated[
    str,
    typer.Option(
        callback=_known_language,
        help="The report's own words: en or sv. (default: the batch's language)",
        metavar="LANGUAGE",
    ),
]
DATA_VARIABLE: Final = "MEASURING_DATA"
MeasuringData = Annotated[Path, typer.Option(help="The folder with the measuring data.", envvar=DATA_VARIABLE)]
Json = Annotated[bool, typer.Option("--json", help="Answer in JSON on standard output; words go to standard error.")]
SettingsFile = Annotated[
    Path | None,
    typer.Option(
        "--settings",
        help="A TOML file with settings; flags and the environment go before it. (default: essays.toml, if there)",
        is_eager=True,
        callback=apply_settings,
        dir_okay=False,
    ),
]


@contextmanager
def clear_errors(console: Console) -> Iterator[None]:
    """As ``Voice.clear_errors``, for programs that only speak to people."""
    with Voice(errors=console).clear_errors():
        yield
