"""``essays export BATCH --to DIR``: what came of a batch, in the form that is wanted."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Final

import typer
from rich.markup import escape

from drivers.cli.command_line import program
from drivers.cli.console import Voice
from drivers.cli.options import BatchId, Json, Out, ReportLanguage, SettingsFile, Store
from drivers.client.errors import RequestError
from drivers.client.results import BatchResults, collect, with_history
from drivers.client.store_locator import folder_of, reading, store_of
from drivers.intake import student_names
from drivers.report.exports import write_csv, write_parquet, write_xlsx
from drivers.report.languages import primary
from drivers.report.tables import Table, tables_of
from drivers.report.view import class_view
from drivers.report.writing import missing_extras, write_everything, write_pages

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
        with closing(reading(url)) as opened:
            found = collect(opened, batch_id, student_names.kept(folder_of(batch_id, url, out), batch_id))
            results = with_history(found, opened)
        written = _write(results, wanted, to, primary(report_language))
        voice.say(escape(f"Written to {to}: {len(written)} files ({', '.join(wanted)})."))
        for line in missing_extras():
            voice.say(f"[yellow]{escape(line)}[/yellow]")
        voice.answer({"batch_id": batch_id, "formats": wanted, "written": [str(path) for path in written]})


def _wanted(formats: str) -> list[str]:
    names = [name.strip() for name in formats.split(",") if name.strip()]
    if names == ["all"]:
        return list(_WRITERS)
    if unknown := [name for name in names if name not in _WRITERS]:
        raise RequestError(f"There is no format {', '.join(unknown)}. Known: {', '.join(_WRITERS)}, or all.")
    if names == ["parquet"] and find_spec("pyarrow") is None:
        raise RequestError("Parquet files need pyarrow: pip install 'essay-pipelines[report]'.")
    return names or list(_WRITERS)


def _write(results: BatchResults, wanted: Sequence[str], to: Path, language: str) -> list[Path]:
    try:
        to.mkdir(parents=True, exist_ok=True)
        return [path for name in wanted for path in _WRITERS[name](results, to, language)]
    except OSError as error:
        raise RequestError(f"The folder {to} cannot be written to: {error.strerror}.") from None


def _tables(results: BatchResults) -> list[Table]:
    """The report's tables, and who wrote which essay."""
    essays = [essay for essay in results.document["essays"] if essay["student"]]
    rows = tuple({"essay_id": essay["essay_id"], "student": essay["student"]} for essay in essays)
    students = [Table("students", ("essay_id", "student"), rows)] if rows else []
    return [*tables_of(class_view(results.document, results.texts)), *students]


def _report(results: BatchResults, to: Path, language: str) -> list[Path]:
    return write_pages(results.document, results.texts, to / "report", language)


_WRITERS: Final[Mapping[str, Callable[[BatchResults, Path, str], list[Path]]]] = MappingProxyType(
    {
        "json": lambda results, to, _: [write_everything(results.document, results.texts, to)],
        "csv": lambda results, to, _: write_csv(_tables(results), to),
        "xlsx": lambda results, to, _: [write_xlsx(_tables(results), to)],
        "parquet": lambda results, to, _: write_parquet(_tables(results), to),
        "report": _report,
    }
)


if __name__ == "__main__":
    program("export", main)
