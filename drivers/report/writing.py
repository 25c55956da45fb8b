"""Writing a report: all its files, from one results mapping."""

import json
from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from drivers.intake.ids import essay_ids
from drivers.report.exports import write_csv, write_parquet, write_xlsx
from drivers.report.handing_back import write_archives
from drivers.report.languages import words_of
from drivers.report.page import class_page, handout_language, handouts_page, plots_of
from drivers.report.tables import tables_of
from drivers.report.view import ClassView, class_view

Texts = Mapping[str, tuple[str, str]]

REPORT_FILE: Final = "report.html"
_OPTIONAL: Final = {"matplotlib": "plots", "docx": "handouts as Word files", "pyarrow": "Parquet files"}


def missing_extras() -> list[str]:
    """What a report has to do without here, and what to install to have it."""
    missing = [what for package, what in _OPTIONAL.items() if find_spec(package) is None]
    return [f"No {', '.join(missing)}: pip install 'essay-pipelines[report]' to have them."] if missing else []


def write_report(results: Mapping[str, Any], texts: Texts, out: Path, language: str = "") -> list[Path]:
    """Write the report of a batch into the folder ``out`` and name the files written, ``report.html`` first.

    To what ``write_pages`` writes there come ``everything.json``, a CSV and a Parquet file for each table, and
    ``tables.xlsx``.

    Raises:
        OSError: the folder cannot be written to.
    """
    pages = write_pages(results, texts, out, language)
    tables = tables_of(class_view(results, texts))
    everything = write_everything(results, texts, out)
    return [*pages, everything, *write_csv(tables, out), write_xlsx(tables, out), *write_parquet(tables, out)]


def write_pages(results: Mapping[str, Any], texts: Texts, out: Path, language: str = "") -> list[Path]:
    """What people read: the teacher's page, and handouts, one by one and all in one file to print.

    Where the essays came from a learning platform, there is an archive of handouts that it takes up as feedback.

    ``results`` is the engine's ``results.json``; ``texts`` has each essay's original and current text; ``language`` is
    the page's, where it is not to be the batch's. What needs a package that is not installed is left out, and the
    page says so.

    Raises:
        OSError: the folder cannot be written to.
    """
    view = class_view(results, texts)
    (out / "handouts").mkdir(parents=True, exist_ok=True)
    page = write_page(view, out, language)
    if not view.essays:
        return [page]
    all_in_one = _written(out / "handouts.html", handouts_page(view.essays, view))
    return [page, all_in_one, *_handouts(view, out / "handouts"), *_archives(view, out)]


def write_page(view: ClassView, out: Path, language: str = "") -> Path:
    """The teacher's page."""
    return _written(out / REPORT_FILE, class_page(view, plots_of(view, language), missing_extras(), language))


def write_everything(results: Mapping[str, Any], texts: Texts, out: Path) -> Path:
    """Results and texts as they are, for programs."""
    by_essay = {essay_id: {"original": one, "current": other} for essay_id, (one, other) in texts.items()}
    document = json.dumps({"results": results, "texts": by_essay}, ensure_ascii=False, indent=1)
    return _written(out / "everything.json", document)


def _written(path: Path, text: str) -> Path:
    # A lone surrogate has no UTF-8; a question mark stands for it.
    path.write_bytes(text.encode("utf-8", "replace"))
    return path


def _handout_names(view: ClassView) -> list[str]:
    return essay_ids([essay.essay_id for essay in view.essays])  # an id may be no safe name of a file


def _archives(view: ClassView, out: Path) -> list[Path]:
    named = zip(view.essays, _handout_names(view), strict=True)
    return write_archives({essay.file: name for essay, name in named if not essay.failure}, out / "handouts", out)


def _handouts(view: ClassView, folder: Path) -> Iterator[Path]:
    names = _handout_names(view)
    for name, essay in zip(names, view.essays, strict=True):
        yield _written(folder / f"{name}.html", handouts_page([essay], view))
    if find_spec("docx") is not None:
        from drivers.report.word import write_handout  # noqa: PLC0415 - an extra

        for name, essay in zip(names, view.essays, strict=True):
            yield write_handout(essay, folder / f"{name}.docx", words_of(handout_language(essay, view)))
