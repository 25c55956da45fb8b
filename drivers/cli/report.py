"""``essays report BATCH``: writes the report of a batch from the current state of its store."""

from pathlib import Path
from typing import Annotated

import typer
from pydantic import Field
from rich.markup import escape

from drivers.cli.command_line import program
from drivers.cli.console import Console
from drivers.cli.options import BatchSettings, ReportLanguage
from drivers.client.engine import Engine


class ReportSettings(BatchSettings):
    """Where the report goes, and its language."""

    to: Annotated[
        Path | None,
        typer.Option(file_okay=False),
        Field(description="Folder for the report. (default: report, in the batch's folder)"),
    ] = None
    report_language: ReportLanguage = ""


def main(settings: ReportSettings, console: Console) -> None:
    """Write the report of a batch: a page for the teacher, handouts for the students, tables for programs.

    Examples: essays report 8b; essays report 8b --to 8b-report --report-language sv
    """
    folder = settings.to or settings.place.folder / "report"
    with Engine.reader(settings.place.url) as reader:
        batch = reader.batch(settings.batch_id)
        written = batch.export(
            folder,
            ["report-folder"],
            language=settings.report_language,
            students=settings.place.students,
            intake=settings.place.intake,
        )
    console.print(escape(f"Written: {len(written)} files. Open {written[0]}"))
    console.answer({"batch_id": batch.batch_id, "written": [str(path) for path in written]})


if __name__ == "__main__":
    program("report", main)
