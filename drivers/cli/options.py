"""Settings shared by several commands, and options of commands that use no store."""

from functools import cached_property
from pathlib import Path
from typing import Annotated, Final

import typer
from pydantic import AfterValidator, Field

from drivers.cli.completion import known_batches
from drivers.cli.locating import BatchPlace
from drivers.cli.settings import CommandSettings
from drivers.client.bootstrap import RuntimeKind
from drivers.client.submission import check_name


def _known_language(asked: str) -> str:
    from drivers.report.languages import LANGUAGES, primary  # noqa: PLC0415  (loads slowly)

    if asked and primary(asked) not in LANGUAGES:
        raise ValueError(f"Reports cannot be written in {asked!r}. Choose one of: {', '.join(LANGUAGES)}.")
    return primary(asked)


def _possible_namespace(asked: str) -> str:
    check_name("namespace", asked)
    return asked


BatchId = Annotated[
    str, typer.Argument(autocompletion=known_batches, show_default=False), Field(description="The batch.")
]
Store = Annotated[
    str | None,
    typer.Option(metavar="URL"),
    Field(description="The store's SQLAlchemy URL. (default: the store in --out, or those in results/)"),
]
Out = Annotated[
    Path | None,
    typer.Option(file_okay=False),
    Field(description="The batch's output folder. (default: results/BATCH-ID)"),
]
Kind = Annotated[RuntimeKind, Field(description="Where to run what is left, if nothing runs the batch now.")]
Namespace = Annotated[
    str,
    typer.Option(metavar="NAME"),
    AfterValidator(_possible_namespace),
    Field(description="The engine's name on a Ray cluster that several engines share."),
]
ReportLanguage = Annotated[
    str,
    typer.Option(metavar="LANGUAGE"),
    AfterValidator(_known_language),
    Field(description="The report's language: en or sv. (default: the batch's language)"),
]
Set = Annotated[
    list[str],
    typer.Option(metavar="SETTING"),
    Field(alias="set", description="A phase's setting: phase.name=value. Repeatable."),
]
DATA_VARIABLE: Final = "MEASURING_DATA"
Json = Annotated[bool, typer.Option("--json", help="Answer in JSON on standard output; messages go to standard error.")]
MeasuringData = Annotated[Path, typer.Option(help="The folder with the measuring data.", envvar=DATA_VARIABLE)]


class StoreSettings(CommandSettings):
    """The store to use."""

    store: Store = None
    out: Out = None


class BatchSettings(StoreSettings):
    """The batch to use, and its store."""

    batch_id: BatchId

    @cached_property
    def place(self) -> BatchPlace:
        """Where the batch and its results are."""
        return BatchPlace(self.batch_id, self.store, self.out)
