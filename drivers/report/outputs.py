"""Writing what came of a batch into its output folder: results, texts, the teacher's page."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from actors.stores.store import Store
from drivers.client.errors import RequestError
from drivers.client.results import BatchResults, with_history, write

LARGEST_REPORT: Final = 300  # essays: a page of more takes long to open


def write_outputs(results: BatchResults, store: Store, out: Path) -> list[Path]:
    """Results, texts and, of a class that a page can show, the teacher's page; what was written.

    Raises:
        RequestError: the folder cannot be written to.
    """
    try:
        written = write(results, out)
        if len(results.document["essays"]) <= LARGEST_REPORT:
            written.append(_page(with_history(results, store), out))
    except OSError as error:
        raise RequestError(
            f"The results cannot be written to {out}: {error.strerror}. They are safe in the store: free the place, "
            f"then write them with: essays export {results.document['batch_id']} --to FOLDER"
        ) from None
    return written


def _page(results: BatchResults, out: Path) -> Path:
    from drivers.report.view import class_view  # noqa: PLC0415  (templates and plots load slowly)
    from drivers.report.writing import write_page  # noqa: PLC0415

    return write_page(class_view(results.document, results.texts), out)


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
