"""Writes a batch's results into its output folder: results, texts, the teacher's page."""

from collections.abc import Callable, Iterable, Mapping
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from actors.owner_only import others_kept_out
from actors.stores.store import Store
from drivers.client.documents import BatchResults, collect, with_history
from drivers.client.errors import RequestError, not_found
from drivers.report.files import write

if TYPE_CHECKING:
    from drivers.report.tables import Table

LARGEST_REPORT: Final = 300  # essays: a page of more takes long to open
_WITHOUT_HISTORY: Final = frozenset({"results"})


def export(
    store: Store,
    batch_id: str,
    folder: Path,
    formats: Iterable[str],
    *,
    language: str = "",
    students: Mapping[str, str] = MappingProxyType({}),
    intake: Mapping[str, Any] = MappingProxyType({}),
) -> list[Path]:
    """Write a batch's current results into a folder in these formats (``FORMATS``), and return the files written.

    Raises:
        RequestError: a format is unknown, a package for it is missing, or the folder cannot be written to.
        BatchNotFoundError: there is no such batch.
    """
    wanted = wanted_formats(formats)
    try:
        results = collect(store, batch_id, students, intake)
    except LookupError:
        raise not_found(batch_id) from None
    full = with_history(results, store) if set(wanted) - _WITHOUT_HISTORY else results
    given = {name: results if name in _WITHOUT_HISTORY else full for name in wanted}
    try:
        with others_kept_out():
            folder.mkdir(parents=True, exist_ok=True)
            return [path for name in wanted for path in FORMATS[name](given[name], folder, language)]
    except OSError as error:
        raise RequestError(f"The folder {folder} cannot be written to: {error.strerror}.") from None


def wanted_formats(formats: Iterable[str]) -> list[str]:
    """The names of formats, checked.

    Raises:
        RequestError: one is unknown, or the package for it is missing.
    """
    names = list(dict.fromkeys(formats))
    if unknown := [name for name in names if name not in FORMATS]:
        raise RequestError(f"There is no format {', '.join(unknown)}. The formats are: {', '.join(FORMATS)}.")
    if names == ["parquet"] and find_spec("pyarrow") is None:
        raise RequestError("Parquet files need pyarrow: pip install 'essay-pipelines[report]'.")
    return names


def _tables(results: BatchResults) -> "list[Table]":
    """The report's tables, and who wrote which essay."""
    from drivers.report.tables import Table, tables_of  # noqa: PLC0415
    from drivers.report.view import class_view  # noqa: PLC0415

    essays = [essay for essay in results.document["essays"] if essay["student"]]
    rows = tuple({"essay_id": essay["essay_id"], "student": essay["student"]} for essay in essays)
    students = [Table("students", ("essay_id", "student"), rows)] if rows else []
    return [*tables_of(class_view(results.document, results.texts)), *students]


def _as_json(results: BatchResults, folder: Path, _language: str) -> list[Path]:
    from drivers.report.writing import write_everything  # noqa: PLC0415

    return [write_everything(results.document, results.texts, folder)]


def _as_csv(results: BatchResults, folder: Path, _language: str) -> list[Path]:
    from drivers.report.exports import write_csv  # noqa: PLC0415

    return write_csv(_tables(results), folder)


def _as_xlsx(results: BatchResults, folder: Path, language: str) -> list[Path]:
    from drivers.report.writing import write_workbook  # noqa: PLC0415

    return [write_workbook(results.document, results.texts, folder, language, _tables(results))]


def _as_parquet(results: BatchResults, folder: Path, _language: str) -> list[Path]:
    from drivers.report.exports import write_parquet  # noqa: PLC0415

    return write_parquet(_tables(results), folder)


def _as_report(results: BatchResults, folder: Path, language: str) -> list[Path]:
    from drivers.report.writing import write_pages  # noqa: PLC0415

    return write_pages(results.document, results.texts, folder / "report", language)


def _as_report_folder(results: BatchResults, folder: Path, language: str) -> list[Path]:
    from drivers.report.writing import write_report  # noqa: PLC0415

    return write_report(results.document, results.texts, folder, language)


FORMATS: Final[Mapping[str, Callable[[BatchResults, Path, str], list[Path]]]] = MappingProxyType(
    {
        "json": _as_json,
        "csv": _as_csv,
        "xlsx": _as_xlsx,
        "parquet": _as_parquet,
        "report": _as_report,
        "results": lambda results, folder, _: write(results, folder),
        "page": lambda results, folder, language: [_page(results, folder, language)],
        "report-folder": _as_report_folder,
    }
)
"""What a batch can be written as, each by its name. ``report-folder`` is the report with all tables beside it."""


def formats_for(essays: int) -> list[str]:
    """What is written of every batch: its results, and of a class that a page can show, the teacher's page."""
    return ["results", *(["page"] if essays <= LARGEST_REPORT else [])]


def _page(results: BatchResults, out: Path, language: str) -> Path:
    from drivers.report.view import class_view  # noqa: PLC0415  (templates and plots load slowly)
    from drivers.report.writing import write_page  # noqa: PLC0415

    return write_page(class_view(results.document, results.texts), out, language)
