"""``essays export BATCH --to DIR``: what came of a batch, in the form that is wanted."""

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from drivers.cli.command_line import program
from drivers.cli.console import Voice
from drivers.cli.locating import folder_of, store_of
from drivers.cli.options import BatchId, Json, Out, ReportLanguage, SettingsFile, Store
from drivers.client.engine import Engine
from drivers.intake import student_names
from drivers.report.languages import primary
from drivers.report.outputs import FORMATS, wanted_formats
from drivers.report.writing import missing_extras

Formats = Annotated[str, typer.Option(help="json, csv, xlsx, parquet, report; several separated by commas, or all.")]
To = Annotated[Path, typer.Option(help="The folder to write into; it is made.", file_okay=False)]


def main(
    batch_id: BatchId,
    to: To,
    formats: Formats = "all",
    report_language: ReportLanguage = "",
    store: Store = None,
    out: Out = None,
    as_json: Json = False,
    _settings: SettingsFile = None,
) -> None:
    """Write a batch's results: as JSON, as tables (CSV, Excel, Parquet), as a report with a handout for each student.

    Cells of tables are never formulas. What is written is what the store holds now, also of a batch that still runs.

    Examples: essays export 8b --to 8b-export; essays export 8b --to tables --formats csv,xlsx
    """
    voice = Voice(as_json=as_json)
    with voice.clear_errors():
        wanted = _wanted(formats)
        url = store_of(batch_id, store, out)
        students = student_names.kept(folder_of(batch_id, url, out), batch_id)
        with Engine.reader(url) as reader:
            written = reader.batch(batch_id).export(to, wanted, language=primary(report_language), students=students)
        voice.say(escape(f"Written to {to}: {len(written)} files ({', '.join(wanted)})."))
        for line in missing_extras():
            voice.say(f"[yellow]{escape(line)}[/yellow]")
        voice.answer({"batch_id": batch_id, "formats": wanted, "written": [str(path) for path in written]})


def _wanted(formats: str) -> list[str]:
    names = [name.strip() for name in formats.split(",") if name.strip()]
    everything = [name for name in FORMATS if name not in {"results", "page"}]  # those two are what a run writes
    return wanted_formats(everything if names in ([], ["all"]) else names)


if __name__ == "__main__":
    program("export", main)
