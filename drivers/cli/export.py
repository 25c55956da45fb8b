"""``essays export BATCH --to DIR``: writes the results of a batch in the chosen formats."""

from pathlib import Path
from typing import Annotated

import typer
from pydantic import Field
from rich.markup import escape

from drivers.cli.command_line import program
from drivers.cli.console import Console
from drivers.cli.options import BatchSettings, ReportLanguage
from drivers.client.engine import Engine
from drivers.report.extras import missing_extras
from drivers.report.outputs import FORMATS, wanted_formats


class ExportSettings(BatchSettings):
    """What to write, and where."""

    to: Annotated[
        Path, typer.Option(file_okay=False), Field(description="The folder to write into. Created if missing.")
    ]
    formats: Annotated[
        str, Field(description="json, csv, xlsx, parquet, report; several separated by commas, or all.")
    ] = "all"
    report_language: ReportLanguage = ""


def main(settings: ExportSettings, console: Console) -> None:
    """Write a batch's results: as JSON, as tables (CSV, Excel, Parquet), as a report with a handout for each student.

    Table cells are never formulas. A batch that is still running is written as it is now.

    Examples: essays export 8b --to 8b-export; essays export 8b --to tables --formats csv,xlsx
    """
    to, wanted = settings.to, _wanted(settings.formats)
    with Engine.reader(settings.place.url) as reader:
        batch = reader.batch(settings.batch_id)
        written = batch.export(
            to,
            wanted,
            language=settings.report_language,
            students=settings.place.students,
            intake=settings.place.intake,
        )
    console.print(escape(f"Written to {to}: {len(written)} files ({', '.join(wanted)})."))
    for line in missing_extras():
        console.print(f"[yellow]{escape(line)}[/yellow]")
    console.answer({"batch_id": batch.batch_id, "formats": wanted, "written": [str(path) for path in written]})


def _wanted(formats: str) -> list[str]:
    names = [name.strip() for name in formats.split(",") if name.strip()]
    everything = [name for name in FORMATS if name not in {"results", "page", "report-folder"}]  # as run and report do
    return wanted_formats(everything if names in ([], ["all"]) else names)


if __name__ == "__main__":
    program("export", main)
