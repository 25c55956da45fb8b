"""``python -m drivers.report BATCH``: the report of a batch, as it stands in its store now."""

from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from drivers import student_names
from drivers.finding import DEFAULT_FOLDER, folder_of, reading, store_of
from drivers.mistakes import UserMistake
from drivers.options import ReportLanguage, clear_errors
from drivers.report.languages import primary
from drivers.report.writing import write_report
from drivers.results import BatchResults, collect, with_history

out_console = Console()
error_console = Console(stderr=True)


def main(
    batch_id: Annotated[str, typer.Argument(help="The batch.")],
    store: Annotated[
        str | None, typer.Option(help="SQLAlchemy URL. [default: the store in --out, or in results/]")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="The batch's output folder. [default: results/BATCH-ID]")] = None,
    to: Annotated[Path | None, typer.Option(help="Folder for the report. [default: “report” in --out]")] = None,
    report_language: ReportLanguage = "",
) -> None:
    """Write the report of a batch: a page for the teacher, handouts for the students, tables for programs."""
    with clear_errors(error_console):
        folder = to or (out or DEFAULT_FOLDER / batch_id) / "report"
        url = store_of(batch_id, store, out)
        results = _collected(batch_id, url, student_names.kept(folder_of(batch_id, url, out), batch_id))
        try:
            written = write_report(results.document, results.texts, folder, primary(report_language))
        except OSError as error:
            raise UserMistake(f"The report cannot be written to {folder}: {error.strerror}.") from error
        out_console.print(f"Written: {len(written)} files. Open {written[0]}", highlight=False, soft_wrap=True)


def _collected(batch_id: str, url: str, students: Mapping[str, str]) -> BatchResults:
    with closing(reading(url)) as opened:
        return with_history(collect(opened, batch_id, students), opened)


if __name__ == "__main__":
    typer.run(main)
