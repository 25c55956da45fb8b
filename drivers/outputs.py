"""Writing what came of a batch into its output folder: results, texts, the teacher's page."""

from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from drivers.mistakes import UserMistake
from drivers.results import BatchResults, write

REPORT_FILE: Final = "report.html"
LARGEST_REPORT: Final = 200  # essays: a page of more takes seconds to make, and long to open
_OPTIONAL: Final = {"matplotlib": "plots", "docx": "handouts as Word files", "pyarrow": "Parquet files"}


def missing_extras() -> list[str]:
    """What a report has to do without here, and what to install to have it."""
    missing = [what for package, what in _OPTIONAL.items() if find_spec(package) is None]
    return [f"No {', '.join(missing)}: pip install 'essay-pipelines[report]' to have them."] if missing else []


def named(document: Mapping[str, Any]) -> dict[str, Any]:
    """The results with each essay's student, where known, beside the name of its file: as pages show it."""
    return {**document, "essays": [_with_name(essay) for essay in document["essays"]]}


def _with_name(essay: Mapping[str, Any]) -> dict[str, Any]:
    student = essay.get("student")
    return {**essay, "file": f"{student} ({essay['file']})"} if student else dict(essay)


def write_outputs(results: BatchResults, out: Path, *, report: bool = True) -> list[Path]:
    """Results, texts and, of a class that a page can show, the teacher's page; what was written.

    Raises:
        UserMistake: the folder cannot be written to.
    """
    try:
        written = write(results, out)
        if report and len(results.document["essays"]) <= LARGEST_REPORT:
            written.append(_page(results, out / REPORT_FILE))
    except OSError as error:
        raise UserMistake(
            f"The results cannot be written to {out}: {error.strerror}. They are safe in the store: free the place, "
            f"then write them with: essays export {results.document['batch_id']} --to FOLDER"
        ) from None
    return written


def _page(results: BatchResults, path: Path) -> Path:
    from drivers.report.page import class_page, plots_of  # noqa: PLC0415  (templates and plots load slowly)
    from drivers.report.view import class_view  # noqa: PLC0415

    view = class_view(named(results.document), results.texts)
    page = class_page(view, plots_of(view), missing_extras())
    path.write_bytes(page.encode("utf-8", "replace"))  # a lone surrogate has no UTF-8
    return path


def summary(results: BatchResults, written: Sequence[Path]) -> dict[str, Any]:
    """The end of a run for programs: statuses and counts, and where everything is."""
    document = results.document
    return {
        "batch_id": document["batch_id"],
        "status": document["status"],
        "phases": [
            {
                "phase_name": phase["phase_name"],
                "phase_status": phase["phase_status"],
                "processed": len(phase["processed_essay_ids"]),
                "failed": len(phase["failed_essay_ids"]),
            }
            for phase in document["phases"]
        ],
        "essays": len(document["essays"]),
        "failed": sum(essay["failure"] is not None for essay in document["essays"]),
        "written": [str(path) for path in written],
    }
