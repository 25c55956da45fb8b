"""``essays report BATCH``: the report of a batch, as it stands in its store now."""

from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from drivers.cli.command_line import program
from drivers.cli.console import Voice
from drivers.cli.locating import folder_of, store_of
from drivers.cli.options import BatchId, Json, Out, ReportLanguage, SettingsFile, Store
from drivers.client.documents import BatchResults, collect, with_history
from drivers.client.errors import RequestError
from drivers.client.stores import reading
from drivers.intake import student_names
from drivers.report.languages import primary
from drivers.report.writing import write_report

To = Annotated[
    Path | None, typer.Option(help="Folder for the report. (default: report, in the batch's folder)", file_okay=False)
]


def main(
    batch_id: BatchId,
    to: To = None,
    report_language: ReportLanguage = "",
    store: Store = None,
    out: Out = None,
    as_json: Json = False,
    _settings: SettingsFile = None,
) -> None:
    """Write the report of a batch: a page for the teacher, handouts for the students, tables for programs.

    Examples: essays report 8b; essays report 8b --to 8b-report --report-language sv
    """
    voice = Voice(as_json=as_json)
    with voice.clear_errors():
        url = store_of(batch_id, store, out)
        beside = folder_of(batch_id, url, out)
        folder = to or beside / "report"
        results = _collected(batch_id, url, student_names.kept(beside, batch_id))
        try:
            written = write_report(results.document, results.texts, folder, primary(report_language))
        except OSError as error:
            raise RequestError(f"The report cannot be written to {folder}: {error.strerror}.") from error
        voice.say(escape(f"Written: {len(written)} files. Open {written[0]}"))
        voice.answer({"batch_id": batch_id, "written": [str(path) for path in written]})


def _collected(batch_id: str, url: str, students: Mapping[str, str]) -> BatchResults:
    with closing(reading(url)) as opened:
        return with_history(collect(opened, batch_id, students), opened)


if __name__ == "__main__":
    program("report", main)
